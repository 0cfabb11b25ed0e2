from dataclasses import dataclass

import numpy as np
import scipy

from headwater.stats.answers import Estimate
from headwater.stats.arrays import student_estimate
from headwater.stats.power import sight
from headwater.stats.staggered import CohortEffects, combined, overall_effect, spread_of


@dataclass(frozen=True, slots=True)
class PreTrend:
    """Did cohorts already move apart before they began? A low probability says they did."""

    wald: float
    degrees: int
    probability: float


@dataclass(frozen=True, slots=True)
class Leads:
    """Did cohorts drift apart in the last weeks before they began?

    `drift` is how much further apart they moved each week; `smallest_drift` what we would have
    noticed four times in five, so that silence isn't taken for proof.
    """

    weeks: int
    probability: float
    drift: Estimate
    smallest_drift: float


@dataclass(frozen=True, slots=True)
class BreakDown:
    """How large a drift apart, in the outcome's unit a week, the answer withstands.

    A drift of `unsettling` brings nought into the interval of `overall` (nought if it is there
    already), one of `undoing` leaves nothing of it: an effect is seen `weeks` weeks after the last
    untreated one, on average, and a drift adds up for as long. `odds_of_seeing` is the probability
    that the weeks before would have shown a drift that undoes the answer.
    """

    overall: Estimate
    leads: Leads
    weeks: float
    unsettling: float
    undoing: float
    odds_of_seeing: float

    @property
    def would_have_shown(self) -> bool:
        """Whether any drift that undoes the answer would have been noticed four times in five."""
        return self.leads.smallest_drift <= self.undoing


def pre_trend(effects: CohortEffects) -> PreTrend | None:
    """Test over all cohorts and weeks before: were they moving apart already?

    Parameters
    ----------
    effects : CohortEffects
        From `effects_by_cohort`.

    Returns
    -------
    PreTrend or None
        None without a week before the beginnings to look at.

    Notes
    -----
    For panels of few periods. On weekly panels it rejects falsely 35 to 100 times in 100:
    use `leads`. That it finds nothing doesn't show there is nothing.
    Source: Callaway & Sant'Anna (2021), section 4.2; the Wald statistic of R's `did`.
    """
    early = ~effects.is_after
    if not early.any():
        return None
    weight = effects.averaged(np.eye(early.size)[early])
    spread = spread_of(effects.cohorts, weight, effects.mixture[early])
    apart = effects.value[early]
    wald = float(apart @ np.linalg.pinv(spread, rcond=1e-10, hermitian=True) @ apart)
    degrees = int(early.sum())
    return PreTrend(wald, degrees, float(scipy.special.chdtrc(degrees, wald)))


def leads(effects: CohortEffects, *, many: int = 6, level: float = 0.95) -> Leads | None:
    """Were cohorts already drifting apart in the weeks just before they began?

    Parameters
    ----------
    effects : CohortEffects
        From `effects_by_cohort`, of cohorts that went through `imputation.pooled` first.
    many : int
        How many weeks before to look at; fewer where there are not as many.
    level : float in (0, 1)
        Coverage wanted of the drift's interval.

    Returns
    -------
    Leads or None
        None without a week before the beginnings to look at.

    Raises
    ------
    ValueError
        If `level` is outside (0, 1).

    Notes
    -----
    One pooled figure a week, since a joint test over all cohorts and weeks rejects far too often.
    Its power is low: always show the smallest drift it could have seen. Those not yet treated may
    drift too, and hide half of it; compare with those never treated where there are enough.
    Source: Wald's test with the F distribution on people less cohorts; Roth (2022), American
    Economic Review: Insights 4:305-322, on what such a test cannot see.
    """
    since = effects.week - effects.begins
    labels = [label for label in range(-many, 0) if (since == label).any()]
    if not labels:
        return None
    parts = [combined(effects, since == label) for label in labels]
    apart = np.array([part[0] for part in parts])
    weight, mixture = np.array([part[1] for part in parts]), np.array([part[2] for part in parts])
    known = np.linalg.pinv(spread_of(effects.cohorts, weight, mixture), hermitian=True)
    spare = max(float(effects.cohorts.people.sum()) - effects.cohorts.people.size, 1.0)
    wald, sure = float(apart @ known @ apart), float(known.sum())
    drift = student_estimate(
        float(known.sum(axis=0) @ apart) / sure, sure**-0.5, spare, level=level
    )
    return Leads(
        weeks=len(labels),
        probability=float(scipy.special.fdtrc(len(labels), spare, wald / len(labels))),
        drift=drift,
        smallest_drift=sight(drift.standard_error, level=level).smallest,
    )


def break_down(effects: CohortEffects, *, many: int = 6, level: float = 0.95) -> BreakDown | None:
    """How steady a drift would undo the answer, and would we have seen it beforehand?

    Parameters
    ----------
    effects, many, level
        As in `leads`.

    Returns
    -------
    BreakDown or None
        None without a week before the beginnings to look at.

    Raises
    ------
    ValueError
        If no cohort has a week after its beginning, or `level` is outside (0, 1).

    Notes
    -----
    Supposes that those who began would have drifted apart from those they are compared with by the
    same amount each week, before and after. A drift that sets in only as they begin is not seen by
    any look at the weeks before.
    Source: Rambachan & Roth (2023), Review of Economic Studies 90:2555-2591, on the breakdown value
    of a linear difference in trends; Roth (2022) on what a pre-trend could have seen.
    """
    overall = overall_effect(effects, level=level)
    before = leads(effects, many=many, level=level)
    if before is None:
        return None
    cohorts, after = effects.cohorts, effects.is_after
    people = cohorts.people[np.searchsorted(cohorts.begins, effects.begins[after])]
    since = effects.week[after] - effects.begins[after] + 1
    weeks = float(np.average(since, weights=people))
    nearest = max(overall.low, -overall.high, 0.0)
    undoing = abs(overall.value) / weeks
    return BreakDown(
        overall=overall,
        leads=before,
        weeks=weeks,
        unsettling=nearest / weeks,
        undoing=undoing,
        odds_of_seeing=sight(before.drift.standard_error, level=level).odds_of_seeing(undoing),
    )
