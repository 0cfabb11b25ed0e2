"""What is worth a second look before anybody is asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.listening.models import AnswerKind, Question, Survey
from headwater.safeguards.models import ContactLimit

MOST_OPTIONS = 12
MOST_MINUTES = 3
TWO_IN_ONE = re.compile(r"\b(and|or) (how|what|which|when|where|why|who|do|are|would)\b", re.I)


@dataclass(frozen=True)
class Check:
    tone: str  # pass, mind
    title: str
    text: str = ""


def checks(survey: Survey, questions: Sequence[Question]) -> list[Check]:
    """`questions` with their options prefetched, so that this asks the database little."""
    return [*brief_checks(survey, questions), *_comparable(survey, questions), *_limits()]


def brief_checks(survey: Survey, questions: Sequence[Question]) -> list[Check]:
    """What can be told from the questions alone."""
    return [*_double_questions(questions), *_options(questions), _time(survey, questions)]


def _double_questions(questions: Sequence[Question]) -> list[Check]:
    return [
        Check(
            "mind",
            _("Question %(n)d asks two things at once") % {"n": place},
            _("“%(text)s” One answer can’t serve both. Ask one here, and the other after it.")
            % {"text": question.text},
        )
        for place, question in enumerate(questions, start=1)
        if TWO_IN_ONE.search(question.text) or question.text.count("?") > 1
    ]


def _options(questions: Sequence[Question]) -> list[Check]:
    found = []
    for place, question in enumerate(questions, start=1):
        if not question.has_options:
            continue
        options = list(question.options.all())
        if len(options) < 2:
            title = _("Question %(n)d has nothing to choose from") % {"n": place}
            found.append(Check("mind", title, _("It needs at least two answers.")))
        elif len(options) > MOST_OPTIONS:
            title = _("Question %(n)d has more answers than people read") % {"n": place}
            found.append(Check("mind", title, _("Twelve are plenty.")))
        if question.kind == AnswerKind.CHOOSE and all(option.need_id for option in options):
            found.append(
                Check(
                    "mind",
                    _("Not everybody can answer question %(n)d") % {"n": place},
                    _("Add “None of these”, pointing to no need."),
                )
            )
    if not found and any(q.has_options for q in questions):
        return [Check("pass", _("Everybody finds an answer that fits"))]
    return found


def _time(survey: Survey, questions: Sequence[Question]) -> Check:
    seconds = sum(
        {"choose": 20, "one": 12, "scale": 8, "text": 25}[question.kind] for question in questions
    )
    minutes = max(1, round(seconds / 60))
    words = ngettext("About %(n)d minute", "About %(n)d minutes", minutes) % {"n": minutes}
    if minutes > MOST_MINUTES:
        return Check("mind", words, _("People finish what takes under three."))
    if minutes > survey.minutes:
        promised = ngettext("You promise %(n)d minute.", "You promise %(n)d minutes.",
                            survey.minutes) % {"n": survey.minutes}  # fmt: skip
        return Check("mind", words, promised)
    return Check("pass", words, _("As promised on the first line of the letter."))


def _comparable(survey: Survey, questions: Sequence[Question]) -> list[Check]:
    """Whether the first question is as it was, so that two seasons can be put side by side."""
    earlier = (
        Survey.objects.exclude(pk=survey.pk)
        .filter(purpose=survey.purpose, opens_at__isnull=False)
        .order_by("-opens_at")
        .first()
    )
    first = earlier.questions.first() if earlier else None
    if not earlier or not first or not questions:
        return []
    if first.text == questions[0].text:
        return [Check("pass", _("Question 1 is as it was in “%(title)s”, so the two can be "
                                "compared") % {"title": earlier.title})]  # fmt: skip
    return [
        Check(
            "mind",
            _("Question 1 isn’t the one asked before"),
            _("“%(text)s” was. Keep it if you want to see what changed.") % {"text": first.text},
        )
    ]


def _limits() -> list[Check]:
    limit = ContactLimit.objects.filter(purpose__in=["", "surveys"]).order_by("-purpose").first()
    if not limit:
        return []
    words = ngettext(
        "Nobody gets more than %(n)d letter in %(days)d days",
        "Nobody gets more than %(n)d letters in %(days)d days",
        limit.letters,
    )
    return [Check("pass", words % {"n": limit.letters, "days": limit.days})]
