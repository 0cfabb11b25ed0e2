from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models

from headwater.kit.names import random_code
from headwater.listening.models.surveys import Survey
from headwater.people.models import Person


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unanswered(self) -> Self:
        return self.filter(is_done=False)


class Invitation(models.Model):
    """That a person was asked to answer. For a survey without names it knows only "done"."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="invitations")
    person = models.ForeignKey(Person, models.CASCADE, related_name="survey_invitations")
    public_id = models.CharField(max_length=16, unique=True, editable=False)
    is_done = models.BooleanField(default=False)
    invited_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField()

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "person"], name="nobody_is_invited_twice_to_a_survey"
            )
        ]
        indexes = [models.Index(fields=["survey", "is_done"], name="invitations_by_survey")]

    def __str__(self) -> str:
        return f"{self.person}: {self.survey}"

    @classmethod
    def new(cls, survey: Survey, person: Person, *, actor: Person | None, at: datetime) -> Self:
        return cls(
            survey=survey,
            person=person,
            public_id=random_code(16),
            invited_by=actor,
            invited_at=at,
        )


class Reminder(models.Model):
    """The one reminder of a survey. The database refuses a second."""

    survey = models.OneToOneField(Survey, models.CASCADE, related_name="reminder")
    people = models.PositiveIntegerField()
    mailing_id = models.BigIntegerField(null=True)
    sent_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.survey}: {self.people}"
