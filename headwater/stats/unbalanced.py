from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.arrays import checked_level, student_estimate
from headwater.stats.cohorts import NEVER, ROWS
from headwater.stats.staggered import Averages


@dataclass(frozen=True, slots=True, eq=False)
class GappedStudy:
    """An event study in which some weeks of some people were never seen.

    `told` is how many began and could be compared; `left_out` how many began and could not, since
    they were not seen both before and after, or only in weeks that nobody links to the others.
    """

    averages: Averages
    told: int
    left_out: int


def event_study_with_gaps(
    outcome: ArrayLike, *, observed: ArrayLike, begins: ArrayLike, level: float = 0.95
) -> GappedStudy:
    """Effects by weeks since the beginning, where weeks are missing here and there.

    Parameters
    ----------
    outcome : array, shape (people, weeks)
        What it holds where nothing was observed is never looked at.
    observed : bool array, shape (people, weeks)
        False where a week is missing, which is not nought.
    begins : int array, shape (people,)
        As in `cohorts.summarise`; who began in the first week has nothing to compare with.
    level : float in (0, 1)
        Coverage wanted of the overall interval.

    Returns
    -------
    GappedStudy
        `overall` counts every observed week of every person since their beginning alike.

    Raises
    ------
    ValueError
        If shapes differ, an observed value is missing, a beginning lies before the weeks, `level`
        is outside (0, 1), or nobody could be compared.

    Notes
    -----
    Every partner's level and every week's height are learned from all untreated weeks that were
    seen, by exact least squares: nobody is dropped for a gap. Assumes that what is missing has
    nothing to do with what it would have been; people who stop reporting when they fail break it.
    Without gaps use `imputation.event_study`, which steadies small cohorts.
    Source: Borusyak, Jaravel & Spiess (2024), Review of Economic Studies 91:3253-3285, theorem 1;
    errors clustered by person, equations 7 and 8, each held against the others of their cohort.
    With few people the interval is Student's, on people less cohorts.
    """
    checked_level(level)
    panel = _checked(outcome, observed, begins)
    heights = _heights(panel)
    sums = _sums(panel, heights)
    many = sums.count.sum(axis=0)
    labels = np.flatnonzero(many)
    if not labels.size:
        raise ValueError("nobody was seen before and after beginning beside somebody untreated")
    spread = _spread(panel, heights, sums)[np.ix_(labels, labels)]
    values = sums.above.sum(axis=0)[labels] / many[labels]
    share = many[labels] / many.sum()
    error = float(np.sqrt(share @ spread @ share))
    spare = len(panel.begins) - np.unique(panel.begins).size
    overall = student_estimate(float(share @ values), error, max(spare, 1), level=level)
    averages = Averages(labels, values, np.sqrt(np.diag(spread)), overall)
    return GappedStudy(averages, sums.told, sums.left_out)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Some people of one cohort: what was seen of them, and which of it untreated (`free`)."""

    start: int
    outcome: NDArray[np.float64]
    seen: NDArray[np.bool_]
    free: NDArray[np.float64]

    @property
    def share(self) -> NDArray[np.float64]:
        """What each week weighs in a person's mean over their untreated weeks."""
        share: NDArray[np.float64] = self.free / np.maximum(self.free.sum(axis=1, keepdims=True), 1)
        return share


@dataclass(frozen=True, slots=True, eq=False)
class _Panel:
    outcome: NDArray[np.float64]
    observed: NDArray[np.bool_]
    begins: NDArray[np.int64]

    @property
    def weeks(self) -> int:
        return int(self.outcome.shape[1])

    def parts(self) -> Iterator[_Part]:
        week = np.arange(self.weeks)
        for start in np.unique(self.begins):
            own = np.flatnonzero(self.begins == start)
            for first in range(0, own.size, ROWS // 4):
                rows = own[first : first + ROWS // 4]
                seen = self.observed[rows]
                outcome = np.where(seen, self.outcome[rows], 0.0)
                free = (seen & (week < start)).astype(np.float64)
                yield _Part(int(start), outcome, seen, free)


@dataclass(frozen=True, slots=True, eq=False)
class _Heights:
    """Height of each week, and the inverse of the equations that gave it.

    Weeks are linked where somebody untreated was seen in both; heights, and so effects, are told
    only among linked weeks. `group` names each week's, and is -1 where nobody untreated was seen.
    """

    value: NDArray[np.float64]
    inverse: NDArray[np.float64]
    group: NDArray[np.int64]

    def above(self, part: _Part) -> NDArray[np.float64]:
        """What lies above each person's level and each week's height."""
        moved: NDArray[np.float64] = part.outcome - self.value
        moved -= (part.share * moved).sum(axis=1, keepdims=True)
        return moved

    def told(self, part: _Part) -> NDArray[np.bool_]:
        """Which treated weeks can be compared."""
        own = np.where(part.free.any(axis=1), self.group[part.free.argmax(axis=1)], -2)
        linked: NDArray[np.bool_] = self.group == own[:, None]
        return linked & part.seen & (np.arange(self.group.size) >= part.start)


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """By cohort and weeks since: how many could be compared, and how far above they lie in all.

    `pull`, (weeks, weeks since), is how the height of each week weighs in the sum of those above.
    """

    begins: NDArray[np.int64]
    count: NDArray[np.float64]
    above: NDArray[np.float64]
    pull: NDArray[np.float64]
    told: int
    left_out: int


def _checked(outcome: ArrayLike, observed: ArrayLike, begins: ArrayLike) -> _Panel:
    panel, seen, starts = np.asarray(outcome), np.asarray(observed), np.asarray(begins)
    if panel.ndim != 2 or not panel.size:
        raise ValueError("outcome must be a table of numbers")
    if seen.shape != panel.shape or seen.dtype != np.bool_:
        raise ValueError("observed needs a yes or no for each week of each person")
    if not np.isfinite(panel, where=seen, out=np.ones(panel.shape, dtype=np.bool_)).all():
        raise ValueError("outcome has missing or infinite values where it was observed")
    if starts.shape != panel.shape[:1] or not np.issubdtype(starts.dtype, np.integer):
        raise ValueError("begins needs one whole number for each person")
    if (starts < 0).any():
        raise ValueError("a beginning lies within the weeks, or is NEVER")
    return _Panel(panel, seen, np.where(starts >= panel.shape[1], NEVER, starts))


def _heights(panel: _Panel) -> _Heights:
    """Least squares on untreated weeks, each person's level profiled out."""
    inner, right = np.zeros((panel.weeks, panel.weeks)), np.zeros(panel.weeks)
    shared = np.zeros_like(inner)
    for part in panel.parts():
        together = part.free.T @ part.share
        shared += together
        inner += np.diag(part.free.sum(axis=0)) - together
        level = (part.share * part.outcome).sum(axis=1, keepdims=True)
        right += (part.free * (part.outcome - level)).sum(axis=0)
    group = _linked(shared > 0)
    known = np.flatnonzero((group >= 0) & (group != np.arange(panel.weeks)))
    inverse = np.zeros_like(inner)
    inverse[np.ix_(known, known)] = np.linalg.inv(inner[np.ix_(known, known)])
    return _Heights(inverse @ right, inverse, group)


def _linked(beside: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The first of the weeks each is linked with, directly or through others; -1 without any."""
    reach = beside
    for _ in range(len(beside).bit_length()):
        reach = reach.astype(np.float64) @ reach > 0
    return np.where(reach.any(axis=1), reach.argmax(axis=1), -1)


def _sums(panel: _Panel, heights: _Heights) -> _Sums:
    begins = np.unique(panel.begins[panel.begins < NEVER])
    count, above = np.zeros((2, begins.size, panel.weeks))
    pull = np.zeros((panel.weeks, panel.weeks))
    everyone, compared = 0, 0
    for part in panel.parts():
        if part.start == NEVER:
            continue
        told = heights.told(part)
        place, since = int(np.searchsorted(begins, part.start)), panel.weeks - part.start
        count[place, :since] += told[:, part.start :].sum(axis=0)
        above[place, :since] += (heights.above(part) * told)[:, part.start :].sum(axis=0)
        pull[:, :since] -= part.share.T @ told[:, part.start :]
        everyone += len(told)
        compared += int(told.any(axis=1).sum())
    for place, start in enumerate(begins):
        own = np.arange(panel.weeks - start)
        pull[start + own, own] += count[place, own]
    return _Sums(begins, count, above, pull, compared, everyone - compared)


def _spread(panel: _Panel, heights: _Heights, sums: _Sums) -> NDArray[np.float64]:
    """Covariance of the averages by weeks since, from what each person adds to each."""
    many = np.maximum(sums.count.sum(axis=0), 1)
    shift = heights.inverse @ sums.pull / many
    usual = sums.above.sum(axis=0) / many
    middle = np.where(sums.count > 1, sums.above / np.maximum(sums.count, 1), usual)
    wider = np.sqrt(np.where(sums.count > 1, sums.count / np.maximum(sums.count - 1, 1), 1))
    total = np.zeros((panel.weeks, panel.weeks))
    for part in panel.parts():
        above = heights.above(part)
        added = -(part.free * above) @ shift
        if part.start < NEVER:
            place, since = int(np.searchsorted(sums.begins, part.start)), panel.weeks - part.start
            own = (above[:, part.start :] - middle[place, :since]) * wider[place, :since]
            added[:, :since] += np.where(heights.told(part)[:, part.start :], own / many[:since], 0)
        total += added.T @ added
    people = len(panel.outcome)
    return total * people / max(people - 1, 1)
