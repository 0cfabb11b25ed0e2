"""Whom we may write to: basis, suppression, suspension, and not too often."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headwater.partners.models import Basis, Belonging, Purpose, Suppression
from headwater.people.models import House, Person
from headwater.safeguards.models.limit import BusyUntil, ClosedSeason, Contacted, ContactLimit

REASONS: dict[str, str | Promise] = {
    "no_address": _("have no e-mail address"),
    "suspended": _("are suspended"),
    "suppressed": _("asked us to stop, or their address doesn’t work"),
    "no_basis": _("gave us no ground to write for this"),
    "busy": _("said they have no time now"),
    "closed_season": _("have a closed season"),
    "too_often": _("have had as many letters as our limit allows"),
}


@dataclass(frozen=True)
class Audience:
    """Who can be reached out of those asked for, and why the others can't: reason -> count."""

    people: QuerySet[Person]
    asked_for: int
    excluded: dict[str, int]
    left_out: dict[str, QuerySet[Person]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return self.asked_for - sum(self.excluded.values())


def audience(people: QuerySet[Person], *, purpose: str, at: datetime) -> Audience:
    """Split people into those we may write to for this purpose and those we may not, with reasons.

    Counted in the database, each person under the first reason that holds.
    """
    reasons = _reasons(purpose, at)
    why = Case(
        *[When(holds, then=Value(reason)) for reason, holds in reasons],
        default=Value(""),
        output_field=models.CharField(),
    )
    sorted_out = people.annotate(left_out_because=why)
    counted = sorted_out.order_by().values_list("left_out_because")
    counts = dict(counted.annotate(n=Count("pk", distinct=True)))
    excluded = {reason: counts[reason] for reason, _holds in reasons if reason in counts}
    return Audience(
        sorted_out.filter(left_out_because=""),
        sum(counts.values()),
        excluded,
        {reason: sorted_out.filter(left_out_because=reason) for reason in excluded},
    )


def may_write_to(person: Person, *, purpose: str, at: datetime) -> bool:
    """Whether one person may be written to for this purpose now."""
    return audience(Person.objects.filter(pk=person.pk), purpose=purpose, at=at).count == 1


def note(person: Person, *, purpose: str, at: datetime) -> None:
    """A letter went to this person: count it."""
    note_many([person.pk], purpose=purpose, at=at)


def note_many(person_ids: Iterable[int], *, purpose: str, at: datetime) -> None:
    """Letters went to these people: count one each, so that limits hold."""
    Contacted.objects.bulk_create(
        (Contacted(person_id=key, purpose=purpose, at=at) for key in person_ids), batch_size=2000
    )


def _reasons(purpose: str, at: datetime) -> list[tuple[str, Q]]:
    stopped = Suppression.objects.filter(person=OuterRef("pk"), purpose__in=["", purpose])
    reasons = [
        ("no_address", Q(email_key=None)),
        ("suspended", Q(suspended_at__isnull=False) | Q(is_active=False)),
        ("suppressed", Q(Exists(stopped))),
    ]
    if purpose == Purpose.SERVICE:  # what people asked for themselves neither waits nor counts
        return reasons
    allowed = Basis.objects.filter(person=OuterRef("pk"), purpose=purpose, ended_at=None)
    today = at.astimezone(House.current().zone).date()
    busy = BusyUntil.objects.filter(person=OuterRef("pk"), until_on__gte=today)
    return [
        *reasons,
        ("no_basis", ~Q(Exists(allowed))),
        ("busy", Q(Exists(busy))),
        ("closed_season", Q(Exists(_closed_seasons(today)))),
        *_limits(purpose, at),
    ]


def _closed_seasons(today: date) -> QuerySet[ClosedSeason]:
    """Those that rest this person: all partners' seasons, and their own kinds'."""
    standing = ClosedSeason.objects.filter(starts_on__lte=today, ends_on__gte=today)
    own = Belonging.objects.filter(person=OuterRef(OuterRef("pk")), kind=OuterRef("kind"))
    return standing.filter(Q(kind=None) | Q(Exists(own)))


def _limits(purpose: str, at: datetime) -> list[tuple[str, Q]]:
    holds = Q()
    for limit in ContactLimit.objects.filter(purpose__in=["", purpose]):
        since = at - timedelta(days=limit.days)
        letters = Contacted.objects.filter(person=OuterRef("pk"), at__gt=since, at__lte=at)
        letters = letters.exclude(purpose=Purpose.SERVICE)
        if limit.purpose:
            letters = letters.filter(purpose=limit.purpose)
        counted = letters.order_by().values("person").annotate(n=Count("pk")).values("n")
        had = Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)
        holds |= Q(GreaterThanOrEqual(had, limit.letters))
    return [("too_often", holds)] if holds else []
