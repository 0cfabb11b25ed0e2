from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.db.models import Min, QuerySet, Sum
from numpy.typing import NDArray

from headwater.evaluation.frames.versions import BUILDING, SPENT_STATES, Floats, version_of
from headwater.kit.periods import week_of
from headwater.ledger.models import Entry
from headwater.people.models import Person
from headwater.programme.models import Cost
from headwater.sharing.models import VisitDay

BLOCK_WEEKS = 4


@dataclass(frozen=True, eq=False)
class CapacityFrame:
    """Partners by blocks of four weeks: visits each brought, and when each was first reached.

    `visits` has shape (partners, blocks), people who followed the partner's links; `begins`
    (partners,) is the block of the first tip tried, code opened or event attended, or -1; `deeds`
    (blocks,) how often they did any of these; `cost` and `hours` (blocks,) what building took.
    """

    blocks: list[date]
    visits: Floats
    begins: NDArray[np.int64]
    deeds: Floats
    cost: Floats
    hours: Floats

    @property
    def version(self) -> str:
        return version_of(self.blocks, self.visits, self.begins, self.deeds, self.cost, self.hours)


def capacity_frame(at: datetime, blocks: int = 26) -> CapacityFrame | None:
    """The last `blocks` whole blocks of four weeks before now; None where nothing was counted."""
    end = week_of(at.date())
    start = end - timedelta(weeks=BLOCK_WEEKS * blocks)
    first_day = _first_day(start)
    if first_day is None:
        return None
    skipped = max(0, (first_day - start).days // (7 * BLOCK_WEEKS))
    start += timedelta(weeks=BLOCK_WEEKS * skipped)
    count = blocks - skipped
    people = list(
        Person.objects.partners()
        .filter(created_at__lte=at)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    place = {pk: n for n, pk in enumerate(people)}
    visits = np.zeros((len(people), count))
    days = VisitDay.objects.filter(day__gte=start, day__lt=end, link__person__isnull=False)
    by_day = days.order_by().values_list("link__person", "day").annotate(n=Sum("people"))
    for person, day, n in by_day.iterator(chunk_size=5000):
        if person in place:
            visits[place[person], (day - start).days // (7 * BLOCK_WEEKS)] += n
    begins = np.full(len(people), -1, dtype=np.int64)
    for person, moment in _first_reached(at):
        if person in place:
            begins[place[person]] = (moment.date() - start).days // (7 * BLOCK_WEEKS)
    keep = (begins == -1) | (begins > 0)  # those reached before the first block have no "before"
    deeds = np.zeros(count)
    kept = {pk for pk, is_kept in zip(people, keep, strict=True) if is_kept}
    for person, moment in _building(at).values_list("person", "at").iterator():
        block = (moment.date() - start).days // (7 * BLOCK_WEEKS)
        if person in kept and 0 <= block < count:
            deeds[block] += 1
    money, hours = _capacity_costs(start, end, count)
    marks = [start + timedelta(weeks=BLOCK_WEEKS * n) for n in range(count)]
    return CapacityFrame(marks, visits[keep], begins[keep], deeds, money, hours)


def _first_day(start: date) -> date | None:
    """When counting began: the first visit, or the first cost of capacity, whichever came first."""
    visit = VisitDay.objects.filter(day__gte=start).aggregate(n=Min("day"))["n"]
    costs = Cost.objects.filter(on__gte=start, activity__isnull=False)
    spent = costs.filter(activity__state__in=SPENT_STATES).aggregate(n=Min("on"))["n"]
    return min((day for day in (visit, spent) if day), default=None)


def _building(at: datetime) -> QuerySet[Entry]:
    """Every time a partner tried a tip, opened a code or came to an event."""
    done = Entry.objects.standing().filter(verb__in=BUILDING, at__lte=at, person__is_partner=True)
    return done.order_by()


def _first_reached(at: datetime) -> Iterable[tuple[int, datetime]]:
    return _building(at).values_list("person").annotate(n=Min("at")).iterator()


def _capacity_costs(start: date, end: date, count: int) -> tuple[Floats, Floats]:
    money, hours = np.zeros(count), np.zeros(count)
    costs = Cost.objects.filter(
        on__gte=start, on__lt=end, activity__isnull=False, activity__state__in=SPENT_STATES
    )
    for on, sum_, time in costs.values_list("on", "money", "hours"):
        block = (on - start).days // (7 * BLOCK_WEEKS)
        money[block] += float(sum_)
        hours[block] += float(time)
    return money, hours
