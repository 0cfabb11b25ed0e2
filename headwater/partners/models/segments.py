from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.ledger.models import Entry, record_staff
from headwater.partners import verbs
from headwater.partners.models.kinds import Belonging, Tag
from headwater.people.models import Person


class Trait(models.Model):
    """Something rooms above worked out about a person that segments may filter by.

    A gauge becomes a trait only where the partner shared it.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="traits")
    name = models.CharField(max_length=60)
    text = models.CharField(max_length=100, blank=True)
    number = models.FloatField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="a_trait_has_one_value")
        ]
        indexes = [models.Index(fields=["name", "text", "number"], name="people_by_trait")]

    def __str__(self) -> str:
        return f"{self.name}: {self.text or self.number}"


class SegmentQuerySet(models.QuerySet["Segment"]):
    def named(self) -> Self:
        return self.exclude(name="")


class Segment(models.Model):
    """A saved filter that stays live: the people it holds are those who fit today.

    `rule` is {"kinds": [slug], "tags": [name], "organisations": [id], "countries": [...],
    "languages": [...], "traits": [{"name", "text" | "from", "to"}], "active_since_days": n,
    "quiet_since_days": n}.
    Every part that is there must fit; within a part any value does.
    """

    name = models.CharField(_("name"), max_length=120, unique=True)
    rule = models.JSONField(default=dict)
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = SegmentQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    @transaction.atomic
    def save_as(
        cls, known: Segment | None, *, name: str, rule: dict[str, Any], actor: Person, at: datetime
    ) -> Segment:
        """Save a filter under a name: a new one, or a change to one that stands."""
        segment = known or cls(created_by=actor, created_at=at)
        segment.name, segment.rule = name, rule
        segment.save()
        record_staff(verbs.STAFF_SEGMENT_SAVED, actor=actor, subject=segment, at=at)
        return segment

    @transaction.atomic
    def let_go(self, *, actor: Person, at: datetime) -> None:
        """Delete the filter; nobody who is in it. Refused where a plan or a list still uses it."""
        record_staff(
            verbs.STAFF_SEGMENT_SAVED, actor=actor, subject=self, at=at, fields=["deleted"]
        )
        try:
            self.delete()
        except models.ProtectedError:
            raise Refused(_("Something in the plan still uses this segment.")) from None

    def people(self, at: datetime) -> QuerySet[Person]:
        return matching(self.rule, at)


def matching(rule: dict[str, Any], at: datetime) -> QuerySet[Person]:
    """The partners who fit a segment's rule now. An empty rule is every partner."""
    people: QuerySet[Person] = Person.objects.partners()
    if kinds := rule.get("kinds"):
        of_kind = Belonging.objects.filter(person=OuterRef("pk"), kind__slug__in=kinds)
        people = people.filter(Exists(of_kind))
    if tags := rule.get("tags"):
        tagged = Tag.people.through.objects.filter(person=OuterRef("pk"), tag__name__in=tags)
        people = people.filter(Exists(tagged))
    if organisations := rule.get("organisations"):
        people = people.filter(
            positions__organisation__in=organisations, positions__ended_at=None
        ).distinct()
    if countries := rule.get("countries"):
        people = people.filter(country__in=countries)
    if languages := rule.get("languages"):
        people = people.filter(language__in=languages)
    for trait in rule.get("traits", []):
        has = Trait.objects.filter(person=OuterRef("pk"), name=trait["name"])
        if "text" in trait:
            has = has.filter(text=trait["text"])
        if "from" in trait:
            has = has.filter(number__gte=trait["from"])
        if "to" in trait:
            has = has.filter(number__lt=trait["to"])
        people = people.filter(Exists(has))
    if days := rule.get("active_since_days"):
        people = people.filter(Exists(deeds_since(at - timedelta(days=days))))
    if days := rule.get("quiet_since_days"):
        people = people.exclude(Exists(deeds_since(at - timedelta(days=days))))
    return people


def deeds_since(moment: datetime) -> QuerySet[Entry]:
    """What the partner of the outer query did themselves since then."""
    entries = Entry.objects.standing().filter(person=OuterRef("pk"), at__gte=moment)
    return entries.exclude(verb__startswith="staff.").exclude(verb=verbs.JOINED.name)
