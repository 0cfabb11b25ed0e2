"""What the board's report is made of: one finding a leaf, with the figures it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from headwater.evaluation.models import Result
from headwater.ui.charts.drawing import Chart

COLUMNS = (
    "about", "figure", "value", "low", "high", "unit", "odds", "grade", "worked_out_at", "method",
    "data_version", "code_version", "seed", "range_holds", "noted_afterwards", "from", "until",
)  # fmt: skip
NINETY_FIVE, NINETY = 0.95, 0.9  # how often a range holds the truth, if what is assumed is true


@dataclass(frozen=True)
class Figure:
    """One number of the report with all that it takes to believe it, or to work it out again."""

    about: str
    name: str
    value: float
    low: float | None
    high: float | None
    unit: str
    odds: float | None
    grade: str
    result: Result
    holds: float = NINETY_FIVE
    is_looked_back: bool = False
    ran: tuple[date, date] | None = None

    def cells(self) -> tuple[object, ...]:
        of = self.result
        first, last = self.ran or (None, None)
        return (
            self.about, self.name, self.value, self.low, self.high, self.unit, self.odds,
            self.grade, of.computed_at.isoformat(), of.method, of.data_version, of.code_version,
            of.seed, self.holds if self.low is not None else None,
            "yes" if self.is_looked_back else "", first and first.isoformat(),
            last and last.isoformat(),
        )  # fmt: skip


@dataclass(frozen=True)
class Leaf:
    """One slide, or one section of the page: a finding, what it rests on, at most one chart.

    `mark` is what nobody may overlook, such as that a campaign was noted afterwards.
    """

    title: str
    overline: str
    sentences: list[str]
    chart: Chart | None = None
    figures: list[Figure] = field(default_factory=list)
    fine: str = ""
    mark: str = ""
    is_lacking: bool = False

    @classmethod
    def not_yet(cls, overline: str, sentences: list[str], mark: str = "") -> Leaf:
        """Too little data is a finding too, with what would be enough."""
        return cls(_("Not enough data yet"), overline, sentences, mark=mark, is_lacking=True)

    def rows(self) -> Iterator[Sequence[object]]:
        """The leaf in the file: its figures, or that there is none; never silence."""
        yield from (figure.cells() for figure in self.figures)
        if self.is_lacking:
            yield (self.overline, self.title, *[None] * (len(COLUMNS) - 2))
