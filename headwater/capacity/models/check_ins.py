from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Self

import numpy as np
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from headwater.capacity import verbs
from headwater.capacity.models.items import Item, ItemKind, MessageToRecall
from headwater.capacity.models.readings import Reading, SharedGauge
from headwater.kit.errors import Refused
from headwater.ledger.models import record
from headwater.listening.models import Gauge
from headwater.partners.models import Belonging, Kind, modules_of
from headwater.people.models import Person
from headwater.stats import gauges

DUE_AFTER = timedelta(days=182)
ASK_AGAIN_AFTER = timedelta(days=90)
LONGEST_WORDS = 1000

# How many questions of each gauge fit into two minutes: at least, at most.
LENGTHS = {
    Gauge.AWARENESS: (3, 4),
    Gauge.FLUENCY: (4, 6),
    Gauge.ROLE: (2, 3),
    Gauge.COMFORT: (2, 3),
}
ENOUGH_ANSWERS = 2


@dataclass(frozen=True)
class Asking:
    """One question as it is put to one person: the item, and for aided recall the message."""

    item: Item
    message: MessageToRecall | None = None

    @property
    def key(self) -> str:
        return f"{self.item.pk}-{self.message.pk}" if self.message else str(self.item.pk)


def is_due(at: datetime) -> Q:
    """Partners without a check-in newer than six months, who weren't asked in the last 90 days."""
    recent = CheckIn.objects.filter(
        person=OuterRef("pk"), finished_at__gt=at - DUE_AFTER, finished_at__lte=at
    )
    asked = CheckInInvitation.objects.filter(
        person=OuterRef("pk"), invited_at__gt=at - ASK_AGAIN_AFTER
    )
    return ~Q(Exists(recent)) & ~Q(Exists(asked))


class CheckIn(models.Model):
    """Two minutes of questions that adapt to the answers. Never a test: all can be skipped."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="check_ins")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["person", "finished_at"], name="a_persons_check_ins")]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(finished_at=None), name="one_check_in_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.started_at:%Y-%m-%d}"

    @classmethod
    @transaction.atomic
    def begin(cls, person: Person, *, at: datetime) -> Self:
        """The check-in this person is in the middle of, or a new one. A stale one starts over."""
        if "gauges" not in modules_of(person):
            raise Refused(_("For partners of your kind there is no check-in."))
        current = cls.objects.filter(person=person, finished_at=None).first()
        if current and current.started_at < at - ASK_AGAIN_AFTER:
            current.delete()
            current = None
        return current or cls.objects.create(person=person, started_at=at)

    @cached_property
    def bank(self) -> list[Asking]:
        """Everything that could be asked, in the order of the bank.

        Free recall needs messages with keywords, else nobody could code what was written.
        """
        messages = list(MessageToRecall.objects.filter(active=True))
        askings = []
        for item in Item.objects.in_use():
            if item.kind == ItemKind.AIDED:
                said = [m for m in messages if m.about == "message"]
                askings += [Asking(item, message) for message in said]
            elif item.kind != ItemKind.UNAIDED or any(
                m.keywords and m.about == item.recalls for m in messages
            ):
                askings.append(Asking(item))
        return askings

    @cached_property
    def given(self) -> dict[str, CheckInAnswer]:
        """What was put to them so far, answered or skipped, in order."""
        return {answer.key: answer for answer in self.answers.order_by("pk")}

    def next(self) -> Asking | None:
        """What to ask now, or None when we know enough or the two minutes are over.

        What comes to mind comes first of all, before any question gives a message away. The same
        check-in at the same point always asks the same, so that going back and reloading is safe.
        """
        for gauge in LENGTHS:
            asking = self._next_of(gauge)
            if asking:
                return asking
        return None

    def _next_of(self, gauge: Gauge) -> Asking | None:
        bank = [asking for asking in self.bank if asking.item.gauge == gauge]
        asked = [asking for asking in bank if asking.key in self.given]
        at_least, at_most = LENGTHS[gauge]
        if not bank:
            return None
        if len(asked) >= at_most or (len(asked) >= at_least and self._is_known(bank)):
            return None
        offered = self._offered(gauge, bank, asked)
        place = gauges.next_item(
            [asking.item.scored for asking in bank],
            self._levels(bank),
            asked=np.array([asking not in offered for asking in bank]),
            rng=np.random.default_rng([self.pk, len(self.given)]),
            at_least=len(bank) + 1,  # whether we know enough was asked above
            at_most=len(bank),
        )
        return None if place is None else bank[place]

    def _offered(self, gauge: Gauge, bank: list[Asking], asked: list[Asking]) -> list[Asking]:
        """What may come now: self-rated and demonstrated in turn, unaided before aided."""
        left = [asking for asking in bank if asking not in asked]
        kinds = [asking.item.kind for asking in asked]
        if gauge == Gauge.AWARENESS:
            turn = {0: [ItemKind.UNAIDED], 1: [ItemKind.AIDED]}.get(len(asked), [])
            if len(asked) > 1:
                left = [a for a in left if a.item.kind != ItemKind.UNAIDED]
        else:
            fewer = kinds.count(ItemKind.DEMONSTRATED) < kinds.count(ItemKind.SELF)
            turn = [ItemKind.DEMONSTRATED] if fewer else [ItemKind.SELF]
        return [asking for asking in left if asking.item.kind in turn] or left

    def _levels(self, bank: list[Asking]) -> list[int]:
        levels = [self.given[a.key].level if a.key in self.given else None for a in bank]
        return [gauges.SKIPPED if level is None else level for level in levels]

    def _is_known(self, bank: list[Asking]) -> bool:
        score = gauges.score_one([a.item.scored for a in bank], self._levels(bank))
        return score.standard_error <= 0.35

    @property
    def expected(self) -> int:
        """About how many questions it will be in all, for the progress bar."""
        counts = {g: sum(a.item.gauge == g for a in self.bank) for g in LENGTHS}
        return max(
            sum(min(most, counts[g]) for g, (_least, most) in LENGTHS.items()), len(self.given) + 1
        )

    @transaction.atomic
    def answer(
        self, asking: Asking, *, option: int | None = None, words: str | None = None
    ) -> None:
        """Keep an answer. Neither option nor words is a skip, which says nothing about anybody."""
        if self.finished_at:
            raise Refused(_("This check-in is finished."))
        item = asking.item
        level = None
        if item.kind == ItemKind.UNAIDED and words is not None:
            if len(words) > LONGEST_WORDS:
                raise Refused(_("That’s longer than there is room for."))
            level = self._recalled(item, words)
        elif option is not None:
            if not 0 <= option < len(item.options):
                raise Refused(_("Choose one of the answers, or skip."))
            level = item.level_of(option)
        self.answers.update_or_create(
            item=item, message=asking.message, defaults={"level": level, "words": words or ""}
        )
        self.__dict__.pop("given", None)

    def _recalled(self, item: Item, words: str) -> int:
        """How many of our messages somebody's own words speak of, as the item's category."""
        known = MessageToRecall.objects.filter(active=True, about=item.recalls)
        return min(sum(m.is_meant_by(words) for m in known), len(item.thresholds))

    @transaction.atomic
    def back(self) -> None:
        """Take the last answer back, and ask again from there."""
        last = self.answers.order_by("-pk").first()
        if last and not self.finished_at:
            last.delete()
            self.__dict__.pop("given", None)

    @transaction.atomic
    def finish(self, *, at: datetime) -> list[Reading]:
        """Score what was answered. A gauge with fewer than two answers gets no reading."""
        if self.finished_at:
            return list(self.readings.all())
        readings = [reading for gauge in LENGTHS if (reading := self._read(gauge, at))]
        self.finished_at = at
        self.save(update_fields=["finished_at"])
        before = {r.gauge: r for r in Reading.objects.newest(at).filter(person=self.person)}
        for reading in readings:
            if earlier := before.get(reading.gauge):
                reading.score_before = earlier.score
        Reading.objects.filter(pk__in=[
            before[r.gauge].pk for r in readings if r.gauge in before
        ]).update(superseded_at=at)  # fmt: skip
        Reading.objects.bulk_create(readings)
        SharedGauge.write_traits(self.person, at=at)
        record(
            verbs.CHECKED_IN, person=self.person, subject=self, at=at, once=f"check-in:{self.pk}"
        )
        return readings

    def _read(self, gauge: Gauge, at: datetime) -> Reading | None:
        given = [
            a for a in self.answers.select_related("item") if a.item.gauge == gauge
            and a.level is not None
        ]  # fmt: skip
        if len(given) < ENOUGH_ANSWERS:
            return None
        score = gauges.score_one([a.item.scored for a in given], [a.level or 0 for a in given])
        return Reading(
            check_in=self,
            person=self.person,
            gauge=gauge,
            score=score.value,
            low=min(score.low, score.value),
            high=max(score.high, score.value),
            standard_error=score.standard_error * gauges.POINTS_PER_THETA,
            answered=score.answered,
            at=at,
        )


class CheckInAnswer(models.Model):
    """What was put to somebody in a check-in, and the category of their answer; none if skipped."""

    check_in = models.ForeignKey(CheckIn, models.CASCADE, related_name="answers")
    item = models.ForeignKey(Item, models.PROTECT, related_name="answers")
    message = models.ForeignKey(MessageToRecall, models.SET_NULL, null=True, related_name="+")
    level = models.SmallIntegerField(null=True)
    words = models.CharField(max_length=LONGEST_WORDS, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["check_in", "item", "message"], name="a_question_is_put_once_a_check_in"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.level}"

    @property
    def key(self) -> str:
        return f"{self.item_id}-{self.message_id}" if self.message_id else str(self.item_id)


class CheckInInvitation(models.Model):
    """That somebody was asked to check in, so that nobody is asked too often."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="check_in_invitations")
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["person", "-invited_at"], name="invited_to_check_in")]

    def __str__(self) -> str:
        return f"{self.person}, {self.invited_at:%Y-%m-%d}"


def due(at: datetime) -> QuerySet[Person]:
    """Partners who may be asked to check in now; kinds without gauges are left alone."""
    kinds = [kind.pk for kind in Kind.objects.all() if "gauges" in kind.modules]
    any_kind = Belonging.objects.filter(person=OuterRef("pk"))
    measured = Q(Exists(any_kind.filter(kind__in=kinds))) | ~Q(Exists(any_kind))
    return Person.objects.partners().filter(measured & is_due(at))
