from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import Estimate, NotEnough, Unit
from headwater.stats.arrays import checked_level
from headwater.stats.panels import Panel
from headwater.stats.series import Placebos, SeriesEffect, placebos_before

ALL_DRAWS = 5000
WEEKS_NEEDED = 5
FEWEST_WEEKS_BEFORE = 8


@dataclass(frozen=True, slots=True, eq=False)
class DrawnMarkets:
    """What beginning in the markets that were drawn did there.

    `effect` is of the drawn markets together, and is drawn as one of a series. `possible_draws` is
    in how many ways the lot could have fallen, `probability_by_luck` the share of them that would
    show at least as much had nothing happened.
    """

    effect: SeriesEffect
    probability_by_luck: float
    possible_draws: int
    drawn: int
    waiting: int
    in_shares: bool


def effect_of_drawn_markets(
    outcome: ArrayLike,
    *,
    untouched: ArrayLike,
    begins: int,
    rng: np.random.Generator,
    ends: int | None = None,
    observed: NDArray[np.bool_] | None = None,
    untouched_observed: NDArray[np.bool_] | None = None,
    in_shares: bool | None = None,
    level: float = 0.95,
    draws: int = 4000,
) -> DrawnMarkets | NotEnough:
    """Effect of beginning in markets that were drawn by lot, while the others waited.

    Parameters
    ----------
    outcome : array, shape (weeks,) or (weeks, k)
        The markets drawn to begin first.
    untouched : array, shape (weeks, p)
        All the others of which they were drawn, while they wait.
    begins, rng, ends, observed, untouched_observed, in_shares, level, draws
        As in `synthetic.effect_against_untouched`.

    Returns
    -------
    DrawnMarkets or NotEnough
        Effects in the unit of `outcome`, summed over the drawn markets. NotEnough where the lot
        could have fallen in too few ways for a range of this level (`needed` markets would do), or
        there are too few weeks.

    Raises
    ------
    ValueError
        As in `synthetic.effect_against_untouched`.

    Notes
    -----
    Each market's change, from twice the counted weeks before (at least eight) to the counted ones;
    drawn less waiting; and the same for every way in which the lot could have fallen, or 5,000 of
    them. The range holds every effect that this test would not turn down, exactly, whatever the
    noise. Assumes that the lot was drawn among just these, that the effect is alike in all drawn
    markets (or the share of their usual is), and that those who wait aren't reached.
    Source: Imbens & Rubin (2015), Causal Inference, sections 5.4 to 5.7; Garthwaite (1996),
    Biometrics 52:1387-1393, for the range.
    """
    panel = Panel.of(
        outcome,
        untouched,
        begins=begins,
        ends=ends,
        observed=observed,
        untouched_observed=untouched_observed,
        in_shares=in_shares,
    )
    k, p = panel.treated.shape[1], panel.donors.shape[1]
    if p < 1 or comb(k + p, k) < _draws_needed(level):
        needed = markets_needed(level=level, drawn=k if k + p >= markets_needed(level=level) else 0)
        return NotEnough(Unit.GROUPS, have=k + p, needed=needed)
    missing = panel.weeks_missing(WEEKS_NEEDED)
    if missing:
        return missing
    window = panel.before[-max(2 * panel.counted.size, FEWEST_WEEKS_BEFORE) :]
    paths = np.hstack([panel.treated, panel.donors])
    paths = paths - paths[window].mean(axis=0)
    changes = paths[panel.counted].sum(axis=0)
    lots = _lots(k, p, rng)
    shown, apart = _apart(lots, changes, k)
    return DrawnMarkets(
        effect=_as_series(shown, apart, paths, panel, window.size, rng, level=level, draws=draws),
        probability_by_luck=float((np.abs(shown) >= abs(shown[0]) * (1 - 1e-9)).mean()),
        possible_draws=comb(k + p, k),
        drawn=k,
        waiting=p,
        in_shares=panel.in_shares,
    )


def placebo_dates_of_drawn_markets(
    outcome: ArrayLike,
    *,
    untouched: ArrayLike,
    begins: int,
    rng: np.random.Generator,
    ends: int | None = None,
    observed: NDArray[np.bool_] | None = None,
    untouched_observed: NDArray[np.bool_] | None = None,
    level: float = 0.95,
    dates: int = 6,
) -> Placebos:
    """Ask for the effect at dates before anything happened; it should be nought.

    Parameters
    ----------
    outcome, untouched, begins, rng, ends, observed, untouched_observed, level
        As in `effect_of_drawn_markets`. Only the weeks before `begins` are used.
    dates : int
        How many dates, evenly spread. Fewer are returned where the weeks don't suffice.

    Returns
    -------
    Placebos
        Where each began, and its effect per week.

    Raises
    ------
    ValueError
        As in `effect_of_drawn_markets`.

    Notes
    -----
    As in `series.placebo_dates`, whose source it shares.
    """
    table, others = np.asarray(outcome, np.float64), np.asarray(untouched, np.float64)

    def ask(place: int, stop: int) -> SeriesEffect | None:
        result = effect_of_drawn_markets(
            table[:stop],
            untouched=others[:stop],
            begins=place,
            rng=rng,
            observed=None if observed is None else observed[:stop],
            untouched_observed=None if untouched_observed is None else untouched_observed[:stop],
            level=level,
            draws=100,
        )
        return result.effect if isinstance(result, DrawnMarkets) else None

    return placebos_before(begins, len(table) if ends is None else ends, ask, dates=dates)


def markets_needed(*, level: float = 0.95, drawn: int = 0) -> int:
    """How many markets a lot must be drawn among before any answer of this level is possible.

    Parameters
    ----------
    level : float in (0, 1)
        Coverage wanted of the range.
    drawn : int
        How many of them are drawn; nought for half.

    Returns
    -------
    int
        At 0.95: 8 where half are drawn, 40 where one is.

    Raises
    ------
    ValueError
        If `level` is outside (0, 1) or `drawn` below nought.

    Notes
    -----
    With fewer, luck alone shows as much as was seen more often than the level allows, whatever is
    seen. It makes an answer possible, not likely: see `power` for how small an effect would show.
    Source: as in `effect_of_drawn_markets`.
    """
    if drawn < 0:
        raise ValueError("drawn is nought or more")
    needed = max(drawn + 1, 2)
    while comb(needed, drawn or needed // 2) < _draws_needed(level):
        needed += 1
    return needed


def _draws_needed(level: float) -> float:
    return 2 / (1 - checked_level(level)) - 1e-9


def _lots(drawn: int, waiting: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Ways in which the lot could have fallen, shape (draws, markets), the real one first."""
    many = drawn + waiting
    if comb(many, drawn) <= ALL_DRAWS:
        lots = np.zeros((comb(many, drawn), many), np.bool_)
        for row, chosen in enumerate(combinations(range(many), drawn)):
            lots[row, list(chosen)] = True
        return lots  # the first of them is the first so many: the real one
    lots = rng.permuted(np.tile(np.arange(many) < drawn, (ALL_DRAWS, 1)), axis=1)
    lots[0] = np.arange(many) < drawn
    return lots


def _apart(
    lots: NDArray[np.bool_], changes: NDArray[np.float64], drawn: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Drawn less waiting for each lot, and the effect at which each would show as much as the real.

    Of the latter there is none for the real lot itself.
    """
    signs = np.where(lots, 1 / drawn, -1 / (lots.shape[1] - drawn))
    shown = signs @ changes
    overlap = signs[:, :drawn].sum(axis=1)
    other = overlap < 1 - 1e-9
    return shown, (shown[0] - shown[other]) / (1 - overlap[other])


def _as_series(
    shown: NDArray[np.float64],
    apart: NDArray[np.float64],
    paths: NDArray[np.float64],
    panel: Panel,
    window: int,
    rng: np.random.Generator,
    *,
    level: float,
    draws: int,
) -> SeriesEffect:
    """The effect of all drawn markets together, as a series' effect is told."""
    unit, counted, k = panel.unit, panel.counted, panel.treated.shape[1]
    ours, others = paths[:, :k], paths[:, k:]
    gap = (ours.mean(axis=1) - others.mean(axis=1)) * unit
    left = np.hstack(
        [ours - ours.mean(axis=1, keepdims=True), others - others.mean(axis=1, keepdims=True)]
    )
    degrees = paths.shape[1] - 2
    covariance = left @ left.T / degrees * (1 / k + 1 / others.shape[1]) * unit**2
    error = float(np.sqrt(covariance[np.ix_(counted, counted)].sum()))
    total = _read(float(shown[0]) * unit, np.sort(apart) * unit, error, level)
    beyond = np.concatenate([apart * unit, [total.low - error, total.high + error]])
    odds = np.concatenate([np.ones(apart.size), [0.5, 0.5]]) / (apart.size + 1)
    return panel.told_as_series(
        gap,
        covariance,
        degrees=degrees,
        total=total,
        totals=rng.choice(beyond, size=draws, p=odds),
        weights=1 / panel.kept.size,
        weeks_before=window,
    )


def _read(value: float, apart: NDArray[np.float64], error: float, level: float) -> Estimate:
    """Which effects the test would not turn down, from the sorted ones at which lots are even."""
    ways = apart.size + 1
    place = int((1 - level) / 2 * ways + 1e-9)
    above = float((apart > 0).sum() + (apart == 0).sum() / 2)
    return Estimate(
        value=value,
        low=min(float(apart[place - 1]), value),
        high=max(float(apart[-place]), value),
        level=level,
        probability_positive=(above + 0.5) / ways,
        standard_error=error,
    )
