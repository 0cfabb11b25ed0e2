from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Self

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from headwater.kit.errors import Refused
from headwater.kit.names import random_code
from headwater.ledger.models import Entry, record, record_staff, void
from headwater.listening import verbs
from headwater.listening.models.conversations import start_of
from headwater.listening.models.needs import Wish
from headwater.listening.models.surveys import AnswerKind, Option, Question, Survey
from headwater.people.models import House, Person


class ReplyQuerySet(models.QuerySet["Reply"]):
    def counted(self) -> Self:
        """Replies that results count: with names as far as they went, without names when finished.

        An unfinished reply without a name can't be told from the same person's next beginning.
        """
        return self.filter(Q(person__isnull=False) | Q(is_done=True))


class Reply(models.Model):
    """One person's answers to a survey, kept as they go.

    Without names there is no person, no moment and no staff beside it, only the day. Until it is
    finished its key is in the answerer's browser alone; after that nobody has it.
    """

    class Source(models.TextChoices):
        LINK = "link", _("Personal link")
        PORTAL = "portal", _("Signed in")
        CALL = "call", _("Call")
        PAPER = "paper", _("Paper")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="replies")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="survey_replies")
    key = models.CharField(max_length=24, unique=True, null=True, editable=False)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.LINK)
    reached = models.PositiveIntegerField(default=0)  # how many questions they have seen off
    is_done = models.BooleanField(default=False)
    begun_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    entered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = ReplyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["survey", "is_done"], name="replies_by_survey")]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "person"], name="a_person_replies_once_to_a_survey"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(done_at=None),
                name="without_a_name_only_the_day_is_kept",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person or _('Somebody')}: {self.survey}"

    @classmethod
    @transaction.atomic
    def begin(
        cls, survey: Survey, person: Person, *, at: datetime, source: str = Source.LINK,
        key: str = "",
    ) -> Reply:  # fmt: skip
        """The reply this person is in the middle of, or a new one.

        For a survey without names the browser's key finds it, never the person.
        """
        if not survey.is_open(at):
            raise Refused(_("This survey is closed."))
        today = at.astimezone(House.current().zone).date()
        if not survey.is_anonymous:
            values = {"begun_on": today, "source": source}
            return cls.objects.get_or_create(survey=survey, person=person, defaults=values)[0]
        if survey.invitations.filter(person=person, is_done=True).exists():
            raise Refused(_("You have answered this survey already. No name was kept with it."))
        mine = cls.objects.filter(survey=survey, key=key, is_done=False).first() if key else None
        return mine or cls.objects.create(
            survey=survey, key=random_code(24), begun_on=today, source=source
        )

    @classmethod
    @transaction.atomic
    def enter(
        cls, survey: Survey, person: Person | None, *, actor: Person, at: datetime,
        source: str = Source.CALL,
    ) -> Reply:  # fmt: skip
        """Staff put down what somebody said on the phone or on paper."""
        if not survey.has_begun(at):
            raise Refused(_("This survey hasn’t opened yet."))
        if survey.is_anonymous != (person is None):
            raise Refused(
                _("This survey is without names: leave the name out.")
                if survey.is_anonymous
                else _("Choose the partner whose answers these are.")
            )
        today = at.astimezone(House.current().zone).date()
        if person is None:
            return cls.objects.create(survey=survey, begun_on=today, source=source)
        values = {"begun_on": today, "source": source, "entered_by": actor}
        reply, is_new = cls.objects.get_or_create(survey=survey, person=person, defaults=values)
        if not is_new and reply.is_done:
            raise Refused(_("%(name)s has answered already.") % {"name": person})
        record_staff(verbs.STAFF_ENTERED, actor=actor, subject=survey, person=person, at=at)
        return reply

    @transaction.atomic
    def answer(
        self, question: Question, *, at: datetime, options: Sequence[Option] = (),
        number: int | None = None, text: str = "", may_quote: bool = False,
    ) -> None:  # fmt: skip
        """Keep the answer to one question; an earlier answer to it is replaced.

        Nothing given is a skip: it is noted that the question was seen, and nothing else.
        """
        self._refuse_impossible(question, options, number, text)
        self.answers.filter(question=question).delete()
        text = text.strip()
        answers = [Answer(reply=self, question=question, option=option) for option in options]
        if number is not None:
            answers.append(Answer(reply=self, question=question, number=number))
        if text:
            answers.append(Answer(reply=self, question=question, text=text, may_quote=may_quote))
        Answer.objects.bulk_create(answers)
        if self.person_id:
            self._wish(answers, at)
        seen = self.survey.questions.filter(position__lte=question.position).count()
        if seen > self.reached:
            self.reached = seen
            self.save(update_fields=["reached"])

    @transaction.atomic
    def finish(self, *, at: datetime, person: Person | None = None) -> None:
        """The last screen was left. `person` is who held the link; for a survey without names
        only their invitation hears of it."""
        if self.is_done:
            return
        who = self.person or person
        if who:
            self.survey.invitations.filter(person=who).update(is_done=True)
        self.is_done, self.key = True, None
        self.done_at = at if self.person_id else None
        self.save(update_fields=["is_done", "key", "done_at"])
        if self.person_id:
            record(
                verbs.SURVEY_ANSWERED,
                person=self.person,
                subject=self.survey,
                at=at,
                once=f"reply:{self.pk}",
            )
        else:
            chosen = self.answers.exclude(option=None).select_related("option")
            self._wish(list(chosen), start_of(self.begun_on))

    @transaction.atomic
    def withdraw(self, *, at: datetime) -> None:
        """Take all of it out again, wishes included: the answers belong to who gave them."""
        if self.person is None:
            raise Refused(_("No name was kept with these answers, so they can’t be found again."))
        for entry in (
            Entry.objects.standing().about(self.survey).did(verbs.SURVEY_ANSWERED)
            .filter(person=self.person)
        ):  # fmt: skip
            void(entry, actor=self.person, at=at)
        self.survey.invitations.filter(person=self.person).update(is_done=False)
        self.delete()

    def _wish(self, answers: list[Answer], at: datetime) -> None:
        """Every chosen answer that points to a need counts as asking for it."""
        source = Wish.Source.CALL if self.source == Reply.Source.CALL else Wish.Source.SURVEY
        Wish.objects.bulk_create(
            Wish(need_id=a.option.need_id, person=self.person, source=source, answer=a, at=at)
            for a in answers
            if a.option and a.option.need_id
        )

    def _refuse_impossible(
        self, question: Question, options: Sequence[Option], number: int | None, text: str
    ) -> None:
        if question.survey_id != self.survey_id:
            raise Refused(_("This question belongs to another survey."))
        if any(option.question_id != question.pk for option in options):
            raise Refused(_("This answer belongs to another question."))
        if len(options) > question.may_choose:
            message = ngettext(
                "Choose one, please.", "Choose at most %(n)d, please.", question.may_choose
            )
            raise Refused(message % {"n": question.may_choose})
        if number is not None and number not in question.scale:
            raise Refused(_("Choose a number on the scale."))
        if len(text) > (question.longest if question.kind == AnswerKind.TEXT else 300):
            raise Refused(_("That’s longer than there is room for."))

    @property
    def day(self) -> date:
        return self.begun_on


class Answer(models.Model):
    """One thing answered: an option, a number or words. Several options are several rows."""

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.CASCADE, related_name="answers")
    option = models.ForeignKey(Option, models.CASCADE, null=True, related_name="answers")
    number = models.SmallIntegerField(null=True)
    text = models.CharField(max_length=2000, blank=True)
    may_quote = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["question", "option"], name="answers_by_option")]
        constraints = [
            models.UniqueConstraint(fields=["reply", "option"], name="an_option_is_chosen_once"),
            models.CheckConstraint(
                condition=Q(option__isnull=False) | Q(number__isnull=False) | ~Q(text=""),
                name="an_answer_says_something",
            ),
        ]

    def __str__(self) -> str:
        return str(self.option or self.text or self.number)
