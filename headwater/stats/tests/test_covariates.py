import numpy as np
import pytest

from headwater.stats.cohorts import NEVER, summarise
from headwater.stats.covariates import effects_among_alike
from headwater.stats.pretrends import leads
from headwater.stats.staggered import (
    Controls,
    averages_by_cohort,
    averages_by_week,
    averages_by_weeks_since,
    effects_by_cohort,
    overall_effect,
)
from headwater.stats.tests.published import eight_periods, found_by_r_among_alike

AVERAGES = [averages_by_cohort, averages_by_week, averages_by_weeks_since]


def larger_drift_more(people=300, weeks=12, *, effect=1.0, seed=3):
    """The larger grow faster and come earlier: without their size the answer is wrong."""
    draws = np.random.default_rng(seed)
    size = draws.normal(size=(people, 2))
    begins = np.where(size[:, 0] + draws.normal(size=people) > 0.5, 4, 7)
    begins = np.where(size[:, 0] + draws.normal(size=people) < 0.0, NEVER, begins)
    since = np.arange(weeks) - np.minimum(begins, weeks)[:, None]
    panel = draws.normal(size=(people, weeks)) + effect * (since >= 0)
    return panel + 0.3 * size[:, :1] * np.arange(weeks), begins, size


def influences(panel, begins, covariates, effects, controls):
    """Each person's pull on each effect, worked out anew from the panel, person by person."""
    line = np.column_stack([np.ones(len(panel)), covariates])
    pulls = np.zeros((len(panel), effects.value.size))
    for cell, (start, week) in enumerate(zip(effects.begins, effects.week, strict=True)):
        base = week - 1 if week < start else start - 1
        moved = panel[:, week] - panel[:, base]
        treated = begins == start
        free = (begins == NEVER) if controls is Controls.NEVER_TREATED else begins > max(week, base)
        free &= ~treated
        slope = np.linalg.lstsq(line[free], moved[free], rcond=None)[0]
        above = moved - line @ slope
        inverse = np.linalg.inv(line[free].T @ line[free])
        pulls[treated, cell] = (above[treated] - above[treated].mean()) / treated.sum()
        pulls[free, cell] -= (line[free] @ inverse @ line[treated].mean(axis=0)) * above[free]
    return pulls


@pytest.mark.parametrize("controls", Controls)
def test_matches_the_outcome_regression_of_rs_did(controls) -> None:
    panel, begins, covariates = eight_periods()
    expected = found_by_r_among_alike(controls)

    effects = effects_among_alike(panel, begins=begins, covariates=covariates, controls=controls)

    found = zip(
        effects.begins + 1, effects.week + 1, effects.value, effects.standard_error, strict=True
    )
    assert len(expected) == 49
    assert [tuple(map(float, cell)) for cell in found] == [
        pytest.approx([float(row[name]) for name in ("group", "t", "att", "se")], abs=1e-8)
        for row in expected
    ]


@pytest.mark.parametrize("controls", Controls)
def test_averages_have_the_errors_of_everybodys_own_pull(controls) -> None:
    panel, begins, size = larger_drift_more()
    effects = effects_among_alike(panel, begins=begins, covariates=size, controls=controls)
    pulls = influences(panel, begins, size, effects, controls)
    share = [np.mean(begins == start) for start in effects.begins]

    averages = averages_by_weeks_since(effects)

    for place, since in enumerate(averages.label):
        chosen = effects.week - effects.begins == since
        weight = np.array(share)[chosen]
        value = weight @ effects.value[chosen] / weight.sum()
        is_own = begins[:, None] == effects.begins[chosen]
        moved = (is_own - weight) @ (effects.value[chosen] - value) / weight.sum() / len(panel)
        pull = pulls[:, chosen] @ weight / weight.sum() + moved
        assert averages.value[place] == pytest.approx(value, abs=1e-10)
        assert averages.standard_error[place] == pytest.approx(np.sqrt(pull @ pull), abs=1e-10)


@pytest.mark.parametrize("controls", Controls)
def test_a_covariate_that_tells_nothing_changes_nothing(controls) -> None:
    """Everybody twice, once with the covariate and once without: it goes with nothing."""
    panel, begins = (np.repeat(each, 2, axis=0) for each in larger_drift_more()[:2])
    plain = effects_by_cohort(summarise(panel, begins=begins), controls=controls)
    alike = np.arange(len(panel))[:, None] % 2.0

    among = effects_among_alike(panel, begins=begins, covariates=alike, controls=controls)

    assert among.begins.tolist() == plain.begins.tolist()
    assert among.week.tolist() == plain.week.tolist()
    for average in AVERAGES:
        near, own = average(among), average(plain)
        assert near.label.tolist() == own.label.tolist()
        assert near.value == pytest.approx(own.value, abs=1e-9)
        assert near.standard_error == pytest.approx(own.standard_error, abs=1e-9)
        assert near.overall.value == pytest.approx(own.overall.value, abs=1e-9)
        assert near.overall.low == pytest.approx(own.overall.low, abs=1e-9)


def test_the_interval_holds_the_truth_where_the_plain_comparison_does_not() -> None:
    held, plain = [], []
    for seed in range(60):
        panel, begins, size = larger_drift_more(200, seed=seed)
        among = effects_among_alike(panel, begins=begins, covariates=size)
        overall = overall_effect(among)
        beside = overall_effect(effects_by_cohort(summarise(panel, begins=begins)))
        held.append(overall.low <= 1.0 <= overall.high)
        plain.append(beside.low <= 1.0 <= beside.high)

    assert 0.9 <= np.mean(held) <= 0.99
    assert np.mean(plain) < 0.5


def test_six_leads_are_quiet_once_like_is_compared_with_like() -> None:
    panel, begins, size = larger_drift_more()
    plain = leads(effects_by_cohort(summarise(panel, begins=begins)))
    among = leads(effects_among_alike(panel, begins=begins, covariates=size))

    assert plain is not None
    assert among is not None
    assert plain.probability < 0.01 < among.probability


def test_effects_with_too_few_to_learn_from_are_left_out() -> None:
    panel, begins, size = larger_drift_more(60)
    begins[begins == NEVER] = 7
    begins[:3] = 9

    effects = effects_among_alike(
        panel, begins=begins, covariates=size, controls=Controls.NOT_YET_TREATED
    )

    assert effects.week[effects.is_after].max() == 6


def test_who_begins_after_the_last_week_is_there_to_compare_with() -> None:
    panel, begins, size = larger_drift_more()
    later = np.where(begins == NEVER, 12, begins)

    effects = effects_among_alike(panel, begins=later, covariates=size)

    assert overall_effect(effects) == overall_effect(
        effects_among_alike(panel, begins=begins, covariates=size)
    )


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"covariates": np.ones((299, 1))}, "one row for each person"),
        ({"begins": np.full(301, NEVER)}, "one row for each person"),
        ({"begins": np.full(300, 1.5)}, "whole number"),
        ({"covariates": np.full((300, 1), np.nan)}, "missing"),
        ({"covariates": np.ones((300, 1))}, "unlike each other"),
        ({"begins": np.full(300, 4)}, "unlike each other"),
        ({"begins": np.full(300, NEVER)}, "unlike each other"),
    ],
)
def test_what_cannot_be_compared_is_refused(change, complaint) -> None:
    panel, begins, size = larger_drift_more()
    given = {"begins": begins, "covariates": size} | change

    with pytest.raises(ValueError, match=complaint):
        effects_among_alike(panel, **given)


def test_a_missing_week_is_refused() -> None:
    panel, begins, size = larger_drift_more()
    panel[3, 4] = np.nan

    with pytest.raises(ValueError, match="missing"):
        effects_among_alike(panel, begins=begins, covariates=size)
