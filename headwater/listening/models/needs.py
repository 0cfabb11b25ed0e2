from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models, transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.listening import verbs
from headwater.people.models import Person


class Gauge(models.TextChoices):
    """The four things capacity is measured by."""

    FLUENCY = "fluency", _("Fluency")
    AWARENESS = "awareness", _("Awareness")
    ROLE = "role", _("Role")
    COMFORT = "comfort", _("Comfort")


class NeedQuerySet(models.QuerySet["Need"]):
    def counted(self, at: datetime) -> Self:
        """With `people`, those who asked by name, and `asked`, those without a name besides."""
        by_then = Q(wishes__at__lte=at)
        return self.annotate(
            people=Count("wishes__person", filter=by_then, distinct=True),
            unnamed=Coalesce(Sum("wishes__people", filter=by_then & Q(wishes__person=None)), 0),
            asked=models.F("people") + models.F("unnamed"),
        )

    def most_asked_first(self, at: datetime) -> Self:
        return self.counted(at).order_by("-asked", "position", "name")


class Need(models.Model):
    """Something partners may want help with. Surveys, events and the plan point here."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("what they need"), max_length=200)
    description = models.CharField(_("in a few words"), max_length=500, blank=True)
    gauge = models.CharField(_("gauge it serves most"), max_length=10, choices=Gauge.choices)
    activity_kinds = models.JSONField(default=list)  # kinds of activity that suit it, best first
    position = models.PositiveIntegerField(default=0)
    if TYPE_CHECKING:  # what `counted` adds
        people: int
        unnamed: int
        asked: int

    objects = NeedQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def asked_by(self, at: datetime) -> QuerySet[Person]:
        """The people who asked for this by name until then, each once."""
        wishes = self.wishes.filter(at__lte=at, person__isnull=False)
        return Person.objects.standing().filter(pk__in=wishes.values("person"))

    def asked_without_name(self, at: datetime) -> int:
        """How many asked without leaving a name: anonymous answers and shows of hands."""
        unnamed = self.wishes.filter(at__lte=at, person=None)
        return int(unnamed.aggregate(n=Coalesce(Sum("people"), 0))["n"])

    @transaction.atomic
    def respond(
        self, *, title: str, text: str, actor: Person | None, at: datetime, url: str = "",
        is_refusal: bool = False,
    ) -> Response:  # fmt: skip
        """Say what came of it. "Not this year, because" counts as an answer."""
        response = self.responses.create(
            title=title, text=text, url=url, is_refusal=is_refusal, written_by=actor, at=at
        )
        record_staff(verbs.STAFF_RESPONDED, actor=actor, subject=response, at=at)
        return response


class WishQuerySet(models.QuerySet["Wish"]):
    def quotable(self) -> Self:
        """Words that whoever said them allowed us to quote."""
        return self.filter(may_quote=True).exclude(quote="")


class Wish(models.Model):
    """That somebody asked for something: who, what, where they said it, in which words.

    Without a person it stands for `people` unnamed ones, with the day alone.
    """

    class Source(models.TextChoices):
        SURVEY = "survey", _("Survey")
        CALL = "call", _("Call")
        CONVERSATION = "conversation", _("Conversation")
        EVENT = "event", _("Show of hands")

    need = models.ForeignKey(Need, models.PROTECT, related_name="wishes")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="wishes")
    people = models.PositiveIntegerField(default=1)
    source = models.CharField(max_length=12, choices=Source.choices)
    answer = models.ForeignKey("listening.Answer", models.CASCADE, null=True, related_name="wishes")
    conversation = models.ForeignKey(
        "listening.Conversation", models.CASCADE, null=True, related_name="wishes"
    )
    hand_count = models.ForeignKey(
        "listening.HandCount", models.CASCADE, null=True, related_name="wishes"
    )
    quote = models.CharField(max_length=2000, blank=True)
    may_quote = models.BooleanField(default=False)
    at = models.DateTimeField()

    objects = WishQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["need", "person", "at"], name="wishes_by_need")]
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None) | Q(people=1), name="a_named_wish_is_one_persons"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person or self.people}: {self.need}"


class ResponseQuerySet(models.QuerySet["Response"]):
    def for_person(self, person: Person) -> Self:
        """What came of the wishes this person has, newest first."""
        return self.filter(need__wishes__person=person).distinct().order_by("-at")


class Response(models.Model):
    """You said, we did: what came of a need, where to find it, or why not this year."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="responses")
    title = models.CharField(_("what we did"), max_length=200)
    text = models.CharField(_("more about it"), max_length=1000, blank=True)
    url = models.CharField(_("where it is"), max_length=500, blank=True)
    is_refusal = models.BooleanField(_("not this year, because"), default=False)
    written_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.title

    def tell(self, *, actor: Person | None, people: int, mailing: int | None, at: datetime) -> None:
        """Note that those who asked have been written to. Nobody is told the same thing twice."""
        if Telling.objects.filter(response=self).exists():
            raise Refused(_("Those who asked have been told already."))
        Telling.objects.create(
            response=self, people=people, mailing_id=mailing, told_by=actor, at=at
        )
        record_staff(verbs.STAFF_TOLD, actor=actor, subject=self, at=at)


class Telling(models.Model):
    """That those who asked were written to about what came of it."""

    response = models.OneToOneField(Response, models.CASCADE, related_name="telling")
    people = models.PositiveIntegerField()
    mailing_id = models.BigIntegerField(null=True)
    told_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.response}: {self.people}"
