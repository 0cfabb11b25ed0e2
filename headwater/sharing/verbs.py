from django.utils.translation import gettext_lazy as _

from headwater.ledger.verbs import declare

ADAPTED = declare("sharing.adapted", _("put a message into their own words"))
SHARED = declare("sharing.shared", _("shared a message"))
UNSHARED = declare("sharing.taken_down", _("took a shared message down when asked"))
DECLINED = declare("sharing.declined", _("said a message is not for them"))
VISIT_BROUGHT = declare("sharing.visit_brought", _("brought visits with their link"))
CONVERSION_BROUGHT = declare(
    "sharing.conversion_brought", _("brought what was hoped for with their link")
)
STAFF_WRITTEN = declare("staff.message_written", _("wrote a message"))
STAFF_CHANGED = declare("staff.message_changed", _("changed a message"))
STAFF_PUBLISHED = declare("staff.message_published", _("published a message"))
STAFF_RECALLED = declare("staff.message_recalled", _("called a message back"))
STAFF_WAYS_DRAWN = declare("staff.message_ways_drawn", _("let lots decide between ways to say it"))
STAFF_WAYS_TAKEN_BACK = declare("staff.message_ways_taken_back", _("took ways to say it back"))
STAFF_CHASED = declare("staff.recall_followed_up", _("followed up a recall"))
