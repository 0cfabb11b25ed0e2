"""How a figure to hit is registered, and what it gives: one row for each case it was tried on."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Row:
    """`ok` is None where it was not run; `reached` then says why."""

    figure: str
    case: str
    must: str
    reached: str
    ok: bool | None

    def as_cells(self) -> str:
        verdict = {True: "reached", False: "missed", None: "not run"}[self.ok]
        return " | ".join((self.figure, self.case, self.must, self.reached, verdict))


class NotRun(Exception):
    """A peer or a folder of published cases is absent: what, and how to get it."""


Measure = Callable[[], Iterable[Row]]
figures: dict[str, Measure] = {}


def figure(name: str) -> Callable[[Measure], Measure]:
    """Register a function that gives the rows of one figure, such as "D1"."""

    def register(measure: Measure) -> Measure:
        figures[name] = measure
        return measure

    return register


def rows_of(name: str) -> Iterator[Row]:
    """The rows of one figure, or a row that says why there are none.

    A test's loader of published cases skips where their folder is absent; so does a figure.
    """
    try:
        yield from figures[name]()
    except (NotRun, pytest.skip.Exception) as absent:
        yield Row(name, "", "", f"not run: {absent}", None)
