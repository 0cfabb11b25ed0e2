from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil

import numpy as np
from django.db.models import Count, Min, Sum
from numpy.typing import NDArray

from headwater.evaluation.frames.sparse import Block, Ints, Sparse, places, read, spans
from headwater.evaluation.frames.versions import BUILDING, SPENT_STATES, Floats, version_of
from headwater.kit.periods import week_of
from headwater.ledger.models import Entry
from headwater.people.models import Person
from headwater.programme.models import Cost
from headwater.sharing.models import VisitDay
from headwater.stats.cohorts import NEVER

BLOCK_WEEKS = 4
LONGEST = 104  # weeks; nothing is said beyond


@dataclass(frozen=True, eq=False)
class Panel:
    """Partners by blocks of weeks: what each brought, and from when on they could be counted.

    `people` are their keys, sorted; `since` (people,) is the first block in all of which their
    links could have been counted: before it they weren't here, which is not nought.
    """

    blocks: list[date]
    weeks: int
    people: Ints
    since: NDArray[np.int16]
    visits: Sparse

    @property
    def first(self) -> date:
        return self.blocks[0]

    @property
    def end(self) -> date:
        return self.blocks[-1] + timedelta(weeks=self.weeks)

    @property
    def over(self) -> datetime:
        """The moment at which the last block was over."""
        return datetime(self.end.year, self.end.month, self.end.day, tzinfo=UTC)

    def block(self, field: str) -> Block:
        return Block(field, start=self.first, days=7 * self.weeks)


@dataclass(frozen=True, eq=False)
class CapacityFrame:
    """Partners by blocks of four weeks: visits each brought, and when each was first reached.

    `begins` (people,) is the block of the first tip tried, code opened or event attended, or
    NEVER; `deeds` (blocks,) how often they did any of these; `cost` and `hours` (blocks,) what
    building took. Those reached before the first block have no "before" and are left out.
    """

    panel: Panel
    begins: NDArray[np.int64]
    deeds: Floats
    cost: Floats
    hours: Floats

    @property
    def blocks(self) -> list[date]:
        return self.panel.blocks

    @property
    def version(self) -> str:
        visits = self.panel.visits
        return version_of(
            self.blocks, visits.person, visits.block, visits.count, self.panel.since, self.begins,
            self.deeds, self.cost, self.hours,
        )  # fmt: skip

    def lots(self) -> Iterator[tuple[NDArray[np.float32], NDArray[np.int64]]]:
        """Outcome and beginning of those counted from the first block on, some at a time."""
        for first, last in spans(len(self.begins)):
            whole = self.panel.since[first:last] == 0
            yield self.panel.visits.laid_out(first, last)[whole], self.begins[first:last][whole]

    @property
    def reached(self) -> int:
        return int((self.begins < NEVER).sum())

    def begun_in(self, begins: NDArray[np.int64]) -> Floats:
        """How many were first reached in each of these blocks, whenever they were brought in."""
        known, many = np.unique(self.begins, return_counts=True)
        return many[np.searchsorted(known, begins)].astype(np.float64)


def capacity_frame(
    at: datetime, blocks: int = 26, weeks: int = BLOCK_WEEKS
) -> CapacityFrame | None:
    """The last `blocks` whole blocks of `weeks` before now; None where nothing was counted."""
    panel = read_panel(at, blocks, weeks)
    if panel is None:
        return None
    begins = np.full(panel.people.size, NEVER, dtype=np.int64)
    counted = []
    deeds = Entry.objects.standing().filter(verb__in=BUILDING, person__is_partner=True)
    deeds = deeds.filter(at__lt=panel.over)  # what belongs to no whole block waits for its own
    first = deeds.order_by().values_list("person").annotate(n=Min(panel.block("at")))
    for rows in read(first, 2):
        place = places(panel.people, rows[:, 0])
        begins[place[place >= 0]] = rows[place >= 0, 1]
    keep = begins > 0
    by_block = deeds.order_by().annotate(block=panel.block("at"))
    for rows in read(by_block.values_list("person", "block").annotate(n=Count("pk")), 3):
        rows[:, 0] = places(panel.people, rows[:, 0])
        counted.append(rows[rows[:, 0] >= 0])
    every = Sparse.of(panel.people.size, len(panel.blocks), counted)
    money, hours = capacity_costs(panel)
    kept = Panel(
        panel.blocks, weeks, panel.people[keep], panel.since[keep], panel.visits.of_these(keep)
    )
    return CapacityFrame(kept, begins[keep], every.of_these(keep).by_block(), money, hours)


def read_panel(at: datetime, blocks: int = 26, weeks: int = BLOCK_WEEKS) -> Panel | None:
    """Everybody's visits over the last whole blocks, read some people at a time."""
    count = min(blocks, LONGEST // weeks)
    end = week_of(at.date())
    start = end - timedelta(weeks=weeks * count)
    first_day = _first_day(start)
    if first_day is None:
        return None
    skipped = max(0, ceil((first_day - start).days / (7 * weeks)))  # half a block looks like a rise
    start += timedelta(weeks=weeks * skipped)
    marks = [start + timedelta(weeks=weeks * n) for n in range(count - skipped)]
    if not marks:
        return None
    days = 7 * weeks
    added = Block("created_at", start=start - timedelta(days=days - 1), days=days)  # a whole one
    here = Person.objects.partners().filter(created_at__lte=at).order_by("pk")
    parts = list(read(here.values_list("pk", added), 2))
    keys, since = np.concatenate(parts or [np.empty((0, 2), np.int64)]).T
    visits = Sparse.of(keys.size, len(marks), _visits(keys, start, end, weeks))
    return Panel(marks, weeks, keys, np.clip(since, 0, len(marks)).astype(np.int16), visits)


def _visits(people: Ints, start: date, end: date, weeks: int) -> Iterator[Ints]:
    days = VisitDay.objects.filter(day__gte=start, day__lt=end).order_by()
    block = Block("day", start=start, days=7 * weeks)
    for first, last in spans(people.size):
        between = days.filter(
            link__person__gte=int(people[first]), link__person__lte=int(people[last - 1])
        )
        found = between.annotate(block=block).values_list("link__person", "block")
        for rows in read(found.annotate(n=Sum("people")), 3):
            rows[:, 0] = places(people, rows[:, 0])
            yield rows[(rows[:, 0] >= 0) & (rows[:, 2] > 0)]


def _first_day(start: date) -> date | None:
    """When counting began: the first visit, or the first cost of capacity once somebody was here.

    What was spent before the first partner was brought in counts in the first block.
    """
    visit = VisitDay.objects.filter(day__gte=start).aggregate(n=Min("day"))["n"]
    costs = Cost.objects.filter(on__gte=start, activity__isnull=False)
    spent = costs.filter(activity__state__in=SPENT_STATES).aggregate(n=Min("on"))["n"]
    found = min((day for day in (visit, spent) if day), default=None)
    opened = Person.objects.partners().aggregate(n=Min("created_at"))["n"]
    return max(found, opened.date()) if found and opened else found


def capacity_costs(panel: Panel, kind: str = "") -> tuple[Floats, Floats]:
    """Money and hours by block of what was decided or done; of one kind of activity, or of all."""
    money, hours = np.zeros(len(panel.blocks)), np.zeros(len(panel.blocks))
    costs = Cost.objects.filter(
        on__lt=panel.end, activity__isnull=False, activity__state__in=SPENT_STATES
    )
    if Person.objects.partners().filter(created_at__date__lt=panel.first).exists():
        costs = costs.filter(on__gte=panel.first)  # else all before belongs to the beginning
    if kind:
        costs = costs.filter(activity__kind=kind)
    sums = costs.order_by().values_list("on").annotate(m=Sum("money"), h=Sum("hours"))
    for on, spent, time in sums:
        block = max(0, (on - panel.first).days // (7 * panel.weeks))
        money[block] += float(spent)
        hours[block] += float(time)
    return money, hours
