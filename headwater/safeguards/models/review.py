from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.people.models import Person
from headwater.safeguards import verbs
from headwater.safeguards.models.guideline import Catch


class ReviewQuerySet(models.QuerySet["Review"]):
    def waiting(self) -> Self:
        return self.filter(decision=None)

    def decided(self) -> Self:
        return self.exclude(decision=None)


class Review(models.Model):
    """A draft that waits for staff: somebody would like to share it although a check stops it.

    `about`, `title` and `url` name the thing it belongs to, which stands in a room above.
    """

    author = models.ForeignKey(Person, models.CASCADE, related_name="reviews")
    about = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=300, blank=True)
    text = models.TextField(max_length=5000)
    text_hash = models.CharField(max_length=64, editable=False)
    network = models.CharField(max_length=30, blank=True)
    relationship = models.CharField(max_length=20, blank=True)
    note = models.CharField(_("what you would like us to know"), max_length=500, blank=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at"]
        indexes = [models.Index(fields=["about", "text_hash"], name="reviews_of_a_text")]

    def __str__(self) -> str:
        return self.title

    @classmethod
    @transaction.atomic
    def ask(
        cls, *, author: Person, about: str, title: str, text: str, at: datetime, **more: Any
    ) -> Review:
        """Let a draft wait for staff. The same words asked about twice wait once."""
        waiting = cls.objects.waiting().filter(author=author, about=about)
        waiting.exclude(text_hash=hash_of(text)).delete()
        return cls.objects.get_or_create(
            author=author,
            about=about,
            text_hash=hash_of(text),
            defaults={"title": title[:200], "text": text, "asked_at": at, **more},
        )[0]

    @classmethod
    def clears(cls, *, author: Person, about: str, text: str) -> bool:
        """Whether staff have let exactly these words of this person go."""
        return Decision.objects.filter(
            Q(verdict=Decision.Verdict.APPROVED, review__text_hash=hash_of(text))
            | Q(verdict=Decision.Verdict.MENDED, text_hash=hash_of(text)),
            review__author=author,
            review__about=about,
        ).exists()

    def lets_go(self, text: str) -> bool:
        """Whether it was decided that exactly these words may go."""
        decision: Decision | None = getattr(self, "decision", None)
        if decision is None or decision.verdict == Decision.Verdict.RETURNED:
            return False
        is_mended = decision.verdict == Decision.Verdict.MENDED
        return (decision.text_hash if is_mended else self.text_hash) == hash_of(text)

    def approve(self, *, actor: Person, at: datetime, reason: str) -> Decision:
        """Let it go as it is. The reason stays with the draft."""
        if not reason.strip():
            raise Refused(_("Letting it go as it is needs a reason. It stays with the draft."))
        decision = self._decide(Decision.Verdict.APPROVED, actor, at, reason=reason)
        Catch.objects.filter(person=self.author, about=self.about, mended_at=None).update(
            let_go_at=at
        )
        return decision

    def mend(self, *, text: str, actor: Person, at: datetime, reason: str = "") -> Decision:
        """Let it go in other words, which the author may take as theirs."""
        if hash_of(text) == self.text_hash:
            raise Refused(_("These are still the same words."))
        return self._decide(Decision.Verdict.MENDED, actor, at, reason=reason, text=text)

    def send_back(self, *, actor: Person, at: datetime, reason: str) -> Decision:
        if not reason.strip():
            raise Refused(_("Say what you would like changed, so that they can change it."))
        return self._decide(Decision.Verdict.RETURNED, actor, at, reason=reason)

    @transaction.atomic
    def _decide(
        self, verdict: str, actor: Person, at: datetime, *, reason: str, text: str = ""
    ) -> Decision:
        if actor.pk == self.author.pk:
            raise Refused(_("Somebody else has to decide on your own draft."))
        decision, is_first = Decision.objects.get_or_create(
            review=self,
            defaults={
                "verdict": verdict,
                "reason": reason.strip(),
                "text": text,
                "text_hash": hash_of(text) if text else "",
                "decided_by": actor,
                "decided_at": at,
            },
        )
        if not is_first:
            raise Refused(
                _("%(name)s has decided on this already.") % {"name": decision.decided_by}
            )
        record_staff(
            verbs.STAFF_REVIEWED, actor=actor, person=self.author, subject=self, at=at,
            verdict=verdict,
        )  # fmt: skip
        return decision


class Decision(models.Model):
    """What staff said to a draft, who, when and why."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("May go as it is")
        MENDED = "mended", _("May go in these words")
        RETURNED = "returned", _("Please change it")

    review = models.OneToOneField(Review, models.CASCADE, related_name="decision")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reason = models.CharField(max_length=500, blank=True)
    text = models.TextField(max_length=5000, blank=True)
    text_hash = models.CharField(max_length=64, blank=True, editable=False)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="mended") | ~Q(reason=""),
                name="letting_go_or_sending_back_has_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.review}: {self.verdict}"


def hash_of(text: str) -> str:
    """The same for the same words, however they are spaced."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()
