from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.discussions import verbs
from headwater.discussions.models.kits import Kit
from headwater.discussions.reading import LONGEST, Said, cleaned, facts, messages
from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.people.models import Person


class Transcript(models.Model):
    """What was said, pasted in, and what came of it in our own words.

    Partners see the summary. The talk itself stays with staff unless they share it.
    """

    kit = models.OneToOneField(Kit, models.CASCADE, related_name="transcript")
    text = models.TextField(_("the conversation"), max_length=LONGEST, blank=True)
    pasted_at = models.DateTimeField(null=True, blank=True)
    speakers = models.PositiveIntegerField(default=0)
    messages = models.PositiveIntegerField(default=0)
    questions = models.PositiveIntegerField(default=0)
    hashtags = models.JSONField(default=list)
    summary = models.TextField(_("what came of it"), max_length=20_000, blank=True)
    is_shared = models.BooleanField(_("partners may read the conversation too"), default=False)
    summary_published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(summary_published_at=None) | ~Q(summary=""),
                name="a_published_summary_says_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kit_id}"

    @property
    def said(self) -> list[Said]:
        return messages(self.text)

    @property
    def names(self) -> tuple[tuple[str, int], ...]:
        return facts(self.text).speakers

    @classmethod
    @transaction.atomic
    def paste(cls, kit: Kit, text: str, *, actor: Person | None, at: datetime) -> Transcript:
        """Keep a conversation as plain text, with what can be counted in it."""
        text = cleaned(text)
        if not text:
            raise Refused(_("There is nothing in it yet. Paste the conversation first."))
        if len(text) > LONGEST:
            raise Refused(
                _("That’s longer than %(limit)d letters. Paste the part that matters.")
                % {"limit": LONGEST}
            )
        found = facts(text)
        values: dict[str, Any] = {
            "text": text,
            "pasted_at": at,
            "speakers": len(found.speakers),
            "messages": found.messages,
            "questions": found.questions,
            "hashtags": [list(tag) for tag in found.hashtags],
        }
        transcript, _is_new = cls.objects.update_or_create(kit=kit, defaults=values)
        record_staff(verbs.STAFF_PASTED, actor=actor, subject=kit, at=at)
        return transcript

    @classmethod
    @transaction.atomic
    def summarise(
        cls, kit: Kit, summary: str, *, actor: Person | None, at: datetime,
        publish: bool = False, share: bool = False,
    ) -> Transcript:  # fmt: skip
        """Write what came of it. Published, partners find it under Talk."""
        summary = summary.strip()
        if publish and not summary:
            raise Refused(_("Write what came of it before you publish it."))
        transcript = cls.objects.get_or_create(kit=kit)[0]
        transcript.summary, transcript.is_shared = summary, share
        kept = transcript.summary_published_at or at
        transcript.summary_published_at = kept if publish else None
        transcript.save(update_fields=["summary", "is_shared", "summary_published_at"])
        record_staff(verbs.STAFF_SUMMARISED, actor=actor, subject=kit, at=at, is_out=publish)
        return transcript
