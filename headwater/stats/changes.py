import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import Estimate, NotEnough, Unit
from headwater.stats.arrays import checked_level, mask, matrix, student_estimate, vector

FEWEST = 10  # people who took part in between, and who didn't


def effect_on_change(
    change: ArrayLike,
    *,
    took: NDArray[np.bool_],
    others: ArrayLike,
    span: ArrayLike,
    person: ArrayLike,
    level: float = 0.95,
) -> Estimate | NotEnough:
    """Effect of taking part between two measurements that were not made at regular times.

    Parameters
    ----------
    change : array, shape (pairs,)
        How far something moved between two measurements of one person.
    took : bool array, shape (pairs,)
        Who took part in between.
    others : array, shape (pairs, columns)
        How much of each other thing was done in between, and of everything before.
    span : int array, shape (pairs,)
        From when to when: pairs of one span are compared with each other.
    person : int array, shape (pairs,)
        Whose pair it is; one person may have several.
    level : float in (0, 1)
        Coverage wanted of the interval.

    Returns
    -------
    Estimate or NotEnough
        In the unit of `change`, on average over those who took part. NotEnough below ten people
        who took part, or below ten who didn't, in spans that have both.

    Raises
    ------
    ValueError
        If lengths differ, a value is missing or `level` is outside (0, 1).

    Notes
    -----
    Differences in differences with a level for each span, so that what moved everybody is taken
    off, and a line for everything else that was done. Assumes that those who took part would have
    moved like the others; people choose to come, and to be measured, so grade B at best. An effect
    that fades counts as far as it stands at the second measurement.
    Source: Angrist & Pischke (2009), Mostly Harmless Econometrics, equation 5.2.2; errors by person
    as Liang & Zeger (1986), Biometrika 73:13-22, with the factor n / (n - columns).
    """
    moved = vector("change", change)
    came = mask("took", took, size=moved.size)
    beside = matrix("others", others)
    spans, whose = np.asarray(span), np.asarray(person)
    if not len(beside) == spans.size == whose.size == moved.size:
        raise ValueError("others, span and person need one row for each pair")
    checked_level(level)
    both = np.isin(spans, np.intersect1d(spans[came], spans[~came]))
    moved, came, beside = moved[both], came[both], beside[both]
    spans, whose = spans[both], whose[both]
    fewest = min(np.unique(whose[came]).size, np.unique(whose[~came]).size)
    if fewest < FEWEST:
        return NotEnough(Unit.PARTNERS, have=int(fewest), needed=FEWEST)
    levels = (spans[:, None] == np.unique(spans)).astype(np.float64)
    design = np.hstack([levels, beside])
    basis = np.linalg.svd(design, full_matrices=False)
    held = basis.U[:, 1e-9 * basis.S.max() < basis.S]
    turned = came - held @ (held.T @ came.astype(np.float64))
    inner = float(turned @ turned)
    people = np.unique(whose, return_inverse=True)[1]
    many = int(people.max()) + 1
    if inner < 1e-9 * came.sum():
        return NotEnough(Unit.PARTNERS, have=0, needed=FEWEST)
    value = float(turned @ moved) / inner
    left = moved - held @ (held.T @ moved) - turned * value
    pulls = np.bincount(people, turned * left, minlength=many)
    spare = max(many - held.shape[1] - 1, 1)
    error = float(np.sqrt((pulls**2).sum() * many / spare)) / inner
    return student_estimate(value, error, float(spare), level=level)
