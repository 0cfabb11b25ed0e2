from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Self

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.people.models import Person
from headwater.safeguards import verbs
from headwater.safeguards.models.guideline import Guideline


class IncidentQuerySet(models.QuerySet["Incident"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)


class Incident(models.Model):
    """Something went wrong, or nearly did: kept so that the risk can be seen to fall."""

    class Kind(models.TextChoices):
        INCIDENT = "incident", _("It went wrong")
        NEAR_MISS = "near_miss", _("It nearly went wrong")

    kind = models.CharField(_("which was it"), max_length=10, choices=Kind.choices)
    title = models.CharField(_("in a few words"), max_length=200)
    happened = models.TextField(_("what happened, and who was told"), max_length=4000)
    happened_at = models.DateTimeField(_("when"))
    guideline = models.ForeignKey(
        Guideline, models.SET_NULL, null=True, blank=True, related_name="incidents"
    )
    logged_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    logged_at = models.DateTimeField()
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_at"]

    def __str__(self) -> str:
        return self.title

    @classmethod
    @transaction.atomic
    def log(
        cls,
        *,
        kind: str,
        title: str,
        happened: str,
        happened_at: datetime,
        actor: Person,
        at: datetime,
        guideline: Guideline | None = None,
    ) -> Incident:
        if happened_at > at:
            raise Refused(_("This hasn’t happened yet."))
        incident = cls.objects.create(
            kind=kind,
            title=title,
            happened=happened,
            happened_at=happened_at,
            guideline=guideline,
            logged_by=actor,
            logged_at=at,
        )
        record_staff(verbs.STAFF_INCIDENT_LOGGED, actor=actor, subject=incident, at=at, kind=kind)
        return incident

    @transaction.atomic
    def note(self, text: str, *, actor: Person, at: datetime) -> Step:
        """What was done about it, for the timeline."""
        step = self.steps.create(text=text, by=actor, at=at)
        self._record(actor, at, "steps")
        return step

    @transaction.atomic
    def promise(
        self, what: str, *, owner: Person, due_on: date, actor: Person, at: datetime
    ) -> FollowUp:
        """Something still to do, by whom and by when."""
        follow_up = self.follow_ups.create(what=what, owner=owner, due_on=due_on)
        self._record(actor, at, "follow_ups")
        return follow_up

    @transaction.atomic
    def close(self, *, actor: Person, at: datetime, learned: str) -> None:
        if not learned.strip():
            raise Refused(_("Say what we learned from it before you close it."))
        self.steps.create(text=learned, by=actor, at=at)
        self.closed_by, self.closed_at = actor, at
        self.save(update_fields=["closed_by", "closed_at"])
        self._record(actor, at, "closed_at")

    def _record(self, actor: Person, at: datetime, field: str) -> None:
        record_staff(
            verbs.STAFF_INCIDENT_FOLLOWED, actor=actor, subject=self, at=at, fields=[field]
        )


class Step(models.Model):
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="steps")
    text = models.CharField(_("what was done"), max_length=1000)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.text[:60]


class FollowUp(models.Model):
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="follow_ups")
    what = models.CharField(_("what is to be done"), max_length=300)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    due_on = models.DateField(_("by when"))
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on"]

    def __str__(self) -> str:
        return self.what

    @transaction.atomic
    def finish(self, *, actor: Person, at: datetime) -> None:
        if self.done_at is None:
            self.done_at = at
            self.save(update_fields=["done_at"])
            self.incident._record(actor, at, "follow_ups")


def trend(at: datetime, *, quarters: int = 6) -> list[tuple[datetime, int, int]]:
    """How many incidents and near misses happened in each of the last spells of 91 days."""
    first = at - timedelta(days=91 * quarters)
    counts = [(first + timedelta(days=91 * n), 0, 0) for n in range(quarters)]
    for kind, moment in Incident.objects.filter(
        happened_at__gt=first, happened_at__lte=at
    ).values_list("kind", "happened_at"):
        spell = min((moment - first).days // 91, quarters - 1)
        start, wrong, nearly = counts[spell]
        is_incident = kind == Incident.Kind.INCIDENT
        counts[spell] = (start, wrong + is_incident, nearly + (not is_incident))
    return counts
