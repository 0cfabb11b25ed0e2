from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import Estimate
from headwater.stats.arrays import matrix, normal_estimate

NEVER = 10**9


class Controls(StrEnum):
    """Whom the treated are compared with."""

    NEVER_TREATED = "never_treated"
    NOT_YET_TREATED = "not_yet_treated"


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


@dataclass(frozen=True, slots=True, eq=False)
class CohortEffects:
    """Effect on each cohort in each week: ATT(g, t), and how it follows from the cohort means.

    Shape (cells,) but for `weight`, (cells, cohorts, weeks), of each mean in each effect, and
    `mixture`, (cells, cohorts), how an effect moves when a cohort gains one person.
    """

    cohorts: Cohorts
    begins: NDArray[np.int64]
    week: NDArray[np.int64]
    value: NDArray[np.float64]
    weight: NDArray[np.float64]
    mixture: NDArray[np.float64]

    @property
    def standard_error(self) -> NDArray[np.float64]:
        return np.sqrt(np.diag(spread_of(self.cohorts, self.weight, self.mixture)))

    @property
    def is_after(self) -> NDArray[np.bool_]:
        return self.week >= self.begins


@dataclass(frozen=True, slots=True, eq=False)
class Averages:
    """Effects averaged by `label`: weeks since the beginning, cohorts, or calendar weeks."""

    label: NDArray[np.int64]
    value: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    overall: Estimate


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
    panel = matrix("outcome", outcome)
    starts = np.asarray(begins)
    if starts.shape != (len(panel),) or not np.issubdtype(starts.dtype, np.integer):
        raise ValueError("begins needs one whole number for each person")
    if (starts < 0).any():
        raise ValueError("a beginning lies within the weeks, or is NEVER")
    starts = np.where(starts >= panel.shape[1], NEVER, starts)
    known = np.unique(starts)
    means, spreads, people = [], [], []
    for start in known:
        rows = panel[starts == start]
        middle = rows.mean(axis=0)
        means.append(middle)
        spreads.append((rows - middle).T @ (rows - middle) / len(rows))
        people.append(float(len(rows)))
    return Cohorts(known.astype(np.int64), np.array(people), np.array(means), np.array(spreads))


def effects_by_cohort(
    cohorts: Cohorts, *, controls: Controls = Controls.NOT_YET_TREATED
) -> CohortEffects:
    """Effect on each cohort in each week, against people who had not begun.

    Parameters
    ----------
    cohorts : Cohorts
        From `summarise`.
    controls : Controls
        Those not yet treated are more; those never treated may be another kind of people.

    Returns
    -------
    CohortEffects
        Weeks before the beginning compare with the week before each, and should show nought.

    Raises
    ------
    ValueError
        If nobody began within the weeks with a week before it and somebody to compare with.

    Notes
    -----
    Assumes that without it cohorts would have moved alike, and that nobody acts on it in advance.
    People choose when to come: this is grade B at best, unless dates were drawn by lot.
    Never use two-way fixed effects here: it compares with people already treated.
    Source: Callaway & Sant'Anna (2021), Journal of Econometrics 225:200-230, equations 2.4 and 2.5
    without covariates, varying base period, as R's `did`.
    """
    found = [
        (start, week, *cell)
        for start in cohorts.begins
        if 0 < start < cohorts.weeks
        for week in range(1, cohorts.weeks)
        if (cell := _cell(cohorts, int(start), week, controls)) is not None
    ]
    if not found:
        raise ValueError("nobody began with a week before it and somebody to compare with")
    begins, weeks, weights, mixtures = zip(*found, strict=True)
    weight = np.array(weights)
    return CohortEffects(
        cohorts=cohorts,
        begins=np.array(begins, dtype=np.int64),
        week=np.array(weeks, dtype=np.int64),
        value=(weight * cohorts.mean).sum(axis=(1, 2)),
        weight=weight,
        mixture=np.array(mixtures),
    )


def overall_effect(effects: CohortEffects, *, level: float = 0.95) -> Estimate:
    """One effect: all cohorts and weeks since they began, by how many people each has.

    Parameters
    ----------
    effects : CohortEffects
        From `effects_by_cohort`.
    level : float in (0, 1)
        Coverage wanted of the interval.

    Returns
    -------
    Estimate
        In the outcome's unit. Early cohorts weigh more, since they have more weeks.

    Raises
    ------
    ValueError
        If no cohort has a week after its beginning.

    Notes
    -----
    Source: Callaway & Sant'Anna (2021), equation 3.10 ("simple" in R's `did`).
    """
    if not effects.is_after.any():
        raise ValueError("no cohort has a week after its beginning")
    return _overall(effects.cohorts, *combined(effects, effects.is_after), level)


def averages_by_weeks_since(effects: CohortEffects, *, level: float = 0.95) -> Averages:
    """The event study: effects by weeks since the beginning, those before it included.

    Parameters
    ----------
    effects, level
        As in `overall_effect`.

    Returns
    -------
    Averages
        `label` is weeks since; `overall` the plain average of those from nought on.

    Raises
    ------
    ValueError
        As in `overall_effect`.

    Notes
    -----
    Later weeks rest on early cohorts alone: a bend may be a change of who is in it.
    Source: Callaway & Sant'Anna (2021), equations 3.4 and 3.11 ("dynamic").
    """
    return _averages(effects, effects.week - effects.begins, level, since=True)


def averages_by_week(effects: CohortEffects, *, level: float = 0.95) -> Averages:
    """Effects by calendar week, on all who had begun by then.

    Parameters
    ----------
    effects, level
        As in `overall_effect`.

    Returns
    -------
    Averages
        `label` is the week's place; `overall` their plain average.

    Raises
    ------
    ValueError
        As in `overall_effect`.

    Notes
    -----
    Source: Callaway & Sant'Anna (2021), equations 3.8 and 3.12 ("calendar").
    """
    return _averages(effects, effects.week, level, since=False)


def averages_by_cohort(effects: CohortEffects, *, level: float = 0.95) -> Averages:
    """Effects by cohort, averaged over its weeks since the beginning.

    Parameters
    ----------
    effects, level
        As in `overall_effect`.

    Returns
    -------
    Averages
        `label` is the place of the week in which a cohort began; `overall` weighs cohorts by their
        people, and reads "the effect on whoever took part, over the weeks we saw".

    Raises
    ------
    ValueError
        As in `overall_effect`.

    Notes
    -----
    Source: Callaway & Sant'Anna (2021), equations 3.7 and 3.9 ("group").
    """
    if not effects.is_after.any():
        raise ValueError("no cohort has a week after its beginning")
    labels = np.unique(effects.begins[effects.is_after])
    share = np.array(
        [effects.is_after & (effects.begins == label) for label in labels], dtype=float
    )
    share /= share.sum(axis=1, keepdims=True)
    each = CohortEffects(
        cohorts=effects.cohorts,
        begins=labels,
        week=labels,
        value=share @ effects.value,
        weight=np.tensordot(share, effects.weight, axes=1),
        mixture=share @ effects.mixture,
    )
    overall = _overall(effects.cohorts, *combined(each, each.is_after), level)
    return Averages(labels, each.value, each.standard_error, overall)


def _cell(
    cohorts: Cohorts, start: int, week: int, controls: Controls
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Weights of the cohort means in one effect, and how it moves with the controls' mixture."""
    base = week - 1 if week < start else start - 1
    if controls is Controls.NEVER_TREATED:
        beside = cohorts.begins == NEVER
    else:
        beside = (cohorts.begins > max(week, base)) & (cohorts.begins != start)
    if not beside.any():
        return None
    share = np.where(beside, cohorts.people, 0.0)
    many = share.sum()
    share /= many
    weight = np.zeros(cohorts.mean.shape)
    weight[:, week] = (cohorts.begins == start) - share
    weight[:, base] = -weight[:, week]
    moved = cohorts.mean[:, week] - cohorts.mean[:, base]
    return weight, np.where(beside, -(moved - share @ moved) / many, 0.0)


def spread_of(
    cohorts: Cohorts, weight: NDArray[np.float64], mixture: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Covariance of effects that are these weights of the cohort means, shape (effects, effects).

    `mixture` adds what comes from not knowing how large each cohort truly is.
    """
    within = np.einsum(
        "akt,kts,bks->ab",
        weight,
        cohorts.covariance / cohorts.people[:, None, None],
        weight,
        optimize=True,
    )
    total: NDArray[np.float64] = within + (mixture * cohorts.people) @ mixture.T
    return total


def combined(
    effects: CohortEffects, chosen: NDArray[np.bool_]
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Average of the chosen effects by people; the weights are estimated too, and it minds that."""
    cohorts = effects.cohorts
    many = cohorts.people.sum()
    begins, value = effects.begins[chosen], effects.value[chosen]
    size = cohorts.people[np.searchsorted(cohorts.begins, begins)] / many
    whole = size.sum()
    share = size / whole
    is_own = (begins == cohorts.begins[:, None]) - size
    moved = (is_own / whole - size * is_own.sum(axis=1, keepdims=True) / whole**2) @ value
    return (
        float(share @ value),
        np.tensordot(share, effects.weight[chosen], axes=1),
        share @ effects.mixture[chosen] + moved / many,
    )


def _averages(
    effects: CohortEffects, label: NDArray[np.int64], level: float, *, since: bool
) -> Averages:
    used = np.ones(label.size, dtype=np.bool_) if since else effects.is_after
    counted = label >= 0 if since else effects.is_after
    if not counted.any():
        raise ValueError("no cohort has a week after its beginning")
    labels = np.unique(label[used])
    parts = [combined(effects, used & (label == each)) for each in labels]
    values = np.array([part[0] for part in parts])
    weight, mixture = np.array([part[1] for part in parts]), np.array([part[2] for part in parts])
    after = np.isin(labels, label[counted])
    overall = _overall(
        effects.cohorts,
        float(values[after].mean()),
        weight[after].mean(axis=0),
        mixture[after].mean(axis=0),
        level,
    )
    errors = np.sqrt(np.diag(spread_of(effects.cohorts, weight, mixture)))
    return Averages(labels, values, errors, overall)


def _overall(
    cohorts: Cohorts,
    value: float,
    weight: NDArray[np.float64],
    mixture: NDArray[np.float64],
    level: float,
) -> Estimate:
    variance = spread_of(cohorts, weight[None], mixture[None])[0, 0]
    return normal_estimate(value, float(np.sqrt(variance)), level=level)
