from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.people.models import Person


class TwinQuerySet(models.QuerySet["Twin"]):
    def waiting(self) -> Self:
        """Pairs nobody has decided on, of people who both still stand."""
        return self.filter(
            decision="",
            one__merged_into=None,
            one__erased_at=None,
            other__merged_into=None,
            other__erased_at=None,
        )


class Twin(models.Model):
    """Two partners who may be one. A person decides; nothing is merged in silence."""

    class Reason(models.TextChoices):
        NAME = "name", _("Same name")
        NAME_AND_COUNTRY = "name_country", _("Same name, same country")
        PHONE = "phone", _("Same phone")

    class Decision(models.TextChoices):
        ONE = "one", _("One partner")
        TWO = "two", _("Two partners")

    one = models.ForeignKey(Person, models.CASCADE, related_name="twins")
    other = models.ForeignKey(Person, models.CASCADE, related_name="twins_of")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    decision = models.CharField(max_length=3, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField()

    objects = TwinQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="a_pair_is_looked_at_once"),
            models.CheckConstraint(
                condition=~Q(one=models.F("other")), name="nobody_is_their_own_twin"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(decision=""), name="twins_that_wait"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} or {self.other_id}"


class Merge(models.Model):
    """One partner put into another by hand, with all that moved, so that it can be taken back."""

    kept = models.ForeignKey(Person, models.CASCADE, related_name="merges")
    merged = models.ForeignKey(Person, models.CASCADE, related_name="merged_as")
    moved = models.JSONField(default=dict)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.kept_id}"
