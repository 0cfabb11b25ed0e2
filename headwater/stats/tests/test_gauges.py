import numpy as np
import pytest

from headwater.stats.gauges import (
    SKIPPED,
    Direction,
    Item,
    Score,
    group_level,
    group_movement,
    information,
    movement,
    next_item,
    points,
    score,
    score_one,
)


def bank(size=24, *, seed=2):
    rng = np.random.default_rng(seed)
    middles = np.linspace(-2, 2, size)
    return [
        Item(float(sharp), tuple(middle + np.array([-1.2, -0.4, 0.4, 1.2])))
        for sharp, middle in zip(rng.uniform(1.2, 2.6, size), middles, strict=True)
    ]


def chances(item, theta):
    """Written out anew, so that the scoring isn't checked against itself."""
    above = [1 / (1 + np.exp(-item.discrimination * (theta - place))) for place in item.thresholds]
    return -np.diff([np.ones_like(theta), *above, np.zeros_like(theta)], axis=0)


def answered(items, theta, rng):
    return np.array([rng.choice(item.answers, p=chances(item, theta)) for item in items])


def blank(items):
    return np.full(len(items), SKIPPED)


def standing(value, error=3.0):
    return Score(
        theta=(value - 50) * 3 / 50,
        standard_error=error * 3 / 50,
        value=value,
        low=0,
        high=100,
        level=0.95,
        answered=8,
    )


def test_a_score_is_the_posterior_mean_by_brute_force() -> None:
    items = bank(5)
    theta = np.linspace(-8, 8, 20001)
    weight = np.exp(-(theta**2) / 2)
    given = [3, 1, SKIPPED, 4, 0]
    for item, answer in zip(items, given, strict=True):
        if answer != SKIPPED:
            weight = weight * chances(item, theta)[answer]
    mean = (weight * theta).sum() / weight.sum()
    spread = np.sqrt((weight * theta**2).sum() / weight.sum() - mean**2)
    below = np.cumsum(weight) / weight.sum()

    mine = score_one(items, given)

    assert (mine.theta, mine.standard_error) == pytest.approx((mean, spread), abs=1e-4)
    assert (mine.low, mine.high) == pytest.approx(
        tuple(50 + 50 / 3 * theta[np.searchsorted(below, [0.025, 0.975])]), abs=0.1
    )
    assert mine.answered == 4


def test_who_answers_nothing_may_stand_anywhere() -> None:
    nobody = score_one(bank(), blank(bank()))

    assert nobody.value == pytest.approx(50)
    assert nobody.standard_error == pytest.approx(1, abs=1e-3)
    assert nobody.high - nobody.low == pytest.approx(2 * 1.96 * 50 / 3, abs=0.2)
    assert nobody.answered == 0


def test_higher_answers_never_lower_a_score() -> None:
    items = bank(6)

    lowest, *others = (score_one(items, [2, 1, answer, 3, 0, 2]).value for answer in range(5))

    assert [lowest, *others] == sorted({lowest, *others})


def test_the_scale_stops_at_its_ends() -> None:
    assert points([-9, -3, 0, 1.5, 3, 9]).tolist() == [0, 0, 50, 75, 100, 100]


def test_information_is_the_curvature_of_the_likelihood() -> None:
    item, step = bank()[7], 1e-4
    for theta in (-2.0, 0.1, 1.7):
        slope = (chances(item, theta + step) - chances(item, theta - step)) / (2 * step)
        expected = (slope**2 / chances(item, theta)).sum()
        assert information(item, [theta])[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.slow
def test_adaptive_check_in_is_short_and_its_ranges_hold_the_truth() -> None:
    items, rng = bank(), np.random.default_rng(7)
    asked, held = [], []
    for theta in rng.normal(size=200):
        given = blank(items)
        while (place := next_item(items, given, rng=rng)) is not None:
            given[place] = rng.choice(items[place].answers, p=chances(items[place], theta))
        mine = score_one(items, given)
        asked.append((given != SKIPPED).sum())
        held.append(mine.low <= 50 + 50 / 3 * theta <= mine.high)

    assert np.mean(asked) <= 8
    assert min(asked) >= 4
    assert max(asked) <= 12
    assert 0.93 <= np.mean(held) <= 0.97


def test_a_skipped_item_does_not_come_again_and_skipping_all_ends_it() -> None:
    items = bank()
    given, shown = blank(items), np.zeros(len(items), dtype=bool)
    order = []
    while (place := next_item(items, given, asked=shown)) is not None:
        order.append(place)
        shown[place] = True

    assert len(order) == len(set(order)) == 12


def test_a_small_bank_is_asked_to_its_end() -> None:
    items = bank(3)
    given = blank(items)
    while (place := next_item(items, given)) is not None:
        given[place] = 2

    assert given.tolist() == [2, 2, 2]


def test_the_best_first_item_is_the_most_telling_about_people_in_general() -> None:
    dull, sharp = Item(0.5, (0.0,)), Item(2.5, (0.0,))

    assert next_item([dull, sharp, dull], [SKIPPED] * 3) == 1


def test_not_everybody_gets_the_same_first_item() -> None:
    items, rng = bank(), np.random.default_rng(1)

    assert len({next_item(items, blank(items), rng=rng) for _ in range(40)}) == 3


def test_a_change_within_the_noise_is_steady() -> None:
    assert movement(standing(50), standing(54)).direction is Direction.STEADY
    assert movement(standing(50), standing(62)).direction is Direction.UP
    assert movement(standing(62), standing(50)).direction is Direction.DOWN
    assert movement(standing(62), standing(50)).is_more_than_noise
    assert not movement(standing(50, error=9), standing(62, error=9)).is_more_than_noise
    assert movement(standing(50), standing(62)).estimate.value == pytest.approx(12)


@pytest.mark.slow
def test_a_movement_is_not_seen_where_there_is_none() -> None:
    items, rng = bank(8), np.random.default_rng(12)
    told = 0
    for theta in rng.normal(size=200):
        told += movement(
            score_one(items, answered(items, theta, rng)),
            score_one(items, answered(items, theta, rng)),
        ).is_more_than_noise

    assert told / 200 <= 0.10


def test_a_group_that_learned_is_seen_to_have_moved() -> None:
    items, rng = bank(8), np.random.default_rng(5)
    theta = rng.normal(size=60)
    before = score(items, np.array([answered(items, place, rng) for place in theta]))
    after = score(items, np.array([answered(items, place + 0.6, rng) for place in theta]))

    moved = group_movement(before, after)

    assert moved.direction is Direction.UP
    assert moved.estimate.low <= 10 <= moved.estimate.high
    assert group_movement(before, before).direction is Direction.STEADY


def test_a_group_stands_within_the_scale() -> None:
    level = group_level([99.0, 100.0, 92.0, 100.0])

    assert level.value == pytest.approx(97.75)
    assert level.high == 100
    assert level.probability_positive > 0.99


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (lambda: Item(0.0, (0.0,)), "above nought"),
        (lambda: Item(1.0, ()), "at least one threshold"),
        (lambda: Item(1.0, (0.0, 0.0)), "rise"),
        (lambda: score(bank(3), [[1, 2]]), "one value for each item"),
        (lambda: score(bank(2), [[1, 5]]), "doesn't have"),
        (lambda: score(bank(2), [[1.0, 2.0]]), "whole numbers"),
        (lambda: score([], [[]]), "one value for each item"),
        (lambda: next_item(bank(2), [SKIPPED, SKIPPED], asked=[True]), "one value for each item"),
        (
            lambda: group_movement(score(bank(2), [[1, 1]]), score(bank(2), [[1, 1]])),
            "at least two",
        ),
        (lambda: group_level([50.0]), "at least 2"),
    ],
)
def test_what_cannot_be_scored_is_refused(wrong, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        wrong()
