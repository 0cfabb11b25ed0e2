from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from headwater.stats.answers import Estimate, NotEnough, Unit
from headwater.stats.changes import effect_on_change


def pairs(
    rng: np.random.Generator, people: int = 120, effect: float = 5.0
) -> dict[str, NDArray[Any]]:
    """Two changes a person; those who come do more of something else that also moves them."""
    person = np.repeat(np.arange(people), 2)
    span = np.tile([0, 1], people)
    took = rng.random(2 * people) < 0.3
    other = rng.poisson(np.where(took, 2.0, 0.5)).astype(float)
    change = 2.0 * span + effect * took + 1.5 * other + rng.normal(0, 6, 2 * people)
    return {
        "change": change, "took": took, "others": other[:, None], "span": span, "person": person,
    }  # fmt: skip


def asked(of: dict[str, NDArray[Any]]) -> Estimate | NotEnough:
    return effect_on_change(
        of["change"], took=of["took"].astype(bool), others=of["others"], span=of["span"],
        person=of["person"],
    )  # fmt: skip


def test_it_is_least_squares_with_a_level_for_each_span() -> None:
    of = pairs(np.random.default_rng(1))
    columns = [of["span"] == 0, of["span"] == 1, of["others"][:, 0], of["took"]]

    found = asked(of)
    whole = np.linalg.lstsq(np.column_stack(columns).astype(float), of["change"], rcond=None)[0]

    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(whole[-1])


def test_the_range_covers_the_truth_as_often_as_it_says() -> None:
    found = [asked(pairs(np.random.default_rng(seed), people=40)) for seed in range(200)]

    covered = sum(one.low < 5 < one.high for one in found if isinstance(one, Estimate))

    assert 183 <= covered <= 198  # of 200, where 190 are expected


def test_fewer_than_ten_who_took_part_are_too_few() -> None:
    of = pairs(np.random.default_rng(2))
    of["took"] = np.arange(240) < 12  # six people

    assert asked(of) == NotEnough(Unit.PARTNERS, 6, 10)


def test_taking_part_that_never_came_alone_cannot_be_told_apart() -> None:
    of = pairs(np.random.default_rng(3))
    of["others"] = of["took"][:, None].astype(float)

    assert asked(of) == NotEnough(Unit.PARTNERS, 0, 10)


def test_bad_input_is_refused() -> None:
    of = pairs(np.random.default_rng(4))

    with pytest.raises(ValueError, match="one row"):
        asked(of | {"others": of["others"][1:]})
    with pytest.raises(ValueError, match="took"):
        asked(of | {"took": of["took"][1:]})
