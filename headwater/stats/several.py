from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import Word, in_words
from headwater.stats.arrays import vector


@dataclass(frozen=True, slots=True, eq=False)
class SeveralLookedAt:
    """Probabilities as they read once it is counted how many were looked at."""

    probabilities: NDArray[np.float64]
    looked_at: int

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(in_words(odds) for odds in self.probabilities.tolist())


def after_several_looks(probabilities: ArrayLike) -> SeveralLookedAt:
    """Correct the odds of several answers for having looked at several.

    Parameters
    ----------
    probabilities : array, shape (n,)
        That each effect is above nought (or each aim met), in any order, all that were looked at.

    Returns
    -------
    SeveralLookedAt
        In the same order, each no further from 0.5 than before, and on the same side of it. One
        alone stays as it is.

    Raises
    ------
    ValueError
        Without a probability, or with one outside 0 to 1.

    Notes
    -----
    The doubt left in each answer (the smaller of its odds and their complement, as a one-sided
    p-value) is multiplied by how many answers are no surer than it. The probability of even one
    wrong "yes" or "no" among them then stays what it says, however they hang together. Every
    metric that was looked at must be in it, also those not shown; a registered aim asked alone
    needs no correction.
    Source: Holm (1979), Scandinavian Journal of Statistics 6:65-70.
    """
    odds = vector("probabilities", probabilities)
    if ((odds < 0) | (odds > 1)).any():
        raise ValueError("a probability lies between 0 and 1")
    doubt = np.minimum(odds, 1 - odds)
    order = np.argsort(doubt, kind="stable")
    grown = doubt[order] * np.arange(odds.size, 0, -1)
    corrected = np.empty(odds.size)
    corrected[order] = np.minimum(np.maximum.accumulate(grown), 0.5)
    return SeveralLookedAt(np.where(odds > 0.5, 1 - corrected, corrected), odds.size)
