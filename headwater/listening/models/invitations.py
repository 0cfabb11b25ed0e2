from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from headwater.kit.names import random_code
from headwater.listening.models.surveys import Survey
from headwater.people.models import Person


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unanswered(self) -> Self:
        return self.filter(is_done=False)


class Invitation(models.Model):
    """That a person was asked to answer. For a survey without names it knows only "done"."""

    class Way(models.TextChoices):
        MAIL = "mail", _("By e-mail")
        CALL = "call", _("By phone")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="invitations")
    person = models.ForeignKey(Person, models.CASCADE, related_name="survey_invitations")
    public_id = models.CharField(max_length=16, unique=True, editable=False)
    way = models.CharField(max_length=5, choices=Way.choices, default=Way.MAIL)
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

    @staticmethod
    def invite(
        survey: Survey,
        people: QuerySet[Person],
        *,
        way: str,
        actor: Person | None,
        at: datetime,
    ) -> int:
        """Note that these people are asked; whoever was asked before keeps that row."""
        rows = (
            Invitation(
                survey=survey,
                person_id=pk,
                public_id=random_code(16),
                way=way,
                invited_by=actor,
                invited_at=at,
            )
            for pk in people.order_by("pk").values_list("pk", flat=True).iterator(2000)
        )
        count = survey.invitations.count()
        Invitation.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
        return survey.invitations.count() - count


class Reminder(models.Model):
    """The one reminder of a survey. The database refuses a second."""

    survey = models.OneToOneField(Survey, models.CASCADE, related_name="reminder")
    people = models.PositiveIntegerField()
    mailing_id = models.BigIntegerField(null=True)
    sent_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.survey}: {self.people}"
