import csv
import sys
from collections import Counter, defaultdict

import numpy as np
import pytest

from headwater.stats.proportions import (
    difference_in_proportions,
    difference_of_counts,
    sample_ratio,
    share,
    share_of_counts,
)
from headwater.stats.tests.shared import shared


def ones(successes, *, of):
    return np.arange(of) < successes


def test_matches_newcombe_1998() -> None:
    estimate = difference_in_proportions(ones(56, of=70), ones(48, of=80))

    assert (estimate.value, estimate.low, estimate.high) == pytest.approx(
        (0.2, 0.0524, 0.3339), abs=5e-5
    )


def test_matches_newcombe_1998_where_nobody_did() -> None:
    # Table II of the paper, example (e): 0/10 against 0/20, and (g): 10/10 against 0/20.
    nobody = difference_of_counts(0, 10, 0, 20)
    all_or_none = difference_of_counts(10, 10, 0, 20)

    assert (nobody.low, nobody.high) == pytest.approx((-0.1611, 0.2775), abs=5e-5)
    assert (all_or_none.low, all_or_none.high) == pytest.approx((0.6791, 1.0), abs=5e-5)


def test_share_matches_wilson_as_newcombe_1998_prints_it() -> None:
    # Newcombe (1998), 17:857-872, Table I: 81/263 and 15/148 and 0/20 by method 3.
    for successes, of, low, high in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
    ]:
        estimate = share(ones(successes, of=of))
        assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=5e-5)


def test_a_larger_share_is_more_probable_as_simulated() -> None:
    rng = np.random.default_rng(4)
    ours, theirs = rng.beta(13.5, 8.5, 400_000), rng.beta(9.5, 11.5, 400_000)

    estimate = difference_of_counts(13, 21, 9, 20)

    assert estimate.probability_positive == pytest.approx(float((ours > theirs).mean()), abs=0.003)
    assert difference_of_counts(5, 9, 5, 9).probability_positive == pytest.approx(0.5, abs=1e-6)
    assert difference_of_counts(0, 9, 9, 9).probability_positive < 1e-5


def test_a_difference_holds_the_truth_nineteen_times_in_twenty() -> None:
    rng = np.random.default_rng(11)
    held = 0
    pairs = zip(
        rng.binomial(25, 0.4, 300).tolist(), rng.binomial(40, 0.15, 300).tolist(), strict=True
    )
    for (ours, theirs), times in Counter(pairs).items():
        found = difference_of_counts(ours, 25, theirs, 40)
        held += times * (found.low <= 0.25 <= found.high)

    assert 0.93 <= held / 300 <= 0.98


def test_asking_nearly_everybody_narrows_the_range() -> None:
    some = share_of_counts(12, 40)
    most = share_of_counts(12, 40, of=50)
    all_of_them = share_of_counts(12, 40, of=40)

    assert some.low < most.low < most.high < some.high
    assert (all_of_them.low, all_of_them.value, all_of_them.high) == (0.3, 0.3, 0.3)
    assert all_of_them.probability_positive == 0


def test_half_of_everybody_is_neither_more_nor_less_than_half() -> None:
    assert share_of_counts(5, 10, of=10).probability_positive == 0.5
    assert share_of_counts(5, 10).probability_positive == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (lambda: share(np.array([], dtype=bool)), "at least one person"),
        (lambda: share(np.array([0.2, 0.4])), "yes and no"),
        (lambda: share_of_counts(4, 3), "successes"),
        (lambda: share_of_counts(3, 5, of=4), "no more people"),
        (lambda: share_of_counts(3, 5, level=1.0), "level"),
        (lambda: difference_of_counts(1, 2, 0, 0), "at least one person"),
        (lambda: sample_ratio([10]), "at least 2"),
        (lambda: sample_ratio([0, 0]), "must be some"),
        (lambda: sample_ratio([5, 5], shares=[0.5, 0.6]), "sum to 1"),
    ],
)
def test_what_cannot_be_is_refused(wrong, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        wrong()


def test_an_even_split_passes_and_a_lopsided_one_does_not() -> None:
    assert not sample_ratio([5020, 4980]).is_broken
    assert sample_ratio([5300, 4700]).is_broken
    assert not sample_ratio([5300, 4700], shares=[0.53, 0.47]).is_broken


def test_matches_pearson_by_hand() -> None:
    ratio = sample_ratio([60, 40])

    assert (ratio.chi_square, ratio.degrees) == pytest.approx((4.0, 1))
    assert ratio.probability == pytest.approx(0.0455, abs=5e-5)


def test_upworthy_broken_weeks_are_found_exactly() -> None:
    # Defect published by the Upworthy Research Archive: assignment broken June 2013 to January 2014.
    csv.field_size_limit(sys.maxsize)
    arms, week = defaultdict(list), {}
    with shared("data", "experiments", "upworthy_tests.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        for row in csv.DictReader(file):
            arms[row["clickability_test_id"]].append(float(row["impressions"]))
            week[row["clickability_test_id"]] = int(row["test_week"])

    flagged = {True: 0, False: 0}
    tests = {True: 0, False: 0}
    for test, impressions in arms.items():
        inside = 201325 <= week[test] <= 201401
        tests[inside] += 1
        flagged[inside] += sample_ratio(impressions).is_broken

    assert (tests[True], flagged[True], tests[False], flagged[False]) == (541, 370, 1898, 13)
