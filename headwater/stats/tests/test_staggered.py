from dataclasses import replace

import numpy as np
import pytest

from headwater.stats.cohorts import NEVER, summarise
from headwater.stats.pretrends import pre_trend
from headwater.stats.staggered import (
    CohortEffects,
    averages_by_cohort,
    averages_by_week,
    averages_by_weeks_since,
    effects_by_cohort,
    overall_effect,
)
from headwater.stats.tests.published import COUNTIES, counties, found_by_r


def in_counties(scenario):
    panel, begins = counties()
    return effects_by_cohort(summarise(panel, begins=begins), controls=COUNTIES[scenario])


def made_up(people=600, weeks=16, *, effect=1.0, drift=0.0, seed=2):
    draws = np.random.default_rng(seed)
    begins = draws.choice([5, 8, 11, NEVER], people)
    since = np.arange(weeks) - np.minimum(begins, weeks)[:, None]
    noise = np.cumsum(draws.normal(0, 0.3, (people, weeks)), axis=1) + draws.normal(
        size=(people, weeks)
    )
    return noise + effect * (since >= 0) + drift * np.arange(weeks) * (begins < weeks)[
        :, None
    ], begins


@pytest.mark.parametrize("scenario", COUNTIES)
def test_matches_the_effects_by_group_and_time_of_rs_did(scenario) -> None:
    effects = in_counties(scenario)
    expected = found_by_r("r_did_attgt.csv", scenario)

    found = zip(
        effects.begins + 2003,
        effects.week + 2003,
        effects.value,
        effects.standard_error,
        strict=True,
    )
    assert [tuple(map(float, cell)) for cell in found] == [
        pytest.approx([float(row[name]) for name in ("group", "t", "att", "se")], abs=1e-8)
        for row in expected
    ]


@pytest.mark.parametrize("scenario", COUNTIES)
@pytest.mark.parametrize(
    ("kind", "average", "offset"),
    [
        ("group", averages_by_cohort, 2003),
        ("dynamic", averages_by_weeks_since, 0),
        ("calendar", averages_by_week, 2003),
    ],
)
def test_matches_the_averages_of_rs_did(scenario, kind, average, offset) -> None:
    expected = [row for row in found_by_r("r_did_aggte.csv", scenario) if row["type"] == kind]
    averages = average(in_counties(scenario))

    assert (averages.label + offset).tolist() == [int(row["egt"]) for row in expected]
    assert averages.value.tolist() == pytest.approx(
        [float(row["att_egt"]) for row in expected], abs=1e-8
    )
    assert averages.standard_error.tolist() == pytest.approx(
        [float(row["se_egt"]) for row in expected], abs=1e-8
    )
    assert averages.overall.value == pytest.approx(float(expected[0]["overall_att"]), abs=1e-8)
    assert averages.overall.standard_error == pytest.approx(
        float(expected[0]["overall_se"]), abs=1e-8
    )


@pytest.mark.parametrize("scenario", COUNTIES)
def test_matches_the_simple_average_and_the_pretest_of_rs_did(scenario) -> None:
    effects = in_counties(scenario)
    (simple,) = (row for row in found_by_r("r_did_aggte.csv", scenario) if row["type"] == "simple")
    (test,) = found_by_r("r_did_pretest.csv", scenario)
    result = pre_trend(effects)

    overall = overall_effect(effects)
    assert overall.value == pytest.approx(float(simple["overall_att"]), abs=1e-8)
    assert overall.standard_error == pytest.approx(float(simple["overall_se"]), abs=1e-8)
    assert result is not None
    assert result.wald == pytest.approx(float(test["W"]), abs=1e-8)
    assert result.probability == pytest.approx(float(test["Wpval"]), abs=1e-5)


def test_the_interval_holds_the_truth() -> None:
    held = []
    for seed in range(60):
        panel, begins = made_up(200, seed=seed)
        effect = overall_effect(effects_by_cohort(summarise(panel, begins=begins)))
        held.append(effect.low <= 1.0 <= effect.high)

    assert 0.9 <= np.mean(held) <= 0.99


def test_who_begins_after_the_last_week_is_there_to_compare_with() -> None:
    panel, begins = made_up(60)
    later = np.where(begins == NEVER, 16, begins)

    assert summarise(panel, begins=later).begins.tolist() == [5, 8, 11, NEVER]


def only_before() -> CohortEffects:
    panel, begins = made_up(40)
    whole = effects_by_cohort(summarise(panel, begins=begins))
    return replace(whole, week=whole.begins - 1)


@pytest.mark.parametrize(
    "average", [overall_effect, averages_by_cohort, averages_by_week, averages_by_weeks_since]
)
def test_nothing_after_the_beginning_is_no_effect_to_average(average) -> None:
    with pytest.raises(ValueError, match="after its beginning"):
        average(only_before())


@pytest.mark.parametrize(
    ("begins", "complaint"),
    [
        (np.array([1.0, 2.0, 3.0]), "whole number"),
        (np.array([1, 2]), "whole number"),
        (np.array([-1, 2, 3]), "within the weeks"),
        (np.array([NEVER] * 3), "nobody began"),
        (np.array([2] * 3), "nobody began"),
        (np.array([0, 0, NEVER]), "nobody began"),
    ],
)
def test_a_panel_that_cannot_be_compared_is_refused(begins, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        effects_by_cohort(summarise(np.arange(12.0).reshape(3, 4), begins=begins))
