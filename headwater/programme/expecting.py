"""What a campaign will be able to see, worked out from what was counted before it starts."""

from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from headwater.programme.models import Campaign, Market, Outcome
from headwater.stats.answers import NotEnough
from headwater.stats.power import Sight, sight_of_series

SEED = 20_260_601
MOST_BEFORE = 104


@dataclass(frozen=True)
class Expectation:
    """How small an effect would show, what is usual, and from how many periods we judge.

    For a level all figures are an average, for a count the sum over the periods that count.
    """

    sight: Sight | None
    not_enough: NotEnough | None
    usual: float | None
    history: int
    periods: int


def counts_of(markets: list[Market], before: date) -> dict[int, dict[date, float]]:
    """What was counted in each market by period, in one question."""
    rows = Outcome.objects.filter(market__in=markets, period_on__lt=before, value__isnull=False)
    found: dict[int, dict[date, float]] = {market.pk: {} for market in markets}
    for market, period_on, value in rows.values_list("market", "period_on", "value"):
        found[market][period_on] = float(value or 0)
    return found


def together(
    markets: list[Market], counts: dict[int, dict[date, float]], *, is_level: bool
) -> tuple[list[date], list[float]]:
    """The markets' counts added up (levels: averaged) period by period, oldest first."""
    sums: dict[date, float] = {}
    seen: dict[date, int] = {}
    for market in markets:
        for period_on, value in counts[market.pk].items():
            sums[period_on] = sums.get(period_on, 0.0) + value
            seen[period_on] = seen.get(period_on, 0) + 1
    whole = sorted(period for period, count in seen.items() if count == len(markets))
    share = len(markets) if is_level else 1
    return whole[-MOST_BEFORE:], [sums[period] / share for period in whole[-MOST_BEFORE:]]


def expect(campaign: Campaign, at: datetime) -> Expectation:
    """The smallest effect this campaign would show over the periods it is counted."""
    metric = campaign.metric
    rhythm, is_level = metric.rhythm, metric.is_level
    first = rhythm.first_day(campaign.starts_on)
    periods = rhythm.between(first, campaign.counted_until) + 1
    until = min(first, rhythm.first_day(at.date()))
    markets = list(metric.markets.all())
    ours = list(campaign.markets.all()) or [market for market in markets if market.is_ours]
    compared = [market for market in markets if market not in ours]
    counts = counts_of([*ours, *compared], until)
    days, history = together(ours, counts, is_level=is_level)
    recent = history[-max(4, rhythm.within(12)) :]
    each = 1 if is_level else periods
    usual = float(np.mean(recent)) * each if len(history) >= 4 else None
    controls = None
    if campaign.comparison != Campaign.Comparison.BEFORE and compared:
        columns = [
            dict(zip(*together([m], counts, is_level=is_level), strict=True)) for m in compared
        ]
        common = [d for d in days if all(d in column for column in columns)]
        if len(common) >= 8:
            history = [h for d, h in zip(days, history, strict=True) if d in set(common)]
            controls = np.array([[column[d] for column in columns] for d in common])
    if len(history) < max(8, periods + 4):
        return Expectation(None, None, usual, len(history), periods)
    rng = np.random.default_rng(SEED)
    found = sight_of_series(np.array(history), weeks=periods, rng=rng, controls=controls)
    if isinstance(found, NotEnough):
        return Expectation(None, found, usual, len(history), periods)
    return Expectation(_each(found, periods if is_level else 1), None, usual, len(history), periods)


def _each(sight: Sight, periods: int) -> Sight:
    """What is seen in the sum of the periods, as an average of them."""
    return replace(
        sight, smallest=sight.smallest / periods, standard_error=sight.standard_error / periods
    )
