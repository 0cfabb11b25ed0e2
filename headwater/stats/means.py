from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import Estimate
from headwater.stats.arrays import checked_level, mask, student_estimate, vector


@dataclass(frozen=True, slots=True)
class DifferenceInDifferences:
    """The effect, and how far its standard error may be trusted.

    `placebo_probability` is the share of groups (the treated one among them) whose own change,
    had they been called treated, would look at least as large. It is the honest figure where few
    groups were treated; it is None where the number of treated groups isn't one.
    """

    estimate: Estimate
    groups: int
    treated_groups: int
    placebo_probability: float | None


def mean(values: ArrayLike, *, level: float = 0.95) -> Estimate:
    """Average of one group, with Student's interval.

    Parameters
    ----------
    values : array, shape (n,), n at least 2
        In any unit.
    level : float in (0, 1)
        Coverage wanted of the interval.

    Returns
    -------
    Estimate
        In the unit of `values`.

    Raises
    ------
    ValueError
        With fewer than two values, or a missing one.

    Notes
    -----
    Assumes independent values; skewed ones (money) want about forty.
    Source: Student (1908).
    """
    sample = vector("values", values, at_least=2)
    error = float(sample.std(ddof=1) / np.sqrt(sample.size))
    return student_estimate(float(sample.mean()), error, sample.size - 1, level=level)


def difference_in_means(treated: ArrayLike, control: ArrayLike, *, level: float = 0.95) -> Estimate:
    """Average among the treated, less the average among the controls (Welch).

    Parameters
    ----------
    treated, control : array, shapes (n_treated,) and (n_control,), at least 2 each
        In one unit.
    level : float in (0, 1)
        Coverage wanted of the interval.

    Returns
    -------
    Estimate
        In the unit of the values.

    Raises
    ------
    ValueError
        If a group has fewer than two values, or a missing one.

    Notes
    -----
    Assumes independent people; the two spreads may differ. It says what differs, not why: without
    a lottery, groups that chose themselves differ anyway.
    Source: Welch (1947), Biometrika 34:28-35; degrees of freedom by Satterthwaite (1946).
    """
    ours = vector("treated", treated, at_least=2)
    theirs = vector("control", control, at_least=2)
    parts = np.array([ours.var(ddof=1) / ours.size, theirs.var(ddof=1) / theirs.size])
    total = float(parts.sum())
    spread = float((parts**2 / np.array([ours.size - 1, theirs.size - 1])).sum())
    degrees = total**2 / spread if total else float(ours.size + theirs.size - 2)
    value = float(ours.mean() - theirs.mean())
    return student_estimate(value, float(np.sqrt(total)), degrees, level=level)


def paired_change(before: ArrayLike, after: ArrayLike, *, level: float = 0.95) -> Estimate:
    """Average change of the same people from one time to another.

    Parameters
    ----------
    before, after : array, shape (n,), n at least 2
        The same people in the same order, in one unit.
    level : float in (0, 1)
        Coverage wanted of the interval.

    Returns
    -------
    Estimate
        After less before, in the unit of the values.

    Raises
    ------
    ValueError
        If the two differ in length, have fewer than two people, or miss a value.

    Notes
    -----
    Assumes independent people. Whatever else happened between the two times is in it; with people
    who were not part of it at hand, use `difference_in_differences`.
    Source: Student (1908).
    """
    first, second = vector("before", before, at_least=2), vector("after", after, at_least=2)
    if first.size != second.size:
        raise ValueError("before and after must hold the same people")
    return mean(second - first, level=level)


def difference_in_differences(
    outcome: ArrayLike,
    *,
    is_exposed: NDArray[np.bool_],
    group: ArrayLike,
    time: ArrayLike,
    level: float = 0.95,
) -> DifferenceInDifferences:
    """How much more the treated changed than the untouched did, once it had begun.

    Parameters
    ----------
    outcome : array, shape (rows,)
        One row for each group and time, or several.
    is_exposed : bool array, shape (rows,)
        True in rows of treated groups from the common beginning on.
    group : array, shape (rows,)
        What moves together (a market, a partner): errors may be correlated within it.
    time : array, shape (rows,)
        When, in values that sort: week numbers, dates.
    level : float in (0, 1)
        Coverage wanted of the interval.

    Returns
    -------
    DifferenceInDifferences
        The estimate in the unit of `outcome`, and a placebo probability where one group only was
        treated.

    Raises
    ------
    ValueError
        If nobody was treated or untouched, groups began at different times, there is nothing from
        before or after, fewer than three groups take part, or lengths differ.

    Notes
    -----
    Assumes the treated would have moved as the others did. With under about ten treated groups
    the interval is too narrow: then read `placebo_probability`, or use a synthetic control.
    Source: Card & Krueger (1994), with group and time effects; cluster-robust variance of Liang &
    Zeger (1986) with the correction G/(G-1) (n-1)/(n-k), and t with G-1 degrees of freedom
    (Cameron & Miller 2015, section VI). Placebo: Abadie, Diamond & Hainmueller (2010), section 3.4.
    """
    values = vector("outcome", outcome)
    exposed = mask("is_exposed", is_exposed, size=values.size)
    names, member = np.unique(np.asarray(group), return_inverse=True)
    moments, moment = np.unique(np.asarray(time), return_inverse=True)
    if member.size != values.size or moment.size != values.size:
        raise ValueError("group and time need one value for each row")
    if len(names) < 3:
        raise ValueError("at least three groups are needed")
    ever = np.bincount(member, weights=exposed) > 0
    if not ever.any() or ever.all():
        raise ValueError("some groups must be treated, and some untouched")
    after = moment >= moment[exposed].min()
    if (exposed != (ever[member] & after)).any():
        raise ValueError("all treated groups must begin at the same time, and stay treated")
    if after.all():
        raise ValueError("something from before the beginning is needed")
    residual = _within(exposed.astype(np.float64), member, moment)
    value, error = _clustered(
        residual, _within(values, member, moment), member, effects=len(names) + len(moments) - 1
    )
    return DifferenceInDifferences(
        estimate=student_estimate(value, error, len(names) - 1, level=checked_level(level)),
        groups=len(names),
        treated_groups=int(ever.sum()),
        placebo_probability=_placebo(values, after, member, ever),
    )


def _within(
    values: NDArray[np.float64], member: NDArray[np.intp], moment: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Values with group and time averages taken out; one pass suffices when nothing is missing."""
    left = values.copy()
    tolerance = 1e-12 * (float(np.abs(values).max()) + 1e-300)
    moved = np.inf
    while moved > tolerance:
        before = left
        for labels in (member, moment):
            left = left - (np.bincount(labels, weights=left) / np.bincount(labels))[labels]
        moved = float(np.abs(left - before).max())
    return left


def _clustered(
    design: NDArray[np.float64],
    values: NDArray[np.float64],
    member: NDArray[np.intp],
    *,
    effects: int,
) -> tuple[float, float]:
    """Slope of values on design, both within, and its cluster-robust standard error."""
    inner = float(design @ design)
    slope = float(design @ values) / inner
    sums = np.bincount(member, weights=design * (values - design * slope))
    groups, rows = sums.size, values.size
    small = groups / (groups - 1) * (rows - 1) / max(rows - effects - 1, 1)
    return slope, float(np.sqrt(small * float(sums @ sums))) / inner


def _placebo(
    values: NDArray[np.float64],
    after: NDArray[np.bool_],
    member: NDArray[np.intp],
    ever: NDArray[np.bool_],
) -> float | None:
    """Share of groups whose own change, against all the others, is at least the treated one's."""
    late = np.bincount(member, weights=after)
    early = np.bincount(member, weights=~after)
    if ever.sum() != 1 or (late == 0).any() or (early == 0).any():
        return None
    changes = (
        np.bincount(member, weights=values * after) / late
        - np.bincount(member, weights=values * ~after) / early
    )
    others = (changes.sum() - changes) / (changes.size - 1)
    distance = np.abs(changes - others)
    return float((distance >= distance[ever][0] - 1e-12).mean())
