from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from headwater.stats.answers import Estimate
from headwater.stats.arrays import normal_estimate
from headwater.stats.cohorts import NEVER, Cohorts

_CELLS = 256  # effects whose errors are worked out at a time


class Controls(StrEnum):
    """Whom the treated are compared with."""

    NEVER_TREATED = "never_treated"
    NOT_YET_TREATED = "not_yet_treated"


@dataclass(frozen=True, slots=True, eq=False)
class Contrasts:
    """Weights of the cohort means in effects, as products that are never laid out whole.

    Each term compares cohorts, `beside` of shape (terms, cohorts), and weeks, `across` of shape
    (terms, weeks); it is part of the effect whose place `effect`, shape (terms,), names.
    """

    effect: NDArray[np.int64]
    beside: NDArray[np.float64]
    across: NDArray[np.float64]

    def averaged(self, share: NDArray[np.float64]) -> NDArray[np.float64]:
        """Weights in averages, (averages, cohorts, weeks); `share` is (averages, effects)."""
        total = np.empty((len(share), self.beside.shape[1], self.across.shape[1]))
        for row, shares in zip(total, share[:, self.effect], strict=True):
            used = np.flatnonzero(shares)
            row[:] = (self.beside[used] * shares[used, None]).T @ self.across[used]
        return total


@dataclass(frozen=True, slots=True, eq=False)
class CohortEffects:
    """Effect on each cohort in each week: ATT(g, t), and how it follows from the cohort means.

    Shape (cells,) but for `mixture`, (cells, cohorts), how an effect moves when a cohort gains one
    person; `contrasts` are the weights of each mean in each effect.
    """

    cohorts: Cohorts
    begins: NDArray[np.int64]
    week: NDArray[np.int64]
    value: NDArray[np.float64]
    contrasts: Contrasts
    mixture: NDArray[np.float64]

    @property
    def standard_error(self) -> NDArray[np.float64]:
        variance = np.empty(self.value.size)
        for first in range(0, variance.size, _CELLS):
            some = np.arange(first, min(first + _CELLS, variance.size))
            alone = (some[:, None] == np.arange(variance.size)).astype(np.float64)
            variance[some] = variance_of(self.cohorts, self.averaged(alone), self.mixture[some])
        return np.sqrt(variance)

    def averaged(self, share: NDArray[np.float64]) -> NDArray[np.float64]:
        """Weights of the cohort means in averages of effects, shape (averages, cohorts, weeks)."""
        return self.contrasts.averaged(share)

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


def effects_by_cohort(
    cohorts: Cohorts, *, controls: Controls = Controls.NOT_YET_TREATED
) -> CohortEffects:
    """Effect on each cohort in each week, against people who had not begun.

    Parameters
    ----------
    cohorts : Cohorts
        From `cohorts.summarise`.
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
    begins, week = cells_of(cohorts)
    free = is_beside(cohorts, begins, week, controls=controls)
    found = free.any(axis=1)
    begins, week, free = begins[found], week[found], free[found]
    if not begins.size:
        raise ValueError("nobody began with a week before it and somebody to compare with")
    many = free @ cohorts.people
    share = free * cohorts.people / many[:, None]
    beside = (cohorts.begins == begins[:, None]) - share
    before = base_of(begins, week)
    moved = cohorts.mean.T[week] - cohorts.mean.T[before]
    middle = (share * moved).sum(axis=1)
    return CohortEffects(
        cohorts=cohorts,
        begins=begins,
        week=week,
        value=(beside * moved).sum(axis=1),
        contrasts=Contrasts(
            effect=np.arange(begins.size),
            beside=beside,
            across=between(week, before, columns=cohorts.weeks),
        ),
        mixture=np.where(free, (middle - moved.T).T / many[:, None], 0.0),
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
    values, weight = share @ effects.value, effects.averaged(share)
    mixture = share @ effects.mixture
    variance = variance_of(effects.cohorts, weight, mixture)
    size, moved = _by_people(effects.cohorts, labels, values)
    overall = _overall(
        effects.cohorts,
        float(size @ values),
        np.tensordot(size, weight, axes=1),
        size @ mixture + moved,
        level,
    )
    return Averages(labels, values, np.sqrt(variance), overall)


def cells_of(
    cohorts: Cohorts, *, weeks: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Beginning and week of every effect there could be, which is from the second week on."""
    last = cohorts.weeks if weeks is None else weeks
    starts = cohorts.begins[(cohorts.begins > 0) & (cohorts.begins < last)]
    begins, week = np.meshgrid(starts, np.arange(1, last), indexing="ij")
    return begins.ravel(), week.ravel()


def base_of(begins: NDArray[np.int64], week: NDArray[np.int64]) -> NDArray[np.int64]:
    """The week an effect is measured from: the last untreated one, or the one before."""
    return np.where(week < begins, week, begins) - 1


def is_beside(
    cohorts: Cohorts, begins: NDArray[np.int64], week: NDArray[np.int64], *, controls: Controls
) -> NDArray[np.bool_]:
    """Which cohorts each effect is compared with, shape (effects, cohorts)."""
    if controls is Controls.NEVER_TREATED:
        never: NDArray[np.bool_] = cohorts.begins == NEVER
        return np.repeat(never[None], begins.size, axis=0)
    latest = np.maximum(week, base_of(begins, week))
    others: NDArray[np.bool_] = cohorts.begins != begins[:, None]
    return others & (cohorts.begins > latest[:, None])


def between(
    week: NDArray[np.int64], before: NDArray[np.int64], *, columns: int
) -> NDArray[np.float64]:
    """One week less another, as weights of all the weeks."""
    across = np.zeros((week.size, columns))
    across[np.arange(week.size), week] = 1
    across[np.arange(week.size), before] = -1
    return across


def spread_of(
    cohorts: Cohorts, weight: NDArray[np.float64], mixture: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Covariance of effects that are these weights of the cohort means, shape (effects, effects).

    `mixture` adds what comes from not knowing how large each cohort truly is.
    """
    each = weight.transpose(1, 0, 2)
    spread = (each @ cohorts.covariance) / cohorts.people[:, None, None]
    total: NDArray[np.float64] = np.tensordot(spread, each, axes=((0, 2), (0, 2)))
    total += (mixture * cohorts.people) @ mixture.T
    return total


def variance_of(
    cohorts: Cohorts, weight: NDArray[np.float64], mixture: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The diagonal of `spread_of`, for many effects."""
    each = weight.transpose(1, 0, 2)
    within = ((each @ cohorts.covariance) * each).sum(axis=2).T @ (1 / cohorts.people)
    total: NDArray[np.float64] = within + mixture**2 @ cohorts.people
    return total


def combined(
    effects: CohortEffects, chosen: NDArray[np.bool_]
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Average of the chosen effects by people: its value, its weights and its mixture."""
    share = np.zeros(effects.value.size)
    share[chosen], moved = _by_people(
        effects.cohorts, effects.begins[chosen], effects.value[chosen]
    )
    return (
        float(share @ effects.value),
        effects.averaged(share[None])[0],
        share @ effects.mixture + moved,
    )


def _by_people(
    cohorts: Cohorts, begins: NDArray[np.int64], value: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares by people, and how the average moves as a cohort grows: they are estimated too."""
    many = cohorts.people.sum()
    size = cohorts.people[np.searchsorted(cohorts.begins, begins)] / many
    whole = size.sum()
    is_own = (begins == cohorts.begins[:, None]) - size
    moved = (is_own / whole - size * is_own.sum(axis=1, keepdims=True) / whole**2) @ value
    return size / whole, moved / many


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
    errors = np.sqrt(variance_of(effects.cohorts, weight, mixture))
    return Averages(labels, values, errors, overall)


def _overall(
    cohorts: Cohorts,
    value: float,
    weight: NDArray[np.float64],
    mixture: NDArray[np.float64],
    level: float,
) -> Estimate:
    variance = variance_of(cohorts, weight[None], mixture[None])[0]
    return normal_estimate(value, float(np.sqrt(variance)), level=level)
