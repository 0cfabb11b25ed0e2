"""When a partner will probably reach their own goal: their weeks in, a range out."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from headwater.partners.models import Goal
from headwater.stats.forecasts import WEEKS_NEEDED, Forecast, forecast


@dataclass(frozen=True)
class Outlook:
    """What the page can say. Where `forecast` is None, `weeks_to_go` says what would be enough."""

    weeks: list[float]
    labels: list[date]
    latest: float | None
    forecast: Forecast | None
    weeks_to_go: int
    reached_on: date | None
    earliest_on: date | None
    latest_on: date | None


def outlook(goal: Goal) -> Outlook:
    """Weeks that were not noted are not nought: they are left open."""
    noted = {week.week_on: float(week.value) for week in goal.weeks.all()}
    if not noted:
        return Outlook([], [], None, None, WEEKS_NEEDED, None, None, None)
    first, last = min(noted), max(noted)
    labels = [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]
    labels = labels[-104:]
    weeks = [noted.get(label, 0.0) for label in labels]
    answer = forecast(
        weeks,
        target=float(goal.target),
        observed=np.array([label in noted for label in labels]),
        rng=np.random.default_rng(goal.pk),
    )
    if not isinstance(answer, Forecast):
        to_go = WEEKS_NEEDED - len(noted)
        return Outlook(weeks, labels, noted[last], None, to_go, None, None, None)

    def day(week: int | None) -> date | None:
        return None if week is None else last + timedelta(weeks=week)

    return Outlook(
        weeks, labels, noted[last], answer, 0,
        day(answer.week), day(answer.earliest), day(answer.latest),
    )  # fmt: skip
