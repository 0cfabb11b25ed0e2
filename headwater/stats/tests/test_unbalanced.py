import numpy as np
import pytest

from headwater.stats import unbalanced
from headwater.stats.cohorts import NEVER, summarise
from headwater.stats.imputation import effects_by_imputation, event_study
from headwater.stats.tests.panels import partners_and_weeks
from headwater.stats.unbalanced import event_study_with_gaps


def with_gaps(people=40, *, weeks=24, missing=0.25, seed=4, step=3):
    panel = partners_and_weeks(people, weeks=weeks, first=6, step=step, seed=seed)
    seen = np.random.default_rng(seed + 1000).random(panel.outcome.shape) >= missing
    return panel, seen


def dummies(panel, seen):
    """A column for every person and week: rows of untreated and of treated weeks that were seen."""
    people, weeks = panel.outcome.shape
    person, week = (axis.ravel() for axis in np.mgrid[:people, :weeks])
    columns = np.hstack([np.eye(people)[person], np.eye(weeks)[week][:, 1:]])
    treated = week >= panel.begins[person]
    return columns, person, week, seen.ravel() & ~treated, seen.ravel() & treated


def test_matches_least_squares_with_a_column_for_every_person_and_week() -> None:
    """Values, and errors from the weights that least squares gives each observation."""
    panel, seen = with_gaps()
    columns, person, week, free, treated = dummies(panel, seen)
    known, *_ = np.linalg.lstsq(columns[free], panel.outcome.ravel()[free], rcond=None)
    above = panel.outcome.ravel() - columns @ known
    cohort = panel.begins[person]
    since = week - cohort
    noise = np.where(free, above, 0)
    for start in np.unique(panel.begins[panel.begins < NEVER]):
        for place in range(24):
            own = treated & (cohort == start) & (week == place)
            if own.sum() > 1:
                noise[own] = (above[own] - above[own].mean()) * np.sqrt(own.sum() / (own.sum() - 1))
            elif own.any():
                noise[own] = above[own] - above[treated & (since == place - start)].mean()

    study = event_study_with_gaps(panel.outcome, observed=seen, begins=panel.begins)

    assert study.averages.label.tolist() == sorted(set(since[treated]))
    for label, value, error in zip(
        study.averages.label, study.averages.value, study.averages.standard_error, strict=True
    ):
        weight = (treated & (since == label)) / np.sum(treated & (since == label))
        weight[free] = -(weight @ columns) @ np.linalg.pinv(columns[free])
        pull = np.bincount(person, weight * noise)
        assert value == pytest.approx(weight @ panel.outcome.ravel(), abs=1e-8)
        assert error == pytest.approx(np.sqrt(pull @ pull * 40 / 39), abs=1e-8)
    assert study.averages.overall.value == pytest.approx(above[treated].mean(), abs=1e-8)
    assert study.averages.overall.standard_error == pytest.approx(
        error_of_all(columns, person, free, treated, noise), abs=1e-8
    )


def error_of_all(columns, person, free, treated, noise):
    weight = treated / treated.sum()
    weight[free] = -(weight @ columns) @ np.linalg.pinv(columns[free])
    pull = np.bincount(person, weight * noise)
    return np.sqrt(pull @ pull * 40 / 39)


def test_without_gaps_it_is_the_balanced_estimate() -> None:
    panel = partners_and_weeks(400, weeks=30, step=4)
    whole = np.ones(panel.outcome.shape, dtype=bool)
    balanced = event_study(effects_by_imputation(summarise(panel.outcome, begins=panel.begins)))

    study = event_study_with_gaps(panel.outcome, observed=whole, begins=panel.begins)

    assert study.averages.label.tolist() == balanced.label.tolist()
    assert study.averages.value == pytest.approx(balanced.value, abs=1e-10)
    assert study.averages.standard_error == pytest.approx(balanced.standard_error, rel=0.05)
    assert study.averages.overall.value == pytest.approx(balanced.overall.value, abs=1e-10)
    assert (study.told, study.left_out) == (int((panel.begins < NEVER).sum()), 0)


def test_what_was_not_observed_is_never_looked_at() -> None:
    panel, seen = with_gaps()
    holes = np.where(seen, panel.outcome, np.nan)

    study = event_study_with_gaps(holes, observed=seen, begins=panel.begins)

    assert (
        study.averages.overall
        == event_study_with_gaps(panel.outcome, observed=seen, begins=panel.begins).averages.overall
    )


@pytest.mark.slow
@pytest.mark.parametrize("people", [30, 120])
def test_the_interval_holds_the_truth_with_a_quarter_of_the_weeks_missing(people) -> None:
    held, missed = [], []
    for seed in range(160):
        panel, seen = with_gaps(people, weeks=16, seed=seed)
        truth = panel.expected[seen & (np.arange(16) >= panel.begins[:, None])].mean()
        study = event_study_with_gaps(panel.outcome, observed=seen, begins=panel.begins)
        overall = study.averages.overall
        held.append(overall.low <= truth <= overall.high)
        missed.append(overall.value - truth)

    assert 0.91 <= np.mean(held) <= 0.98
    assert abs(np.mean(missed)) <= 3 * np.std(missed) / np.sqrt(160)


def test_a_long_panel_is_gone_through_a_piece_at_a_time(monkeypatch) -> None:
    panel, seen = with_gaps(100)
    given = {"observed": seen, "begins": panel.begins}
    whole = event_study_with_gaps(panel.outcome, **given)
    monkeypatch.setattr(unbalanced, "ROWS", 28)

    pieces = event_study_with_gaps(panel.outcome, **given)

    assert pieces.averages.value == pytest.approx(whole.averages.value, abs=1e-10)
    assert pieces.averages.standard_error == pytest.approx(whole.averages.standard_error, abs=1e-10)


def test_who_was_not_seen_before_is_left_out_and_counted() -> None:
    panel, seen = with_gaps()
    begun = np.flatnonzero(panel.begins < NEVER)
    without = np.delete(np.arange(40), begun[:3])
    seen[begun[0], : panel.begins[begun[0]]] = False
    seen[begun[1], panel.begins[begun[1]] :] = False
    begins = panel.begins.copy()
    begins[begun[2]] = 0

    study = event_study_with_gaps(panel.outcome, observed=seen, begins=begins)

    assert (study.told, study.left_out) == (begun.size - 3, 3)
    others = event_study_with_gaps(
        panel.outcome[without], observed=seen[without], begins=begins[without]
    )
    # One of them was seen before and helps with the weeks' heights.
    assert study.averages.overall.value == pytest.approx(others.averages.overall.value, abs=0.05)


def test_weeks_that_nobody_links_are_compared_only_among_themselves() -> None:
    """Two sets of people, one seen in even weeks and one in odd: as two studies side by side."""
    panel, _ = with_gaps(80)
    even = np.arange(80) % 2 == 0
    seen = even[:, None] == (np.arange(24) % 2 == 0)

    study = event_study_with_gaps(panel.outcome, observed=seen, begins=panel.begins)

    treated = np.arange(24) >= panel.begins[:, None]
    apart = [
        event_study_with_gaps(panel.outcome[own], observed=seen[own], begins=panel.begins[own])
        for own in (even, ~even)
    ]
    weight = [np.sum(treated & seen & own[:, None]) for own in (even, ~even)]
    assert study.averages.overall.value == pytest.approx(
        np.average([each.averages.overall.value for each in apart], weights=weight), abs=1e-10
    )


def test_a_week_in_which_nobody_was_seen_untreated_tells_nothing() -> None:
    panel, seen = with_gaps()
    seen[panel.begins > 15, 15] = False

    study = event_study_with_gaps(panel.outcome, observed=seen, begins=panel.begins)

    seen[:, 15] = False
    assert (
        study.averages.overall
        == event_study_with_gaps(panel.outcome, observed=seen, begins=panel.begins).averages.overall
    )


TABLE, ALL = np.arange(12.0).reshape(3, 4), np.ones((3, 4), dtype=bool)


@pytest.mark.parametrize(
    ("outcome", "observed", "begins", "complaint"),
    [
        (TABLE[0], ALL[0], [2, 3, NEVER], "table"),
        (TABLE[:0], ALL[:0], [], "table"),
        (TABLE, ALL[:2], [2, 3, NEVER], "yes or no"),
        (TABLE, ALL.astype(int), [2, 3, NEVER], "yes or no"),
        (np.where(TABLE == 5, np.nan, TABLE), ALL, [2, 3, NEVER], "missing"),
        (TABLE, ALL, [2, 3], "whole number"),
        (TABLE, ALL, [2.0, 3.0, 4.0], "whole number"),
        (TABLE, ALL, [-1, 3, NEVER], "within the weeks"),
        (TABLE, ALL, [NEVER] * 3, "nobody was seen"),
        (TABLE, ALL, [0] * 3, "nobody was seen"),
        (TABLE, ~ALL, [2, 3, NEVER], "nobody was seen"),
    ],
)
def test_a_panel_without_a_comparison_is_refused(outcome, observed, begins, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        event_study_with_gaps(outcome, observed=observed, begins=begins)


def test_a_level_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="level"):
        event_study_with_gaps(TABLE, observed=ALL, begins=[2, 3, NEVER], level=1.0)
