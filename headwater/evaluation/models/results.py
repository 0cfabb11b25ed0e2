from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.programme.models import Campaign


class Result(models.Model):
    """One stored answer, with all that is needed to work it out again to the last digit.

    `data_version` is a hash of the arrays it was worked out from; while it is the same, the stored
    answer stands.
    """

    class Question(models.TextChoices):
        SUCCESS = "success", _("Was it a success?")
        BETTER = "better", _("Could it have done better?")
        RETURN = "return", _("What did it return?")
        ELSEWHERE = "elsewhere", _("Should we have invested elsewhere?")
        ACTIVITIES = "activities", _("What does each activity do?")
        DRAW = "draw", _("What did being drawn do?")
        BUDGET = "budget", _("Where should the money go?")

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
        constraints = [  # two, because no answer is the same as another where the campaign is null
            models.UniqueConstraint(
                fields=["question", "campaign", "aim", "data_version", "code_version"],
                condition=models.Q(campaign__isnull=False),
                name="one_answer_about_a_campaign_on_the_same_data",
            ),
            models.UniqueConstraint(
                fields=["question", "aim", "data_version", "code_version"],
                condition=models.Q(campaign__isnull=True),
                name="one_answer_about_the_programme_on_the_same_data",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.campaign or 'capacity'}"
