from itertools import combinations
from typing import Any

import numpy as np
import pytest

from headwater.stats.answers import NotEnough, Unit
from headwater.stats.markets import (
    DrawnMarkets,
    effect_of_drawn_markets,
    markets_needed,
    placebo_dates_of_drawn_markets,
)
from headwater.stats.tests.worlds import markets


def usual() -> dict[str, Any]:
    return {"begins": 48, "ends": 52, "rng": np.random.default_rng(1)}


def measured(outcome, untouched, **options):
    result = effect_of_drawn_markets(
        outcome,
        untouched=untouched,
        **usual() | options,
    )
    assert isinstance(result, DrawnMarkets)
    return result


def drawn(seed, *, many=10, effect=0.0):
    """Half of the markets, truly drawn."""
    table = np.hstack(markets(seed, ours=1, others=many - 1))
    order = np.random.default_rng(seed).permutation(many)
    ours = table[:, order[: many // 2]].copy()
    ours[48:] += effect
    return ours, table[:, order[many // 2 :]]


def test_matches_every_possible_draw_counted_out() -> None:
    ours, waiting = drawn(3, effect=4.0)
    table = np.hstack([ours, waiting])
    changes = table[48:52].mean(axis=0) - table[40:48].mean(axis=0)

    def shown(chosen, values):
        inside = np.isin(np.arange(10), chosen)
        return values[inside].mean() - values[~inside].mean()

    ways = [abs(shown(chosen, changes)) for chosen in combinations(range(10), 5)]

    result = measured(ours, waiting)

    assert result.possible_draws == len(ways) == 252
    assert result.effect.per_week.value / 5 == pytest.approx(shown(range(5), changes))
    assert result.probability_by_luck == pytest.approx(np.mean(np.array(ways) >= ways[0] - 1e-9))
    # An end of the range is where the test, with that effect taken out, just turns it down.
    for end, inwards in ((result.effect.per_week.low, 1e-6), (result.effect.per_week.high, -1e-6)):
        shares = []
        for effect in (end / 5 - inwards, end / 5 + inwards):
            left = changes - effect * (np.arange(10) < 5)
            luck = np.array([shown(chosen, left) for chosen in combinations(range(10), 5)])
            as_far = luck >= luck[0] - 1e-9 if inwards > 0 else luck <= luck[0] + 1e-9
            shares.append(as_far.mean())
        assert shares[0] <= 0.025 < shares[1]


@pytest.mark.slow
def test_the_range_holds_the_truth_about_as_often_as_it_says_and_luck_is_as_rare() -> None:
    held, alarms = [], []
    for seed in range(100):
        ours, waiting = drawn(seed, many=8, effect=6.0)
        effect = measured(ours, waiting, draws=50).effect.per_week
        held.append(effect.low <= 4 * 6 <= effect.high)
        still, others = drawn(seed, many=8)
        alarms.append(measured(still, others, draws=50).probability_by_luck <= 0.05)

    assert np.mean(held) >= 0.92
    assert np.mean(alarms) <= 0.08


def test_what_is_drawn_is_told_as_a_series() -> None:
    ours, waiting = drawn(5, effect=20.0)

    effect = measured(ours, waiting).effect

    assert effect.expected[48:] + effect.lift[48:] == pytest.approx(ours[48:].sum(axis=1))
    assert effect.lift[48:52].sum() == pytest.approx(effect.total.value)
    assert (effect.low < effect.high).all()
    assert effect.total.excludes_nought
    assert effect.total.low <= 4 * 5 * 20 <= effect.total.high
    assert effect.probability_of(100) > 0.9
    assert effect.total.probability_positive == pytest.approx(1 - 0.5 / 252)
    assert (effect.weeks_before, effect.weeks_counted) == (8, 4)
    assert effect.leaned_on.tolist() == pytest.approx([0.2] * 5)
    assert effect.relative is not None


def test_more_draws_than_can_be_tried_are_sampled() -> None:
    ours, waiting = drawn(5, many=18, effect=20.0)

    result = measured(ours, waiting)

    assert result.possible_draws == 48_620
    assert result.probability_by_luck == pytest.approx(1 / 5000, abs=1e-3)
    assert (result.drawn, result.waiting) == (9, 9)


def test_markets_of_very_different_size_are_compared_in_shares() -> None:
    ours, waiting = drawn(5, effect=20.0)

    result = measured(ours, waiting * np.linspace(0.02, 0.3, 5))

    assert result.in_shares
    assert result.effect.total.excludes_nought


def test_a_total_below_nought_without_it_has_no_share() -> None:
    ours, waiting = drawn(5)

    assert measured(ours - 1000, waiting - 1000).effect.relative is None


def test_six_dates_without_an_effect_show_hardly_any() -> None:
    ours, waiting = drawn(6, effect=60.0)

    placebos = placebo_dates_of_drawn_markets(
        ours,
        untouched=waiting,
        begins=48,
        observed=np.ones(60, bool),
        untouched_observed=np.ones((60, 5), bool),
        rng=np.random.default_rng(1),
    )

    assert len(placebos.effects) == 6
    assert placebos.false_alarms <= 1


def test_no_dates_can_be_asked_where_the_draw_could_hardly_fall_otherwise() -> None:
    ours, waiting = drawn(6, many=6)

    assert (
        placebo_dates_of_drawn_markets(
            ours, untouched=waiting, begins=48, ends=52, rng=np.random.default_rng(1)
        ).begins
        == ()
    )


@pytest.mark.parametrize(
    ("ours", "waiting", "needed"), [(3, 3, 8), (1, 6, 8), (1, 9, 40), (2, 7, 10), (4, 3, 8)]
)
def test_too_few_ways_to_draw_give_no_answer_and_say_how_many_markets_would(
    ours, waiting, needed
) -> None:
    outcome, untouched = markets(1, ours=ours, others=waiting)

    assert effect_of_drawn_markets(
        outcome, untouched=untouched, begins=48, rng=np.random.default_rng(1)
    ) == NotEnough(Unit.GROUPS, have=ours + waiting, needed=needed)


def test_too_few_weeks_are_said() -> None:
    outcome, untouched = drawn(1)

    assert effect_of_drawn_markets(
        outcome, untouched=untouched, begins=3, rng=np.random.default_rng(1)
    ) == NotEnough(Unit.WEEKS, have=3, needed=5)


def test_how_many_markets_a_lot_needs() -> None:
    assert markets_needed() == 8
    assert markets_needed(level=0.8) == 5
    assert markets_needed(drawn=1) == 40
    assert markets_needed(drawn=2) == 10

    with pytest.raises(ValueError, match="nought or more"):
        markets_needed(drawn=-1)
