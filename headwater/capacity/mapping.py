"""The capacity map: where groups of partners stand on each gauge, and where they stood before.

Everything is counted in the database by whole points of the gauge, so that a million readings
come here as a few hundred rows. Nobody can be told apart: groups under ten are not shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Count, F, IntegerField, QuerySet, Sum, Value
from django.db.models.functions import Cast, Round
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from headwater.capacity.growing import odds_in_words
from headwater.capacity.models import Gauge, Reading
from headwater.partners.models import Belonging, Kind, Segment
from headwater.people.models import Person
from headwater.stats.answers import Estimate, Word
from headwater.stats.groups import Middle, mean_of_sums, middle_of_counts
from headwater.ui import charts

FEWEST = 10
FRESH = timedelta(days=365)
BINS = 20


@dataclass
class Tally:
    """What the database counted for one group and gauge."""

    now: dict[int, int] = field(default_factory=dict)
    before: dict[int, int] = field(default_factory=dict)
    total: float = 0.0
    squares: float = 0.0


@dataclass(frozen=True)
class Cell:
    """One group on one gauge."""

    gauge: Gauge
    group: str
    key: str
    tally: Tally

    @cached_property
    def count(self) -> int:
        return sum(self.tally.now.values())

    @property
    def is_shown(self) -> bool:
        return self.count >= FEWEST

    @cached_property
    def middle(self) -> Middle | None:
        return _middle(self.tally.now) if self.is_shown else None

    @cached_property
    def before(self) -> Middle | None:
        """Where the same people stood at the check-in before, if there are ten of them."""
        enough = sum(self.tally.before.values()) >= FEWEST
        return _middle(self.tally.before) if enough and self.is_shown else None

    @cached_property
    def change(self) -> Estimate | None:
        """How far those measured twice moved on average."""
        count = sum(self.tally.before.values())
        if count < FEWEST or not self.is_shown:
            return None
        return mean_of_sums(count, self.tally.total, self.tally.squares)

    @property
    def paired(self) -> int:
        return sum(self.tally.before.values())

    @property
    def tone(self) -> str:
        """up, down or flat: a direction only at 95 in 100."""
        word = self.change.word if self.change else Word.CANNOT_TELL
        return {Word.YES: "up", Word.NO: "down"}.get(word, "flat")

    @property
    def moved(self) -> str:
        if self.change is None:
            return ""
        words = {
            Word.YES: f"+{round(self.change.value)}",
            Word.PROBABLY: _("probably up"),
            Word.CANNOT_TELL: _("no clear change"),
            Word.PROBABLY_NOT: _("probably down"),
            Word.NO: f"−{round(abs(self.change.value))}",
        }
        return words[self.change.word]

    @property
    def odds(self) -> str:
        return odds_in_words(self.change.probability_positive) if self.change else ""

    @property
    def bins(self) -> list[int]:
        counts = [0] * BINS
        for score, people in self.tally.now.items():
            counts[min(score * BINS // 100, BINS - 1)] += people
        return counts

    @property
    def chart(self) -> charts.Chart | None:
        if not self.middle:
            return None
        before = self.before.value if self.before else None
        label = _("%(group)s, %(gauge)s: middle %(middle)d, likely %(low)d to %(high)d") % {
            "group": self.group,
            "gauge": self.gauge.label,
            "middle": self.middle.value,
            "low": self.middle.low,
            "high": self.middle.high,
        }
        if before is not None:
            label += _(", was %(before)d") % {"before": before}
        return charts.cell(
            self.bins,
            middle=self.middle.value,
            low=self.middle.low,
            high=self.middle.high,
            before=before,
            label=label,
        )


@dataclass(frozen=True)
class Row:
    """One group on all four gauges."""

    name: str
    key: str
    people: int
    measured: int
    cells: list[Cell]

    @property
    def is_shown(self) -> bool:
        return any(cell.is_shown for cell in self.cells)


def by_kind(at: datetime, only: str = "") -> list[Row]:
    """A row for each kind whose partners have gauges."""
    kinds = [k for k in Kind.objects.all() if "gauges" in k.modules and only in ("", k.slug)]
    if not kinds:
        return []
    fresh = _fresh(at).filter(person__belongings__kind__in=kinds)
    group = F("person__belongings__kind")
    tallies = _tallies([fresh.annotate(group=group)])
    people = dict(
        Belonging.objects.filter(
            kind__in=kinds, person__is_partner=True, person__merged_into=None,
            person__erased_at=None,
        ).order_by().values_list("kind").annotate(n=Count("pk"))
    )  # fmt: skip
    measured = dict(
        fresh.order_by().values_list("person__belongings__kind")
        .annotate(n=Count("person", distinct=True))
    )  # fmt: skip
    return [
        _row(k.plural, k.slug, k.pk, people.get(k.pk, 0), measured.get(k.pk, 0), tallies)
        for k in kinds
    ]


def by_segment(segments: Sequence[Segment], at: datetime) -> list[Row]:
    """A row for each saved segment; all of them counted together, however many there are."""
    if not segments:
        return []
    parts = {s: s.people(at) for s in segments}
    fresh = _fresh(at)
    tallies = _tallies(
        fresh.filter(person__in=people.values("pk")).annotate(group=Value(s.pk))
        for s, people in parts.items()
    )
    counted = _united(
        people.order_by().values(group=Value(s.pk)).annotate(n=Count("pk", distinct=True))
        for s, people in parts.items()
    )
    measured = _united(
        fresh.filter(person__in=people.values("pk")).order_by().values(group=Value(s.pk))
        .annotate(n=Count("person", distinct=True))
        for s, people in parts.items()
    )  # fmt: skip
    sizes = {row["group"]: row["n"] for row in counted}
    known = {row["group"]: row["n"] for row in measured}
    return [
        _row(s.name, str(s.pk), s.pk, sizes.get(s.pk, 0), known.get(s.pk, 0), tallies)
        for s in segments
    ]


def shared_readings(people: QuerySet[Person], gauge: str, at: datetime) -> QuerySet[Reading]:
    """The readings that their owners let staff see by name, in the order of names, not scores."""
    return (
        Reading.objects.newest(at).shared()
        .filter(gauge=gauge, person__in=people.values("pk"))
        .select_related("person").order_by("person__name", "pk")
    )  # fmt: skip


def measured_share(at: datetime) -> tuple[int, int]:
    """How many partners have a fresh reading, of how many."""
    measured = _fresh(at).aggregate(n=Count("person", distinct=True))["n"]
    return measured, Person.objects.partners().count()


def _fresh(at: datetime) -> QuerySet[Reading]:
    return Reading.objects.newest(at).filter(at__gt=at - FRESH, person__is_partner=True)


def _tallies(parts: Iterable[QuerySet[Any, Any]]) -> dict[tuple[int, str], Tally]:
    parts = list(parts)
    tallies: dict[tuple[int, str], Tally] = {}
    for row in _united(_counted(part, "score") for part in parts):
        tally = tallies.setdefault((row["group"], row["gauge"]), Tally())
        tally.now[row["points"]] = row["n"]
    for row in _united(_counted(part.exclude(score_before=None), "score_before") for part in parts):
        tally = tallies.setdefault((row["group"], row["gauge"]), Tally())
        tally.before[row["points"]] = row["n"]
        tally.total += row["total"]
        tally.squares += row["squares"]
    return tallies


def _counted(readings: QuerySet[Any, Any], column: str) -> QuerySet[Any, Any]:
    """How many at each whole point, and the sums that their changes need."""
    counted: QuerySet[Any, Any] = (
        readings.order_by()
        .annotate(points=Cast(Round(column), IntegerField()))
        .values("group", "gauge", "points")
        .annotate(n=Count("pk"))
    )
    if column == "score":
        return counted
    moved = F("score") - F("score_before")
    counted = counted.annotate(total=Sum(moved), squares=Sum(moved * moved))
    return counted


def _united(parts: Iterable[QuerySet[Any, Any]]) -> QuerySet[Any, Any]:
    first, *rest = parts
    return first.union(*rest, all=True) if rest else first


def _middle(counts: dict[int, int]) -> Middle:
    places = sorted(counts)
    return middle_of_counts(np.array(places), np.array([counts[place] for place in places]))


def _row(
    name: str, key: str, group: int, people: int, measured: int,
    tallies: dict[tuple[int, str], Tally],
) -> Row:  # fmt: skip
    cells = [Cell(gauge, name, key, tallies.get((group, gauge.value), Tally())) for gauge in Gauge]
    return Row(name, key, people, measured, cells)


def headline(rows: Sequence[Row]) -> str:
    """Who is getting better at using social media, said only as far as it is known."""
    fluent = [(row.name, row.cells[0]) for row in rows if row.cells[0].change]
    rose = [name for name, cell in fluent if cell.tone == "up"]
    if not any(row.is_shown for row in rows):
        return _("Not enough data yet")
    if rose:
        return _("Fluency rose among %(names)s") % {"names": _and(rose)}
    if fluent:
        return _("No clear change in fluency yet")
    return _("Where partners stand; change shows after their second check-in")


def _and(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
