from functools import cache

import numpy as np
import pytest

from headwater.stats.alternatives import Evidence
from headwater.stats.answers import Grade, NotEnough, Unit
from headwater.stats.mix import Mix, MixPrior, response_mix, usual_baseline
from headwater.stats.tests.shared import rows


def rng(seed=1):
    return np.random.default_rng(seed)


def told(outcome, **options):
    result = response_mix(outcome, **{"rng": rng(), "rounds": 300} | options)
    assert isinstance(result, Mix)
    return result


def example():
    """The simulated weeks of PyMC-Marketing's example: two channels, a trend, a season, events."""
    table = rows("evaluation", "data", "mmm_example.csv")
    column = {
        name: np.array([float(row[name]) for row in table])
        for name in table[0]
        if name != "date_week"
    }
    return column["y"], {
        "spend": np.column_stack([column["x1"], column["x2"]]),
        "baseline": np.column_stack(
            [usual_baseline(len(table), first_week=13), column["event_1"], column["event_2"]]
        ),
    }


@cache
def twins(*, alike: bool, seed: int = 4):
    """Two levers written out anew: 900 and 300 a week at most, carried over .5 and 0."""
    draws = rng(seed)
    spend = draws.gamma(2, 0.5, size=(104, 2))
    if alike:
        spend[:, 1] = spend[:, 0]
    felt = np.zeros((104, 2))
    for lever, carried in enumerate((0.5, 0.0)):
        shares = carried ** np.arange(12)
        for week in range(104):
            for lag in range(min(week + 1, 12)):
                felt[week, lever] += spend[week - lag, lever] * shares[lag] / shares.sum()
    brought = np.array([900, 300]) * (1 - np.exp(-2 * felt)) / (1 + np.exp(-2 * felt))
    outcome = 2000 + brought.sum(axis=1) + draws.normal(0, 40, 104)
    return outcome, {"spend": spend, "baseline": np.ones((104, 1))}, brought.sum(axis=0)


@pytest.mark.slow
def test_the_published_example_is_told_within_its_ranges() -> None:
    outcome, data = example()

    result = told(outcome, **data, rounds=2000)

    # Truth of the example: adstock .4 and .2, saturation 4 and 3, effects 3 and 2 thousand.
    for estimates, truth in (
        (result.carried_over, (0.4, 0.2)),
        (result.bend, (4.0, 3.0)),
        (result.most, (3000.0, 2000.0)),
    ):
        for estimate, true in zip(estimates, truth, strict=True):
            assert estimate.low <= true <= estimate.high
    assert (result.carried_over[0].high - result.carried_over[0].low) < 0.15
    assert result.checks[0].passed
    assert result.grade is Grade.D


@pytest.mark.slow
def test_what_each_lever_brought_is_told_apart() -> None:
    held = []
    for seed in range(6):
        outcome, data, brought = twins(alike=False, seed=seed)
        result = told(outcome, **data)
        held += [
            estimate.low <= true <= estimate.high
            for estimate, true in zip(result.brought, brought, strict=True)
        ]
        assert result.per_pound[1].value == pytest.approx(
            result.brought[1].value / data["spend"][:, 1].sum()
        )
        weekly = np.median(result.steadily([1.0, 1.0]), axis=0)
        assert weekly == pytest.approx([900 * np.tanh(1), 300 * np.tanh(1)], rel=0.25)

    assert np.mean(held) >= 0.85


def test_levers_that_ran_together_are_told_apart_only_by_an_experiment() -> None:
    outcome, data, brought = twins(alike=True)
    found = [Evidence(1.0, 300 * np.tanh(1), 15, Grade.A)]

    alone = told(outcome, **data, rounds=150)
    helped = told(outcome, **data, evidence=[[], found], rounds=150)

    def width(mix):
        return mix.brought[0].high - mix.brought[0].low

    assert width(helped) < 0.6 * width(alone)
    assert helped.brought[0].low <= brought[0] <= helped.brought[0].high
    assert helped.grade is Grade.D


def test_weak_evidence_narrows_less_than_strong_and_only_experiments_lift_the_grade() -> None:
    outcome, data, _ = twins(alike=True)

    def mix(grade):
        rows = [[Evidence(1.0, most * np.tanh(1), 60, grade)] for most in (900, 300)]
        return told(outcome, **data, evidence=rows, rounds=150)

    strong, weak = mix(Grade.A), mix(Grade.D)
    assert strong.brought[0].standard_error < weak.brought[0].standard_error
    assert (strong.grade, weak.grade) == (Grade.C, Grade.D)


def test_a_given_prior_is_used_where_the_weeks_say_nothing() -> None:
    noise = rng(8).normal(1000, 300, 60)
    spend = np.where(np.arange(60) == 30, 1.0, 0.0)[:, None]
    prior = MixPrior(carried=(0.0, 0.1), bend=(0.0, 0.1), size=(-6.0, 0.1))

    result = told(noise, spend=spend, baseline=np.ones((60, 1)), prior=prior, rounds=150)

    assert result.carried_over[0].value == pytest.approx(0.5, abs=0.03)
    assert result.bend[0].value == pytest.approx(1.0, abs=0.1)
    assert result.most[0].value == pytest.approx(noise.max() * np.exp(-6), rel=0.1)


def test_a_baseline_that_says_a_thing_twice_says_it_once() -> None:
    outcome, data, _ = twins(alike=False)
    twice = data | {"baseline": np.ones((104, 2))}

    once = told(outcome, **data, rounds=100)
    assert told(outcome, **twice, rounds=100).brought == once.brought


def test_the_same_seed_gives_the_same_answer_and_few_rounds_are_found_out() -> None:
    outcome, data, _ = twins(alike=True)

    hasty = told(outcome, **data, rounds=100)

    assert hasty.brought == told(outcome, **data, rounds=100).brought
    assert not hasty.checks[0].passed


def test_a_season_comes_again_after_a_year() -> None:
    columns = usual_baseline(105, first_week=3)

    assert columns.shape == (105, 7)
    assert columns[0, 3:] == pytest.approx(columns[52, 3:], abs=0.05)


@pytest.mark.parametrize(("weeks", "levers", "needed"), [(40, 1, 52), (60, 3, 100)])
def test_too_few_weeks_are_not_enough(weeks, levers, needed) -> None:
    spend = rng(2).random((weeks, levers))

    assert response_mix(
        rng(3).random(weeks), spend=spend, baseline=np.ones((weeks, 1)), rng=rng()
    ) == NotEnough(Unit.WEEKS, have=weeks, needed=needed)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"spend": np.ones((3, 2))}, "one row for each week"),
        ({"baseline": np.ones((3, 1))}, "one row for each week"),
        ({"spend": -np.ones((104, 2))}, "nought or more"),
        ({"spend": np.zeros((104, 2))}, "some above"),
        ({"evidence": [[]]}, "each lever"),
        ({"rounds": 99}, "hundred rounds"),
        ({"level": 0.0}, "level"),
        ({"outcome": np.ones(104)}, "never changes"),
    ],
)
def test_what_does_not_fit_together_is_refused(change, complaint) -> None:
    outcome, data, _ = twins(alike=False)
    with pytest.raises(ValueError, match=complaint):
        response_mix(**{"outcome": outcome, "rng": rng()} | data | change)


@pytest.mark.parametrize("wrong", [lambda: MixPrior(bend=(0.0, 0.0)), lambda: usual_baseline(0)])
def test_an_impossible_prior_or_baseline_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match=r"above nought|needs weeks"):
        wrong()
