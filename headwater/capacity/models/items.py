from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.kit.names import name_key
from headwater.listening.models import Gauge
from headwater.stats import gauges


class ItemKind(models.TextChoices):
    SELF = "self", _("They place themselves")
    DEMONSTRATED = "demonstrated", _("A small choice")
    UNAIDED = "unaided", _("What comes to mind")
    AIDED = "aided", _("Do they know this message")


class Recalled(models.TextChoices):
    MESSAGE = "message", _("Something we’ve been saying")
    PLANNED = "planned", _("Something that’s coming up")


class ItemQuerySet(models.QuerySet["Item"]):
    def in_use(self) -> Self:
        return self.filter(is_active=True)


class Item(models.Model):
    """One question of a check-in, as people read it and as the graded-response model sees it.

    `options` run from least to most. For a small choice `right` is the one that works, and only
    that is scored; for free recall they are the categories the words are coded into, never shown.
    """

    slug = models.SlugField(max_length=80, unique=True)
    gauge = models.CharField(max_length=10, choices=Gauge.choices)
    kind = models.CharField(max_length=12, choices=ItemKind.choices)
    area = models.CharField(max_length=20, blank=True)  # of DigComp, for fluency
    recalls = models.CharField(max_length=10, choices=Recalled.choices, blank=True)
    prompt = models.CharField(_("the question"), max_length=300)
    options = models.JSONField(default=list)
    right = models.PositiveSmallIntegerField(null=True)
    discrimination = models.FloatField()
    thresholds = models.JSONField(default=list)
    seconds = models.PositiveSmallIntegerField(default=8)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(discrimination__gt=0), name="an_item_tells_people_apart"
            ),
            models.CheckConstraint(
                condition=~Q(kind="demonstrated") | Q(right__isnull=False),
                name="a_small_choice_has_one_that_works",
            ),
        ]

    def __str__(self) -> str:
        return self.prompt

    @property
    def scored(self) -> gauges.Item:
        return gauges.Item(self.discrimination, tuple(float(t) for t in self.thresholds))

    def level_of(self, option: int) -> int:
        """The category an answer counts as: for a small choice, whether it was the one."""
        if self.kind == ItemKind.DEMONSTRATED:
            return int(option == self.right)
        return option


class MessageToRecall(models.Model):
    """Something people may know of us. Its keywords tell whether free words speak of it."""

    text = models.CharField(_("as people would hear it"), max_length=300)
    title = models.CharField(_("title"), max_length=120)
    keywords = models.JSONField(_("words that give it away"), default=list)
    about = models.CharField(
        _("what it is"), max_length=10, choices=Recalled.choices, default=Recalled.MESSAGE
    )
    active = models.BooleanField(_("ask about it now"), default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-active", "-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def is_meant_by(self, words: str) -> bool:
        """Whether these words speak of it: any keyword, in any case and without its accents."""
        spoken = f" {name_key(words)}"
        return any(f" {key}" in spoken for key in map(name_key, self.keywords) if key)
