from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models, transaction

from headwater.evaluation.models.results import Result
from headwater.people.models import Person
from headwater.programme.models import Lesson


class Decision(models.Model):
    """What was decided on seeing a verdict, with what it said then: so that it can be told later
    whether the decision was a good one for what was known."""

    lesson = models.OneToOneField(Lesson, models.CASCADE, related_name="decision")
    word = models.CharField(max_length=20)  # of the first answer, on the one scale
    shown = models.JSONField(default=dict)  # the split advised and the alternatives, as shown
    result_version = models.CharField(max_length=64)  # of the data behind the first answer

    class Meta:
        ordering = ["lesson"]

    def __str__(self) -> str:
        return str(self.lesson)

    @classmethod
    @transaction.atomic
    def write(
        cls, result: Result, *, text: str, shown: dict[str, Any], actor: Person, at: datetime
    ) -> Decision:
        """Keep a decision with the verdict, and the lesson for whoever plans the next campaign."""
        campaign = result.campaign
        if campaign is None:
            raise ValueError("a decision is about one campaign")
        return cls.objects.create(
            lesson=Lesson.write(campaign, text=text, actor=actor, at=at),
            word=result.answer["word"],
            shown=shown,
            result_version=result.data_version,
        )
