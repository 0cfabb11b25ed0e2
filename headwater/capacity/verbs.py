from django.utils.translation import gettext_lazy as _

from headwater.ledger.verbs import declare

CHECKED_IN = declare("capacity.checked_in", _("checked in"))
GAUGE_SHARED = declare("capacity.gauge_shared", _("let us see one of their gauges"))
GAUGE_HIDDEN = declare("capacity.gauge_hidden", _("hid one of their gauges again"))
STAFF_INVITED = declare("staff.check_in_invited", _("asked partners to check in"))
STAFF_ITEM_CHANGED = declare("staff.check_in_question_changed", _("changed a check-in question"))
STAFF_ITEM_LEARNED = declare(
    "staff.check_in_question_learned", _("measured a check-in question anew")
)
STAFF_MESSAGE_CHANGED = declare("staff.recall_changed", _("changed what we ask people to recall"))
