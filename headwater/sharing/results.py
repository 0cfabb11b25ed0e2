"""What came of shares: for the partner their own, for staff each message's."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Sum

from headwater.people.models import Person
from headwater.sharing.models import Adaptation, Conversion, Message, Share, VisitDay
from headwater.sharing.networks import NAMES
from headwater.ui import charts
from headwater.ui.charts import Chart

SHOWN = 5
ENOUGH_TO_SAY_USUAL = 4
ENOUGH_TO_SAY_A_DAY = 20


@dataclass(frozen=True)
class Past:
    """One message a partner shared, and the people who followed their link."""

    title: str
    where: str
    at: datetime
    people: int
    chart: Chart | None


@dataclass(frozen=True)
class Own:
    shares: list[Past] = field(default_factory=list)
    usual: tuple[int, int] | None = None
    best: Past | None = None
    networks: dict[int, set[str]] = field(default_factory=dict)
    weekday: int | None = None


def of_person(person: Person) -> Own:
    """Their shares, newest first, against what is usual for them once there are four."""
    visits: Counter[int] = Counter()
    weekdays: Counter[int] = Counter()
    days = VisitDay.objects.filter(link__person=person).exclude(link__message=None)
    for message, day, people in days.values_list("link__message", "day", "people"):
        visits[message] += people
        weekdays[day.weekday()] += people
    rows: dict[int, tuple[str, list[str], datetime]] = {}
    networks: dict[int, set[str]] = {}
    shares = Share.objects.filter(person=person)
    for pk, title, network, at, down in shares.values_list(
        "message", "message__title", "network", "at", "taken_down_at"
    ):
        rows.setdefault(pk, (title, [], at))[1].append(str(NAMES.get(network, network)))
        if down is None:
            networks.setdefault(pk, set()).add(network)
    if not rows:
        return Own()
    counts = {pk: visits[pk] for pk in rows}
    usual = _middle_half(list(counts.values()))
    most = max([*counts.values(), 1]) * 1.15
    past = [
        Past(
            title,
            ", ".join(where),
            at,
            counts[pk],
            charts.usual(counts[pk], *usual, most=most) if usual else None,
        )
        for pk, (title, where, at) in list(rows.items())[:SHOWN]
    ]
    best = max(past, key=lambda one: one.people)
    is_best = usual is not None and best.people > usual[1]
    return Own(past, usual, best if is_best else None, networks, _best_weekday(weekdays))


def _best_weekday(days: Counter[int]) -> int | None:
    """The day of the week on which their links bring most people; None for too few."""
    return days.most_common(1)[0][0] if days.total() >= ENOUGH_TO_SAY_A_DAY else None


def _middle_half(counts: list[int]) -> tuple[int, int] | None:
    """Half of their shares lie between these two."""
    if len(counts) < ENOUGH_TO_SAY_USUAL:
        return None
    ordered = sorted(counts)
    return ordered[len(ordered) // 4], ordered[(3 * len(ordered) - 1) // 4]


@dataclass(frozen=True)
class OfMessage:
    """What staff see of one message: said by partners, or measured by links.

    `worth` is what the pages told of its conversions, in the House's currency; None where unsaid.
    """

    adapted: int
    sharers: int
    by_network: list[tuple[str, int]]
    people: int
    visits: int
    machines: int
    days: list[tuple[date, int]]
    conversions: int
    worth: Decimal | None


def of_message(message: Message) -> OfMessage:
    shares = Share.objects.standing().filter(message=message)
    by_network = shares.order_by().values_list("network").annotate(n=Count("pk")).order_by("-n")
    days = VisitDay.objects.filter(link__message=message)
    sums = days.aggregate(people=Sum("people"), visits=Sum("visits"), machines=Sum("machines"))
    came = Conversion.objects.filter(link__message=message).aggregate(
        n=Count("pk"), worth=Sum("value")
    )
    per_day = days.order_by("day").values_list("day").annotate(n=Sum("people"))
    return OfMessage(
        adapted=Adaptation.objects.filter(message=message).values("person").distinct().count(),
        sharers=shares.values("person").distinct().count(),
        by_network=[(str(NAMES.get(slug, slug)), n) for slug, n in by_network],
        people=sums["people"] or 0,
        visits=sums["visits"] or 0,
        machines=sums["machines"] or 0,
        days=list(per_day),
        conversions=came["n"],
        worth=came["worth"],
    )


def of_messages(messages: list[Message]) -> dict[int, tuple[int, int]]:
    """For a list: how many partners shared each, and how many people came. Two queries."""
    keys = [message.pk for message in messages]
    sharers = dict(
        Share.objects.standing().filter(message__in=keys).order_by().values_list("message")
        .annotate(n=Count("person", distinct=True))
    )  # fmt: skip
    people = dict(
        VisitDay.objects.filter(link__message__in=keys).order_by().values_list("link__message")
        .annotate(n=Sum("people"))
    )  # fmt: skip
    return {key: (sharers.get(key, 0), people.get(key, 0) or 0) for key in keys}
