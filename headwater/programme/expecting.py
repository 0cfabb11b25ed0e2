"""What a campaign will be able to see, worked out from what was counted before it starts."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from headwater.programme.models import Campaign, Market, Outcome
from headwater.stats.answers import Change, NotEnough
from headwater.stats.markets import DrawnMarkets, effect_of_drawn_markets
from headwater.stats.planning import halving_markets, halving_series, sight_of_markets
from headwater.stats.power import Sight, sight, sight_of_series

Rows = tuple[tuple[float, ...], ...]  # period by period, a figure for each place
SEED = 20_260_601
MOST_BEFORE = 104


@dataclass(frozen=True)
class Offer:
    """One design: the smallest effect it would show, or how many places it would need."""

    comparison: str
    smallest: float | None
    have: int = 0
    needed: int | None = None


@dataclass(frozen=True)
class Expectation:
    """How small an effect would show, what is usual, and from how many periods we judge.

    For a level all figures are an average, for a count the sum over the periods that count.
    `offers` are the other designs, `halving` what would halve the smallest effect, each alone.
    """

    sight: Sight | None
    not_enough: NotEnough | None
    usual: float | None
    history: int
    periods: int
    places: int = 0
    offers: tuple[Offer, ...] = ()
    halving: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Known:
    """What was counted: where it runs, where it doesn't, and in all our places, of which so many
    are drawn to start first. Plain values, so that the same counts are foreseen once."""

    ours: Rows
    compared: Rows
    places: Rows
    drawn: int
    periods: int
    is_level: bool
    comparison: str

    @property
    def together(self) -> NDArray[np.float64]:
        table = np.array(self.ours)
        summed: NDArray[np.float64] = table.mean(axis=1) if self.is_level else table.sum(axis=1)
        return summed

    @property
    def controls(self) -> NDArray[np.float64] | None:
        table = np.array(self.compared)
        return table if table.size and np.ptp(table, axis=0).any() else None


@dataclass(frozen=True)
class Foreseen:
    found: Sight | NotEnough
    offers: tuple[Offer, ...]
    halving: tuple[Change, ...]


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
    """The smallest effect this campaign would show over the periods it is counted, by the design
    it chose, and while it isn't locked what would show a smaller one."""
    metric = campaign.metric
    rhythm, is_level = metric.rhythm, metric.is_level
    first = rhythm.first_day(campaign.starts_on)
    periods = rhythm.between(first, campaign.counted_until) + 1
    until = min(first, rhythm.first_day(at.date()))
    markets = list(metric.markets.all())
    chosen = list(campaign.markets.all())
    mine = [market for market in markets if market.is_ours]
    ours = chosen or mine
    compared = [market for market in markets if market not in ours]
    counts = counts_of(markets, until)
    days, history = together(ours, counts, is_level=is_level)
    recent = history[-max(4, rhythm.within(12)) :]
    each = 1 if is_level else periods
    usual = float(np.mean(recent)) * each if len(history) >= 4 else None
    if len(history) < max(8, periods + 4):
        return Expectation(None, None, usual, len(history), periods, len(ours))
    is_drawn = bool(campaign.lot_number and chosen and set(chosen) < set(mine))
    apart = chosen + [m for m in mine if m not in chosen] if is_drawn else mine
    known = Known(
        ours=_rows(ours, days, counts),
        compared=_rows(compared, days, counts),
        places=_rows(apart, days, counts),
        drawn=len(chosen) if is_drawn else len(mine) // 2,
        periods=periods,
        is_level=is_level,
        comparison=campaign.comparison,
    )
    seen = foresee(known, more=not campaign.is_locked)
    return Expectation(
        sight=seen.found if isinstance(seen.found, Sight) else None,
        not_enough=seen.found if isinstance(seen.found, NotEnough) else None,
        usual=usual,
        history=len(history),
        periods=periods,
        places=len(ours),
        offers=seen.offers,
        halving=seen.halving,
    )


def _rows(markets: list[Market], days: list[date], counts: dict[int, dict[date, float]]) -> Rows:
    """These markets over these days; none of a market that was not counted on one of them."""
    whole = [m for m in markets if all(day in counts[m.pk] for day in days)]
    return tuple(tuple(counts[m.pk][day] for m in whole) for day in days) if whole else ()


@lru_cache(maxsize=64)
def foresee(known: Known, *, more: bool) -> Foreseen:
    """What the chosen design would show; and with `more`, what others would and what halves it."""
    found = _by_design(known, known.comparison)
    if not more or isinstance(found, NotEnough):
        return Foreseen(found, (), ())
    others = [one for one in Campaign.Comparison.values if one != known.comparison]
    return Foreseen(found, tuple(_offer(known, one) for one in others), _halving(known))


def _by_design(known: Known, comparison: str) -> Sight | NotEnough:
    """As the verdict would: by lot where enough places are drawn among, else against untouched
    ones, else from the time before."""
    if comparison == Campaign.Comparison.LOT:
        by_lot = _by_lot(known)
        if isinstance(by_lot, Sight):
            return by_lot
    controls = None if comparison == Campaign.Comparison.BEFORE else known.controls
    if controls is not None:
        found = sight_of_markets(
            np.array(known.ours), untouched=controls, weeks=known.periods, rng=_rng()
        )
        if isinstance(found, Sight):
            return _each(found, known, len(known.ours[0]))
    alone = sight_of_series(known.together, weeks=known.periods, rng=_rng(), controls=controls)
    return _each(alone, known, 1) if isinstance(alone, Sight) else alone


def _by_lot(known: Known) -> Sight | NotEnough | None:
    """The smallest total that would show in the drawn places; None where there is nothing to draw
    among."""
    table = np.array(known.places)
    if table.size == 0 or not 0 < known.drawn < table.shape[1]:
        return None
    waiting = table[:, known.drawn :]
    if not np.ptp(waiting, axis=0).any():
        return None
    begins = len(table) - known.periods
    found = effect_of_drawn_markets(
        table[:, : known.drawn], untouched=waiting, begins=begins, rng=_rng(), draws=100
    )
    if not isinstance(found, DrawnMarkets):
        return found
    return _each(sight(found.effect.total.standard_error), known, known.drawn)


def _offer(known: Known, comparison: str) -> Offer:
    if comparison != Campaign.Comparison.LOT:
        have = len(known.compared[0]) if known.compared else 0
        if comparison == Campaign.Comparison.MARKETS and known.controls is None:
            return Offer(comparison, None, have, len(known.ours[0]) + 4)
        found = _by_design(known, comparison)
        return Offer(comparison, found.smallest if isinstance(found, Sight) else None, have)
    by_lot = _by_lot(known)
    have = len(known.places[0]) if known.places else 0
    if isinstance(by_lot, Sight):
        return Offer(comparison, by_lot.smallest, have)
    return Offer(comparison, None, have, by_lot.needed if by_lot else None)


def _halving(known: Known) -> tuple[Change, ...]:
    """By the design chosen: against untouched places where those can answer, else by a series."""
    controls = known.controls if known.comparison != Campaign.Comparison.BEFORE else None
    if controls is not None:
        found = halving_markets(
            np.array(known.ours), untouched=controls, weeks=known.periods, rng=_rng()
        )
        if found:
            return found
    return halving_series(known.together, weeks=known.periods, rng=_rng(), controls=controls)


def _rng() -> np.random.Generator:
    return np.random.default_rng(SEED)


def _each(found: Sight, known: Known, places: int) -> Sight:
    """Of a level: what is seen in the sum of periods and places, as an average of them."""
    parts = known.periods * places if known.is_level else 1
    return replace(
        found, smallest=found.smallest / parts, standard_error=found.standard_error / parts
    )
