from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from headwater.evaluation.frames.sparse import Block, Sparse, places, spans
from headwater.evaluation.tests import make
from headwater.people.models import Person

START = date(2026, 3, 2)


def test_counts_come_back_where_they_were_put_and_noughts_elsewhere() -> None:
    rows = [np.array([[2, 0, 5], [0, 1, 3], [0, 1, 1]]), np.array([[1, 2, 7], [1, 3, 9]])]

    sparse = Sparse.of(3, 3, rows)

    assert sparse.laid_out(0, 3).tolist() == [[0, 4, 0], [0, 0, 7], [5, 0, 0]]
    assert sparse.laid_out(1, 2).tolist() == [[0, 0, 7]]
    assert sparse.of_these(np.array([False, True, True])).laid_out(0, 2).tolist() == [
        [0, 0, 7], [5, 0, 0],
    ]  # fmt: skip
    assert sparse.by_block().tolist() == [5, 4, 7]


def test_what_lies_before_the_first_block_is_known_and_never_laid_out() -> None:
    sparse = Sparse.of(2, 2, [np.array([[0, -1, 2], [1, 1, 3]])], earliest=-1)

    assert sparse.block.tolist() == [-1, 1]
    assert sparse.laid_out(0, 2).tolist() == [[0, 0], [0, 3]]
    assert sparse.by_block().tolist() == [0, 3]


def test_nobody_and_nothing_stay_nothing() -> None:
    assert Sparse.of(0, 3, []).laid_out(0, 0).shape == (0, 3)
    assert list(spans(0)) == []
    assert places(np.empty(0, np.int64), np.array([4])).tolist() == [-1]
    assert places(np.array([2, 4]), np.array([4, 3, 9])).tolist() == [1, -1, -1]


@pytest.mark.django_db
@pytest.mark.parametrize("days", [7, 28])
def test_the_database_puts_moments_into_the_block_their_day_falls_in(days: int) -> None:
    for n, hours in enumerate((-400 * 24, -1, 0, 23, 24 * days - 1, 24 * days, 24 * days * 5 + 12)):
        someone = make.person(f"P{n}", f"p{n}@p.example")
        midnight = datetime(2026, 3, 2, tzinfo=UTC)
        Person.objects.filter(pk=someone.pk).update(created_at=midnight + timedelta(hours=hours))

    found = Person.objects.order_by("pk").values_list(
        "created_at", Block("created_at", start=START, days=days)
    )

    assert [place for _at, place in found] == [(at.date() - START).days // days for at, _p in found]
