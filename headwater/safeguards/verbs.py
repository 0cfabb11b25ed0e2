from django.utils.translation import gettext_lazy as _

from headwater.ledger.verbs import declare

STAFF_HELD = declare("staff.everything_held", _("stopped every sending and share"))
STAFF_RELEASED = declare("staff.hold_released", _("let sending and sharing go on"))
STAFF_GUIDELINE_CHANGED = declare("staff.guideline_changed", _("changed a guideline"))
STAFF_REVIEWED = declare("staff.draft_reviewed", _("decided on a draft"))
STAFF_LIMIT_CHANGED = declare("staff.contact_limit_changed", _("changed a contact limit"))
STAFF_INCIDENT_LOGGED = declare("staff.incident_logged", _("logged an incident"))
STAFF_INCIDENT_FOLLOWED = declare("staff.incident_followed_up", _("followed up an incident"))
STAFF_POLICY_CHANGED = declare("staff.policy_changed", _("published a policy"))
STAFF_DOMAIN_APPROVED = declare("staff.domain_approved", _("approved an address for links"))
STAFF_DOMAIN_WITHDRAWN = declare("staff.domain_withdrawn", _("withdrew an address for links"))
STAFF_SEASON_CHANGED = declare("staff.closed_season_changed", _("changed a closed season"))
POLICY_ACCEPTED = declare("safeguards.policy_accepted", _("accepted a policy"))
DRAFT_CHECKED = declare("safeguards.draft_checked", _("had a draft checked"))
