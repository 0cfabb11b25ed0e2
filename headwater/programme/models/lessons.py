from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.people.models import Person
from headwater.programme import verbs
from headwater.programme.models.campaigns import Campaign

SHOWN = 8  # when the next campaign is planned


class LessonQuerySet(models.QuerySet["Lesson"]):
    def newest(self) -> Self:
        return self.select_related("campaign", "who").order_by("-at", "-pk")[:SHOWN]


class Lesson(models.Model):
    """What was decided after a campaign for the next one; shown wherever one is planned."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="lessons")
    text = models.CharField(_("what we’ll do next time"), max_length=300)
    who = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = LessonQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "text"], name="a_lesson_is_written_once_a_campaign"
            )
        ]

    def __str__(self) -> str:
        return self.text

    @classmethod
    @transaction.atomic
    def write(cls, campaign: Campaign, *, text: str, actor: Person, at: datetime) -> Lesson:
        said = text.strip()
        if not said:
            raise Refused(_("Write what you’ll do next time."))
        if cls.objects.filter(campaign=campaign, text=said).exists():
            raise Refused(_("That stands beside this campaign already."))
        lesson = cls.objects.create(campaign=campaign, text=said, who=actor, at=at)
        record_staff(verbs.STAFF_LESSON_WRITTEN, actor=actor, subject=lesson, at=at)
        return lesson
