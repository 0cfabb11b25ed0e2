from collections import defaultdict

import numpy as np
import pytest

from headwater.stats.answers import Estimate, NotEnough
from headwater.stats.cells import Cells, cells_of_rows, cells_of_sums
from headwater.stats.experiments import (
    SegmentLifts,
    adjusted_difference,
    any_difference,
    average,
    difference,
    regression_adjusted_difference,
    segment_lifts,
    split_as_promised,
)
from headwater.stats.means import difference_in_means
from headwater.stats.proportions import difference_of_counts, share_of_counts
from headwater.stats.shrinkage import Shrunk
from headwater.stats.tests.published import headline_tests, insurance


def found(estimate: Estimate | None) -> Estimate:
    assert estimate
    return estimate


def counts(people: list[int], did: list[int], **more: object) -> Cells:
    return cells_of_sums(arm=np.arange(len(people)), count=people, total=did, **more)  # type: ignore[arg-type]


def summed(cells: Cells) -> Cells:
    """The same people, in as few cells as can be."""
    labels = [cells.arm, cells.segment]
    labels += [] if cells.cluster is None else [cells.cluster]
    keys, place = np.unique(np.column_stack(labels), axis=0, return_inverse=True)

    def add(values: np.ndarray) -> np.ndarray:
        return np.bincount(place.ravel(), weights=values)

    return cells_of_sums(
        arm=keys[:, 0], segment=keys[:, 1], cluster=None if cells.cluster is None else keys[:, 2],
        count=add(cells.count), total=add(cells.total), squares=add(cells.squares),
    )  # fmt: skip


# ---- Published ----


def test_the_sample_ratio_finds_upworthys_broken_half_year() -> None:
    tests: dict[str, list[int]] = defaultdict(list)
    weeks: dict[str, int] = {}
    for test, week, shown, _clicked in headline_tests():
        tests[test].append(shown)
        weeks.setdefault(test, week)
    broken = {inside: [0, 0] for inside in (True, False)}
    for test, shown in tests.items():
        inside = broken[201325 <= weeks[test] <= 201401]
        inside[0] += split_as_promised(counts(shown, [0] * len(shown))).ratio.is_broken
        inside[1] += 1

    assert broken == {True: [370, 541], False: [13, 1898]}


def test_as_many_of_upworthys_tests_differ_as_their_readers_counted() -> None:
    tests = defaultdict(list)
    for test, _week, shown, clicked in headline_tests():
        tests[test].append((shown, clicked))
    by_luck = [any_difference(counts(*map(list, zip(*arms, strict=True))))
               for arms in tests.values()]  # fmt: skip

    assert len(by_luck) == 2439
    assert sum(probability < 0.05 for probability in by_luck) == 1123


def test_a_default_raises_who_takes_insurance_as_published() -> None:
    took, default, village, address = insurance()
    cells = cells_of_rows(took, arm=default, segment=village, cluster=address)

    plain = found(difference(cells, 1))
    adjusted = found(adjusted_difference(cells, 1))

    assert took[default == 0].mean() == pytest.approx(0.413, abs=5e-4)
    assert plain.value == pytest.approx(0.106, abs=5e-4)
    assert plain.low < adjusted.value < plain.high
    assert split_as_promised(cells).is_by_cluster
    assert split_as_promised(cells).counts == (85, 81)


def test_a_split_drawn_by_village_is_counted_in_villages() -> None:
    village = np.arange(600) % 30
    arm = (village >= 14).astype(int)

    split = split_as_promised(cells_of_rows(np.zeros(600), arm=arm, cluster=village))

    assert split.is_by_cluster
    assert split.counts == (14, 16)


# ---- Against other ways of working the same out ----


def test_sums_say_the_same_as_rows() -> None:
    rng = np.random.default_rng(1)
    arm, segment, cluster = rng.integers(0, 3, 400), rng.integers(0, 4, 400), np.arange(400) % 50
    outcome = rng.poisson(2 + arm, 400)
    for together in (None, cluster):
        rows = cells_of_rows(outcome, arm=arm, segment=segment, cluster=together)
        sums = summed(rows)
        for arm_ in (1, 2):
            for way in (difference, adjusted_difference):
                one, other = found(way(rows, arm_)), found(way(sums, arm_))
                assert (one.value, one.low, one.high) == pytest.approx(
                    (other.value, other.low, other.high)
                )
        assert any_difference(rows) == pytest.approx(any_difference(sums), rel=1e-6)


def test_amounts_are_compared_as_welch_does_and_shares_as_newcombe() -> None:
    rng = np.random.default_rng(2)
    ours, theirs = rng.normal(3, 1, 60), rng.normal(2, 3, 40)
    cells = cells_of_rows(np.concatenate([theirs, ours]), arm=np.repeat([0, 1], [40, 60]))

    welch, amounts = difference_in_means(ours, theirs), found(difference(cells, 1))

    assert (amounts.value, amounts.low, amounts.high) == pytest.approx(
        (welch.value, welch.low, welch.high)
    )
    assert difference(counts([80, 70], [48, 56]), 1) == difference_of_counts(56, 70, 48, 80)


def test_segments_in_lins_regression_are_poststratification() -> None:
    rng = np.random.default_rng(3)
    segment, arm = rng.integers(0, 3, 300), rng.integers(0, 2, 300)
    outcome = rng.normal(segment + arm * (1 + segment), 1 + arm)
    dummies = (segment[:, None] == np.arange(1, 3)).astype(float)

    summed_up = found(adjusted_difference(cells_of_rows(outcome, arm=arm, segment=segment), 1))
    regression = regression_adjusted_difference(outcome, is_treated=arm == 1, covariates=dummies)

    assert summed_up.value == pytest.approx(regression.value)
    assert summed_up.standard_error == pytest.approx(regression.standard_error)


def test_clusters_of_one_are_people_who_stand_alone() -> None:
    rng = np.random.default_rng(5)
    arm, outcome = np.arange(90) % 2, rng.normal(size=90)

    alone = found(difference(cells_of_rows(outcome, arm=arm), 1))
    clusters = found(difference(cells_of_rows(outcome, arm=arm, cluster=np.arange(90)), 1))

    assert clusters.standard_error == pytest.approx(alone.standard_error)
    assert (clusters.low, clusters.high) == pytest.approx((alone.low, alone.high))


def test_two_arms_of_amounts_differ_by_luck_as_often_as_a_t_test_says() -> None:
    rng = np.random.default_rng(6)
    cells = cells_of_rows(rng.normal(size=500), arm=np.arange(500) % 2)
    lift = found(difference(cells, 1))

    both_sides = 2 * min(lift.probability_positive, 1 - lift.probability_positive)
    assert any_difference(cells) == pytest.approx(both_sides, abs=1e-3)


# ---- Simulation ----


@pytest.mark.slow
def test_ranges_cover_the_truth_with_whole_villages_drawn() -> None:
    covers, apart = {"difference": 0, "adjusted": 0, "alone": 0}, 0.35
    for seed in range(200):
        rng = np.random.default_rng(seed)
        village = np.repeat(np.arange(40), 8)
        arm = rng.permutation(np.arange(40) % 2)[village]
        segment = rng.integers(0, 2, village.size)
        own = rng.normal(0, 0.8, 40)[village]
        outcome = own + segment + apart * arm + rng.normal(size=village.size)
        cells = cells_of_rows(outcome, arm=arm, segment=segment, cluster=village)
        alone = cells_of_rows(outcome, arm=arm, segment=segment)
        for name, one in (
            ("difference", difference(cells, 1)),
            ("adjusted", adjusted_difference(cells, 1)),
            ("alone", difference(alone, 1)),
        ):
            covers[name] += found(one).low < apart < found(one).high

    assert 0.92 <= covers["difference"] / 200 <= 0.98
    assert 0.91 <= covers["adjusted"] / 200 <= 0.98
    assert covers["alone"] / 200 < 0.8  # what comes of forgetting the villages


@pytest.mark.slow
def test_ranges_cover_the_truth_with_four_households_in_each_of_many_villages() -> None:
    covers = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        house = np.repeat(np.arange(80), 5)
        village = house // 4
        arm = np.argsort(rng.random((20, 4)), axis=1).ravel()[house] % 2
        outcome = rng.normal(0, 1, 20)[village] + rng.normal(0, 1, 80)[house] + 0.5 * arm
        outcome += rng.normal(size=house.size)
        cells = cells_of_rows(outcome, arm=arm, segment=village, cluster=house)
        lift = found(adjusted_difference(cells, 1))
        covers += lift.low < 0.5 < lift.high

    assert 0.92 <= covers / 200 <= 0.985


def test_what_an_arm_did_is_wider_where_villages_move_together() -> None:
    rng = np.random.default_rng(2)
    village = np.repeat(np.arange(20), 10)
    did = (rng.random(200) < rng.random(20)[village]).astype(float)
    arm = village % 2

    alone = found(average(cells_of_rows(did, arm=arm), 1))
    together = found(average(cells_of_rows(did, arm=arm, cluster=village), 1))
    amounts = found(average(cells_of_rows(did * 2, arm=arm), 1))

    assert alone == share_of_counts(int(did[arm == 1].sum()), 100)
    assert together.value == alone.value
    assert together.standard_error > 1.5 * alone.standard_error
    assert amounts.value == pytest.approx(2 * alone.value)


@pytest.mark.slow
def test_regression_covers_the_truth_and_is_narrower() -> None:
    covers, narrower = 0, []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        before, treated = rng.normal(size=(200, 2)), rng.permutation(np.arange(200) < 70)
        outcome = before @ [1.5, -1] * (1 + 0.5 * treated) + 0.4 * treated + rng.normal(size=200)
        truth = 0.4 + float((before @ [1.5, -1] * 0.5).mean())
        lin = regression_adjusted_difference(outcome, is_treated=treated, covariates=before)
        plain = difference_in_means(outcome[treated], outcome[~treated])
        covers += lin.low < truth < lin.high
        narrower.append(lin.standard_error / plain.standard_error)

    assert 0.92 <= covers / 300 <= 0.985
    assert np.mean(narrower) < 0.6


@pytest.mark.slow
def test_shrunk_segments_are_nearer_the_truth_than_seen_ones() -> None:
    off_seen, off_shrunk, held, asked = 0.0, 0.0, 0, 0
    for seed in range(25):
        rng = np.random.default_rng(seed)
        truth = rng.normal(0.04, 0.02, 8)
        arm, segment = np.tile([0, 1], 8), np.repeat(np.arange(8), 2)
        did = rng.binomial(300, 0.2 + truth[segment] * arm)
        cells = cells_of_sums(arm=arm, segment=segment, count=np.full(16, 300), total=did)
        lifts = segment_lifts(cells, 1)
        assert isinstance(lifts, SegmentLifts)
        assert isinstance(lifts.shrunk, Shrunk)
        off_seen += sum((one.value - t) ** 2 for one, t in zip(lifts.seen, truth, strict=True))
        for one, t in zip(lifts.shrunk.estimates, truth, strict=True):
            off_shrunk += (one.value - t) ** 2
            held += one.low <= t <= one.high
            asked += 1

    assert off_shrunk < 0.6 * off_seen
    assert 0.93 <= held / asked <= 0.995


@pytest.mark.slow
def test_without_an_effect_several_arms_differ_as_rarely_as_said() -> None:
    alarms = {"shares": 0, "amounts": 0, "villages": 0}
    for seed in range(400):
        rng = np.random.default_rng(seed)
        arm = rng.permutation(np.arange(240) % 3)
        village = np.arange(240) % 40
        amount = rng.normal(size=240) + rng.normal(size=40)[village]
        alarms["shares"] += any_difference(cells_of_rows(rng.random(240) < 0.3, arm=arm)) < 0.05
        alarms["amounts"] += any_difference(cells_of_rows(amount, arm=arm)) < 0.05
        cells = cells_of_rows(amount, arm=arm, cluster=village)
        alarms["villages"] += any_difference(cells) < 0.05

    assert {name: 0.02 <= n / 400 <= 0.085 for name, n in alarms.items()} == dict.fromkeys(
        alarms, True
    )


# ---- Edges ----


def test_a_broken_split_of_two_to_one_is_seen_only_against_what_was_promised() -> None:
    cells = counts([2000, 1000], [10, 10])

    assert split_as_promised(cells).ratio.is_broken
    assert not split_as_promised(cells, shares=[2 / 3, 1 / 3]).ratio.is_broken
    assert split_as_promised(cells).counts == (2000, 1000)


def test_people_of_one_village_in_both_arms_are_counted_as_people() -> None:
    cells = cells_of_rows([1, 0, 1, 0], arm=[0, 1, 0, 1], cluster=[0, 0, 1, 1])

    assert split_as_promised(cells).counts == (2, 2)


def test_where_nobody_or_everybody_did_it_nothing_differs() -> None:
    assert any_difference(counts([10, 20], [0, 0])) == 1
    assert any_difference(counts([10, 20], [10, 20])) == 1


def test_too_few_for_a_range_have_none() -> None:
    few = cells_of_rows([1.5, 2.5, 3.5], arm=[0, 0, 1])
    one_village = cells_of_rows([1, 0, 1, 0], arm=[0, 1, 0, 1], cluster=[0, 0, 0, 0])
    a_village_each = cells_of_rows([1, 0, 1, 0], arm=[0, 0, 1, 1], cluster=[0, 0, 1, 1])

    assert difference(few, 1) is None
    assert adjusted_difference(few, 1) is None
    assert difference(one_village, 1) is None
    assert difference(a_village_each, 1) is None
    assert average(few, 1) is None
    assert average(a_village_each, 1) is None
    assert [any_difference(c) for c in (few, one_village, a_village_each)] == [1, 1, 1]


def test_small_segments_are_taken_together_or_left_out() -> None:
    arm = [0, 1, 0, 1, 0, 0, 1, 1, 0, 1]
    outcome = [1.0, 2, 1, 3, 1, 2, 4, 5, 0, 9]
    together = cells_of_rows(outcome, arm=arm, segment=[0, 0, 1, 1, 2, 2, 2, 2, 0, 1])
    alone = cells_of_rows(outcome, arm=arm, segment=[0, 0, 0, 0, 2, 2, 2, 2, 3, 4])

    # 0 (two and one) and 1 (one and two) make one segment of six; 2 stays.
    assert found(adjusted_difference(together, 1)).value == pytest.approx(
        0.6 * (14 / 3 - 2 / 3) + 0.4 * (4.5 - 1.5)
    )
    # 3 and 4 hold one person each, who cannot be compared within two.
    assert found(adjusted_difference(alone, 1)).value == pytest.approx(0.5 * 1.5 + 0.5 * 3)


def test_segments_without_two_in_both_arms_have_no_lift() -> None:
    lifts = segment_lifts(
        cells_of_sums(arm=[0, 1, 0, 1, 0, 1], segment=[0, 0, 1, 1, 2, 2],
                      count=[50, 50, 1, 40, 30, 30], total=[5, 9, 1, 4, 0, 0]), 1
    )  # fmt: skip
    nothing = segment_lifts(cells_of_rows([1, 0], arm=[0, 1]), 1)
    alike = segment_lifts(cells_of_rows([2.0] * 4, arm=[0, 0, 1, 1]), 1)

    assert isinstance(lifts, SegmentLifts)
    assert list(lifts.segments) == [0, 2]
    assert lifts.seen[1].value == 0
    assert isinstance(lifts.shrunk, NotEnough)
    assert (isinstance(nothing, NotEnough), isinstance(alike, NotEnough)) == (True, True)


def test_clustered_regression_is_wider_where_villages_move_together() -> None:
    rng = np.random.default_rng(9)
    village = np.repeat(np.arange(20), 10)
    treated = village % 2 == 0
    outcome = rng.normal(size=20)[village] + rng.normal(size=200)
    known = rng.normal(size=(200, 1))

    alone = regression_adjusted_difference(outcome, is_treated=treated, covariates=known)
    together = regression_adjusted_difference(
        outcome, is_treated=treated, covariates=known, cluster=village
    )

    assert together.value == alone.value
    assert together.standard_error > 1.5 * alone.standard_error


@pytest.mark.parametrize(
    "wrong",
    [
        {"arm": [0, 0], "count": [3, 4], "total": [1, 1]},
        {"arm": [0, 2], "count": [3, 4], "total": [1, 1]},
        {"arm": [0, 1.5], "count": [3, 4], "total": [1, 1]},
        {"arm": [-1, 1], "count": [3, 4], "total": [1, 1]},
        {"arm": [0], "count": [3, 4], "total": [1, 1]},
        {"arm": [0, 1], "count": [3, 0], "total": [1, 0]},
        {"arm": [0, 1], "count": [3, 4], "total": [1, 5]},
        {"arm": [0, 1], "count": [3, 4], "total": [1]},
        {"arm": [0, 1], "count": [3, 4], "total": [30, 4], "squares": [1, 4]},
    ],
)
def test_cells_that_cannot_be_are_refused(wrong: dict[str, list[float]]) -> None:
    with pytest.raises(ValueError):
        cells_of_sums(**wrong)


@pytest.mark.parametrize(("arm", "against"), [(0, 0), (5, 0), (1, 9)])
def test_arms_that_are_not_there_are_refused(arm: int, against: int) -> None:
    with pytest.raises(ValueError):
        difference(counts([5, 5], [1, 2]), arm, against=against)


def test_a_regression_that_cannot_be_is_refused() -> None:
    four, half = np.arange(4.0), np.array([True, True, False, False])
    for outcome, treated, known, cluster in (
        (four, half, np.ones((3, 1)), None),
        (four, np.ones(4, np.bool_), np.ones((4, 1)), None),
        (four, half, np.arange(4.0)[:, None], None),
        (np.arange(9.0), np.arange(9) < 4, np.sin(np.arange(9.0))[:, None], np.zeros(9, int)),
    ):
        with pytest.raises(ValueError):
            regression_adjusted_difference(
                outcome, is_treated=treated, covariates=known, cluster=cluster
            )
