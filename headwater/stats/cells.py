"""Experiments as sums: people by arm and by what else they share, and nobody's own row.

A row is a cell of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.arrays import vector

Floats: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Sums over people by arm and by what else they share, all of shape (cells,).

    `count` people had `total` of the outcome in all, and `squares` the sum of their squares; where
    each did it or did not, all three are counts and `squares` equals `total`. `arm` and `segment`
    are numbers from nought. `cluster` is what was given its arm together or moves together (a
    village, a team), None where people stand alone; `half` is 0 or 1, drawn by lot, for policies.
    """

    arm: Labels
    segment: Labels
    cluster: Labels | None
    half: Labels | None
    count: Floats
    total: Floats
    squares: Floats

    @property
    def arms(self) -> int:
        return int(self.arm.max()) + 1

    @property
    def is_share(self) -> bool:
        """Whether everybody did it or did not, nothing in between."""
        return bool((self.squares == self.total).all() and (self.total <= self.count).all())

    @property
    def people(self) -> Floats:
        """People in each arm."""
        return self.by_arm(self.count)

    def by_arm(self, values: Floats) -> Floats:
        return np.bincount(self.arm, weights=values, minlength=self.arms).astype(np.float64)

    def where(self, chosen: NDArray[np.bool_]) -> Cells:
        return Cells(
            self.arm[chosen],
            self.segment[chosen],
            None if self.cluster is None else self.cluster[chosen],
            None if self.half is None else self.half[chosen],
            self.count[chosen],
            self.total[chosen],
            self.squares[chosen],
        )


def cells_of_sums(
    *,
    arm: ArrayLike,
    count: ArrayLike,
    total: ArrayLike,
    squares: ArrayLike | None = None,
    segment: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    half: ArrayLike | None = None,
) -> Cells:
    """Sums, checked and ready for every question here.

    Parameters
    ----------
    arm : int array, shape (cells,)
        The arm of each cell, from nought; every arm in between has somebody.
    count, total : array, shape (cells,)
        People, and the sum of what they did: successes, visits, money.
    squares : array, shape (cells,), optional
        Sum of squares. Left out where `total` counts successes: then it is the same.
    segment, cluster, half : int array, shape (cells,), optional
        As in `Cells`; one segment, nobody together and no halves where left out.

    Returns
    -------
    Cells
        With at least two arms.

    Raises
    ------
    ValueError
        If lengths differ, a cell is empty, more succeeded than there are people, sums are such as
        no values have, an arm has nobody or there are fewer than two.
    """
    people, sums = vector("count", count), vector("total", total)
    powers = sums if squares is None else vector("squares", squares)
    arms = labels("arm", arm, people.size)
    if sums.size != people.size or powers.size != people.size:
        raise ValueError("each cell needs a count, a total and its squares")
    if (people < 1).any():
        raise ValueError("a cell holds at least one person")
    if squares is None and ((sums < 0) | (sums > people)).any():
        raise ValueError("successes lie between nought and the number of people")
    if (powers * people - sums**2 < -1e-6 * np.maximum(powers * people, 1)).any():
        raise ValueError("no values have these sums")
    if (np.bincount(arms) == 0).any() or arms.max() < 1:
        raise ValueError("at least two arms, numbered from nought, need somebody each")
    return Cells(
        arm=arms,
        segment=labels("segment", np.zeros(people.size) if segment is None else segment,
                        people.size),
        cluster=None if cluster is None else labels("cluster", cluster, people.size),
        half=None if half is None else labels("half", half, people.size),
        count=people,
        total=sums,
        squares=powers,
    )  # fmt: skip


def cells_of_rows(
    outcome: ArrayLike,
    *,
    arm: ArrayLike,
    segment: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    half: ArrayLike | None = None,
) -> Cells:
    """People one by one, as cells of one.

    Parameters
    ----------
    outcome : array, shape (n,)
        What each did: 1 or 0, or an amount.
    arm, segment, cluster, half : int array, shape (n,)
        As in `cells_of_sums`.

    Returns
    -------
    Cells
        One for each person.

    Raises
    ------
    ValueError
        As in `cells_of_sums`.
    """
    values = vector("outcome", outcome)
    return cells_of_sums(
        arm=arm,
        count=np.ones(values.size),
        total=values,
        squares=values**2,
        segment=segment,
        cluster=cluster,
        half=half,
    )


def labels(name: str, values: ArrayLike, size: int) -> Labels:
    found = np.asarray(values)
    if found.shape != (size,):
        raise ValueError(f"{name} needs {size} values")
    numbers: Labels = found.astype(np.int64)
    if (numbers < 0).any() or (numbers != found).any():
        raise ValueError(f"{name} must be whole numbers from nought")
    return numbers


def is_nested(cluster: Labels, arm: Labels) -> bool:
    """Whether every cluster has one arm only."""
    pairs = np.unique(np.column_stack([cluster, arm]), axis=0)
    return bool(pairs.shape[0] == np.unique(cluster).size)
