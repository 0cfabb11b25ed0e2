"""Experiments: what each arm did more than another, and whether lots did what was promised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import Estimate, NotEnough, Unit
from headwater.stats.arrays import mask, matrix, student_estimate, vector
from headwater.stats.cells import Cells, Floats, Labels, is_nested, labels
from headwater.stats.groups import mean_of_sums
from headwater.stats.proportions import (
    SampleRatio,
    difference_of_counts,
    sample_ratio,
    share_of_counts,
)
from headwater.stats.shrinkage import GROUPS_NEEDED, Shrunk, shrunk


@dataclass(frozen=True, slots=True)
class Split:
    """Whether the arms got the shares that were promised, counted in what the lots were about.

    `counts` are people, or clusters where whole clusters were drawn.
    """

    ratio: SampleRatio
    counts: tuple[int, ...]
    is_by_cluster: bool


@dataclass(frozen=True, slots=True, eq=False)
class SegmentLifts:
    """What one arm did more than another in each segment: as seen, and leaning on each other.

    `segments` are those with enough people in both arms. `shrunk` is NotEnough with fewer than
    three.
    """

    segments: Labels
    seen: tuple[Estimate, ...]
    shrunk: Shrunk | NotEnough


def split_as_promised(
    cells: Cells, *, shares: ArrayLike | None = None, threshold: float = 0.001
) -> Split:
    """Check first of all that lots did what was promised; a broken split answers nothing.

    Parameters
    ----------
    cells : Cells
        What came of it.
    shares : array, shape (arms,), optional
        Promised, summing to 1. Equal when left out.
    threshold : float in (0, 1)
        As in `proportions.sample_ratio`.

    Returns
    -------
    Split
        Counted in clusters where every cluster has one arm only, since then lots were about
        clusters; else in people.

    Raises
    ------
    ValueError
        As in `proportions.sample_ratio`.

    Notes
    -----
    Source: Fabijan et al. (2019), KDD, on sample ratio mismatch.
    """
    counts = cells.people
    by_cluster = cells.cluster is not None and is_nested(cells.cluster, cells.arm)
    if by_cluster:
        firsts = np.unique(np.column_stack([_cluster(cells), cells.arm]), axis=0)
        counts = np.bincount(firsts[:, 1], minlength=cells.arms).astype(np.float64)
    ratio = sample_ratio(counts, shares=shares, threshold=threshold)
    return Split(ratio, tuple(int(n) for n in counts), by_cluster)


def difference(cells: Cells, arm: int, *, against: int = 0, level: float = 0.95) -> Estimate | None:
    """What one arm did more than another, a person: unadjusted.

    Parameters
    ----------
    cells : Cells
        What came of it.
    arm, against : int
        The two arms.
    level : float in (0, 1)
        Coverage wanted of the interval.

    Returns
    -------
    Estimate or None
        In the outcome's unit, a person; for shares in proportion points. None where an arm has too
        few people (or clusters) for a range.

    Raises
    ------
    ValueError
        If the arms are the same, or one isn't there.

    Notes
    -----
    Shares of people who stand alone: Newcombe's method 10. Amounts: Welch. Clusters: sums within
    each, with the correction G/(G-1); where lots were about whole clusters each arm's clusters are
    its sample (Welch again), else t with G-1 degrees of freedom.
    Source: Newcombe (1998); Welch (1947); Liang & Zeger (1986).
    """
    both = _of_both(cells, arm, against)
    if both.cluster is None and both.is_share:
        ours, theirs = both.arm == arm, both.arm == against
        return difference_of_counts(
            int(both.total[ours].sum()),
            int(both.count[ours].sum()),
            int(both.total[theirs].sum()),
            int(both.count[theirs].sum()),
            level=level,
        )
    return _stratified(both, arm, np.zeros(both.arm.size, np.int64), level)


def adjusted_difference(
    cells: Cells, arm: int, *, against: int = 0, level: float = 0.95
) -> Estimate | None:
    """The same within segments, which lots don't deal out evenly: less chance in the answer.

    Parameters
    ----------
    cells, arm, against, level
        As in `difference`. Segments are what people were before the lots.

    Returns
    -------
    Estimate or None
        Average over segments by how many stand in each.

    Raises
    ------
    ValueError
        As in `difference`.

    Notes
    -----
    Lin's regression with each segment as a covariate and HC2, which in sums is post-stratification.
    Segments with fewer than two people (or clusters) in either arm are taken together; if they are
    still too few, they are left out.
    Source: Lin (2013), Annals of Applied Statistics 7:295-318; Miratrix, Sekhon & Yu (2013).
    """
    both = _of_both(cells, arm, against)
    strata, few = np.unique(both.segment, return_inverse=True)[1], -1
    for stratum in range(int(strata.max()) + 1):
        if _fewest(both, arm, strata == stratum) < 2:
            strata = np.where(strata == stratum, few, strata)
    if (strata == few).any() and _fewest(both, arm, strata == few) < 2:
        both, strata = both.where(strata != few), strata[strata != few]
    if not strata.size:
        return None
    return _stratified(both, arm, np.unique(strata, return_inverse=True)[1], level)


def regression_adjusted_difference(
    outcome: ArrayLike,
    *,
    is_treated: NDArray[np.bool_],
    covariates: ArrayLike,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimate:
    """What an arm did more than another, people's earlier values taken into account.

    Parameters
    ----------
    outcome : array, shape (n,)
        What each did.
    is_treated : bool array, shape (n,)
        True in the arm, False in the one compared with.
    covariates : array, shape (n, p)
        What was known of each before the lots: never anything that came after.
    cluster : int array, shape (n,), optional
        Whose errors belong together.
    level : float in (0, 1)
        Coverage wanted of the interval.

    Returns
    -------
    Estimate
        In the outcome's unit.

    Raises
    ------
    ValueError
        If lengths differ, values are missing, or there are no more people than coefficients.

    Notes
    -----
    Every covariate is centred and let differ by arm; HC2 errors, or clustered ones with the
    correction G/(G-1) (n-1)/(n-k). Never worse than no adjustment in large samples.
    Source: Lin (2013), Annals of Applied Statistics 7:295-318, section 5; MacKinnon & White (1985).
    """
    values = vector("outcome", outcome)
    treated = mask("is_treated", is_treated, size=values.size).astype(np.float64)
    known = matrix("covariates", covariates)
    if known.shape[0] != values.size:
        raise ValueError("covariates need one row for each person")
    centred = known - known.mean(axis=0)
    design = np.column_stack([np.ones_like(treated), treated, centred, centred * treated[:, None]])
    rank = int(np.linalg.matrix_rank(design))
    if not 0 < treated.sum() < values.size or values.size <= rank:
        raise ValueError("both arms need people, and more of them than coefficients")
    inverse = np.linalg.pinv(design)
    left = values - design @ (inverse @ values)
    pull = inverse[1]
    if cluster is None:
        leverage = np.einsum("ij,ji->i", design, inverse)
        variance = float((pull**2 * left**2 / np.maximum(1 - leverage, 1e-9)).sum())
        degrees = values.size - rank
    else:
        names = labels("cluster", cluster, values.size)
        sums = np.bincount(np.unique(names, return_inverse=True)[1], weights=pull * left)
        degrees = sums.size - 1
        if not degrees:
            raise ValueError("at least two clusters are needed")
        small = sums.size / degrees * (values.size - 1) / (values.size - rank)
        variance = small * float((sums**2).sum())
    value = float(pull @ values)
    return student_estimate(value, float(np.sqrt(variance)), degrees, level=level)


def average(cells: Cells, arm: int, *, level: float = 0.95) -> Estimate | None:
    """What one arm did, a person.

    Parameters
    ----------
    cells : Cells
        What came of it.
    arm : int
        The arm.
    level : float in (0, 1)
        Coverage wanted of the interval.

    Returns
    -------
    Estimate or None
        A share or an amount. None where too few people (or clusters) are there for a range.

    Raises
    ------
    ValueError
        If `level` is outside (0, 1).

    Notes
    -----
    Shares of people who stand alone: Wilson. Amounts: Student. Clusters: sums within each, with the
    correction G/(G-1) and t with G-1 degrees of freedom.
    Source: Wilson (1927); Student (1908); Liang & Zeger (1986).
    """
    own = cells.where(cells.arm == arm)
    people, total = float(own.count.sum()), float(own.total.sum())
    if own.cluster is None:
        if own.is_share:
            return share_of_counts(int(total), int(people), level=level)
        squares = float(own.squares.sum())
        return mean_of_sums(int(people), total, squares, level=level) if people > 1 else None
    mean = total / people
    member = np.unique(own.cluster, return_inverse=True)[1]
    sums = np.bincount(member, weights=own.total - own.count * mean)
    if sums.size < 2:
        return None
    error = float(np.sqrt(sums.size / (sums.size - 1) * (sums**2).sum())) / people
    return student_estimate(mean, error, sums.size - 1, level=level)


def any_difference(cells: Cells) -> float:
    """How probable it is that arms which all do the same would differ as much as these.

    Parameters
    ----------
    cells : Cells
        What came of it.

    Returns
    -------
    float
        From 0 to 1; 1 where nobody or everybody succeeded, or too few are there to tell.

    Notes
    -----
    Shares of people who stand alone: Pearson's chi-square. Else a Wald test of all arms against
    the first, with F for few people or clusters. Many experiments: `many.benjamini_hochberg`.
    Source: Pearson (1900); Wald (1943).
    """
    people, sums = cells.people, cells.by_arm(cells.total)
    if cells.cluster is None and cells.is_share:
        rate = float(sums.sum() / people.sum())
        if rate in {0.0, 1.0}:
            return 1.0
        chi_square = float(((sums - people * rate) ** 2 / people).sum() / (rate * (1 - rate)))
        return float(scipy.special.chdtrc(cells.arms - 1, chi_square))
    means = sums / people
    if cells.cluster is None:
        spread = cells.by_arm(cells.squares) - sums * means
        degrees = float(people.sum()) - cells.arms
        covariance = np.diag(np.maximum(spread, 0) / np.maximum(people - 1, 1) / people)
    else:
        pulls, clusters = _pulls(cells, (cells.total - cells.count * means[cells.arm]) /
                                 people[cells.arm])  # fmt: skip
        degrees = float(clusters - cells.arms)
        covariance = clusters / max(clusters - 1, 1) * (pulls.T @ pulls)
    if degrees < 1 or people.min() < 2:
        return 1.0
    contrast = np.column_stack([-np.ones(cells.arms - 1), np.eye(cells.arms - 1)])
    apart, doubt = contrast @ means, contrast @ covariance @ contrast.T
    wald = float(apart @ np.linalg.pinv(doubt, hermitian=True) @ apart)
    return float(scipy.special.fdtrc(cells.arms - 1, degrees, wald / (cells.arms - 1)))


def segment_lifts(
    cells: Cells, arm: int, *, against: int = 0, level: float = 0.95
) -> SegmentLifts | NotEnough:
    """What an arm did more than another in each segment, shrunk towards what it did in all.

    Parameters
    ----------
    cells, arm, against, level
        As in `difference`.

    Returns
    -------
    SegmentLifts or NotEnough
        In the outcome's unit. NotEnough where no segment has two people in both arms.

    Raises
    ------
    ValueError
        As in `difference`.

    Notes
    -----
    The best of ten segments looks good by luck alone; shrinking takes that luck off. A segment in
    which all did the same gets the error of one success and one failure more.
    Source: `shrinkage.shrunk` (Morris 1983); Agresti & Caffo (2000) for the added two.
    """
    both = _of_both(cells, arm, against)
    segments, seen, errors = [], [], []
    for segment in np.unique(both.segment):
        part = both.where(both.segment == segment)
        if _fewest(part, arm, np.ones(part.arm.size, np.bool_)) < 2:
            continue
        found = difference(part, arm, against=against, level=level)
        error = max(found.standard_error, _least_error(part, arm)) if found else 0.0
        if found and error > 0:
            segments.append(int(segment))
            seen.append(found)
            errors.append(error)
    if not segments:
        return NotEnough(Unit.GROUPS, have=0, needed=GROUPS_NEEDED)
    leaning = shrunk([one.value for one in seen], errors, level=level)
    return SegmentLifts(np.array(segments), tuple(seen), leaning)


def _of_both(cells: Cells, arm: int, against: int) -> Cells:
    if arm == against or not {arm, against} <= set(range(cells.arms)):
        raise ValueError("two different arms are compared, and both must be there")
    return cells.where((cells.arm == arm) | (cells.arm == against))


def _fewest(cells: Cells, arm: int, chosen: NDArray[np.bool_]) -> float:
    """People in the smaller of two arms, or clusters where there are some."""
    sides = [chosen & (cells.arm == arm), chosen & (cells.arm != arm)]
    if cells.cluster is None:
        return float(min(cells.count[side].sum() for side in sides))
    return float(min(np.unique(cells.cluster[side]).size for side in sides))


def _cluster(cells: Cells) -> Labels:
    assert cells.cluster is not None
    return cells.cluster


def _pulls(cells: Cells, weighed: Floats) -> tuple[Floats, int]:
    """What each cluster adds to each arm's average: (clusters, arms)."""
    member = np.unique(_cluster(cells), return_inverse=True)[1]
    clusters = int(member.max()) + 1
    pulls = np.zeros((clusters, cells.arms))
    np.add.at(pulls, (member, cells.arm), weighed)
    return pulls, clusters


def _stratified(both: Cells, arm: int, stratum: Labels, level: float) -> Estimate | None:
    """Difference of two arms averaged over strata 0 to S-1, with its error and degrees of freedom.

    One stratum of people who stand alone is Welch's test.
    """
    side = (both.arm == arm).astype(np.int64)
    place = 2 * stratum + side
    places = 2 * (int(stratum.max()) + 1)
    count, total, squares = (
        np.bincount(place, weights=values, minlength=places)
        for values in (both.count, both.total, both.squares)
    )
    mean = total / count
    size = np.repeat(count.reshape(-1, 2).sum(axis=1), 2)
    weight = size / both.count.sum() * np.tile([-1.0, 1.0], places // 2)
    value = float(weight @ mean)
    if both.cluster is None:
        if count.min() < 2:
            return None
        spread = np.maximum(squares - total * mean, 0)
        parts = weight**2 * spread / (count - 1) / count
        return _welch(value, parts, count.astype(np.float64) - 1, level)
    weighed = (both.total - both.count * mean[place]) * (weight / count)[place]
    member = np.unique(both.cluster, return_inverse=True)[1]
    # Clusters of one stratum, or of one arm, are a sample of their own: small ones need their own
    # correction, else many strata with two clusters each would look far too sure.
    sample = stratum * is_nested(both.cluster, stratum) * 2 + side * is_nested(both.cluster, side)
    parts, freedom = [], []
    for one in np.unique(sample):
        chosen = sample == one
        names = np.unique(member[chosen], return_inverse=True)[1]
        sums = np.bincount(names, weights=weighed[chosen])
        if sums.size < 2:
            return None
        parts.append(sums.size / (sums.size - 1) * float((sums**2).sum()))
        freedom.append(sums.size - 1.0)
    return _welch(value, np.array(parts), np.array(freedom), level)


def _welch(value: float, parts: Floats, freedom: Floats, level: float) -> Estimate:
    """Degrees of freedom by Satterthwaite (1946), from parts of the variance and theirs."""
    total = float(parts.sum())
    degrees = total**2 / float((parts**2 / freedom).sum()) if total else float(freedom.sum())
    return student_estimate(value, float(np.sqrt(total)), degrees, level=level)


def _least_error(part: Cells, arm: int) -> float:
    """The error of a difference were there one success and one failure more in each arm.

    Amounts have no such least: nought.
    """
    if not part.is_share:
        return 0.0
    variance = 0.0
    for chosen in (part.arm == arm, part.arm != arm):
        people, did = part.count[chosen].sum() + 2, part.total[chosen].sum() + 1
        variance += did * (people - did) / people**3
    return float(np.sqrt(variance))
