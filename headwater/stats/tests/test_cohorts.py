import tracemalloc

import numpy as np
import pytest

from headwater.stats import cohorts as module
from headwater.stats.cohorts import NEVER, summarise, summarise_blocks
from headwater.stats.tests.test_staggered import made_up


def close(one, other) -> None:
    assert one.begins.tolist() == other.begins.tolist()
    assert one.people.tolist() == other.people.tolist()
    assert np.allclose(one.mean, other.mean, rtol=0, atol=1e-12)
    assert np.allclose(one.covariance, other.covariance, rtol=0, atol=1e-11)


def test_each_cohort_has_its_own_mean_and_covariance() -> None:
    panel, begins = made_up(200)

    cohorts = summarise(panel, begins=begins)

    assert cohorts.begins.tolist() == [5, 8, 11, NEVER]
    for place, start in enumerate(cohorts.begins):
        own = panel[begins == start]
        assert cohorts.people[place] == len(own)
        assert np.allclose(cohorts.mean[place], own.mean(axis=0))
        assert np.allclose(cohorts.covariance[place], np.cov(own.T, bias=True))


def test_blocks_sum_up_to_the_whole_though_a_cohort_is_missing_from_some() -> None:
    panel, begins = made_up(200)
    order = np.argsort(begins, kind="stable")
    parts = np.split(order, [30, 31, 120])

    blocks = summarise_blocks((panel[part], begins[part]) for part in parts)

    close(blocks, summarise(panel, begins=begins))


def test_a_long_block_is_summed_up_a_piece_at_a_time(monkeypatch) -> None:
    panel, begins = made_up(200)
    whole = summarise(panel, begins=begins)
    monkeypatch.setattr(module, "ROWS", 33)

    close(summarise(panel, begins=begins), whole)


def test_single_precision_far_from_nought_loses_nothing_that_matters() -> None:
    panel, begins = made_up(200)
    single = (panel + 1000).astype(np.float32)

    cohorts = summarise(single, begins=begins)

    close(cohorts, summarise(single.astype(np.float64), begins=begins))
    assert np.allclose(cohorts.covariance, summarise(panel, begins=begins).covariance, atol=1e-3)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_people() -> None:
    block, begins = made_up(5000, 104)

    def most_held(blocks):
        tracemalloc.start()
        summarise_blocks((block, begins) for _ in range(blocks))
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return held

    assert most_held(12) <= 1.05 * most_held(3)


@pytest.mark.parametrize(
    ("blocks", "complaint"),
    [
        ([], "no people"),
        ([(np.ones((2, 3)), [1, 2]), (np.ones((2, 4)), [1, 2])], "same weeks"),
        ([(np.ones((2, 3)), [1])], "whole number"),
        ([(np.ones((2, 3)), [-1, 2])], "within the weeks"),
        ([(np.array([[1.0, np.nan]]), [1])], "missing"),
        ([(np.ones(3), [1, 2, 3])], "table"),
        ([(np.ones((0, 3)), np.zeros(0, dtype=int))], "table"),
    ],
)
def test_blocks_that_do_not_make_a_panel_are_refused(blocks, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        summarise_blocks(blocks)
