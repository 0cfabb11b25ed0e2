from __future__ import annotations

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from headwater.evaluation import verbs
from headwater.ledger.models import record_staff
from headwater.people.models import Person
from headwater.programme.models import Campaign


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
