from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.ledger.models import record, record_staff
from headwater.library import verbs
from headwater.library.models.pieces import has_words
from headwater.library.models.tips import Tip
from headwater.people.models import Person


class CommentQuerySet(models.QuerySet["Comment"]):
    def waiting(self) -> Self:
        return self.filter(state=Comment.State.WAITING)

    def shown(self) -> Self:
        return self.filter(state=Comment.State.SHOWN)


class Comment(models.Model):
    """What a reader wrote under a tip. Nobody sees it before a colleague has."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SHOWN = "shown", _("Shown")
        REFUSED = "refused", _("Not shown")

    tip = models.ForeignKey(Tip, models.CASCADE, related_name="comments")
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, related_name="tip_comments"
    )
    name = models.CharField(_("your name"), max_length=120)
    words = models.TextField(_("your comment"), max_length=2000)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="comments_decided"
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["state", "at"], name="comments_waiting")]
        constraints = [
            models.CheckConstraint(condition=has_words("words"), name="a_comment_says_something"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None)
                | ~Q(state="waiting") & Q(decided_at__isnull=False),
                name="a_comment_is_decided_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def leave(
        cls, tip: Tip, *, name: str, words: str, at: datetime, person: Person | None = None
    ) -> Comment:
        if not tip.is_out(at):
            raise Refused(_("This tip isn’t out yet."))
        if not words.strip() or not name.strip():
            raise Refused(_("A comment needs your name and some words."))
        return cls.objects.create(
            tip=tip, person=person, name=name.strip()[:120], words=words.strip(), at=at
        )

    @transaction.atomic
    def decide(self, *, show: bool, actor: Person, at: datetime) -> None:
        """Show it or not. A partner's comment counts as taking part once it is shown."""
        self.state = self.State.SHOWN if show else self.State.REFUSED
        self.decided_at, self.decided_by = at, actor
        self.save(update_fields=["state", "decided_at", "decided_by"])
        record_staff(verbs.STAFF_COMMENT_JUDGED, actor=actor, subject=self, at=at, is_shown=show)
        if show and self.person and self.person.is_partner:
            once = f"{verbs.TIP_COMMENTED}:{self.pk}"
            record(verbs.TIP_COMMENTED, person=self.person, subject=self.tip, at=at, once=once)
