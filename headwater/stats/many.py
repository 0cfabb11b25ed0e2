import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.arrays import vector


def benjamini_hochberg(probabilities: ArrayLike) -> NDArray[np.float64]:
    """Probabilities by luck, when many were looked at and few of those shown may be false.

    Parameters
    ----------
    probabilities : array, shape (k,)
        Of each result coming about by luck alone, from 0 to 1.

    Returns
    -------
    array, shape (k,)
        Corrected, in the order given: of all that lie below 0.05, at most 5 in 100 are false on
        average.

    Raises
    ------
    ValueError
        If a probability is missing or outside 0 to 1.

    Notes
    -----
    Assumes the results are independent, or lean the same way. For a few answers of one kind, none
    of which may be wrong, use `several.after_several_looks`.
    Source: Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57:289-300.
    """
    given = vector("probabilities", probabilities)
    if (given < 0).any() or (given > 1).any():
        raise ValueError("a probability lies between 0 and 1")
    order = np.argsort(given, kind="stable")
    scaled = given[order] * given.size / np.arange(1, given.size + 1)
    stepped = np.minimum.accumulate(scaled[::-1])[::-1]
    corrected = np.empty_like(given)
    corrected[order] = np.minimum(stepped, 1.0)
    return corrected
