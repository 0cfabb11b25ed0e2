from headwater.programme.studio.campaigns import (
    amendments,
    campaign,
    campaigns,
    edit_campaign,
    looking_back,
    market_draw,
    new_campaign,
    registration,
    watching,
    withdrawal,
)
from headwater.programme.studio.metrics import metric, new_metric, weeks
from headwater.programme.studio.outcomes import keeping, outcome_file, upload
from headwater.programme.studio.plan import (
    activity,
    budget,
    campaign_costs,
    costs,
    decision,
    dropping,
    edit_activity,
    new_activity,
    plan,
)

__all__ = [
    "activity", "amendments", "budget", "campaign", "campaign_costs", "campaigns", "costs",
    "decision", "dropping", "edit_activity", "edit_campaign", "keeping", "looking_back",
    "market_draw", "metric", "new_activity", "new_campaign", "new_metric", "outcome_file", "plan",
    "registration", "upload", "watching", "weeks", "withdrawal",
]  # fmt: skip
