from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.kit.names import random_code
from headwater.ledger.models import record_staff
from headwater.listening import verbs
from headwater.listening.models.needs import Need
from headwater.partners.models import Kind
from headwater.people.models import Person

LONGEST_SCALE = 10


class SurveyQuerySet(models.QuerySet["Survey"]):
    def open(self, at: datetime) -> Self:
        return self.filter(opens_at__lte=at).filter(Q(closes_at=None) | Q(closes_at__gt=at))

    def visible_to(self, person: Person) -> Self:
        """What this person was asked, or has answered already."""
        if person.is_staff:
            return self
        return self.filter(Q(invitations__person=person) | Q(replies__person=person)).distinct()

    def counted(self) -> Self:
        """With `asked`, everybody invited; `answered`, those who finished; `waiting`, those who
        had a letter and haven't; and `last_asked_at`, when the last letter was asked for."""
        return self.annotate(
            asked=_count("invitations"),
            answered=_count("replies", replies__is_done=True),
            waiting=_count("invitations", invitations__is_done=False, invitations__way="mail"),
            last_asked_at=_last_asked(),
        )


def _last_asked() -> Subquery:
    mine = Survey.objects.filter(pk=OuterRef("pk"), invitations__way="mail").order_by().values("pk")
    return Subquery(mine.annotate(last=models.Max("invitations__invited_at")).values("last"))


def _count(related: str, **only: Any) -> Coalesce:
    """Counted in a query of its own: two joins side by side would multiply one another."""
    mine = Survey.objects.filter(pk=OuterRef("pk"), **only).order_by().values("pk")
    counted = mine.annotate(n=models.Count(related)).values("n")
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)


class Survey(models.Model):
    """Questions for partners, asked for as long as it is open, with names or without."""

    class Purpose(models.TextChoices):
        NEEDS = "needs", _("What would help")
        PULSE = "pulse", _("After something they came to")

    public_id = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    title = models.CharField(_("title"), max_length=200)
    purpose = models.CharField(max_length=10, choices=Purpose.choices, default=Purpose.NEEDS)
    intro = models.CharField(_("before the first question"), max_length=1000, blank=True)
    thanks = models.CharField(_("after the last question"), max_length=1000, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes it takes"), default=2)
    is_anonymous = models.BooleanField(_("without names"), default=False)
    kind = models.ForeignKey(Kind, models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(_("language"), max_length=20, default="en-gb")
    template = models.SlugField(max_length=60, blank=True)  # the ready survey it began from
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    if TYPE_CHECKING:  # what `counted` adds
        asked: int
        last_asked_at: datetime | None
        answered: int
        waiting: int

    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(opens_at=None) | Q(closes_at__gt=F("opens_at")),
                name="survey_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=20), name="a_survey_takes_1_to_20_minutes"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_open(self, at: datetime) -> bool:
        begun = self.opens_at is not None and self.opens_at <= at
        return begun and (self.closes_at is None or at < self.closes_at)

    def has_begun(self, at: datetime) -> bool:
        return self.opens_at is not None and self.opens_at <= at

    @classmethod
    def draft(cls, *, title: str, actor: Person | None, at: datetime, **fields: Any) -> Survey:
        """A new survey, for the primary kind unless another is named: they are asked first."""
        if "kind" not in fields:
            fields["kind"] = Kind.objects.filter(is_primary=True).first()
        return cls.objects.create(title=title, created_by=actor, created_at=at, **fields)

    @transaction.atomic
    def copy(self, *, actor: Person | None, at: datetime) -> Survey:
        """The same questions again as a new draft, so that two seasons can be put side by side."""
        kept = {
            name: getattr(self, name)
            for name in ["purpose", "intro", "thanks", "minutes", "is_anonymous", "kind",
                         "language", "template"]
        }  # fmt: skip
        survey = Survey.draft(title=self.title, actor=actor, at=at, **kept)
        for question in self.questions.prefetch_related("options"):
            question.copy_to(survey)
        return survey

    @transaction.atomic
    def open(self, *, actor: Person | None, at: datetime, closes_at: datetime | None) -> None:
        if self.is_open(at):
            raise Refused(_("This survey is open already."))
        if not self.questions.exists():
            raise Refused(_("A survey needs at least one question before it opens."))
        if closes_at is not None and closes_at <= at:
            raise Refused(_("A survey can’t close before it opens."))
        for question in self.questions.prefetch_related("options"):
            question.refuse_unanswerable()
        self.opens_at, self.closes_at = self.opens_at or at, closes_at
        self.save(update_fields=["opens_at", "closes_at"])
        record_staff(
            verbs.STAFF_SURVEY_OPENED, actor=actor, subject=self, at=at, fields=["opens_at"]
        )

    @transaction.atomic
    def close(self, *, actor: Person | None, at: datetime) -> None:
        if not self.is_open(at):
            raise Refused(_("This survey isn’t open."))
        self.closes_at = at if self.opens_at and at > self.opens_at else None
        if self.closes_at is None:
            self.opens_at = None  # closed in the moment it opened: a draft again
        self.save(update_fields=["opens_at", "closes_at"])
        record_staff(
            verbs.STAFF_SURVEY_CLOSED, actor=actor, subject=self, at=at, fields=["closes_at"]
        )

    def refuse_changes_that_break_answers(self) -> None:
        """Once somebody has answered, questions stay as they were read."""
        if self.replies.exists():
            raise Refused(
                _("Somebody has answered already, so the questions stay as they are. Copy the "
                  "survey to ask something else.")
            )  # fmt: skip

    @transaction.atomic
    def change(self, *, actor: Person, at: datetime, **fields: Any) -> None:
        if "is_anonymous" in fields and fields["is_anonymous"] != self.is_anonymous:
            self.refuse_changes_that_break_answers()
            if self.invitations.exists():
                raise Refused(_("People were asked with that promise. It can’t be changed now."))
        changed = [name for name, value in fields.items() if getattr(self, name) != value]
        for name in changed:
            setattr(self, name, fields[name])
        if changed:
            self.save(update_fields=changed)
            record_staff(
                verbs.STAFF_SURVEY_CHANGED, actor=actor, subject=self, at=at, fields=changed
            )

    @transaction.atomic
    def add_question(self, **fields: Any) -> Question:
        self.refuse_changes_that_break_answers()
        last = self.questions.aggregate(last=models.Max("position"))["last"]
        return self.questions.create(position=0 if last is None else last + 1, **fields)


class AnswerKind(models.TextChoices):
    CHOOSE = "choose", _("Choose some")
    ONE = "one", _("Choose one")
    SCALE = "scale", _("Scale")
    TEXT = "text", _("Short text")


class Question(models.Model):
    """One question, shown on a screen of its own. Skipping it is always offered."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions")
    position = models.PositiveIntegerField()
    kind = models.CharField(_("kind of answer"), max_length=10, choices=AnswerKind.choices)
    text = models.CharField(_("the question"), max_length=300)
    why = models.CharField(_("why you ask it"), max_length=500, blank=True)
    at_most = models.PositiveSmallIntegerField(
        _("at most"), default=3, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    is_shuffled = models.BooleanField(_("shuffled for each person"), default=False)
    has_own_words = models.BooleanField(_("“Something else”, in their own words"), default=False)
    least = models.SmallIntegerField(_("from"), default=0)
    most = models.SmallIntegerField(_("to"), default=10)
    least_label = models.CharField(_("what the lowest means"), max_length=60, blank=True)
    most_label = models.CharField(_("what the highest means"), max_length=60, blank=True)
    longest = models.PositiveSmallIntegerField(_("most characters"), default=500)

    class Meta:
        ordering = ["survey", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(most__gt=F("least")), name="a_scale_rises_from_least_to_most"
            ),
            models.CheckConstraint(condition=Q(at_most__gte=1), name="at_least_one_may_be_chosen"),
            models.CheckConstraint(
                condition=Q(longest__gte=1, longest__lte=2000), name="a_text_has_1_to_2000_letters"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def has_options(self) -> bool:
        return self.kind in {AnswerKind.CHOOSE, AnswerKind.ONE}

    @property
    def scale(self) -> range:
        return range(self.least, self.most + 1)

    @property
    def may_choose(self) -> int:
        return self.at_most if self.kind == AnswerKind.CHOOSE else 1

    def refuse_unanswerable(self) -> None:
        if self.has_options and len(self.options.all()) < 2:
            raise Refused(
                _("“%(question)s” needs at least two answers to choose from.")
                % {"question": self.text}
            )
        if self.kind == AnswerKind.SCALE and self.most - self.least > LONGEST_SCALE:
            raise Refused(
                _("“%(question)s” has a scale of more than eleven steps.") % {"question": self.text}
            )

    @transaction.atomic
    def set_options(self, options: Iterable[tuple[str, str, Need | None]]) -> None:
        """Write the answers to choose from anew: label, hint and the need each points to."""
        self.survey.refuse_changes_that_break_answers()
        self.options.all().delete()
        Option.objects.bulk_create(
            Option(question=self, position=i, label=label, hint=hint, need=need)
            for i, (label, hint, need) in enumerate(options)
        )

    @transaction.atomic
    def move(self, step: int) -> None:
        """One place up (-1) or down (1) among the questions."""
        questions = list(self.survey.questions.all())
        here = next(i for i, q in enumerate(questions) if q.pk == self.pk)
        there = min(max(here + step, 0), len(questions) - 1)
        questions.insert(there, questions.pop(here))
        for position, question in enumerate(questions):
            question.position = position
        Question.objects.bulk_update(questions, ["position"])

    def copy_to(self, survey: Survey) -> Question:
        kept = {
            field.name: getattr(self, field.name)
            for field in self._meta.concrete_fields
            if field.name not in {"id", "survey"}
        }
        question = Question.objects.create(survey=survey, **kept)
        Option.objects.bulk_create(
            Option(question=question, position=o.position, label=o.label, hint=o.hint, need=o.need)
            for o in self.options.all()
        )
        return question


class Option(models.Model):
    """One answer to choose. It may point to the need that choosing it speaks for."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="options")
    position = models.PositiveIntegerField()
    label = models.CharField(_("answer"), max_length=200)
    hint = models.CharField(_("in other words"), max_length=200, blank=True)
    need = models.ForeignKey(Need, models.SET_NULL, null=True, blank=True, related_name="options")

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label
