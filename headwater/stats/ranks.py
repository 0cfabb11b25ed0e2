from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import Estimate
from headwater.stats.arrays import mask, vector
from headwater.stats.proportions import share

SURE_ENOUGH = 0.95


@dataclass(frozen=True, slots=True)
class Place:
    """Where one option stands among the others: from `first` to `last`, equal when it is sure.

    `probability_above_next` is that of truly standing above the option below it; None for the
    last.
    """

    option: int
    first: int
    last: int
    chosen: int
    share: Estimate
    probability_above_next: float | None

    @property
    def is_tied(self) -> bool:
        return self.first != self.last


def ranks(scores: ArrayLike) -> NDArray[np.int64]:
    """Places by score, the highest first, ties alike: 1, 2, 2, 4.

    Parameters
    ----------
    scores : array, shape (n,)
        One score each; n may be nought.

    Returns
    -------
    int array, shape (n,)
        One plus the number of higher scores.

    Raises
    ------
    ValueError
        If a score is missing.

    Notes
    -----
    Don't use it for estimates: see `ranked_choices`.
    Source: standard competition ranking ("1224"), as sports publish it.
    """
    values = vector("scores", scores, at_least=0)
    rising = np.sort(values)
    higher: NDArray[np.int64] = values.size - np.searchsorted(rising, values, side="right")
    return higher.astype(np.int64) + 1


def ranked_choices(
    chosen: NDArray[np.bool_], *, level: float = 0.95, of: int | None = None
) -> tuple[Place, ...]:
    """Options by how many chose them, with margins; those too close to tell apart share places.

    Parameters
    ----------
    chosen : bool array, shape (people, options)
        True where the person chose the option. People may have chosen one, several or none.
    level : float in (0, 1)
        Coverage wanted of each share's range.
    of : int, optional
        How many people there are in all; narrows the ranges (see `proportions.share`).

    Returns
    -------
    tuple of Place
        The most chosen first; options equally often chosen in their own order. Neighbours whose
        order is less sure than 95 in 100 share their places, and so do chains of them.

    Raises
    ------
    ValueError
        If nobody answered, or there is no option.

    Notes
    -----
    The order of two neighbours turns on those who chose exactly one of them: had a fair coin
    decided, how probable is a surplus like this (Jeffreys prior)? It minds that the same people
    chose both. Assumes independent people.
    Source: McNemar (1947), Psychometrika 12:153-157, in the Bayesian form of Agresti & Min (2005).
    """
    table = np.asarray(chosen)
    if table.ndim != 2 or table.dtype != np.bool_ or not table.size:
        raise ValueError("chosen must be a table of yes and no, people by options")
    counts = table.sum(axis=0)
    order = np.argsort(-counts, kind="stable")
    above = [
        _surely_above(mask("chosen", table[:, upper]), mask("chosen", table[:, lower]))
        for upper, lower in pairwise(order)
    ]
    starts = [0, *(place + 1 for place, odds in enumerate(above) if odds >= SURE_ENOUGH)]
    ends = [*(start for start in starts[1:]), len(order)]
    span = {
        place: (start + 1, end)
        for start, end in zip(starts, ends, strict=True)
        for place in range(start, end)
    }
    return tuple(
        Place(
            option=int(option),
            first=span[place][0],
            last=span[place][1],
            chosen=int(counts[option]),
            share=share(table[:, option], level=level, of=of),
            probability_above_next=above[place] if place < len(above) else None,
        )
        for place, option in enumerate(order)
    )


def _surely_above(upper: NDArray[np.bool_], lower: NDArray[np.bool_]) -> float:
    only_upper, only_lower = int((upper & ~lower).sum()), int((lower & ~upper).sum())
    return float(1 - scipy.special.betainc(only_upper + 0.5, only_lower + 0.5, 0.5))
