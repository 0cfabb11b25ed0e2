from headwater.programme.models.activities import Activity, Budget, Cost, priced
from headwater.programme.models.campaigns import LOCKED, Amendment, Campaign
from headwater.programme.models.lessons import Lesson
from headwater.programme.models.outcomes import (
    Market,
    Metric,
    Outcome,
    OutcomeFile,
    is_over,
    note_outcomes,
)
from headwater.programme.models.watching import Watched

__all__ = [
    "LOCKED", "Activity", "Amendment", "Budget", "Campaign", "Cost", "Lesson", "Market", "Metric",
    "Outcome", "OutcomeFile", "Watched", "is_over", "note_outcomes", "priced",
]  # fmt: skip
