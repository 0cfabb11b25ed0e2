from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from headwater.stats.answers import Estimate
from headwater.stats.arrays import checked_level, student_estimate, vector


@dataclass(frozen=True, slots=True)
class Middle:
    """The middle of a group, with its likely range."""

    value: float
    low: float
    high: float
    level: float
    count: int


def middle_of_counts(values: ArrayLike, counts: ArrayLike, *, level: float = 0.95) -> Middle:
    """The median of a group that was counted by value, with its likely range.

    Parameters
    ----------
    values : array, shape (k,), rising
        The values that occur, such as the whole points of a gauge.
    counts : array, shape (k,)
        How many people have each.
    level : float in (0, 1)
        Least coverage wanted of the range.

    Returns
    -------
    Middle
        In the unit of `values`. The range runs between two people of the group, so it needs no
        shape of distribution; with too few people to bound the median it is the whole range.

    Raises
    ------
    ValueError
        If lengths differ, values don't rise, counts are below nought, or nobody was counted.

    Notes
    -----
    Assumes independent people, drawn from more like them. Counting by whole points makes the
    range a little wider, never narrower.
    Source: Thompson (1936), Annals of Mathematical Statistics 7; exact binomial ranks as in
    Conover (1999), section 3.2.
    """
    places, people = vector("values", values), vector("counts", counts)
    if places.size != people.size or (np.diff(places) <= 0).any():
        raise ValueError("values rise, and each has its count")
    if (people < 0).any() or people.sum() < 1:
        raise ValueError("counts are people, and there must be some")
    size = int(people.sum())
    upto = np.cumsum(people)
    rank = max(_half_binomial((1 - checked_level(level)) / 2, size), 1)

    def at(place: int) -> float:
        """Value of the person at this rank, the lowest being 1."""
        return float(places[np.searchsorted(upto, place)])

    return Middle(
        value=(at((size + 1) // 2) + at(size // 2 + 1)) / 2,
        low=at(rank),
        high=at(size - rank + 1),
        level=level,
        count=size,
    )


def mean_of_sums(count: int, total: float, squares: float, *, level: float = 0.95) -> Estimate:
    """An average with Student's interval, from sums that a database has made.

    Parameters
    ----------
    count : int, at least 2
        How many values.
    total, squares : float
        Their sum, and the sum of their squares.
    level : float in (0, 1)
        Coverage wanted of the interval.

    Returns
    -------
    Estimate
        In the unit of the values.

    Raises
    ------
    ValueError
        With fewer than two values, or sums that no values can have.

    Notes
    -----
    As `means.mean`, for groups too large to fetch. For changes of points of a gauge sums of squares
    keep all the digits needed; for large values that hardly differ take `means.mean`.
    Source: Student (1908).
    """
    if count < 2:
        raise ValueError("an average with a range needs at least two values")
    value = total / count
    spread = squares - total * value
    if spread < -1e-6 * max(squares, 1.0):
        raise ValueError("no values have these sums")
    error = float(np.sqrt(max(spread, 0.0) / (count - 1) / count))
    return student_estimate(value, error, count - 1, level=level)


def _half_binomial(share: float, size: float) -> int:
    """Smallest number of heads in `size` fair throws that is not exceeded `share` of the time."""
    heads = max(0, int(np.ceil(scipy.special.bdtrik(share, size, 0.5))))
    return heads - 1 if heads and scipy.special.bdtr(heads - 1, size, 0.5) >= share else heads
