from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import NotEnough, Unit
from headwater.stats.arrays import checked_level, mask

WEEKS_NEEDED = 4
DAMPING = 0.9
# How much the level, and the slope, wander from week to week, as shares of the noise in a week.
LEVEL_WANDERS = (0.05, 0.15, 0.3, 0.6, 1.0)
SLOPE_WANDERS = (0.01, 0.03, 0.1, 0.3)


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """When a partner's own goal will probably be reached, and the weeks until then.

    Weeks count from the last one given: 1 is next week, 0 means it is reached already. `week` is
    None where reaching it within the horizon is less likely than not, `latest` where the later end
    of the range lies beyond. `reached_by[h]` is the probability of having reached it by week
    h + 1. `expected`, `low` and `high` are the usual week (or, for a running total, the total)
    in the weeks to come.
    """

    week: int | None
    earliest: int | None
    latest: int | None
    level: float
    reached_by: NDArray[np.float64]
    expected: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def probability_by(self, week: int) -> float:
        """Probability that the target is reached in `week` or before."""
        if week < 1:
            return 1.0 if self.week == 0 else 0.0
        return float(self.reached_by[min(week, self.reached_by.size) - 1])


def forecast(
    weeks: ArrayLike,
    *,
    target: float,
    rng: np.random.Generator,
    observed: NDArray[np.bool_] | None = None,
    adds_up: bool = False,
    falling: bool = False,
    horizon: int = 104,
    level: float = 0.8,
    draws: int = 2000,
) -> Forecast | NotEnough:
    """Forecast the week in which a weekly figure will usually be at its target.

    Parameters
    ----------
    weeks : array, shape (n,)
        One value a week, oldest first.
    target : float
        What to reach, in the same unit: a usual week, or with `adds_up` the total of all weeks.
    rng : Generator
        Draws the paths.
    observed : bool array, shape (n,), optional
        False in weeks whose value is not known. Such a week is not nought.
    adds_up : bool
        The target is a total to which every week adds. An unknown week adds nothing.
    falling : bool
        The target is to be come down to. Not with `adds_up`.
    horizon : int
        Weeks to look ahead.
    level : float in (0, 1)
        Coverage wanted of the range.
    draws : int
        Paths drawn.

    Returns
    -------
    Forecast or NotEnough
        NotEnough with fewer than four observed weeks.

    Raises
    ------
    ValueError
        If an observed value is missing, lengths differ, or `falling` and `adds_up` are both asked.

    Notes
    -----
    A local level with a damped slope; how much they wander is averaged over a grid by likelihood.
    The slope fades, so a good month doesn't promise a good year. Assumes no known season: with a
    year of weeks or more and a clear season, use a model with one.
    Source: Gardner & McKenzie (1985), Management Science 31:1237-1246, in state-space form,
    Durbin & Koopman (2012), section 3.2.
    """
    if adds_up and falling:
        raise ValueError("a total cannot be come down to")
    values, seen = _observed(weeks, observed)
    if seen.sum() < WEEKS_NEEDED:
        return NotEnough(Unit.WEEKS, have=int(seen.sum()), needed=WEEKS_NEEDED)
    tail = (1 - checked_level(level)) / 2
    start, paths = _paths(values, seen, horizon, draws, rng, adds_up=adds_up)
    if (values[seen] >= 0).all():
        paths = np.maximum(paths, 0)
    now = start
    if adds_up:
        now = float(values[seen].sum())
        paths = now + np.cumsum(paths, axis=1)
    sign = -1 if falling else 1
    there = sign * paths >= sign * target
    if sign * now >= sign * target:
        there[:] = True
    reached_by = np.maximum.accumulate(there, axis=1).mean(axis=0)
    low, high = np.quantile(paths, [tail, 1 - tail], axis=0)
    is_done = sign * now >= sign * target
    return Forecast(
        week=0 if is_done else _first(reached_by, 0.5),
        earliest=0 if is_done else _first(reached_by, tail),
        latest=0 if is_done else _first(reached_by, 1 - tail),
        level=level,
        reached_by=reached_by,
        expected=paths.mean(axis=0),
        low=low,
        high=high,
    )


def _observed(
    weeks: ArrayLike, observed: NDArray[np.bool_] | None
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    values = np.asarray(weeks, dtype=np.float64)
    if values.ndim != 1:
        raise ValueError("weeks must be one row of numbers")
    seen = np.ones(values.size, dtype=np.bool_)
    if observed is not None:
        seen = mask("observed", observed, size=values.size)
    if not np.isfinite(values[seen]).all():
        raise ValueError("weeks has missing values that are called observed")
    return np.where(seen, values, 0.0), seen


def _first(reached_by: NDArray[np.float64], share: float) -> int | None:
    over = np.flatnonzero(reached_by >= share)
    return int(over[0]) + 1 if over.size else None


def _paths(
    values: NDArray[np.float64],
    seen: NDArray[np.bool_],
    horizon: int,
    draws: int,
    rng: np.random.Generator,
    *,
    adds_up: bool,
) -> tuple[float, NDArray[np.float64]]:
    """Usual level at the last week, and drawn paths of the weeks to come, shape (draws, horizon).

    Every cell of the grid is filtered with a noise of one; the noise's true size is then known up
    to an inverse gamma, and drawn with the path.
    """
    scale = float(values[seen].std()) or max(abs(float(values[seen].mean())) * 0.05, 1e-9)
    scaled = values / scale
    grid = [(level, slope) for level in LEVEL_WANDERS for slope in SLOPE_WANDERS]
    cells = [_filter(scaled, seen, level, slope) for level, slope in grid]
    weight = np.array([cell.logged for cell in cells])
    chosen = rng.choice(len(cells), size=draws, p=_shares(weight))
    mean = np.array([cells[place].state for place in range(len(cells))])
    root = np.array([np.linalg.cholesky(cell.spread + 1e-12 * np.eye(2)) for cell in cells])
    # A weak prior of one week's worth keeps three equal weeks from claiming certainty.
    degrees = seen.sum() + 1
    quadratic = np.array([cell.quadratic for cell in cells])[chosen] + 0.1
    noise = np.sqrt(quadratic / rng.chisquare(degrees, draws))
    state = mean[chosen] + noise[:, None] * np.einsum(
        "dij,dj->di", root[chosen], rng.normal(size=(draws, 2))
    )
    wanders = np.array(grid)[chosen] * noise[:, None]
    level, slope = state[:, 0], state[:, 1]
    paths = np.empty((draws, horizon))
    for week in range(horizon):
        slope = DAMPING * slope
        level = level + slope + wanders[:, 0] * rng.normal(size=draws)
        slope = slope + wanders[:, 1] * rng.normal(size=draws)
        paths[:, week] = level + (noise * rng.normal(size=draws) if adds_up else 0)
    return float(_shares(weight) @ mean[:, 0]) * scale, paths * scale


@dataclass(frozen=True, slots=True, eq=False)
class _Filtered:
    state: NDArray[np.float64]
    spread: NDArray[np.float64]
    logged: float
    quadratic: float


def _filter(
    values: NDArray[np.float64], seen: NDArray[np.bool_], level: float, slope: float
) -> _Filtered:
    """Kalman filter for level and damped slope, with the noise's size integrated out."""
    first = values[seen][:3].mean()
    state = np.array([first, 0.0])
    spread = np.diag([10.0, 0.25])
    move = np.array([[1.0, DAMPING], [0.0, DAMPING]])
    wander = np.diag([level**2, slope**2])
    quadratic = logged = 0.0
    for value, is_seen in zip(values, seen, strict=True):
        state, spread = move @ state, move @ spread @ move.T + wander
        if is_seen:
            variance = float(spread[0, 0]) + 1
            surprise = value - state[0]
            gain = spread[:, 0] / variance
            state = state + gain * surprise
            spread = spread - np.outer(gain, spread[0])
            quadratic += float(surprise**2) / variance
            logged -= 0.5 * np.log(variance)
    degrees = seen.sum() + 1
    logged -= 0.5 * degrees * np.log(quadratic + 0.1)
    return _Filtered(state, (spread + spread.T) / 2, float(logged), quadratic)


def _shares(logged: NDArray[np.float64]) -> NDArray[np.float64]:
    weights = np.exp(logged - logged.max())
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares
