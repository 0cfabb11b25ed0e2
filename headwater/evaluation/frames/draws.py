from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.db.models import Sum
from numpy.typing import NDArray

from headwater.capacity.models import Reading
from headwater.evaluation.frames.activities import GATHERINGS, LEAST_RELIABLE
from headwater.evaluation.frames.capacity import LONGEST
from headwater.evaluation.frames.versions import Floats, version_of
from headwater.events.models import Attendance, Draw, Event
from headwater.kit.periods import week_of
from headwater.sharing.models import VisitDay
from headwater.stats.gauges import POINTS_PER_THETA

SHORTEST = 14  # days between the first date and the second that are worth looking at
BEFORE = 112  # days before the draw that tell what is usual for each
MONTH = 28


@dataclass(frozen=True, eq=False)
class CheckedIn:
    """Those of a draw who checked in both before it and between its two dates.

    `place` (people,) is where each stands in the draw; `before` and `after` are points, with the
    pull of each score towards the middle undone.
    """

    place: NDArray[np.int64]
    before: Floats
    after: Floats


@dataclass(frozen=True, eq=False)
class DrawFrame:
    """One draw as it was held: who was drawn by lot, who came, and what they brought.

    Shape (people,), of those whose place was left to the lot. `outcome` is visits in four weeks
    between the first date and the second (or now), `before` in the weeks before the draw.
    """

    event: int
    title: str
    kind: str
    first: date
    until: date
    has_second: bool
    probability: float
    drawn: NDArray[np.bool_]
    came: NDArray[np.bool_]
    outcome: Floats
    before: Floats
    gauges: dict[str, CheckedIn]

    @property
    def version(self) -> str:
        return version_of(
            self.event,
            self.first,
            self.until,
            self.drawn,
            self.came,
            self.outcome,
            self.before,
            *(
                part
                for gauge, one in self.gauges.items()
                for part in (gauge, one.place, one.before, one.after)
            ),
        )


def draw_frames(at: datetime) -> list[DrawFrame]:
    """Every draw whose first date is far enough behind, oldest first.

    Those who came first because they had missed out before were not left to the lot; whoever was
    erased can't be counted; neither can draws whose order was not kept.
    """
    over = at - timedelta(days=SHORTEST)
    rows = Draw.objects.filter(event__ends_at__lt=over, event__cancelled_at=None)
    held = rows.select_related("event", "event__second_date").order_by("event__starts_at")
    return [frame for draw in held if (frame := _frame(draw, at)) is not None]


def _frame(draw: Draw, at: datetime) -> DrawFrame | None:
    event = draw.event
    lots = draw.lots.filter(came_first=False, person__isnull=False).order_by("rank")
    found = list(lots.values_list("person", "is_drawn"))
    first = event.local_end.date() + timedelta(days=1)
    second = event.second_date
    until = min(
        second.local_start.date() if second else week_of(at.date()), week_of(at.date()),
        first + timedelta(weeks=LONGEST),
    )  # fmt: skip
    if len(found) < 2 or (until - first).days < SHORTEST:
        return None
    people = np.array([person for person, _drawn in found], dtype=np.int64)
    day = draw.drawn_at.astimezone(event.zone).date()
    came = set(Attendance.objects.filter(event=event).values_list("person", flat=True))
    drawn = np.array([is_drawn for _person, is_drawn in found])
    return DrawFrame(
        event=event.pk,
        title=event.title,
        kind=str(GATHERINGS[Event.Kind(event.kind)]),
        first=first,
        until=until,
        has_second=second is not None,
        probability=float(drawn.mean()),
        drawn=drawn,
        came=np.array([person in came for person in people.tolist()]),
        outcome=_visits(draw, people, first, until),
        before=_visits(draw, people, day - timedelta(days=BEFORE), day),
        gauges=_gauges(draw, people, day, (first, until)),
    )


def _gauges(
    draw: Draw, people: NDArray[np.int64], day: date, between: tuple[date, date]
) -> dict[str, CheckedIn]:
    """Each person's last reading before the draw, and their last between its two dates.

    Readings of which less than a third is more than noise are left out.
    """
    in_it = draw.lots.filter(person__isnull=False).values("person")
    zone = draw.event.zone
    rows = Reading.objects.filter(person__in=in_it).order_by("at", "pk")
    columns = ("person", "gauge", "at", "score", "standard_error")
    before: dict[str, dict[int, float]] = {}
    after: dict[str, dict[int, float]] = {}
    for person, gauge, at, score, error in rows.values_list(*columns).iterator():
        trust = 1 - (error / POINTS_PER_THETA) ** 2
        on = at.astimezone(zone).date()
        if trust <= LEAST_RELIABLE:
            continue
        if on < day:
            before.setdefault(gauge, {})[person] = (score - 50) / trust
        elif between[0] <= on < between[1]:
            after.setdefault(gauge, {})[person] = (score - 50) / trust
    found = {}
    for gauge in sorted(after):
        first, last = before.get(gauge, {}), after[gauge]
        place = [n for n, who in enumerate(people.tolist()) if who in first and who in last]
        known = people[place].tolist()
        found[gauge] = CheckedIn(
            place=np.array(place, dtype=np.int64),
            before=np.array([first[who] for who in known]),
            after=np.array([last[who] for who in known]),
        )
    return found


def _visits(draw: Draw, people: NDArray[np.int64], since: date, until: date) -> Floats:
    """Visits in four weeks through the links of those in the draw."""
    in_it = draw.lots.filter(person__isnull=False).values("person")
    days = VisitDay.objects.filter(day__gte=since, day__lt=until, link__person__in=in_it)
    sums = dict(days.order_by().values_list("link__person").annotate(n=Sum("people")))
    months = (until - since).days / MONTH
    return np.array([sums.get(person, 0) for person in people.tolist()], np.float64) / months
