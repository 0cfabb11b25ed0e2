"""What a survey says: answers ranked with their ranges, means of scales, and words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import Count, Q, QuerySet, Value
from django.utils.translation import gettext as _

from headwater.listening.models import Answer, AnswerKind, Option, Question, Reply, Survey
from headwater.partners.models import Kind
from headwater.stats.answers import Estimate
from headwater.stats.means import mean
from headwater.stats.proportions import share_of_counts

FEWEST_WITHOUT_NAMES = 8  # under so many, what was promised to be nameless might not be


@dataclass(frozen=True)
class Line:
    """One answer among the others. `tied` joins it to the next: too close to tell apart."""

    option: Option
    count: int
    share: Estimate
    first_place: int
    last_place: int
    is_tied: bool

    @property
    def place(self) -> str:
        """Its place, or a span of places where ranges overlap."""
        if self.first_place == self.last_place:
            return str(self.first_place)
        if self.last_place == self.first_place + 1:
            return _("%(a)d or %(b)d") % {"a": self.first_place, "b": self.last_place}
        return _("%(a)d to %(b)d") % {"a": self.first_place, "b": self.last_place}


@dataclass(frozen=True)
class Step:
    number: int
    count: int
    share: float


@dataclass(frozen=True)
class Results:
    """One question's answers. `skipped` saw the question and left it out."""

    question: Question
    answered: int
    skipped: int
    lines: list[Line] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    mean: Estimate | None = None
    words: int = 0

    @property
    def most(self) -> int:
        """The end of the scale the bars are drawn on, in 100."""
        top = max((line.share.high for line in self.lines), default=0.0)
        return min(100, 10 * (int(top * 10) + 1))

    @property
    def first_is_ahead(self) -> bool:
        """Whether the top answer stands alone: its range lies above all others."""
        return bool(self.lines) and self.lines[0].count > 0 and self.lines[0].last_place == 1


@dataclass(frozen=True)
class KindAnswered:
    kind: Kind
    asked: int
    answered: int

    @property
    def share(self) -> float:
        return self.answered / self.asked


class SurveyResults:
    """The answers to a survey, of everybody or of one kind of partner."""

    def __init__(
        self, survey: Survey, kind: Kind | None = None, questions: Sequence[Question] | None = None
    ) -> None:
        self.survey = survey
        self.kind = kind
        if questions is not None:
            self.questions = list(questions)

    @cached_property
    def questions(self) -> list[Question]:
        return list(self.survey.questions.all())

    @cached_property
    def replies(self) -> QuerySet[Reply]:
        replies = Reply.objects.counted().filter(survey=self.survey)
        return replies.filter(person__belongings__kind=self.kind) if self.kind else replies

    @cached_property
    def progress(self) -> list[tuple[int, bool, int]]:
        """How many replies have seen so many questions, finished or not."""
        rows = self.replies.order_by().values_list("reached", "is_done").annotate(n=Count("pk"))
        return list(rows)

    @property
    def counts(self) -> dict[str, int]:
        """How many began, and how many of them finished."""
        return {
            "begun": sum(n for _reached, _done, n in self.progress),
            "done": sum(n for _reached, is_done, n in self.progress if is_done),
        }

    @cached_property
    def asked(self) -> int:
        known: int | None = getattr(self.survey, "asked", None)
        if known is not None and not self.kind:
            return known  # `Survey.objects.counted()` has counted them already
        invitations = self.survey.invitations.all()
        if self.kind:
            invitations = invitations.filter(person__belongings__kind=self.kind)
        return invitations.count()

    @property
    def is_too_few(self) -> bool:
        return self.survey.is_anonymous and self.counts["begun"] < FEWEST_WITHOUT_NAMES

    @cached_property
    def tallies(self) -> dict[int, dict[str, int]]:
        """Per question: how many replies answered it, and how many with words."""
        rows = (
            Answer.objects.filter(reply__in=self.replies)
            .values("question")
            .annotate(
                people=Count("reply", distinct=True),
                words=Count("pk", filter=~Q(text="")),
            )
            .order_by()
        )
        return {row["question"]: {"people": row["people"], "words": row["words"]} for row in rows}

    @cached_property
    def chosen(self) -> dict[tuple[int, int | None, int | None], int]:
        """How often each option and each number was given, for the whole survey at once."""
        rows = (
            Answer.objects.filter(reply__in=self.replies, text="")
            .values("question", "option", "number")
            .annotate(n=Count("pk"))
            .order_by()
        )
        return {(row["question"], row["option"], row["number"]): row["n"] for row in rows}

    def of(self, question: Question) -> Results:
        """`question.options` should be prefetched where there are many questions."""
        tally = self.tallies.get(question.pk, {"people": 0, "words": 0})
        answered = tally["people"]
        seen = max(self.seen(question), answered)
        return Results(
            question=question,
            answered=answered,
            skipped=seen - answered,
            lines=self._lines(question, answered) if question.has_options else [],
            steps=self._steps(question) if question.kind == AnswerKind.SCALE else [],
            mean=self._mean(question) if question.kind == AnswerKind.SCALE else None,
            words=tally["words"],
        )

    @cached_property
    def places(self) -> dict[int, int]:
        return {question.pk: place for place, question in enumerate(self.questions, start=1)}

    def seen(self, question: Question) -> int:
        place = self.places.get(question.pk, 0)
        return sum(n for reached, _done, n in self.progress if reached >= place)

    def _lines(self, question: Question, answered: int) -> list[Line]:
        if not answered:
            return []
        of = self.asked if self.asked > answered else None
        counted = [
            (option, count, share_of_counts(count, answered, of=of))
            for option in question.options.all()
            for count in [self.chosen.get((question.pk, option.pk, None), 0)]
        ]
        counted.sort(key=lambda row: (-row[1], row[0].position))
        return [
            Line(
                option=option,
                count=count,
                share=share,
                first_place=1 + sum(other.low > share.high for _o, _c, other in counted),
                last_place=len(counted) - sum(other.high < share.low for _o, _c, other in counted),
                is_tied=i + 1 < len(counted) and counted[i + 1][2].high >= share.low,
            )
            for i, (option, count, share) in enumerate(counted)
        ]

    def _steps(self, question: Question) -> list[Step]:
        counts = [self.chosen.get((question.pk, None, n), 0) for n in question.scale]
        most = max(counts, default=0) or 1
        pairs = zip(question.scale, counts, strict=True)
        return [Step(number, count, count / most) for number, count in pairs]

    def _mean(self, question: Question) -> Estimate | None:
        counts = [self.chosen.get((question.pk, None, n), 0) for n in question.scale]
        values = np.repeat(np.array(question.scale, dtype=float), counts)
        return mean(values) if values.size >= 2 else None

    def words(self, question: Question | None = None) -> QuerySet[Answer]:
        """Everything written, newest first, for those who read all of it."""
        answers = Answer.objects.filter(reply__in=self.replies).exclude(text="")
        if question:
            answers = answers.filter(question=question)
        return answers.select_related("reply__person", "question").order_by("-pk")

    def quotations(self, count: int = 4) -> QuerySet[Answer]:
        """Words that may be quoted with the name beside them, longest thoughts first."""
        return self.words().filter(may_quote=True)[:count]

    def by_kind(self, kinds: Sequence[Kind]) -> list[KindAnswered]:
        """Of each kind: how many were asked and how many answered; the least come last."""
        asked = _of_each_kind(self.survey.invitations.all(), "asked")
        answered = _of_each_kind(self.survey.replies.filter(person__isnull=False), "answered")
        found: dict[tuple[str, int], int] = {
            (row["what"], row["person__belongings__kind"]): row["n"]
            for row in asked.union(answered, all=True)
        }
        rows = [
            KindAnswered(
                kind,
                max(found.get(("asked", kind.pk), 0), found.get(("answered", kind.pk), 0)),
                found.get(("answered", kind.pk), 0),
            )
            for kind in kinds
        ]
        return sorted((row for row in rows if row.asked), key=lambda row: -row.share)


def _of_each_kind(rows: QuerySet[Any], what: str) -> QuerySet[Any, Any]:
    counted: QuerySet[Any, Any] = (
        rows.order_by()
        .values("person__belongings__kind")
        .annotate(what=Value(what), n=Count("person", distinct=True))
    )
    return counted
