"""What was asked for beside what is lacking, the timeline, and what clashes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from headwater.capacity.models import Reading
from headwater.listening.models import Need
from headwater.people.models import House
from headwater.programme.models import Activity, Budget
from headwater.ui import charts
from headwater.ui.charts.drawing import Chart

CAPABLE = 50  # where "capable" begins on a gauge, in points
FEWEST = 10  # a group of fewer is too few to show


@dataclass(frozen=True)
class Wanted:
    """A need: how many people asked for it, how many in 100 lack it, and what is planned."""

    need: Need
    asked: int
    lacking: int | None
    asked_bar: Chart
    lacking_bar: Chart
    planned: list[Activity]

    @property
    def few_ask(self) -> bool:
        """Few ask although many lack it: they may not know that it can be learnt."""
        return self.lacking is not None and self.lacking >= 60 and not self.planned


def lacking(at: datetime) -> dict[str, int]:
    """People below "capable" in 100 of those measured, a gauge; gauges with under ten left out."""
    rows = (
        Reading.objects.newest(at)
        .order_by()
        .values_list("gauge")
        .annotate(people=Count("pk"), below=Count("pk", filter=Q(score__lt=CAPABLE)))
    )
    return {g: round(100 * below / people) for g, people, below in rows if people >= FEWEST}


def asked_and_lacking(at: datetime, order: str = "both") -> list[Wanted]:
    """Every need somebody asked for or many lack, with what the plan holds for it."""
    short = lacking(at)
    needs = list(Need.objects.most_asked_first(at))
    planned: dict[int, list[Activity]] = {}
    standing = Activity.objects.standing().filter(need__in=needs, ends_on__gte=at.date())
    for activity in standing.order_by("starts_on"):
        planned.setdefault(activity.need_id or 0, []).append(activity)
    counts = [getattr(need, "asked", 0) for need in needs]
    bars = charts.asks(
        [(n.name, c, short.get(n.gauge)) for n, c in zip(needs, counts, strict=True)]
    )
    rows = [
        Wanted(
            need, bar.asked, bar.lacking, bar.asked_bar, bar.lacking_bar, planned.get(need.pk, [])
        )
        for need, bar in zip(needs, bars, strict=True)
    ]
    most = max(counts, default=0) or 1
    keys = {
        "asked": lambda row: -row.asked,
        "lacking": lambda row: -(row.lacking or 0),
        "both": lambda row: -(100 * row.asked / most + (row.lacking or 0)),
    }
    return sorted(rows, key=keys.get(order, keys["both"]))


@dataclass(frozen=True)
class Row:
    activity: Activity
    span: Chart
    asked: int


def timeline(first: date, last: date, at: datetime) -> list[Row]:
    """One row an activity: when it is made, when it is open, who asked, what it costs."""
    today = at.astimezone(House.current().zone).date()
    shown = Activity.objects.standing().between(first, last).with_costs()
    asked = {need.pk: getattr(need, "asked", 0) for need in Need.objects.counted(at)}
    return [
        Row(
            activity,
            charts.span(_parts(activity, today), first=first, last=last, today=today),
            asked.get(activity.need_id or 0, 0),
        )
        for activity in shown.select_related("event", "need")
    ]


def _parts(activity: Activity, today: date) -> list[charts.Part]:
    decided = activity.state != Activity.State.PROPOSED
    parts = []
    if activity.prepare_from and activity.prepare_from < activity.starts_on:
        until = activity.starts_on - timedelta(days=1)
        parts.append(charts.Part("prep", activity.prepare_from, until))
    if activity.starts_on == activity.ends_on:
        day = date_format(activity.starts_on, "D j M")
        parts.append(charts.Part("day", activity.starts_on, text=day, decided=decided))
    elif not decided:
        parts.append(
            charts.Part("maybe", activity.starts_on, activity.ends_on, text=_("not decided"))
        )
    elif activity.starts_on < today:
        turn = min(today, activity.ends_on)
        parts.append(charts.Part("past", activity.starts_on, turn))
        if turn < activity.ends_on:
            parts.append(charts.Part("run", turn, activity.ends_on))
    else:
        parts.append(charts.Part("run", activity.starts_on, activity.ends_on))
    return parts


TO_COME_TO = frozenset({
    Activity.Kind.KEYNOTE, Activity.Kind.WEBINAR, Activity.Kind.SEMINAR, Activity.Kind.LIVE_CHAT,
})  # fmt: skip


@dataclass(frozen=True)
class Money:
    """The budget of a day: what it holds, what is committed, what is left, in House currency."""

    budget: Budget
    committed: Decimal
    committed_hours: Decimal

    @property
    def left(self) -> Decimal:
        return self.budget.money - self.committed

    @property
    def over(self) -> Decimal:
        """What is committed beyond the budget; nought where it holds."""
        return max(Decimal(0), self.committed - self.budget.money)


def money(day: date) -> Money | None:
    budget = Budget.at(day)
    return Money(budget, *budget.committed()) if budget else None


def clashes(activities: Sequence[Activity]) -> list[tuple[Activity, Activity]]:
    """Pairs of things to come to that fall on one day, so that partners have to choose."""
    by_day: dict[date, list[Activity]] = {}
    for activity in activities:
        if activity.starts_on == activity.ends_on and activity.kind in TO_COME_TO:
            by_day.setdefault(activity.starts_on, []).append(activity)
    return [
        (first, second)
        for same in by_day.values()
        for n, first in enumerate(same)
        for second in same[n + 1 :]
    ]
