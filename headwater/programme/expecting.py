"""What a campaign will be able to see, worked out from what was counted before it starts."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from headwater.kit.periods import week_of
from headwater.programme.models import Campaign, Market, OutcomeWeek
from headwater.stats.answers import NotEnough
from headwater.stats.power import Sight, sight_of_series

SEED = 20_260_601
WEEKS_SHOWN = 104


@dataclass(frozen=True)
class Expectation:
    """How small an effect would show, what is usual, and from how many weeks we judge."""

    sight: Sight | None
    not_enough: NotEnough | None
    usual: float | None
    weeks_of_history: int
    weeks: int


def counts_of(markets: list[Market], before: date) -> dict[int, dict[date, float]]:
    """What was counted in each market by week, in one question."""
    rows = OutcomeWeek.objects.filter(market__in=markets, week_on__lt=before, value__isnull=False)
    found: dict[int, dict[date, float]] = {market.pk: {} for market in markets}
    for market, week_on, value in rows.values_list("market", "week_on", "value"):
        found[market][week_on] = float(value or 0)
    return found


def weekly_sums(
    markets: list[Market], counts: dict[int, dict[date, float]]
) -> tuple[list[date], list[float]]:
    """The markets' counts added up week by week, whole weeks only, oldest first."""
    sums: dict[date, float] = {}
    seen: dict[date, int] = {}
    for market in markets:
        for week_on, value in counts[market.pk].items():
            sums[week_on] = sums.get(week_on, 0.0) + value
            seen[week_on] = seen.get(week_on, 0) + 1
    whole = sorted(week for week, count in seen.items() if count == len(markets))
    return whole[-WEEKS_SHOWN:], [sums[week] for week in whole[-WEEKS_SHOWN:]]


def expect(campaign: Campaign, at: datetime) -> Expectation:
    """The smallest effect this campaign would show over the weeks it is counted."""
    first, last = week_of(campaign.starts_on), week_of(campaign.counted_until)
    weeks = (last - first).days // 7 + 1
    until = min(first, week_of(at.date()))
    markets = list(campaign.metric.markets.all())
    ours = list(campaign.markets.all()) or [market for market in markets if market.is_ours]
    compared = [market for market in markets if market not in ours]
    counts = counts_of([*ours, *compared], until)
    days, history = weekly_sums(ours, counts)
    usual = float(np.mean(history[-12:])) * weeks if len(history) >= 4 else None
    controls = None
    if campaign.comparison != Campaign.Comparison.BEFORE and compared:
        columns = [dict(zip(*weekly_sums([m], counts), strict=True)) for m in compared]
        common = [d for d in days if all(d in column for column in columns)]
        if len(common) >= 8:
            history = [h for d, h in zip(days, history, strict=True) if d in set(common)]
            controls = np.array([[column[d] for column in columns] for d in common])
    if len(history) < max(8, weeks + 4):
        return Expectation(None, None, usual, len(history), weeks)
    rng = np.random.default_rng(SEED)
    found = sight_of_series(np.array(history), weeks=weeks, rng=rng, controls=controls)
    if isinstance(found, NotEnough):
        return Expectation(None, found, usual, len(history), weeks)
    return Expectation(found, None, usual, len(history), weeks)
