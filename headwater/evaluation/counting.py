"""What Headwater counts by itself: visits, sign-ups, places kept, attendance, conversions.

Whole periods only, and every time from the first row on: a deed that was taken back later, or a
visit folded late, is right the next time. Machines are never counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, F, IntegerField, Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import TruncDate
from django.utils import translation
from django.utils.translation import gettext as _

from headwater.events import verbs as events
from headwater.ledger.models import Entry
from headwater.ledger.verbs import Verb
from headwater.newsletters import verbs as newsletters
from headwater.partners.models import Belonging, Kind
from headwater.people.models import House, Person
from headwater.programme.models import Market, Metric, note_outcomes
from headwater.sharing.models import Conversion, Link, VisitDay

Days = Iterable[tuple[int | None, date, int]]  # a kind of partner, a day, how many
Source = Callable[[Metric], tuple[date | None, Days]]


def count_all(*, at: datetime) -> int:
    """Count everything that is ours to count; gives how many figures were new or changed."""
    metrics = Metric.objects.exclude(counted=Metric.Counted.BY_HAND)
    return sum(count(metric, actor=None, at=at) for metric in metrics)


@transaction.atomic
def count(metric: Metric, *, actor: Person | None, at: datetime) -> int:
    """Write a metric's periods anew into its own places. Safe to run twice, late, in any order.

    From the first whole period after the first row to the last one that is over. With kinds apart
    each partner counts in one of them, so that the places add up to the whole.
    """
    began, days = SOURCES[metric.counted](metric)
    if began is None:
        return 0
    rhythm = metric.rhythm
    first = rhythm.first_day(began)
    first = first if first == began else rhythm.later(began, 1)
    today = at.astimezone(House.current().zone).date()
    periods = [rhythm.later(first, n) for n in range(rhythm.between(first, today))]
    sums: dict[int | None, Counter[date]] = {}
    for kind, day, number in days:
        place = kind if metric.is_by_kind else None
        sums.setdefault(place, Counter())[rhythm.first_day(day)] += number
    return sum(
        note_outcomes(
            market, [(day, _whole(sums.get(kind), day)) for day in periods], actor=actor, at=at
        )
        for kind, market in _markets(metric).items()
    )


def _whole(counted: Counter[date] | None, day: date) -> Decimal:
    return Decimal(counted[day] if counted else 0)


def _markets(metric: Metric) -> dict[int | None, Market]:
    """The places a metric of ours is counted in; their names stay what they are."""
    with translation.override(House.current().language):
        if not metric.is_by_kind:
            standing = metric.markets.filter(is_ours=True).first()
            return {None: standing or metric.markets.create(name=_("All partners"))}
        names = {None: _("Everybody else")} | {kind.pk: kind.plural for kind in Kind.objects.all()}
    return {kind: metric.markets.get_or_create(name=name)[0] for kind, name in names.items()}


# ---- Where the rows are ----


def _kind_of(person: str) -> Subquery:
    """The one kind a partner is counted in: the primary one first, then in their order."""
    belongings = Belonging.objects.filter(person=OuterRef(person))
    ordered = belongings.order_by("-kind__is_primary", "kind__position", "kind__name")
    return Subquery(ordered.values("kind")[:1], output_field=IntegerField())


def _visits(metric: Metric) -> tuple[date | None, Days]:
    rows = VisitDay.objects.order_by().annotate(kind=_kind_of("link__person"))
    days = rows.values_list("kind", "day").annotate(n=Sum("people"))
    first = [VisitDay.objects.aggregate(day=Min("day"))["day"], _first(Link.objects, "made_at")]
    return min((day for day in first if day), default=None), _plain(days)


def _conversions(metric: Metric) -> tuple[date | None, Days]:
    rows = Conversion.objects.order_by().annotate(kind=_kind_of("link__person"))
    return _first(Conversion.objects, "at"), _by_day(rows)


def _deeds(verb: Verb) -> Source:
    def counted(metric: Metric) -> tuple[date | None, Days]:
        deeds = Entry.objects.standing().did(verb).order_by()
        return _first(deeds, "at"), _by_day(deeds.annotate(kind=_kind_of("person")))

    return counted


def _by_day(rows: QuerySet[Any]) -> Days:
    day = TruncDate("at", tzinfo=House.current().zone)
    return _plain(rows.annotate(day=day).values_list("kind", "day").annotate(n=Count("pk")))


def _plain(rows: Any) -> Days:
    return ((kind, day, number or 0) for kind, day, number in rows.iterator())


def _first(rows: Any, moment: str) -> date | None:
    found: datetime | None = rows.aggregate(first=Min(F(moment)))["first"]
    return found.astimezone(House.current().zone).date() if found else None


SOURCES: dict[str, Source] = {
    Metric.Counted.VISITS: _visits,
    Metric.Counted.SIGN_UPS: _deeds(newsletters.SUBSCRIBED),
    Metric.Counted.REGISTRATIONS: _deeds(events.REGISTERED),
    Metric.Counted.ATTENDANCE: _deeds(events.ATTENDED),
    Metric.Counted.CONVERSIONS: _conversions,
}
