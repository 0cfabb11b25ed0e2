from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.ledger.models import Entry, record, record_staff
from headwater.people.models import Person
from headwater.recognition import verbs

DEEDS_TO_THANK = ["sharing.shared", "discussions.helped", "recognition.nominated"]
LOOKED_BACK = timedelta(days=60)
SILENCE_IS_NO = timedelta(days=14)


class Thanks(models.Model):
    """A thank-you by name, for a deed. Thanks come before points and ask for nothing."""

    class Way(models.TextChoices):
        EMAIL = "email", _("by e-mail")
        PAPER = "paper", _("on paper")
        PERSON = "person", _("in person")

    person = models.ForeignKey(Person, models.CASCADE, related_name="thanks")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="thanks_given")
    words = models.TextField(_("your thanks"), max_length=2000, blank=True)
    way = models.CharField(_("how"), max_length=10, choices=Way.choices)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["person", "at"], name="thanks_of_a_person")]

    def __str__(self) -> str:
        return f"{self.person}: {self.at:%Y-%m-%d}"

    @classmethod
    @transaction.atomic
    def give(cls, person: Person, *, by: Person, words: str, way: str, at: datetime) -> Thanks:
        if not words.strip():
            raise Refused(_("Write what you thank them for."))
        thanks = cls.objects.create(person=person, by=by, words=words.strip(), way=way, at=at)
        record(verbs.THANKED, person=person, subject=thanks, at=at, way=way)
        record_staff(verbs.STAFF_THANKED, actor=by, subject=thanks, person=person, at=at)
        return thanks


def unthanked(at: datetime) -> QuerySet[Person]:
    """Partners with a deed of the last sixty days that nobody thanked them for since.

    With `first_deed_at`; whoever has waited longest stands first.
    """
    since = Thanks.objects.filter(person=OuterRef("person"), at__gte=OuterRef("at"))
    recent = Entry.objects.standing().filter(
        verb__in=DEEDS_TO_THANK, at__gte=at - LOOKED_BACK, at__lte=at
    )
    unseen = recent.filter(~Exists(since))
    first = unseen.filter(person=OuterRef("pk")).order_by("at").values("at")[:1]
    waiting = Person.objects.partners().filter(pk__in=unseen.values("person"))
    return waiting.annotate(first_deed_at=Subquery(first)).order_by("first_deed_at", "pk")


def newest_deeds(people: list[Person], at: datetime) -> dict[int, Entry]:
    """For each of a few people, the newest deed one would thank them for."""
    deeds = Entry.objects.standing().filter(
        person__in=people, verb__in=DEEDS_TO_THANK, at__lte=at, at__gte=at - LOOKED_BACK
    )
    return {entry.person_id or 0: entry for entry in deeds.order_by("at")}


class Nomination(models.Model):
    """One partner names another who helped them. Quiet helpers are seen this way."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="nominations")
    by = models.ForeignKey(Person, models.CASCADE, related_name="nominations_made")
    words = models.CharField(_("what they did for you"), max_length=500)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.by} names {self.person}"

    @classmethod
    @transaction.atomic
    def name_helper(cls, person: Person, *, by: Person, words: str, at: datetime) -> Nomination:
        """Name somebody who helped: not oneself, and the same person once a month at most."""
        if person == by:
            raise Refused(_("Name somebody else: it is they who are thanked."))
        if not person.is_partner or person.is_staff:
            raise Refused(_("Only partners can be named."))
        if cls.objects.filter(person=person, by=by, at__gt=at - timedelta(days=30)).exists():
            raise Refused(_("You named them this month already. Thank you."))
        nomination = cls.objects.create(person=person, by=by, words=words.strip(), at=at)
        record(verbs.NOMINATED, person=person, subject=nomination, at=at)
        return nomination


class StoryQuerySet(models.QuerySet["Story"]):
    def waiting(self, at: datetime) -> Self:
        return self.filter(answered_at=None, asked_at__gt=at - SILENCE_IS_NO)

    def agreed(self) -> Self:
        return self.filter(agreed=True, taken_down_at=None)

    def told(self, at: datetime) -> Self:
        return self.agreed().filter(told_at__lte=at).order_by("-told_at")


class Story(models.Model):
    """A success told with the partner's yes, in words they may change, and down at once on request.

    Silence is a no after fourteen days.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="stories")
    words = models.TextField(_("the story"), max_length=1000)
    first_words = models.TextField(max_length=1000, blank=True)
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    agreed = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    taken_down_at = models.DateTimeField(null=True, blank=True)

    objects = StoryQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(told_at=None) | Q(agreed__isnull=False, agreed=True),
                name="no_story_is_told_without_a_yes",
            )
        ]

    def __str__(self) -> str:
        return self.words[:60]

    @classmethod
    @transaction.atomic
    def ask(cls, person: Person, *, words: str, actor: Person, at: datetime) -> Story:
        if not words.strip():
            raise Refused(_("Write the story first, as you would tell it."))
        story = cls.objects.create(
            person=person,
            words=words.strip(),
            first_words=words.strip(),
            asked_by=actor,
            asked_at=at,
        )
        record_staff(verbs.STAFF_STORY_ASKED, actor=actor, subject=story, person=person, at=at)
        return story

    @transaction.atomic
    def answer(self, *, agreed: bool, at: datetime, words: str = "") -> None:
        """The partner's yes or no; a yes may change the words. A later no takes the yes back."""
        if self.answered_at is None and at > self.asked_at + SILENCE_IS_NO:
            raise Refused(_("This question is over: we took your silence as a no."))
        if agreed and self.taken_down_at:
            raise Refused(_("You took this story down. We won’t tell it again."))
        self.agreed, self.answered_at = agreed, at
        self.words = words.strip() or self.words
        if not agreed:
            self.told_at = None
        self.save(update_fields=["agreed", "answered_at", "words", "told_at"])
        verb = verbs.STORY_AGREED if agreed else verbs.STORY_REFUSED
        record(verb, person=self.person, subject=self, at=at)

    @transaction.atomic
    def tell(self, *, actor: Person, at: datetime) -> None:
        if not self.agreed or self.taken_down_at:
            raise Refused(_("Nothing is told without a yes."))
        if not self.told_at:
            self.told_at = at
            self.save(update_fields=["told_at"])
            record_staff(verbs.STAFF_STORY_TOLD, actor=actor, subject=self, at=at)

    @transaction.atomic
    def take_down(self, *, at: datetime) -> None:
        """Down at once, wherever it stands, and for good."""
        if self.taken_down_at is None:
            self.taken_down_at, self.told_at = at, None
            self.save(update_fields=["taken_down_at", "told_at"])
            record(verbs.STORY_TAKEN_DOWN, person=self.person, subject=self, at=at)
