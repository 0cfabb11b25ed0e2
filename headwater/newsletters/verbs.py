from django.utils.translation import gettext_lazy as _

from headwater.ledger.verbs import declare

SUBSCRIBED = declare("newsletters.subscribed", _("subscribed to a newsletter"))
UNSUBSCRIBED = declare("newsletters.unsubscribed", _("ended a newsletter"))
STAFF_ISSUE_CHANGED = declare("staff.issue_changed", _("changed an issue of a newsletter"))
STAFF_ISSUE_SCHEDULED = declare("staff.issue_scheduled", _("sent an issue on its way"))
STAFF_ISSUE_REMOVED = declare("staff.issue_removed", _("threw a draft issue away"))
STAFF_NEWSLETTER_CHANGED = declare("staff.newsletter_changed", _("changed a newsletter"))
