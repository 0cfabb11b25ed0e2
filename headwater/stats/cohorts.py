from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.arrays import matrix

NEVER = 10**9
ROWS = 65_536  # of a panel at a time, so that what is copied of it stays small


@dataclass(frozen=True, slots=True, eq=False)
class Cohorts:
    """A panel of partners and weeks, summed up by the week in which each cohort began.

    Everything else is algebra on these: `begins` and `people` of shape (cohorts,), `mean` of shape
    (cohorts, weeks), `covariance` of shape (cohorts, weeks, weeks), divided by people.
    """

    begins: NDArray[np.int64]
    people: NDArray[np.float64]
    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]

    @property
    def weeks(self) -> int:
        return int(self.mean.shape[1])


def summarise(outcome: ArrayLike, *, begins: ArrayLike) -> Cohorts:
    """Sum a panel up by cohort, in one pass.

    Parameters
    ----------
    outcome : array, shape (people, weeks)
        Every week of every person.
    begins : int array, shape (people,)
        Place of the week in which each began; `NEVER` for those who didn't.

    Returns
    -------
    Cohorts
        Sorted by their beginning, those who never began last. A beginning after the last week is
        never.

    Raises
    ------
    ValueError
        If lengths differ, a value is missing, or a cohort began before the first week.

    Notes
    -----
    Source: the decomposition into cohort means is that of Callaway & Sant'Anna (2021).
    """
    return summarise_blocks([(outcome, begins)])


def summarise_blocks(blocks: Iterable[tuple[ArrayLike, ArrayLike]]) -> Cohorts:
    """Sum up a panel that comes a block of people at a time, and is never held whole.

    Parameters
    ----------
    blocks : pairs of arrays, shapes (people, weeks) and (people,)
        Outcome and beginning, as in `summarise`, of some of the people; each person in one block.
        Single precision is enough: sums are made in double.

    Returns
    -------
    Cohorts
        As if `summarise` had been given all people at once.

    Raises
    ------
    ValueError
        As in `summarise`; if blocks differ in weeks, or there is none.

    Notes
    -----
    Memory is that of one block and of (cohorts, weeks, weeks), however many people there are.
    Source: Chan, Golub & LeVeque (1983), The American Statistician 37:242-247, equation 2.1.
    """
    sums: dict[int, _Sums] = {}
    for outcome, begins in blocks:
        panel, starts = np.asarray(outcome), np.asarray(begins)
        if starts.shape != panel.shape[:1] or not np.issubdtype(starts.dtype, np.integer):
            raise ValueError("begins needs one whole number for each person")
        if (starts < 0).any():
            raise ValueError("a beginning lies within the weeks, or is NEVER")
        for first in range(0, max(len(panel), 1), ROWS):
            some = matrix("outcome", panel[first : first + ROWS])
            _add(sums, some, starts[first : first + ROWS])
    if not sums:
        raise ValueError("there are no people to sum up")
    known = sorted(sums)
    people = np.array([sums[start].people for start in known])
    return Cohorts(
        begins=np.array(known, dtype=np.int64),
        people=people,
        mean=np.array([sums[start].mean for start in known]),
        covariance=np.array([sums[start].scatter for start in known]) / people[:, None, None],
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Of one cohort: how many, their mean, and their squares and products about it."""

    people: float
    mean: NDArray[np.float64]
    scatter: NDArray[np.float64]

    def with_more(self, more: "_Sums") -> "_Sums":
        people = self.people + more.people
        apart = more.mean - self.mean
        between = np.outer(apart, apart) * (self.people * more.people / people)
        mean = self.mean + apart * (more.people / people)
        return _Sums(people, mean, self.scatter + more.scatter + between)


def _add(sums: dict[int, _Sums], panel: NDArray[np.float64], begins: NDArray[np.int64]) -> None:
    weeks = panel.shape[1]
    if any(known.mean.size != weeks for known in sums.values()):
        raise ValueError("every block needs the same weeks")
    starts = np.where(begins >= weeks, NEVER, begins)
    order = np.argsort(starts, kind="stable")
    known, edges = np.unique(starts[order], return_index=True)
    for start, rows in zip(known.tolist(), np.split(panel[order], edges[1:]), strict=True):
        mean = rows.mean(axis=0)
        rows -= mean
        more = _Sums(float(len(rows)), mean, rows.T @ rows)
        sums[start] = sums[start].with_more(more) if start in sums else more
