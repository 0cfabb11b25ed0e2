from __future__ import annotations

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from headwater.evaluation import verbs
from headwater.ledger.models import record_staff
from headwater.people.models import Person
from headwater.programme.models import Campaign


class Result(models.Model):
    """One stored answer, with all that is needed to work it out again to the last digit.

    `data_version` is a hash of the arrays it was worked out from; while it is the same, the stored
    answer stands.
    """

    class Question(models.TextChoices):
        SUCCESS = "success", _("Was it a success?")
        RETURN = "return", _("What did it return?")
        ELSEWHERE = "elsewhere", _("Should we have invested elsewhere?")

    question = models.CharField(max_length=12, choices=Question.choices)
    campaign = models.ForeignKey(Campaign, models.CASCADE, null=True, related_name="results")
    aim = models.CharField(max_length=40, blank=True)  # "first", or the amended aim it is given on
    data_version = models.CharField(max_length=64)
    method = models.CharField(max_length=60)
    code_version = models.CharField(max_length=20)
    seed = models.BigIntegerField()
    answer = models.JSONField()
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["-computed_at"]
        indexes = [models.Index(fields=["question", "campaign"], name="answers_to_a_question")]

    def __str__(self) -> str:
        return f"{self.question}: {self.campaign or 'capacity'}"


class Debrief(models.Model):
    """What somebody who was part of a campaign says about it, beside what the numbers say."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="debriefs")
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    partner = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="debriefs"
    )
    went_well = models.TextField(_("what went well"), max_length=1000)
    differently = models.TextField(_("what we’d do differently"), max_length=1000)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.author or self.partner}"

    @classmethod
    @transaction.atomic
    def write(
        cls, campaign: Campaign, *, actor: Person, went_well: str, differently: str, at: datetime,
        partner: Person | None = None,
    ) -> Debrief:  # fmt: skip
        """Keep a debrief of a colleague's own, or one they noted down for a partner."""
        debrief = cls.objects.create(
            campaign=campaign, author=actor, partner=partner, went_well=went_well.strip(),
            differently=differently.strip(), at=at,
        )  # fmt: skip
        record_staff(verbs.STAFF_DEBRIEFED, actor=actor, subject=debrief, at=at)
        return debrief
