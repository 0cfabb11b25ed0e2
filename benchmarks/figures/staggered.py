"""D1, D2, D7, D8, D10 and D14: partners who came at different times."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures.table import Row, figure
from headwater.stats.cohorts import summarise
from headwater.stats.covariates import effects_among_alike
from headwater.stats.pretrends import pre_trend
from headwater.stats.staggered import (
    Averages,
    CohortEffects,
    Controls,
    averages_by_cohort,
    averages_by_week,
    averages_by_weeks_since,
    effects_by_cohort,
    overall_effect,
)
from headwater.stats.tests.published import (
    COUNTIES,
    counties,
    eight_periods,
    found_by_r,
    found_by_r_among_alike,
)

EXACT = 1e-8
AVERAGES = {
    "group": averages_by_cohort,
    "dynamic": averages_by_weeks_since,
    "calendar": averages_by_week,
}


@figure("D1")
def effects_averages_and_pretest_as_in_r() -> Iterator[Row]:
    panel, begins = counties()
    cohorts = summarise(panel, begins=begins)
    for scenario, controls in COUNTIES.items():
        effects = effects_by_cohort(cohorts, controls=controls)
        expected = found_by_r("r_did_attgt.csv", scenario)
        averages = found_by_r("r_did_aggte.csv", scenario)
        yield _exact("D1", f"{scenario}: {len(expected)} ATT(g,t)", _effects(effects, expected))
        for kind, average in AVERAGES.items():
            rows = [row for row in averages if row["type"] == kind]
            yield _exact("D1", f"{scenario}: {kind}", _averages(average(effects), rows))
        (simple,) = (row for row in averages if row["type"] == "simple")
        overall = overall_effect(effects)
        found = [overall.value, overall.standard_error]
        apart = np.subtract(found, _column([simple], "overall_att", "overall_se")[0])
        yield _exact("D1", f"{scenario}: simple", apart)
        test = pre_trend(effects)
        wald = _column(found_by_r("r_did_pretest.csv", scenario), "W")
        yield _exact("D1", f"{scenario}: pre-trend W", wald - (test.wald if test else np.nan))


@figure("D2")
def effects_among_alike_as_in_r() -> Iterator[Row]:
    panel, begins, covariates = eight_periods()
    for controls in Controls:
        effects = effects_among_alike(
            panel, begins=begins, covariates=covariates, controls=controls
        )
        expected = found_by_r_among_alike(controls)
        case = f"{controls.value.replace('_', ' ')}: {len(expected)} ATT(g,t), regression on X"
        yield _exact("D2", case, _effects(effects, expected))


def _effects(effects: CohortEffects, expected: list[dict[str, str]]) -> NDArray[np.float64]:
    found = np.column_stack([effects.value, effects.standard_error])
    return found - _column(expected, "att", "se")


def _averages(averages: Averages, expected: list[dict[str, str]]) -> NDArray[np.float64]:
    found = [
        [value, error, averages.overall.value, averages.overall.standard_error]
        for value, error in zip(averages.value, averages.standard_error, strict=True)
    ]
    return np.array(found) - _column(expected, "att_egt", "se_egt", "overall_att", "overall_se")


def _column(rows: list[dict[str, str]], *names: str) -> NDArray[np.float64]:
    return np.array([[float(row[name]) for name in names] for row in rows])


def _exact(figure: str, case: str, apart: NDArray[np.float64]) -> Row:
    """How far from the published values, errors included, the worst of ours is."""
    worst = float(np.abs(apart).max())
    return Row(figure, case, f"within {EXACT:.0e}", f"{worst:.1e}", worst <= EXACT)
