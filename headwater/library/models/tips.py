from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models import Count, Max, Q, Subquery
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.kit.markdown import as_text
from headwater.ledger.models import record
from headwater.library import verbs
from headwater.library.models.pieces import Piece, PieceQuerySet, has_words
from headwater.library.reading_time import WORDS_A_MINUTE, seconds_for, words_in
from headwater.people.models import Person


class TipQuerySet(PieceQuerySet["Tip"]):
    def latest_first(self) -> Self:
        return self.order_by("-number", "pk")

    def with_done_counts(self) -> Self:
        return self.annotate(done_count=Count("done_rows", distinct=True))

    def for_now(self, at: datetime) -> Tip | None:
        """The tip of the week: the one that came out last."""
        return self.published(at).order_by("-published_at", "-number").first()

    def next_number(self) -> int:
        return (self.aggregate(most=Max("number"))["most"] or 0) + 1


class Tip(Piece):
    """Sixty seconds: one idea, this week's action, one do, one don't.

    `insight` is for the organisation's side and is never shown to partners.
    """

    number = models.PositiveIntegerField(_("number"))
    idea = models.TextField(_("the one idea"), max_length=600)
    action = models.TextField(_("this week’s action"), max_length=600)
    do = models.TextField(_("do"), max_length=1000)
    dont = models.TextField(_("don’t"), max_length=1000)
    insight = models.TextField(_("insight for our side"), max_length=2000, blank=True)
    words = models.PositiveSmallIntegerField(editable=False)

    objects = TipQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=has_words("dont"), name="a_tip_has_its_dont"),
            models.CheckConstraint(condition=has_words("do"), name="a_tip_has_its_do"),
            models.CheckConstraint(
                condition=Q(words__gte=1, words__lte=WORDS_A_MINUTE),
                name="a_tip_is_read_in_sixty_seconds",
            ),
            models.UniqueConstraint(fields=["number", "language"], name="a_tips_number_is_its_own"),
        ]

    @property
    def seconds(self) -> int:
        return seconds_for(self.words)

    @property
    def preview(self) -> str:
        return " ".join(as_text(self.idea).split())

    def counted(self) -> list[str]:
        """What a reader reads in the sixty seconds."""
        return [self.title, self.idea, self.body, self.action, self.dont]

    def searched(self) -> Iterable[str]:
        return [self.title, *map(as_text, [*self.counted()[1:], self.do]), self.need_name]

    def fill_keys(self) -> None:
        super().fill_keys()
        self.words = words_in(*self.counted())
        if not (self.dont or "").strip():
            raise Refused(_("Every how-to has its don’t. Write one, with its reason."))
        if self.words > WORDS_A_MINUTE:
            raise Refused(too_long(self.words))

    def neighbours(self, at: datetime) -> tuple[Tip | None, Tip | None]:
        """The tip before this one and the one after, asked for together."""
        tips = self._siblings(at)
        before = tips.filter(number__lt=self.number).order_by("-number").values("pk")[:1]
        after = tips.filter(number__gt=self.number).order_by("number").values("pk")[:1]
        found = Tip.objects.filter(Q(pk=Subquery(before)) | Q(pk=Subquery(after)))
        sides = {tip.number > self.number: tip for tip in found}
        return sides.get(False), sides.get(True)

    def _siblings(self, at: datetime) -> TipQuerySet:
        return Tip.objects.published(at).for_reader(self.language)

    def goes_with(self, at: datetime) -> TipQuerySet:
        """Others on the same need or subject, those on the need first."""
        same_need = Q(need_slug=self.need_slug) & ~Q(need_slug="")
        near = Q(category=self.category_id, category__isnull=False) | same_need
        on_need = models.Case(models.When(same_need, then=0), default=1)
        return self._siblings(at).filter(near).exclude(pk=self.pk).order_by(on_need, "-number")

    def note_reading(self, person: Person, at: datetime, zone: tzinfo) -> None:
        """That a partner read this tip: once a day, however often the page is opened.

        Not in a transaction of its own, so that reading again takes no lock.
        """
        if person.is_partner and self.is_out(at):
            day = at.astimezone(zone).date()
            once = f"{verbs.TIP_READ}:{self.pk}:{person.pk}:{day}"
            record(verbs.TIP_READ, person=person, subject=self, at=at, once=once)

    @transaction.atomic
    def mark_done(self, person: Person, at: datetime) -> TipDone:
        """“I did this”: once a person and tip, however often it is pressed."""
        if not self.is_out(at):
            raise Refused(_("This tip isn’t out yet."))
        done, is_new = TipDone.objects.get_or_create(tip=self, person=person, defaults={"at": at})
        if is_new and person.is_partner:
            once = f"{verbs.TIP_DONE}:{self.pk}:{person.pk}"
            record(verbs.TIP_DONE, person=person, subject=self, at=at, once=once)
        return done


def too_long(words: int) -> Any:
    return _(
        "That’s %(words)d words, and a minute holds %(limit)d. Take out %(over)d: the second"
        " example, or the sentence that says it again."
    ) % {"words": words, "limit": WORDS_A_MINUTE, "over": words - WORDS_A_MINUTE}


class TipDone(models.Model):
    """That somebody did what a tip says, and, if they like, where it can be seen."""

    tip = models.ForeignKey(Tip, models.CASCADE, related_name="done_rows")
    person = models.ForeignKey(Person, models.CASCADE, related_name="tips_done")
    at = models.DateTimeField()
    evidence_url = models.URLField(_("where it can be seen"), max_length=500, blank=True)
    shown_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "tip"], name="a_tip_is_done_once"),
            models.CheckConstraint(
                condition=Q(evidence_url="", shown_at=None)
                | ~Q(evidence_url="") & Q(shown_at__isnull=False),
                name="what_is_shown_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.tip_id}"

    @transaction.atomic
    def show(self, url: str, at: datetime) -> None:
        """A link to what came of it. It earns more than saying so, and may be mended later."""
        try:
            URLValidator(schemes=["https", "http"])(url)
        except ValidationError:
            raise Refused(_("Give the whole address of the page, beginning with https.")) from None
        self.evidence_url, self.shown_at = url, self.shown_at or at
        self.save(update_fields=["evidence_url", "shown_at"])
        if self.person.is_partner:
            once = f"{verbs.TIP_SHOWN}:{self.tip_id}:{self.person_id}"
            record(verbs.TIP_SHOWN, person=self.person, subject=self.tip, at=at, once=once)
