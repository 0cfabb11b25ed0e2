import numpy as np
import pytest

from headwater.stats.alternatives import Curves, Evidence, alternatives, return_curves
from headwater.stats.answers import Grade
from headwater.stats.budget import budget_advice, worth_of_test


def rng(seed=1):
    return np.random.default_rng(seed)


def drawn(effects, *, error=0.2, draws=800, seed=1):
    """Curves of levers that were each seen once, at a thousand pounds."""
    rows = [[Evidence(1000, effect, error * abs(effect) + 1, Grade.A)] for effect in effects]
    curves = return_curves(rows, rng=rng(seed), draws=draws)
    assert isinstance(curves, Curves)
    return curves


UNEVEN = drawn([3, 80, 30, 45], error=0.1)


def test_money_moves_from_where_it_is_least_missed_to_where_it_brings_most() -> None:
    advice = budget_advice(UNEVEN, now=[1000.0, 1000.0, 1000.0, 1000.0])

    first = advice.moves[0]
    assert (first.source, first.target) == (0, 1)
    assert first.gain.probability_positive > 0.8
    assert advice.split.sum() == pytest.approx(4000)
    assert advice.split.argmax() == 1
    assert advice.split.max() <= 0.7 * 4000 + 1e-6


def test_gains_of_the_moves_add_up_to_the_gain_of_the_whole() -> None:
    now = np.array([2500.0, 100.0, 900.0, 500.0])

    advice = budget_advice(UNEVEN, now=now)

    after = now.copy()
    for move in advice.moves:
        after[move.source] -= move.money
        after[move.target] += move.money
        assert move.money >= 0.02 * now.sum()
    assert len(advice.moves) >= 2
    assert after == pytest.approx(advice.split)
    assert sum(move.gain.value for move in advice.moves) == pytest.approx(advice.gain.value)


def test_locked_money_stays_and_limits_hold() -> None:
    now = [1000.0, 1000.0, 1000.0, 1000.0]

    advice = budget_advice(
        UNEVEN,
        now=now,
        least=[900, 0, 0, 0],
        at_most=[4000, 4000, 4000, 1100],
        locked=[False, True, False, False],
    )

    assert advice.split[1] == 1000
    assert advice.split[0] >= 900 - 1e-6
    assert advice.split[3] <= 1100 + 1e-6
    assert 1 not in {place for move in advice.moves for place in (move.source, move.target)}


def test_with_one_free_lever_there_is_nothing_to_move() -> None:
    advice = budget_advice(UNEVEN, now=[1.0, 2.0, 3.0, 4.0], locked=[True, True, True, False])

    assert advice.moves == ()
    assert (advice.gain.value, advice.split.tolist()) == (0, [1.0, 2.0, 3.0, 4.0])


def test_who_spends_well_already_is_left_alone() -> None:
    best = budget_advice(UNEVEN, now=[1000.0] * 4, smallest=0).split

    assert budget_advice(UNEVEN, now=best).moves == ()


def test_all_in_is_advised_against_and_its_end_is_said() -> None:
    advice = budget_advice(UNEVEN, now=[0.0, 4000.0, 0.0, 0.0])

    assert advice.split[1] < 0.7 * 4000 + 1e-6
    assert advice.gain.value > 0


@pytest.mark.slow
def test_the_range_of_the_gain_holds_what_the_moves_truly_bring() -> None:
    held, gains = [], []
    for seed in range(40):
        draws = rng(seed)
        gain, reach = (
            100 * np.exp(0.7 * draws.normal(size=4)),
            1000 * np.exp(0.7 * draws.normal(size=4)),
        )
        truth = Curves(gain[None], reach[None])
        spends = 1000 * np.exp(0.4 * draws.normal(size=(3, 4)))
        brought = gain * (1 - np.exp(-spends / reach))
        errors = 0.25 * brought + 2
        seen = brought + errors * draws.normal(size=(3, 4))
        curves = return_curves(
            [
                [Evidence(*row, Grade.A) for row in zip(*lever, strict=True)]
                for lever in zip(spends.T, seen.T, errors.T, strict=True)
            ],
            rng=draws,
            draws=500,
        )
        assert isinstance(curves, Curves)
        now = 4000 * draws.dirichlet(np.ones(4))
        advice = budget_advice(curves, now=now)
        true = float(truth.brought(advice.split)[0] - truth.brought(now)[0])
        held.append(advice.gain.low <= true <= advice.gain.high)
        gains.append(true)

    assert np.mean(held) >= 0.85
    assert np.mean(np.array(gains) > 0) >= 0.9


def test_a_test_is_worth_more_the_sharper_it_is_and_never_more_than_knowing_all() -> None:
    curves = drawn([30, 32, 28], error=0.8)
    knowing = alternatives(curves, done=[1000.0] * 3, most=1.0).worth_of_knowing

    def worth(error):
        return worth_of_test(
            curves, budget=3000, lever=1, spend=1000, standard_error=error, most=1.0
        )

    assert 0 <= worth(1e4) < 0.01 * knowing
    assert worth(1e4) < worth(20) < worth(5) < knowing


def test_a_perfect_test_of_the_only_unknown_lever_is_worth_all_there_is_to_know() -> None:
    # One lever is known; the other is equally often worth a lot and next to nothing.
    gain = np.array([[50.0, 100.0], [50.0, 1.0]] * 50)
    curves = Curves(gain, np.full((100, 2), 1000.0))
    knowing = alternatives(curves, done=[1000.0, 1000.0], most=1.0).worth_of_knowing

    worth = worth_of_test(curves, budget=2000, lever=1, spend=1000, standard_error=0.5, most=1.0)

    assert worth == pytest.approx(knowing, rel=0.01)


def test_testing_what_is_known_is_worth_nothing() -> None:
    known = Curves(np.full((50, 2), 60.0), np.full((50, 2), 900.0))

    assert worth_of_test(known, budget=2000, lever=0, spend=500, standard_error=1) == (
        pytest.approx(0, abs=1e-9)
    )


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (lambda: budget_advice(UNEVEN, now=[1.0]), "each lever"),
        (lambda: budget_advice(UNEVEN, now=[0.0] * 4), "some in all"),
        (lambda: budget_advice(UNEVEN, now=[1.0] * 4, locked=[True]), "locked"),
        (lambda: budget_advice(UNEVEN, now=[1.0] * 4, least=[1.0]), "limits"),
        (lambda: budget_advice(UNEVEN, now=[1.0] * 4, at_most=[1.0]), "limits"),
        (lambda: budget_advice(UNEVEN, now=[1.0] * 4, at_most=[0.5] * 4), "room"),
        (lambda: budget_advice(UNEVEN, now=[1.0] * 4, level=0.0), "level"),
        (
            lambda: worth_of_test(UNEVEN, budget=1, lever=4, spend=1, standard_error=1),
            "no such lever",
        ),
        (
            lambda: worth_of_test(UNEVEN, budget=1, lever=0, spend=0, standard_error=1),
            "above nought",
        ),
    ],
)
def test_what_cannot_be_advised_on_is_refused(wrong, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        wrong()
