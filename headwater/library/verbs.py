from django.utils.translation import gettext_lazy as _

from headwater.ledger.verbs import declare

TIP_READ = declare("library.tip_read", _("read a tip"))
TIP_DONE = declare("library.tip_done", _("did what a tip says"))
TIP_SHOWN = declare("library.tip_shown", _("showed what came of a tip"))
TIP_COMMENTED = declare("library.tip_commented", _("wrote a comment on a tip"))
RESOURCE_DOWNLOADED = declare("library.resource_downloaded", _("took something from the toolkit"))
CODE_OPENED = declare("library.code_opened", _("opened a code"))
STAFF_CHANGED = declare("staff.library_changed", _("changed something in the library"))
STAFF_PUBLISHED = declare("staff.library_published", _("published something in the library"))
STAFF_WITHDRAWN = declare("staff.library_withdrawn", _("took something out of the library"))
STAFF_CODE_CHANGED = declare("staff.code_changed", _("changed a resource code"))
STAFF_COMMENT_JUDGED = declare("staff.comment_judged", _("decided on a comment"))
