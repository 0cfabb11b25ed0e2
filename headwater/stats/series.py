from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import Estimate, NotEnough, Unit
from headwater.stats.arrays import checked_level, drawn_estimate, mask, matrix, vector
from headwater.stats.levels import Drift, Level

WEEKS_NEEDED = 12  # the spread of fewer is too unsure to judge by


@dataclass(frozen=True, slots=True, eq=False)
class SeriesEffect:
    """What happened, less what would have happened without it.

    `expected`, `low` and `high`, one for each week given, are the weeks without it: a new week
    lies inside with probability `level`. `lift` is what happened less `expected`, `covariance` that
    of its errors: weeks err together, since they lean on the same weeks before. `total_draws` are
    draws of the effect summed over the counted weeks, for questions such as the odds that the aim
    was met. `leaned_on` says for each control how probable it is that the series needs it.
    """

    per_week: Estimate
    total: Estimate
    relative: Estimate | None
    expected: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    lift: NDArray[np.float64]
    covariance: NDArray[np.float64]
    total_draws: NDArray[np.float64]
    leaned_on: NDArray[np.float64]
    weeks_before: int
    weeks_counted: int

    def probability_of(self, aim: float) -> float:
        """Probability that the total effect reached the aim (or fell to it, if it is negative)."""
        met = self.total_draws <= aim if aim < 0 else self.total_draws >= aim
        return float(met.mean())


@dataclass(frozen=True, slots=True)
class Placebos:
    """The same question asked at dates when nothing happened."""

    begins: tuple[int, ...]
    effects: tuple[Estimate, ...]

    @property
    def false_alarms(self) -> int:
        """How many of them claim an effect. More than one in six: don't trust the real one."""
        return sum(effect.excludes_nought for effect in self.effects)


def effect_in_series(
    outcome: ArrayLike,
    *,
    begins: int,
    rng: np.random.Generator,
    ends: int | None = None,
    controls: ArrayLike | None = None,
    observed: NDArray[np.bool_] | None = None,
    level: float = 0.95,
    drift: Drift | None = None,
    draws: int = 4000,
) -> SeriesEffect | NotEnough:
    """Effect of something that began in one week, judged from the weeks before.

    Parameters
    ----------
    outcome : array, shape (weeks,)
        The one number, week by week.
    begins : int
        Place of the first week that may be touched by it.
    rng : Generator
        Draws from the posterior.
    ends : int, optional
        Place after the last week that counts. Later weeks are shown and not counted.
    controls : array, shape (weeks, p), optional
        Series that move as this one does and were not touched: other markets, search interest.
    observed : bool array, shape (weeks,), optional
        False in weeks whose outcome is not known. Such a week is not nought.
    level : float in (0, 1)
        Coverage wanted of the ranges.
    drift : Drift, optional
        How much the level is thought to wander in a week, and how firmly. Without it the weeks
        before say so alone. Google's `Drift(0.01, 32)` covers the truth only 35 to 64 times in 100
        where no control tells of the wandering.
    draws : int
        How many draws.

    Returns
    -------
    SeriesEffect or NotEnough
        Effects in the unit of `outcome`. NotEnough with fewer than twelve observed weeks before,
        or without one observed week among those that count.

    Raises
    ------
    ValueError
        If `begins` or `ends` lie outside the weeks, lengths differ, or values are missing that
        are called observed.

    Notes
    -----
    Assumes that controls were not touched and keep their relation, and that nothing else began
    in the same weeks: without controls a storm or a holiday would count as the effect. Don't use
    it with a strong season and less than two years of weeks, unless a control has the season too.
    Local level with regression. The first level, the controls' weights and the noise are integrated
    exactly, how much of what a week adds is level lies on a grid, and every subset of up to eight
    controls is averaged over.
    Source: Brodersen et al. (2015), Annals of Applied Statistics 9:247-274, without Monte Carlo
    in the fit; g-prior of one observation as there, section 2.2. How much is level has the prior of
    Jeffreys for a share: Gelman (2006), Bayesian Analysis 1:515-534, section 4.3 (half-Cauchy).
    """
    values, table, seen = _series(outcome, controls, observed)
    end = values.size if ends is None else ends
    if not 0 < begins < end <= values.size:
        raise ValueError("begins and ends must lie within the weeks")
    checked_level(level)
    before = np.flatnonzero(seen[:begins])
    counted = begins + np.flatnonzero(seen[begins:end])
    if before.size < WEEKS_NEEDED:
        return NotEnough(Unit.WEEKS, have=int(before.size), needed=WEEKS_NEEDED)
    if not counted.size:
        return NotEnough(Unit.WEEKS, have=0, needed=1)
    model = Level.of(values, table, before, drift=drift)
    without = model.draw(rng, draws)
    totals = (values[counted] - without[:, counted]).sum(axis=1)
    tail = (1 - level) / 2
    total = drawn_estimate(totals, level=level)
    low, high = np.quantile(without, [tail, 1 - tail], axis=0)
    usual = without[:, counted].sum(axis=1)
    expected = without.mean(axis=0)
    return SeriesEffect(
        per_week=total.times(1 / counted.size),
        total=total,
        relative=drawn_estimate(totals / usual, level=level) if (usual > 0).all() else None,
        expected=expected,
        low=low,
        high=high,
        lift=np.where(seen, values - expected, 0.0),
        covariance=np.cov(without.T),
        total_draws=totals,
        leaned_on=model.leaned_on,
        weeks_before=int(before.size),
        weeks_counted=int(counted.size),
    )


def placebo_dates(
    outcome: ArrayLike,
    *,
    begins: int,
    rng: np.random.Generator,
    ends: int | None = None,
    controls: ArrayLike | None = None,
    observed: NDArray[np.bool_] | None = None,
    level: float = 0.95,
    dates: int = 6,
) -> Placebos:
    """Ask for the effect at dates before anything happened; it should be nought.

    Parameters
    ----------
    outcome, begins, rng, ends, controls, observed, level
        As in `effect_in_series`. Only the weeks before `begins` are used.
    dates : int
        How many dates, evenly spread. Fewer are returned where the weeks don't suffice.

    Returns
    -------
    Placebos
        Where each began, and its effect per week.

    Raises
    ------
    ValueError
        As in `effect_in_series`.

    Notes
    -----
    Each lasts as long as the real one. Neighbouring dates share weeks, so six are worth less than
    six independent trials: they can show a fault, and cannot prove there is none.
    Source: Abadie, Diamond & Hainmueller (2015), American Journal of Political Science 59, "in-time
    placebos".
    """
    values, table, seen = _series(outcome, controls, observed)
    end = values.size if ends is None else ends

    def ask(place: int, stop: int) -> SeriesEffect | None:
        result = effect_in_series(
            values[:stop],
            begins=place,
            rng=rng,
            controls=table[:stop] if table.shape[1] else None,
            observed=seen[:stop],
            level=level,
            draws=2000,
        )
        return result if isinstance(result, SeriesEffect) else None

    return placebos_before(begins, end, ask, dates=dates)


def placebos_before(
    begins: int, ends: int, ask: Callable[[int, int], SeriesEffect | None], *, dates: int
) -> Placebos:
    """Ask at so many dates for the effect from there up to the place after its last week.

    Dates are evenly spread over the weeks before; each lasts as long as the real one, at most a
    third of what came before. Fewer, or none, where the weeks don't suffice or there is no answer.
    """
    length = max(min(ends - begins, begins // 3), 1)
    first, last = max(WEEKS_NEEDED, begins // 3), begins - length
    spread = np.linspace(first, last, dates if first <= last else 0)
    begun, effects = [], []
    for place in sorted({round(place) for place in spread.tolist()}):
        found = ask(place, place + length)
        if found is not None:
            begun.append(place)
            effects.append(found.per_week)
    return Placebos(tuple(begun), tuple(effects))


def _series(
    outcome: ArrayLike, controls: ArrayLike | None, observed: NDArray[np.bool_] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    values = np.asarray(outcome, dtype=np.float64)
    seen = np.ones(values.size, dtype=np.bool_)
    if observed is not None:
        seen = mask("observed", observed, size=values.size)
    values = np.where(seen, values, 0.0)
    values = vector("outcome", values)
    if controls is None:
        return values, np.zeros((values.size, 0)), seen
    table = matrix("controls", controls)
    if table.shape[0] != values.size:
        raise ValueError("controls need one row for each week")
    return values, table, seen
