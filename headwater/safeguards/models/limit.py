from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from headwater.ledger.models import record_staff
from headwater.partners.models import Purpose
from headwater.people.models import Person
from headwater.safeguards import verbs


class ContactLimit(models.Model):
    """At most so many letters in so many days to one person: for a purpose, or for all together.

    Letters people asked for themselves (a code, a confirmation) neither count nor wait.
    """

    purpose = models.CharField(max_length=20, choices=Purpose.choices, blank=True, unique=True)
    letters = models.PositiveSmallIntegerField(_("letters"))
    days = models.PositiveSmallIntegerField(_("in so many days"))

    class Meta:
        ordering = ["purpose"]
        constraints = [
            models.CheckConstraint(
                condition=Q(letters__gte=1, days__gte=1), name="a_limit_lets_something_through"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose or 'all'}: {self.letters} in {self.days} days"

    @property
    def purpose_label(self) -> str:
        return str(Purpose(self.purpose).label) if self.purpose else str(_("all together"))

    @classmethod
    @transaction.atomic
    def set(
        cls, purpose: str, *, letters: int, days: int, actor: Person | None, at: datetime
    ) -> ContactLimit:
        limit, _is_new = cls.objects.update_or_create(
            purpose=purpose, defaults={"letters": letters, "days": days}
        )
        if actor:
            record_staff(
                verbs.STAFF_LIMIT_CHANGED, actor=actor, subject=limit, at=at,
                fields=["letters", "days"],
            )  # fmt: skip
        return limit

    @transaction.atomic
    def lift(self, *, actor: Person, at: datetime) -> None:
        record_staff(verbs.STAFF_LIMIT_CHANGED, actor=actor, subject=self, at=at, fields=["lifted"])
        self.delete()


class Contacted(models.Model):
    """That a letter went to somebody: what limits are counted from. Pruned after a year."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="letters_to_a_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.purpose}"

    @classmethod
    def prune(cls, at: datetime) -> int:
        return cls.objects.filter(at__lt=at - timedelta(days=366)).delete()[0]


class BusyUntil(models.Model):
    """A partner has no time until this day: nothing is asked of them before."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="busy_until")
    until_on = models.DateField(_("until"))
    said_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person} until {self.until_on}"

    @classmethod
    def say(cls, person: Person, until_on: date | None, *, at: datetime) -> None:
        if until_on is None:
            cls.objects.filter(person=person).delete()
            return
        cls.objects.update_or_create(person=person, defaults={"until_on": until_on, "said_at": at})


class ClosedSeason(models.Model):
    """Days on which we ask nothing of anybody, or of one kind: harvest, term, holidays."""

    title = models.CharField(_("what it is"), max_length=120)
    kind = models.ForeignKey(
        "partners.Kind", models.CASCADE, null=True, blank=True, related_name="closed_seasons"
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="a_closed_season_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    @transaction.atomic
    def add(cls, *, actor: Person, at: datetime, **fields: object) -> ClosedSeason:
        season = cls.objects.create(**fields)
        record_staff(verbs.STAFF_SEASON_CHANGED, actor=actor, subject=season, at=at, fields=fields)
        return season

    @transaction.atomic
    def drop(self, *, actor: Person, at: datetime) -> None:
        record_staff(
            verbs.STAFF_SEASON_CHANGED, actor=actor, subject=self, at=at, fields=["dropped"]
        )
        self.delete()
