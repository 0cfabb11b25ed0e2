from __future__ import annotations

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.people.models import Person
from headwater.programme import verbs
from headwater.programme.models.campaigns import Campaign
from headwater.programme.models.outcomes import Metric


class Watched(models.Model):
    """A number that is looked at beside the one that decides.

    It is never taken away again: the more numbers are looked at, the likelier one of them shows
    something by luck, and the verdict counts them all.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="watched")
    metric = models.ForeignKey(Metric, models.PROTECT, related_name="watched_by")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "metric"], name="a_number_is_watched_once_a_campaign"
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.metric}"

    @property
    def is_chosen_before(self) -> bool:
        """Whether it was chosen before the campaign was locked, when nobody could know."""
        if self.campaign.is_looked_back:
            return False
        registered = self.campaign.registered_at
        return registered is None or self.at <= registered

    @classmethod
    @transaction.atomic
    def add(cls, campaign: Campaign, metric: Metric, *, actor: Person, at: datetime) -> Watched:
        if metric.pk == campaign.metric_id:
            raise Refused(_("That is the one number already."))
        watched, is_new = cls.objects.get_or_create(
            campaign=campaign, metric=metric, defaults={"at": at}
        )
        if is_new:
            record_staff(
                verbs.STAFF_CAMPAIGN_CHANGED, actor=actor, subject=campaign, at=at,
                fields=["also_watched"],
            )  # fmt: skip
        return watched
