import numpy as np
import pytest

from headwater.stats.groups import mean_of_sums, middle_of_counts
from headwater.stats.means import mean


def test_the_middle_is_numpys_median_for_odd_and_even_groups() -> None:
    for size in (1, 2, 9, 10, 101):
        values = np.random.default_rng(size).integers(0, 101, size)
        places, counts = np.unique(values, return_counts=True)

        assert middle_of_counts(places, counts).value == np.median(values)


def test_the_ranks_are_those_of_conovers_table() -> None:
    # Conover (1999), table A3: for n = 10 the 2nd and 9th, for n = 20 the 6th and 15th.
    ten = middle_of_counts(np.arange(1, 11), np.ones(10))
    twenty = middle_of_counts(np.arange(1, 21), np.ones(20))

    assert (ten.low, ten.high) == (2, 9)
    assert (twenty.low, twenty.high) == (6, 15)


def test_the_range_covers_the_true_middle_at_least_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    held = 0
    for _draw in range(400):
        values = np.round(np.clip(rng.normal(52, 17, 40), 0, 100))
        places, counts = np.unique(values, return_counts=True)
        middle = middle_of_counts(places, counts)
        held += middle.low <= 52 <= middle.high

    assert held >= 372


def test_a_handful_of_people_bound_nothing_but_themselves() -> None:
    middle = middle_of_counts([10, 50, 90], [1, 1, 1])

    assert (middle.low, middle.value, middle.high) == (10, 50, 90)


@pytest.mark.parametrize(
    ("values", "counts"), [([1, 1], [1, 1]), ([1, 2], [1]), ([1, 2], [0, 0]), ([1, 2], [-1, 3])]
)
def test_counts_that_cannot_be_are_refused(values: list[int], counts: list[int]) -> None:
    with pytest.raises(ValueError):
        middle_of_counts(values, counts)


def test_sums_give_the_same_average_and_range_as_the_values() -> None:
    values = np.random.default_rng(3).normal(4, 11, 60)

    summed = mean_of_sums(60, float(values.sum()), float((values**2).sum()))
    whole = mean(values)

    assert summed.value == pytest.approx(whole.value)
    assert (summed.low, summed.high) == pytest.approx((whole.low, whole.high))
    assert summed.probability_positive == pytest.approx(whole.probability_positive)


def test_values_that_are_all_alike_have_no_spread_even_after_rounding() -> None:
    assert mean_of_sums(3, 0.3, 0.03 - 1e-17).standard_error == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize(("count", "total", "squares"), [(1, 3, 9), (4, 8, 1)])
def test_sums_that_no_values_have_are_refused(count: int, total: float, squares: float) -> None:
    with pytest.raises(ValueError):
        mean_of_sums(count, total, squares)
