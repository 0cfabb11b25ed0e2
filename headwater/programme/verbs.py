from django.utils.translation import gettext_lazy as _

from headwater.ledger.verbs import declare

STAFF_ACTIVITY_CHANGED = declare("staff.activity_changed", _("changed the plan"))
STAFF_ACTIVITY_DECIDED = declare("staff.activity_decided", _("decided on an activity"))
STAFF_ACTIVITY_DROPPED = declare("staff.activity_dropped", _("dropped an activity"))
STAFF_BUDGET_SET = declare("staff.budget_set", _("set the budget"))
STAFF_CAMPAIGN_CHANGED = declare("staff.campaign_changed", _("changed a campaign"))
STAFF_CAMPAIGN_REGISTERED = declare("staff.campaign_registered", _("registered a campaign"))
STAFF_CAMPAIGN_LOOKED_BACK = declare("staff.campaign_looked_back", _("noted a past campaign"))
STAFF_CAMPAIGN_AMENDED = declare("staff.campaign_amended", _("amended a registered campaign"))
STAFF_CAMPAIGN_WITHDRAWN = declare("staff.campaign_withdrawn", _("withdrew a campaign"))
STAFF_LESSON_WRITTEN = declare("staff.lesson_written", _("wrote what to do next time"))
STAFF_OUTCOMES_NOTED = declare("staff.outcomes_noted", _("noted what was counted"))
