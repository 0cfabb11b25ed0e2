"""Whom we may write to: basis, suppression, suspension, and not too often."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from headwater.partners.models import Basis, Purpose, Suppression
from headwater.people.models import Person


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
    left = people
    excluded: dict[str, int] = {}
    left_out: dict[str, QuerySet[Person]] = {}
    asked_for = people.count()
    for reason, holds in _reasons(purpose):
        if count := left.filter(holds).count():
            excluded[reason], left_out[reason] = count, left.filter(holds)
            left = left.exclude(holds)
    return Audience(left, asked_for, excluded, left_out)


def may_write_to(person: Person, *, purpose: str, at: datetime) -> bool:
    """Whether one person may be written to for this purpose now."""
    return audience(Person.objects.filter(pk=person.pk), purpose=purpose, at=at).count == 1


def _reasons(purpose: str) -> list[tuple[str, Q]]:
    stopped = Suppression.objects.filter(person=OuterRef("pk"), purpose__in=["", purpose])
    allowed = Basis.objects.filter(person=OuterRef("pk"), purpose=purpose, ended_at=None)
    reasons = [
        ("no_address", Q(email_key=None)),
        ("suspended", Q(suspended_at__isnull=False) | Q(is_active=False)),
        ("suppressed", Q(Exists(stopped))),
    ]
    if purpose != Purpose.SERVICE:
        reasons.append(("no_basis", ~Q(Exists(allowed))))
    return reasons
