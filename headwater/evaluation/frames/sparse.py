"""Counts of many people over many weeks, most of them nought: kept as the few that aren't."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

import numpy as np
from django.db.models import Func, IntegerField
from numpy.typing import NDArray

AT_ONCE = 20_000  # people whose weeks are laid out whole, or rows that are read, at a time
Ints = NDArray[np.int64]


class Block(Func):
    """Place of a day or moment in blocks of so many days since a first day, in the database.

    Days are those of UTC. What lies before the first day has a place below nought.
    """

    arity = 1
    output_field = IntegerField()
    far = 40_000  # days; SQLite's cast rounds towards nought, and nothing lies further back

    def __init__(self, expression: Any, *, start: date, days: int) -> None:
        far = self.far - self.far % days
        super().__init__(expression, start=start.isoformat(), days=days, far=far)

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = (
            "(CAST((julianday(%(expressions)s) - julianday('%(start)s') + %(far)s) / %(days)s"
            " AS INTEGER) - %(far)s / %(days)s)"
        )
        return self.as_sql(compiler, connection, template=template, **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = (
            "((((%(expressions)s)::timestamptz AT TIME ZONE 'UTC')::date - date '%(start)s'"
            " + %(far)s) / %(days)s - %(far)s / %(days)s)"
        )
        return self.as_sql(compiler, connection, template=template, **more)


@dataclass(frozen=True, eq=False)
class Sparse:
    """Counts of `people` over `blocks`: `person`, `block` and `count` of those above nought.

    Sorted by person. Ten bytes a count: a million partners who bring visits in a tenth of a hundred
    weeks take a hundred megabytes.
    """

    people: int
    blocks: int
    person: NDArray[np.int32]
    block: NDArray[np.int16]
    count: NDArray[np.float32]

    @classmethod
    def of(cls, people: int, blocks: int, parts: Iterable[Ints], *, earliest: int = 0) -> Sparse:
        """From parts of shape (rows, 3): person, block, count. Blocks outside are left out.

        What is known only as earlier than the first block may stand at -1.
        """
        kept = [
            (
                part[:, 0].astype(np.int32),
                part[:, 1].astype(np.int16),
                part[:, 2].astype(np.float32),
            )
            for rows in parts
            if (part := rows[(rows[:, 1] >= earliest) & (rows[:, 1] < blocks)]).size
        ]
        if not kept:
            none = np.empty(0, dtype=np.int32)
            return cls(people, blocks, none, none.astype(np.int16), none.astype(np.float32))
        person, block, count = (np.concatenate(column) for column in zip(*kept, strict=True))
        order = np.argsort(person, kind="stable")
        return cls(people, blocks, person[order], block[order], count[order])

    def of_these(self, chosen: NDArray[np.bool_]) -> Sparse:
        """Only the chosen people, counted anew from nought."""
        place = (np.cumsum(chosen) - 1).astype(np.int32)
        held = chosen[self.person]
        return Sparse(
            int(chosen.sum()), self.blocks, place[self.person[held]], self.block[held],
            self.count[held],
        )  # fmt: skip

    def laid_out(self, first: int, last: int) -> NDArray[np.float32]:
        """Every week of the people from `first` to before `last`, noughts included."""
        edges = np.searchsorted(self.person, [first, last])
        part = slice(int(edges[0]), int(edges[1]))
        person, block, count = self.person[part], self.block[part], self.count[part]
        inside = block >= 0
        whole = np.zeros((last - first, self.blocks), dtype=np.float32)
        np.add.at(whole, (person[inside] - first, block[inside]), count[inside])
        return whole

    def by_block(self) -> NDArray[np.float64]:
        inside = self.block >= 0
        found = np.zeros(self.blocks)
        np.add.at(found, self.block[inside], self.count[inside])
        return found


def spans(people: int) -> Iterator[tuple[int, int]]:
    """First and one past the last of each lot of people that is laid out at once."""
    for first in range(0, people, AT_ONCE):
        yield first, min(first + AT_ONCE, people)


def read(rows: Any, columns: int) -> Iterator[Ints]:
    """Whole numbers from a queryset of tuples, so many rows at a time."""
    coming = rows.iterator(chunk_size=AT_ONCE)
    while part := list(islice(coming, 5 * AT_ONCE)):
        yield np.array(part, dtype=np.int64).reshape(-1, columns)


def places(people: Ints, found: Ints) -> Ints:
    """Where each of the found keys stands among the sorted keys of all people; -1 for none."""
    if not people.size:
        return np.full(found.size, -1)
    place = np.minimum(np.searchsorted(people, found), people.size - 1)
    return np.where(people[place] == found, place, -1)
