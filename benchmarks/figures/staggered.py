"""D1, D2, D7, D8, D10 and D14: partners who came at different times."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures.table import NotRun, Row, figure
from benchmarks.peers_counties import beside_csdid
from benchmarks.peers_staggered import compared
from headwater.stats.answers import Estimate
from headwater.stats.cohorts import summarise
from headwater.stats.covariates import effects_among_alike
from headwater.stats.imputation import effects_by_imputation, event_study, pooled
from headwater.stats.pretrends import leads, pre_trend
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
from headwater.stats.tests.panels import partners_and_weeks
from headwater.stats.tests.published import (
    COUNTIES,
    counties,
    eight_periods,
    found_by_r,
    found_by_r_among_alike,
)
from headwater.stats.unbalanced import event_study_with_gaps

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
        yield _beside_csdid(scenario, controls)


def _beside_csdid(scenario: str, controls: Controls) -> Row:
    case, must = f"{scenario}: ATT(g,t) beside csdid", f"within {EXACT:.0e} of csdid, no slower"
    try:
        found = beside_csdid(controls)
    except NotRun as absent:
        return Row("D1", case, must, f"not run: {absent}", None)
    apart = float(np.abs(found.ours - found.theirs).max())
    ratio = found.their_seconds / found.our_seconds
    reached = (
        f"{apart:.1e}; {1000 * found.our_seconds:.1f} ms of processor time, csdid "
        f"{1000 * found.their_seconds:.0f} ms: {ratio:.0f} times"
    )
    return Row("D1", case, must, reached, apart <= EXACT and ratio >= 1)


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


@figure("D7")
def imputation_holds_the_truth() -> Iterator[Row]:
    for people, rounds in ((1000, 200), (200, 400)):
        yield from _coverage("D7", people, rounds)
    yield from _coverage_with_gaps("D7", 200, 400)


@figure("D8")
def imputation_holds_the_truth_with_few() -> Iterator[Row]:
    _bias, cover = _coverage("D8", 30, 600)
    yield cover


def _coverage(figure: str, people: int, rounds: int) -> Iterator[Row]:
    found = []
    for seed in range(rounds):
        panel = partners_and_weeks(people, seed=seed)
        cohorts = pooled(summarise(panel.outcome, begins=panel.begins))
        found.append((event_study(effects_by_imputation(cohorts)).overall, panel.truth))
    yield from _held(figure, f"N = {people}, {rounds} panels of 52 weeks", found)


def _coverage_with_gaps(figure: str, people: int, rounds: int) -> Iterator[Row]:
    found = []
    for seed in range(rounds):
        panel = partners_and_weeks(people, seed=seed)
        seen = np.random.default_rng([seed, 1]).random(panel.outcome.shape) >= 0.2
        study = event_study_with_gaps(panel.outcome, observed=seen, begins=panel.begins)
        treated = np.arange(panel.outcome.shape[1]) >= panel.begins[:, None]
        found.append((study.averages.overall, float(panel.expected[seen & treated].mean())))
    yield from _held(figure, f"N = {people}, a fifth of the weeks missing, {rounds} panels", found)


def _held(figure: str, case: str, found: list[tuple[Estimate, float]]) -> Iterator[Row]:
    """How far off on average, and how often the 95 % interval holds the truth."""
    missed = np.array([estimate.value - truth for estimate, truth in found])
    bias, sure = float(missed.mean()), float(missed.std() / np.sqrt(len(found)))
    cover = float(np.mean([estimate.low <= truth <= estimate.high for estimate, truth in found]))
    least, most = (0.92, 0.98) if figure == "D7" else (0.92, 1.0)
    must = f"{least} to {most}" if most < 1 else f">= {least}"
    size = f"{bias:+.4f} (± {sure:.4f} by simulation)"
    yield Row(figure, f"{case}: bias", "within .01", size, abs(bias) <= 0.01)
    yield Row(figure, f"{case}: 95 % interval", must, f"{cover:.3f}", least <= cover <= most)


@figure("D10")
def six_leads_seldom_raise_a_false_alarm() -> Iterator[Row]:
    for people, rounds in ((30, 400), (60, 400), (200, 300), (1000, 200)):
        alarms: dict[Controls, list[bool]] = {controls: [] for controls in Controls}
        for seed in range(rounds):
            panel = partners_and_weeks(people, seed=seed)
            cohorts = pooled(summarise(panel.outcome, begins=panel.begins))
            for controls, raised in alarms.items():
                found = leads(effects_by_cohort(cohorts, controls=controls))
                raised.append(found is not None and found.probability <= 0.05)
        for controls, raised in alarms.items():
            share = float(np.mean(raised))
            case = f"N = {people}, {rounds} panels, against {controls.value.replace('_', ' ')}"
            yield Row("D10", case, "<= .08", f"{share:.3f}", share <= 0.08)


@figure("D14")
def event_study_from_a_file_beside_diff_diff() -> Iterator[Row]:
    for people, weeks, rounds, faster in ((10_000, 52, 5, 1.5), (100_000, 104, 2, 8)):
        measured = compared(people, weeks, rounds=rounds)
        ours, peer = measured["ours"], measured["diff_diff"]
        ratio = peer.seconds / ours.seconds
        apart = float(np.abs(ours.found - peer.found).max())
        yield Row(
            "D14",
            f"{people * weeks:,} rows from parquet, one thread, least of {rounds} rounds",
            f"{faster} times faster than diff-diff",
            f"{ratio:.1f} times: {ours.seconds:.2f} s of processor time, diff-diff "
            f"{peer.seconds:.2f} s; values and errors within {apart:.0e} of its",
            ratio >= faster and apart < 1e-6,
        )
        yield Row(
            "D14",
            f"{people * weeks:,} rows: most memory held",
            "under 900 MB",
            f"{ours.megabytes:.0f} MB; diff-diff {peer.megabytes:.0f} MB",
            ours.megabytes < 900,
        )


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
