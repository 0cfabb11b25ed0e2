from django.utils.translation import gettext_lazy as _

from headwater.ledger.verbs import declare

UNSUBSCRIBED = declare("mail.unsubscribed", _("asked not to be written to any more"))
CAME_BACK = declare("mail.came_back", _("could not be reached by e-mail"))
COMPLAINED = declare("mail.complained", _("marked our mail as unwanted"))
STAFF_PAUSED = declare("staff.mailing_paused", _("paused a sending"))
STAFF_RESUMED = declare("staff.mailing_resumed", _("let a sending go on"))
STAFF_TAKEN_BACK = declare("staff.mailing_taken_back", _("took a sending back"))
STAFF_DECIDED = declare("staff.unknown_decided", _("decided about a letter that may have gone"))
STAFF_RELEASED = declare("staff.letters_released", _("sent letters that stood here"))
STAFF_THROWN_AWAY = declare("staff.letter_thrown_away", _("threw a letter away"))
STAFF_READY_CHANGED = declare("staff.sending_set_up", _("changed how mail is sent"))
STAFF_SUPPRESSION_LIFTED = declare("staff.suppression_lifted", _("let an address be used again"))
