from typing import Any

import numpy as np
import pytest

from headwater.stats.cells import Cells, cells_of_rows, cells_of_sums
from headwater.stats.policies import Policy, augmented_scores, best_policy, value_of

THIRDS = [1 / 3, 1 / 3, 1 / 3]


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def policy(cells: Cells, **more: object) -> Policy:
    found = best_policy(cells, **{"rng": rng(), "shares": THIRDS} | more)  # type: ignore[arg-type]
    assert found
    return found


# What each arm brings in each segment: nobody's favourite is everybody's.
BRINGS = np.array([[0.30, 0.20, 0.25], [0.20, 0.35, 0.25], [0.22, 0.20, 0.30], [0.25, 0.25, 0.24]])


def tried(people: int, seed: int, brings: np.ndarray = BRINGS) -> Cells:
    draws = rng(seed)
    segment = draws.integers(0, len(brings), people)
    arm = draws.integers(0, brings.shape[1], people)
    did = draws.random(people) < brings[segment, arm]
    return cells_of_rows(did, arm=arm, segment=segment, half=draws.integers(0, 2, people))


@pytest.mark.slow
def test_what_was_left_on_the_table_is_valued_honestly() -> None:
    held = {"policy": 0, "one": 0}
    best, done = BRINGS.max(axis=1).mean(), BRINGS.mean()
    left = []
    for seed in range(20):
        cells = tried(3000, seed)
        found = policy(cells)
        # The value of what could be learned lies below the best there is, and above one for all.
        held["policy"] += found.left.low <= best - done and found.left.low <= found.left.value
        held["one"] += found.left_by_one_arm.low <= BRINGS.mean(axis=0).max() - done
        left.append(found.left.value)

    assert 0.6 * (best - done) < np.mean(left) <= 1.02 * (best - done)
    assert held["policy"] >= 19
    assert held["one"] >= 19


@pytest.mark.slow
def test_where_all_arms_are_alike_the_best_one_seen_leaves_nothing_on_the_table() -> None:
    sure, left = 0, []
    for seed in range(25):
        found = policy(tried(900, seed, np.full((4, 3), 0.25)))
        sure += found.left.low > 0
        left.append(found.left.value)

    assert abs(np.mean(left)) < 0.008
    assert sure <= 2


def test_cells_say_what_scores_of_rows_say() -> None:
    draws = rng(3)
    arm, half = draws.integers(0, 2, 4000), draws.integers(0, 2, 4000)
    did = draws.poisson(2 + arm)
    cells = cells_of_rows(did, arm=arm, half=half)

    found = policy(cells, shares=[0.5, 0.5])
    scores = augmented_scores(did, arm=arm, shares=[0.5, 0.5], half=half)
    by_rows = value_of(scores, np.ones(4000, int))

    assert (found.best_arm, found.choices) == (1, ((0, 1),))
    assert found.value.value == pytest.approx(by_rows.value, abs=1e-3)
    assert found.value.standard_error == pytest.approx(by_rows.standard_error * 2**0.5, rel=0.01)
    assert found.left.value == pytest.approx(found.value.value - found.done, abs=1e-9)


def test_scores_are_right_on_average_and_sharper_with_what_was_known() -> None:
    draws = rng(4)
    known = draws.normal(size=(5000, 1))
    arm, half = (draws.random(5000) < 0.25).astype(int), draws.integers(0, 2, 5000)
    outcome = 3 * known[:, 0] + arm + draws.normal(size=5000)
    sides: dict[str, Any] = {"arm": arm, "shares": [0.75, 0.25], "half": half}

    plain = augmented_scores(outcome, **sides)
    sharper = augmented_scores(outcome, covariates=known, **sides)
    lifts = [value_of(np.column_stack([s[:, 1] - s[:, 0]]), np.zeros(5000, int))
             for s in (plain, sharper)]  # fmt: skip

    assert lifts[1].low < 1 < lifts[1].high
    assert lifts[1].standard_error < 0.5 * lifts[0].standard_error


def test_the_better_arm_of_each_segment_is_found_and_a_dear_one_is_not_worth_it() -> None:
    cells = tried(3000, 1)

    free, dear = policy(cells), policy(cells, costs=[0, 0.5, 0])

    assert dict(free.choices)[1] == 1
    assert 1 not in dict(dear.choices).values()
    assert dear.done < free.done


def test_two_segments_leave_the_best_arm_only_where_they_are_sure() -> None:
    apart = np.array([[0.5, 0.1], [0.1, 0.5]])
    alike = np.array([[0.5, 0.1], [0.26, 0.25]])

    sure = policy(tried(2000, 2, apart), shares=[0.5, 0.5])
    unsure = policy(tried(2000, 2, alike), shares=[0.5, 0.5])

    assert sure.choices == ((0, 0), (1, 1))
    assert unsure.choices == ((0, 0), (1, 0))


def test_counts_without_halves_are_dealt_into_two_as_people_would_be() -> None:
    cells = cells_of_sums(arm=[0, 1, 0], segment=[0, 0, 1], count=[1000, 1001, 1],
                          total=[100, 300, 0])  # fmt: skip

    found = policy(cells, shares=[0.5, 0.5])

    assert found.best_arm == 1
    assert found.left.low < 0.1 < found.left.high
    assert found == policy(cells, shares=[0.5, 0.5]), "the same lots give the same answer"


def test_villages_are_dealt_whole_and_widen_the_range() -> None:
    draws = rng(5)
    village = np.repeat(np.arange(60), 20)
    arm = (np.arange(60) % 2)[village]
    did = draws.random(1200) < np.clip(0.3 + draws.normal(0, 0.2, 60)[village] + 0.1 * arm, 0, 1)

    alone = policy(cells_of_rows(did, arm=arm), shares=[0.5, 0.5])
    together = policy(cells_of_rows(did, arm=arm, cluster=village), shares=[0.5, 0.5])

    assert together.left.standard_error > 1.3 * alone.left.standard_error


def test_an_arm_with_nobody_in_a_half_lets_nothing_be_learned() -> None:
    cells = cells_of_rows([1, 0, 1, 0], arm=[0, 0, 1, 1], half=[0, 1, 0, 0])

    assert best_policy(cells, shares=[0.5, 0.5], rng=rng()) is None


def test_a_segment_that_one_half_never_saw_gets_the_best_arm_for_all() -> None:
    draws = rng(6)
    arm, half = draws.integers(0, 2, 600), draws.integers(0, 2, 600)
    segment = np.where(half == 1, 0, draws.integers(0, 2, 600))
    cells = cells_of_rows(draws.random(600) < 0.2 + 0.4 * arm, arm=arm, segment=segment, half=half)

    found = policy(cells, shares=[0.5, 0.5])

    assert found.choices == ((0, 1), (1, 1))
    assert found.left.low < 0.2 < found.left.high


@pytest.mark.parametrize(
    "wrong",
    [{"shares": [0.5]}, {"shares": [0.5, 0.6]}, {"shares": [1, 0]},
     {"shares": [0.5, 0.5], "costs": [1]}, {"shares": [0.5, 0.5], "level": 2}],
)  # fmt: skip
def test_shares_and_costs_that_do_not_fit_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        policy(cells_of_sums(arm=[0, 1], count=[20, 20], total=[2, 3]), **wrong)


def test_summed_amounts_cannot_be_halved_and_scores_need_everybody() -> None:
    with pytest.raises(ValueError, match="halved"):
        policy(cells_of_rows([1.5, 2, 3, 4], arm=[0, 0, 1, 1]), shares=[0.5, 0.5])
    with pytest.raises(ValueError, match="arm and a half"):
        augmented_scores([1, 0], arm=[0], shares=[0.5, 0.5], half=[0, 1])
    with pytest.raises(ValueError, match="both halves"):
        augmented_scores([1, 0], arm=[0, 1], shares=[0.5, 0.5], half=[0, 1])
