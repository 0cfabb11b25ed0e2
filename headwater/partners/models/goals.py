from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.kit.periods import week_of
from headwater.ledger.models import record
from headwater.partners import verbs
from headwater.people.models import Person


class Goal(models.Model):
    """What the partner wants for themselves. It stands above ours, private unless shared."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="goals")
    what = models.CharField(_("what you want more of"), max_length=200)
    unit = models.CharField(_("counted in"), max_length=60)
    target = models.DecimalField(_("how many a week"), max_digits=14, decimal_places=3)
    by = models.DateField(_("by when"))
    is_shared = models.BooleanField(_("staff may see it"), default=False)
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at=None), name="one_goal_at_a_time"
            ),
            models.CheckConstraint(condition=Q(target__gt=0), name="a_goal_is_more_than_nothing"),
        ]

    def __str__(self) -> str:
        return self.what

    @classmethod
    @transaction.atomic
    def set(cls, person: Person, *, at: datetime, **fields: Any) -> Goal:
        """Set a new goal; the one before is kept with its weeks."""
        cls.objects.filter(person=person, ended_at=None).update(ended_at=at)
        goal = cls.objects.create(person=person, set_at=at, **fields)
        record(verbs.GOAL_SET, person=person, subject=goal, at=at)
        return goal

    @transaction.atomic
    def keep_week(self, *, value: float, day: date, at: datetime) -> None:
        """Note how many it were in the week of this day; a second note replaces the first."""
        week = week_of(day)
        if week > week_of(at.astimezone(self.person.zone).date()):
            raise Refused(_("That week hasn’t come yet."))
        self.weeks.update_or_create(week_on=week, defaults={"value": value, "noted_at": at})
        record(
            verbs.GOAL_WEEK_KEPT,
            person=self.person,
            subject=self,
            at=at,
            once=f"goal:{self.pk}:{week}",
        )


class GoalWeek(models.Model):
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="weeks")
    week_on = models.DateField()
    value = models.DecimalField(max_digits=14, decimal_places=3)
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["week_on"]
        constraints = [
            models.UniqueConstraint(fields=["goal", "week_on"], name="one_value_a_week"),
            models.CheckConstraint(condition=Q(value__gte=0), name="a_week_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.week_on}: {self.value}"
