from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

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
    "languages": [...], "traits": [{"name", "text" | "from", "to"}], "active_since_days": n}.
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
    return people
