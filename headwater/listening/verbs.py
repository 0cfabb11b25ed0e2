from django.utils.translation import gettext_lazy as _

from headwater.ledger.verbs import declare

SURVEY_ANSWERED = declare("listening.survey_answered", _("answered a survey"))
TALKED = declare("listening.talked", _("told us what would help"))
STAFF_SURVEY_CHANGED = declare("staff.survey_changed", _("changed a survey"))
STAFF_SURVEY_OPENED = declare("staff.survey_opened", _("opened a survey"))
STAFF_SURVEY_CLOSED = declare("staff.survey_closed", _("closed a survey"))
STAFF_INVITED = declare("staff.survey_invited", _("asked partners to answer a survey"))
STAFF_REMINDED = declare("staff.survey_reminded", _("reminded those who hadn’t answered"))
STAFF_ENTERED = declare("staff.answers_entered", _("entered somebody’s answers"))
STAFF_LOGGED = declare("staff.conversation_logged", _("logged a conversation"))
STAFF_COUNTED = declare("staff.hands_counted", _("noted a show of hands"))
STAFF_RESPONDED = declare("staff.response_written", _("said what came of a wish"))
STAFF_TOLD = declare("staff.response_told", _("told those who asked"))
STAFF_NEED_CHANGED = declare("staff.need_changed", _("changed a need"))
