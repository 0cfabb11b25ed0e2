from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.stats.arrays import checked_level, student_estimate
from headwater.stats.cohorts import NEVER, Cohorts
from headwater.stats.staggered import Averages, CohortEffects, Contrasts, variance_of


@dataclass(frozen=True, slots=True, eq=False)
class Foretold(Contrasts):
    """Contrasts of what lies above the weeks' heights; `height` is (weeks, cohorts, weeks)."""

    height: NDArray[np.float64]

    def averaged(self, share: NDArray[np.float64]) -> NDArray[np.float64]:
        above = Contrasts.averaged(self, share)
        below: NDArray[np.float64] = np.tensordot(above.sum(axis=1), self.height, axes=1)
        return above - below


def effects_by_imputation(cohorts: Cohorts) -> CohortEffects:
    """Effect on each cohort in each week since it began, against what its untreated weeks foretell.

    Parameters
    ----------
    cohorts : Cohorts
        From `cohorts.summarise`; with small cohorts, through `pooled` first.

    Returns
    -------
    CohortEffects
        Only weeks since the beginning in which somebody was still untreated.

    Raises
    ------
    ValueError
        If a cohort began in the first week, or there is nobody and no week to compare with.

    Notes
    -----
    Every partner has a level and every week a height, learned from all untreated weeks; the effect
    is what lies above. It uses more weeks than `staggered.effects_by_cohort` and is sharper where
    weeks are noisy; it asks that cohorts move alike in all weeks before, not only the last.
    Show both: where they differ, the weeks before were not alike.
    Source: Borusyak, Jaravel & Spiess (2024), Review of Economic Studies 91:3253-3285, theorem 1,
    on cohort means, which for a whole panel gives the same.
    """
    free = np.arange(cohorts.weeks) < cohorts.begins[:, None]
    if not free[:, 0].all():
        raise ValueError("a cohort that began in the first week has nothing to compare with")
    treated = cohorts.begins < NEVER
    cells = [
        (place, week)
        for place in np.flatnonzero(treated)
        for week in range(int(cohorts.begins[place]), cohorts.weeks)
        if free[:, week].any()
    ]
    if not cells:
        raise ValueError("nobody began while somebody had not")
    height = _heights(free.astype(np.float64), cohorts.people)
    before = free / free.sum(axis=1, keepdims=True)
    places, weeks = (np.array(column, dtype=np.int64) for column in zip(*cells, strict=True))
    rows = np.arange(places.size)
    across, beside = -before[places], np.zeros((places.size, cohorts.people.size))
    across[rows, weeks] += 1
    beside[rows, places] = 1
    foretold = np.tensordot(height, cohorts.mean, axes=2)
    return CohortEffects(
        cohorts=cohorts,
        begins=cohorts.begins[places],
        week=weeks,
        value=(across * (cohorts.mean[places] - foretold)).sum(axis=1),
        contrasts=Foretold(effect=rows, beside=beside, across=across, height=height),
        mixture=np.zeros(beside.shape),
    )


def event_study(effects: CohortEffects, *, level: float = 0.95) -> Averages:
    """Imputed effects averaged by weeks since the beginning, each person counting once.

    Parameters
    ----------
    effects : CohortEffects
        From `effects_by_imputation`.
    level : float in (0, 1)
        Coverage wanted of the overall interval.

    Returns
    -------
    Averages
        `overall` counts every person's every week since the beginning alike.

    Raises
    ------
    ValueError
        If `level` is outside (0, 1).

    Notes
    -----
    The interval is for these people in these weeks: who began when is taken as given. Effects that
    differ within a cohort make it a little too wide. With few people it is Student's, on people
    less cohorts.
    Source: Borusyak, Jaravel & Spiess (2024), equation 5.
    """
    checked_level(level)
    cohorts = effects.cohorts
    people = cohorts.people[np.searchsorted(cohorts.begins, effects.begins)]
    since = effects.week - effects.begins
    labels = np.unique(since)
    share = np.vstack([(since == labels[:, None]) * people, people[None]])
    share /= share.sum(axis=1, keepdims=True)
    values = share @ effects.value
    weight = effects.averaged(share)
    errors = np.sqrt(variance_of(cohorts, weight, share @ effects.mixture))
    spare = max(float(cohorts.people.sum()) - cohorts.people.size, 1.0)
    overall = student_estimate(float(values[-1]), float(errors[-1]), spare, level=level)
    return Averages(labels, values[:-1], errors[:-1], overall)


def pooled(cohorts: Cohorts) -> Cohorts:
    """Cohorts that share one covariance, steadied for small numbers.

    Parameters
    ----------
    cohorts : Cohorts
        From `cohorts.summarise`.

    Returns
    -------
    Cohorts
        The same means; each covariance the average one, drawn towards one in which only the
        distance between weeks matters, the more the fewer people there are for each week.

    Raises
    ------
    ValueError
        If there are no more people than cohorts.

    Notes
    -----
    At 60 partners a cohort's own covariance covered 18 in 100 instead of 90: it is known from too
    few people, and never larger than they. Assumes that weeks spread alike in all cohorts.
    Source: shrinkage as Ledoit & Wolf (2004), with a Toeplitz target and the weight weeks / people.
    """
    many = cohorts.people.sum()
    spare = float(many - cohorts.people.size)
    if spare < 1:
        raise ValueError("more people than cohorts are needed")
    average = np.tensordot(cohorts.people, cohorts.covariance, axes=1) / spare
    weeks = np.arange(cohorts.weeks)
    lags = np.array([float(np.diagonal(average, lag).mean()) for lag in weeks])
    values, axes = np.linalg.eigh(lags[np.abs(np.subtract.outer(weeks, weeks))])
    target = axes * np.clip(values, 1e-6 * float(values.max()), None) @ axes.T
    drawn = min(1.0, cohorts.weeks / spare)
    shared = (1 - drawn) * average + drawn * target
    every = np.repeat(shared[None], cohorts.people.size, axis=0)
    return Cohorts(cohorts.begins, cohorts.people, cohorts.mean, every)


def _heights(free: NDArray[np.float64], people: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weight of each cohort mean in each week's height, shape (weeks, cohorts, weeks).

    Least squares on untreated cells with cohort levels profiled out; the first week's height is
    nought, and so is one in which nobody is left untreated.
    """
    length = free.sum(axis=1)
    inner = np.diag(people @ free) - (free.T * (people / length)) @ free
    known = np.flatnonzero(free.any(axis=0))[1:]
    inverse = np.zeros_like(inner)
    inverse[np.ix_(known, known)] = np.linalg.inv(inner[np.ix_(known, known)])
    level = inverse @ free.T / length
    height: NDArray[np.float64] = (people[:, None] * free) * (
        inverse[:, None, :] - level[..., None]
    )
    return height
