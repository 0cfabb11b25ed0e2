from itertools import combinations

import numpy as np
import pytest

from headwater.stats.answers import NotEnough, Unit
from headwater.stats.lottery import LotteryEffect, effect_of_lottery


def rng(seed=1):
    return np.random.default_rng(seed)


def lots(people, drawn, draws):
    return draws.permutation(np.arange(people) < drawn)


def measured(outcome, **options):
    result = effect_of_lottery(outcome, **{"rng": rng()} | options)
    assert isinstance(result, LotteryEffect)
    return result


@pytest.mark.slow
@pytest.mark.parametrize("people", [12, 24, 60])
def test_without_an_effect_a_false_alarm_is_as_rare_as_it_says(people) -> None:
    alarms = []
    for seed in range(200):
        draws = rng(1000 * people + seed)
        before = draws.standard_t(4, people)
        outcome = before + draws.standard_t(4, people)
        result = measured(
            outcome,
            drawn=lots(people, people // 2, draws),
            before=before,
            rng=draws,
            permutations=250,
        )
        alarms.append(result.probability_by_luck <= 0.05)

    assert np.mean(alarms) <= 0.065


@pytest.mark.slow
def test_the_interval_holds_the_truth_also_when_it_differs_among_people() -> None:
    held = []
    for seed in range(200):
        draws = rng(seed)
        before, drawn = draws.normal(size=30), lots(30, 15, draws)
        outcome = before + draws.normal(size=30) + drawn * draws.normal(1.0, 1.0, 30)
        effect = measured(outcome, drawn=drawn, before=before, rng=draws, permutations=250).effect
        held.append(effect.low <= 1.0 <= effect.high)

    assert 0.9 <= np.mean(held) <= 0.985


def test_matches_every_possible_lottery_counted_out() -> None:
    outcome = np.array([3.1, 4.0, 9.2, 7.7, 6.1, 2.0, 2.9, 8.8])
    drawn = np.array([False, False, True, True, True, False, False, False])

    def ratio(chosen):
        inside = np.isin(np.arange(8), chosen)
        ours, theirs = outcome[inside], outcome[~inside]
        error = np.sqrt(ours.var() / ours.size + theirs.var() / theirs.size)
        return (ours.mean() - theirs.mean()) / error

    ratios = np.array([abs(ratio(chosen)) for chosen in combinations(range(8), 3)])
    exact = (ratios >= abs(ratio([2, 3, 4])) - 1e-12).mean()

    result = measured(outcome, drawn=drawn, permutations=20_000)
    assert result.effect.value == pytest.approx(outcome[drawn].mean() - outcome[~drawn].mean())
    assert result.effect.value / result.effect.standard_error == pytest.approx(ratio([2, 3, 4]))
    assert result.probability_by_luck == pytest.approx(exact, abs=0.006)


def test_knowing_where_people_stood_before_sharpens_the_answer() -> None:
    draws = rng(3)
    before, drawn = draws.normal(0, 5, 40), lots(40, 20, draws)
    outcome = before + draws.normal(size=40) + 2.0 * drawn

    plain, adjusted = measured(outcome, drawn=drawn), measured(outcome, drawn=drawn, before=before)

    assert adjusted.effect.standard_error < plain.effect.standard_error / 3
    assert adjusted.effect.low <= 2.0 <= adjusted.effect.high
    assert adjusted.probability_by_luck < 0.01
    assert adjusted.effect.probability_positive > 0.99


def test_lots_drawn_within_kinds_are_drawn_anew_within_them() -> None:
    draws = rng(4)
    kind = np.repeat(["member", "supplier"], [20, 10])
    drawn = np.concatenate([np.arange(20) < 4, np.arange(10) < 8])
    outcome = np.where(kind == "supplier", 50.0, 0.0) + draws.normal(size=30)

    apart, together = measured(outcome, drawn=drawn, stratum=kind), measured(outcome, drawn=drawn)

    assert apart.probability_by_luck > 0.05
    assert abs(apart.effect.value) < 1.5
    assert together.effect.value > 15


def test_only_those_who_came_can_have_gained() -> None:
    draws = rng(6)
    drawn = lots(400, 200, draws)
    came = drawn & (draws.random(400) < 0.5)
    outcome = draws.normal(size=400) + 2.0 * came

    result = measured(outcome, drawn=drawn, came=came, permutations=500)

    assert result.on_those_who_came is not None
    assert result.on_those_who_came.value == pytest.approx(
        result.effect.value / (came[drawn].mean())
    )
    assert result.on_those_who_came.low <= 2.0 <= result.on_those_who_came.high
    assert (result.drawn, result.waiting) == (200, 200)


def test_when_hardly_anybody_came_the_effect_on_them_is_unbounded_and_when_nobody_did_unknown() -> (
    None
):
    draws = rng(8)
    drawn = lots(40, 20, draws)
    outcome = draws.normal(size=40)
    one = np.zeros(40, dtype=bool)
    one[np.flatnonzero(drawn)[0]] = True

    hardly = measured(outcome, drawn=drawn, came=one, permutations=500).on_those_who_came
    nobody = measured(outcome, drawn=drawn, came=np.zeros(40, dtype=bool), permutations=500)

    assert hardly is not None
    assert (hardly.low, hardly.high) == (-np.inf, np.inf)
    assert nobody.on_those_who_came is None


@pytest.mark.slow
def test_a_great_many_follow_the_normal_curve_unless_one_outweighs_them() -> None:
    draws = rng(8)
    lot = draws.permutation(np.arange(10_000) < 5000)
    outcome = draws.exponential(size=10_000) + 0.1 * lot

    by_curve = effect_of_lottery(outcome, drawn=lot, rng=rng())
    by_draws = effect_of_lottery(outcome[:9999], drawn=lot[:9999], rng=rng(), permutations=200)
    outcome[0] += 1000
    one, again = (
        effect_of_lottery(outcome, drawn=lot, rng=rng(seed), permutations=20) for seed in (2, 3)
    )

    assert isinstance(by_curve, LotteryEffect)
    assert isinstance(by_draws, LotteryEffect)
    assert isinstance(one, LotteryEffect)
    assert isinstance(again, LotteryEffect)
    curve, drawn = by_curve.effect, by_draws.effect
    assert curve.high - curve.value == pytest.approx(1.96 * curve.standard_error, rel=5e-3)
    assert drawn.high - drawn.value == pytest.approx(curve.high - curve.value, rel=0.15)
    assert one.effect.high != again.effect.high


def test_equal_outcomes_are_no_effect() -> None:
    result = measured(np.ones(10), drawn=np.arange(10) < 5)

    assert (result.effect.value, result.effect.low, result.effect.high) == pytest.approx(
        (0, 0, 0), abs=1e-12
    )


def test_two_drawn_are_not_enough() -> None:
    assert effect_of_lottery(np.ones(9), drawn=np.arange(9) < 2, rng=rng()) == NotEnough(
        Unit.PARTNERS, have=2, needed=3
    )


@pytest.mark.parametrize("change", [{"before": [1.0]}, {"stratum": ["a"]}])
def test_what_does_not_fit_together_is_refused(change) -> None:
    with pytest.raises(ValueError, match="one value for each person"):
        measured(np.arange(10.0), drawn=np.arange(10) < 5, **change)


def test_draws_with_different_odds_are_combined_so_that_everybody_counts_alike() -> None:
    draws = rng(11)
    chance = np.repeat([0.2, 0.8], [200, 100])
    draw = np.repeat(["spring", "autumn"], [200, 100])
    found, plain = [], []
    for _ in range(30):
        drawn = np.concatenate([lots(200, 40, draws), lots(100, 80, draws)])
        gained = np.where(draw == "spring", 1.0, 4.0)  # over all 300 people: 2
        outcome = 10 * (chance > 0.5) + draws.normal(size=300) + gained * drawn
        options = {"drawn": drawn, "rng": draws, "permutations": 10}
        found.append(measured(outcome, probability=chance, stratum=draw, **options).effect.value)
        plain.append(measured(outcome, **options).effect.value)

    assert np.mean(found) == pytest.approx(2.0, abs=0.1)
    assert np.mean(plain) > 5  # whose odds were better also had better outcomes


def test_weighing_by_chance_matches_differences_within_draws_by_their_size() -> None:
    draws = rng(12)
    chance, drawn = np.repeat([0.25, 0.5], [20, 10]), np.zeros(30, dtype=bool)
    drawn[[1, 5, 7, 11, 17, 20, 22, 25, 26, 29]] = True
    outcome = draws.normal(size=30)

    def apart(inside):
        return outcome[inside & drawn].mean() - outcome[inside & ~drawn].mean()

    value = measured(outcome, drawn=drawn, probability=chance).effect.value

    assert value == pytest.approx((20 * apart(chance < 0.3) + 10 * apart(chance > 0.3)) / 30)


@pytest.mark.slow
def test_a_draw_with_unequal_odds_keeps_its_promise_about_false_alarms_and_ranges() -> None:
    alarms, held = [], []
    for seed in range(150):
        draws = rng(seed)
        chance = np.repeat([0.25, 0.5], [16, 12])
        drawn = np.concatenate([lots(16, 4, draws), lots(12, 6, draws)])
        before = draws.normal(size=28)
        outcome = before + 3 * chance + draws.normal(size=28)
        options = {"drawn": drawn, "before": before, "probability": chance, "permutations": 200}
        alarms.append(measured(outcome, rng=draws, **options).probability_by_luck <= 0.05)
        effect = measured(outcome + drawn, rng=draws, **options).effect
        held.append(effect.low <= 1 <= effect.high)

    assert np.mean(alarms) <= 0.085
    assert np.mean(held) >= 0.91


def test_those_sure_of_their_place_tell_nothing_and_are_left_out() -> None:
    draws = rng(13)
    chance = np.repeat([1.0, 0.5, 0.0, 0.1], [5, 20, 3, 2])
    drawn = np.concatenate([np.ones(5, bool), lots(20, 10, draws), np.zeros(5, bool)])
    outcome = draws.normal(size=30)
    came = drawn.copy()

    result = measured(outcome, drawn=drawn, probability=chance, came=came)
    alone = measured(outcome[5:25], drawn=drawn[5:25])

    assert result.left_out == 10
    assert (result.drawn, result.waiting) == (10, 10)
    assert result.effect.value == pytest.approx(alone.effect.value)
    assert result.on_those_who_came is not None
    assert result.on_those_who_came.value == pytest.approx(alone.effect.value)


def test_several_weeks_after_are_told_together_and_one_by_one() -> None:
    draws = rng(14)
    drawn = lots(60, 30, draws)
    growing = np.array([0.0, 1.0, 3.0])
    outcome = draws.normal(size=(60, 3)) + drawn[:, None] * growing

    result = measured(outcome, drawn=drawn, permutations=500)

    assert len(result.by_week) == 3
    assert result.effect.value == pytest.approx(np.mean([week.value for week in result.by_week]))
    assert [
        week.low <= truth <= week.high for week, truth in zip(result.by_week, growing, strict=True)
    ] == ([True] * 3)
    assert not result.by_week[0].excludes_nought
    assert result.by_week[2].excludes_nought
    assert measured(outcome[:, 0], drawn=drawn, permutations=50).by_week == ()


@pytest.mark.parametrize(
    ("chance", "complaint"),
    [
        ([0.5], "one value from 0 to 1"),
        ([1.5] * 10, "one value from 0 to 1"),
        ([0.0] * 10, "without a chance"),
        ([1.0] * 10, "sure place"),
    ],
)
def test_chances_that_cannot_be_are_refused(chance, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        measured(np.arange(10.0), drawn=np.arange(10) < 5, probability=chance)
