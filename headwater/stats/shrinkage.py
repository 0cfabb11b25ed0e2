from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import Estimate, NotEnough, Unit
from headwater.stats.arrays import checked_level, vector

GROUPS_NEEDED = 3
PLACES = 150
HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What others have found for things of this kind: their average and how far they spread."""

    centre: float
    spread: float

    def __post_init__(self) -> None:
        if not self.spread > 0:
            raise ValueError("a benchmark's spread is above nought")


@dataclass(frozen=True, slots=True, eq=False)
class Shrunk:
    """Estimates of several things of a kind, each leaning on what the others showed.

    `estimates` stand in the order given. `centre` is what the kind does on average and `spread`
    by how much its members truly differ, noise taken off. `borrowed[k]` is the share of estimate k
    that came from the others, 0 to 1: near 1 where its own figures say little.
    """

    estimates: tuple[Estimate, ...]
    centre: Estimate
    spread: Estimate
    borrowed: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class WhatIf:
    """What would follow if a benchmark from elsewhere held here. Never an answer on its own.

    `surprise` is how probable it is that our own figures stray from the benchmark as far as they
    do, if it held: below 0.05 the benchmark is not about us.
    """

    benchmark: Benchmark
    estimates: tuple[Estimate, ...]
    borrowed: NDArray[np.float64]
    surprise: float

    @property
    def is_believable(self) -> bool:
        return self.surprise >= 0.05


def shrunk(
    values: ArrayLike, standard_errors: ArrayLike, *, level: float = 0.95
) -> Shrunk | NotEnough:
    """Let the estimates of a few things of a kind lean on each other.

    For small organisations: five activities that thirty partners came to say little one by one,
    and more together.

    Parameters
    ----------
    values : array, shape (k,)
        One estimate each, all in the same unit.
    standard_errors : array, shape (k,)
        Of those estimates, above nought.
    level : float in (0, 1)
        Coverage wanted of the ranges.

    Returns
    -------
    Shrunk or NotEnough
        In the unit of `values`. NotEnough with fewer than three: two cannot show how far things
        of a kind differ.

    Raises
    ------
    ValueError
        If lengths differ, a standard error is nought or less, or a value is missing.

    Notes
    -----
    Assumes that the k errors are independent and normal, and that nothing known beforehand sets one
    of them apart: don't mix campaigns with webinars. How far they truly spread is not plugged in
    but averaged over, with every spread thought equally likely beforehand; so the ranges stay wide
    where five things cannot tell it. One member far from the rest is pulled in too far.
    Source: Morris (1983), Journal of the American Statistical Association 78:47-55, with the flat
    prior on the spread of Gelman (2006), Bayesian Analysis 1:515-534, section 5.2.
    """
    seen, errors = _seen(values, standard_errors)
    checked_level(level)
    if seen.size < GROUPS_NEEDED:
        return NotEnough(Unit.GROUPS, have=seen.size, needed=GROUPS_NEEDED)
    spread, logged = _spreads(seen, errors)
    variance = errors**2 + spread[:, None] ** 2
    doubt = 1 / (1 / variance).sum(axis=1)
    centre = doubt * (seen / variance).sum(axis=1)
    off = ((seen - centre[:, None]) ** 2 / variance).sum(axis=1)
    logged = logged + 0.5 * (np.log(doubt) - np.log(variance).sum(axis=1) - off)
    odds = np.exp(logged - logged.max())
    odds /= odds.sum()
    lean = errors**2 / variance
    middle = seen + lean * (centre[:, None] - seen)
    width = np.sqrt((1 - lean) * errors**2 + lean**2 * doubt[:, None])
    return Shrunk(
        estimates=_mixed(odds, middle, width, level),
        centre=_mixed(odds, centre[:, None], np.sqrt(doubt)[:, None], level)[0],
        spread=_weighed(odds, spread, level),
        borrowed=odds @ lean,
    )


def what_if(
    values: ArrayLike,
    standard_errors: ArrayLike,
    *,
    benchmark: Benchmark,
    level: float = 0.95,
) -> WhatIf:
    """What our figures would say if a benchmark from elsewhere held here too.

    Parameters
    ----------
    values, standard_errors : arrays, shape (k,)
        As in `shrunk`; one is enough.
    benchmark : Benchmark
        In the unit of `values`.
    level : float in (0, 1)
        Coverage wanted of the ranges, were the benchmark right.

    Returns
    -------
    WhatIf
        To be shown apart from the answer and called a what-if.

    Raises
    ------
    ValueError
        As in `shrunk`.

    Notes
    -----
    In simulation a benchmark that was wrong by two of its spreads let the ranges cover far less
    than they say, so never rest an answer on one.
    Source: Morris (1983), equation 1.1; the surprise is the prior predictive check of Box (1980),
    Journal of the Royal Statistical Society A 143:383-430.
    """
    seen, errors = _seen(values, standard_errors)
    variance = errors**2 + benchmark.spread**2
    lean = errors**2 / variance
    middle = seen + lean * (benchmark.centre - seen)
    width = np.sqrt(1 - lean) * errors
    # Members share the benchmark's error of the centre, so it is the average that is held up to it.
    weight = 1 / errors**2 / (1 / errors**2).sum()
    apart = float(weight @ seen) - benchmark.centre
    off = abs(apart) / float(np.sqrt((weight**2 * errors**2).sum() + benchmark.spread**2))
    estimates = _mixed(np.ones(1), middle[None], width[None], checked_level(level))
    return WhatIf(benchmark, estimates, lean, surprise=float(2 * scipy.special.ndtr(-off)))


def _seen(
    values: ArrayLike, standard_errors: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    seen, errors = vector("values", values), vector("standard_errors", standard_errors)
    if seen.size != errors.size or (errors <= 0).any():
        raise ValueError("each value needs a standard error above nought")
    return seen, errors


def _spreads(
    seen: NDArray[np.float64], errors: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Spreads from hardly any to far beyond what was seen, and the log of each one's prior share.

    Even steps in logs; all spreads being equally likely, each stands for as much as it reaches.
    """
    least = 0.02 * float((1 / errors**2).mean()) ** -0.5
    most = 100 * max(float(np.ptp(seen)), float(errors.max()))
    spread = np.geomspace(least, most, PLACES)
    return spread, np.log(spread)


def _mixed(
    odds: NDArray[np.float64],
    middle: NDArray[np.float64],
    width: NDArray[np.float64],
    level: float,
) -> tuple[Estimate, ...]:
    """Estimates that are mixtures of normals, (places, members), with the odds of each place."""
    value = odds @ middle
    error = np.sqrt(odds @ (width**2 + (middle - value) ** 2))
    above = odds @ scipy.special.ndtr(middle / width)
    tail = (1 - level) / 2
    ends = _quantiles(odds, middle, width, np.array([[tail], [1 - tail]]))
    return tuple(
        Estimate(
            value=float(value[k]),
            low=min(float(ends[0][k]), float(value[k])),
            high=max(float(ends[1][k]), float(value[k])),
            level=level,
            probability_positive=float(min(above[k], 1.0)),
            standard_error=float(error[k]),
        )
        for k in range(value.size)
    )


def _quantiles(
    odds: NDArray[np.float64],
    middle: NDArray[np.float64],
    width: NDArray[np.float64],
    shares: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Places below which these shares of each mixture lie, (shares, members), by halving."""
    low, high = (middle - 9 * width).min(axis=0), (middle + 9 * width).max(axis=0)
    for _ in range(HALVINGS):
        half = (low + high) / 2
        held = scipy.special.ndtr((half[..., None, :] - middle) / width)
        below = np.tensordot(held, odds, (-2, 0)) < shares
        low, high = np.where(below, half, low), np.where(below, high, half)
    found: NDArray[np.float64] = high
    return found


def _weighed(odds: NDArray[np.float64], places: NDArray[np.float64], level: float) -> Estimate:
    """An estimate from the odds of rising places, all of them above nought."""
    value, tail = float(odds @ places), (1 - level) / 2
    low, high = np.interp([tail, 1 - tail], np.cumsum(odds), places)
    return Estimate(
        value=value,
        low=min(float(low), value),
        high=max(float(high), value),
        level=level,
        probability_positive=1.0,
        standard_error=float(np.sqrt(odds @ (places - value) ** 2)),
    )
