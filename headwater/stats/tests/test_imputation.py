import numpy as np
import pytest

from headwater.stats.cohorts import NEVER, summarise
from headwater.stats.imputation import effects_by_imputation, event_study, pooled
from headwater.stats.staggered import effects_by_cohort


def panel(people, *, weeks=30, seed=1, never=0.3):
    """Cohorts whose effects build up and fade, and differ; errors that last; written out anew."""
    draws = np.random.default_rng(seed)
    starts = np.arange(8, 22)
    begins = np.where(draws.random(people) < never, NEVER, draws.choice(starts, people))
    since = np.arange(weeks) - np.minimum(begins, weeks)[:, None]
    size = 0.3 + 0.4 * (np.minimum(begins, weeks) - 8) / 14
    effect = np.where(
        since >= 0, size[:, None] * (1 - np.exp(-(since + 1) / 6)) * np.exp(-since / 60), 0
    )
    error = np.empty((people, weeks))
    error[:, 0] = draws.normal(0, 1 / np.sqrt(0.75), people)
    for week in range(1, weeks):
        error[:, week] = 0.5 * error[:, week - 1] + draws.normal(size=people)
    level = draws.normal(0, 2, people) + (begins < NEVER)
    outcome = level[:, None] + 0.02 * np.arange(weeks) + effect + error
    return outcome, begins, effect[since >= 0].mean()


def test_matches_least_squares_with_a_column_for_every_person_and_week() -> None:
    outcome, begins, _ = panel(40, weeks=24)
    free = np.arange(24) < begins[:, None]
    person, week = (axis.ravel() for axis in np.mgrid[:40, :24])
    columns = np.hstack([np.eye(40)[person], np.eye(24)[week][:, 1:]])
    fitted = np.linalg.lstsq(columns[free.ravel()], outcome.ravel()[free.ravel()], rcond=None)[0]
    above = outcome - (columns @ fitted).reshape(40, 24)

    effects = effects_by_imputation(summarise(outcome, begins=begins))

    for start, when, value in zip(effects.begins, effects.week, effects.value, strict=True):
        assert value == pytest.approx(above[begins == start, when].mean(), abs=1e-8)
    assert event_study(effects).overall.value == pytest.approx(above[~free].mean(), abs=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize(("people", "rounds"), [(30, 100), (200, 40)])
def test_the_interval_holds_the_truth_and_the_estimate_is_not_biased(people, rounds) -> None:
    held, missed = [], []
    for seed in range(rounds):
        outcome, begins, truth = panel(people, seed=seed)
        overall = event_study(
            effects_by_imputation(pooled(summarise(outcome, begins=begins)))
        ).overall
        held.append(overall.low <= truth <= overall.high)
        missed.append(overall.value - truth)

    assert 0.9 <= np.mean(held) <= 0.99
    assert abs(np.mean(missed)) <= 3 * np.std(missed) / np.sqrt(rounds)


def test_it_is_sharper_than_comparing_with_the_last_week_alone() -> None:
    outcome, begins, _ = panel(300)
    cohorts = summarise(outcome, begins=begins)
    beside = effects_by_cohort(cohorts)

    imputed = effects_by_imputation(cohorts)

    assert imputed.standard_error.mean() < beside.standard_error[beside.is_after].mean()


def test_weeks_in_which_everybody_had_begun_are_left_out() -> None:
    outcome, begins, _ = panel(60, never=0.0)

    effects = effects_by_imputation(summarise(outcome, begins=begins))

    assert effects.week.max() == begins.max() - 1


@pytest.mark.parametrize(
    ("begins", "complaint"),
    [
        (np.array([0, 3, NEVER]), "first week"),
        (np.array([NEVER] * 3), "nobody began"),
        (np.array([2, 2, 2]), "nobody began"),
    ],
)
def test_a_panel_without_a_comparison_is_refused(begins, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        effects_by_imputation(summarise(np.arange(12.0).reshape(3, 4), begins=begins))


def test_one_person_a_cohort_has_no_spread_to_pool() -> None:
    with pytest.raises(ValueError, match="more people than cohorts"):
        pooled(summarise(np.arange(8.0).reshape(2, 4), begins=[2, 3]))
