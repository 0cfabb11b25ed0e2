from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from headwater.listening import inviting
from headwater.listening.forms import ReminderForm
from headwater.listening.models import Survey
from headwater.listening.results import Line, Results, SurveyResults
from headwater.partners.models import Kind
from headwater.people.requests import PersonRequest
from headwater.ui import charts
from headwater.ui.http import page

ENOUGH_TO_RANK = 10  # below that, one more answer turns the order round


@require_safe
def survey(request: PersonRequest, pk: int) -> HttpResponse:
    """What partners said: the question asked for ranked, words, and who answered."""
    rows = Survey.objects.counted().select_related("kind", "reminder")
    survey = get_object_or_404(rows, pk=pk)
    moment = now()
    if not survey.has_begun(moment):
        return redirect("studio:listening:questions", pk)
    kinds = list(Kind.objects.all())
    kind = next((k for k in kinds if k.slug == request.GET.get("kind")), None)
    if survey.is_anonymous:
        kind, kinds = None, []
    questions = list(survey.questions.prefetch_related("options"))
    results = SurveyResults(survey, kind, questions)
    shown = [results.of(q) for q in questions] if not results.is_too_few else []
    context = {
        "survey": survey,
        "results": results,
        "shown": [(result, _drawn(result)) for result in shown],
        "top": _top(shown),
        "quotations": results.quotations() if shown else [],
        "kinds": kinds,
        "kind": kind,
        "by_kind": results.by_kind(kinds) if kinds else [],
        "unfinished": results.counts["begun"] - results.counts["done"],
        "waiting": survey.waiting,
        "reminder": ReminderForm(),
        "reminded": getattr(survey, "reminder", None),
        "remind_from": _too_soon(survey, moment),
        "is_open": survey.is_open(moment),
    }
    return page(request, "listening/studio/survey.html", context)


def _too_soon(survey: Survey, at: datetime) -> datetime | None:
    """The day a reminder may go, while that is still to come."""
    earliest = inviting.may_remind_from(survey)
    return earliest if earliest and at < earliest else None


def _drawn(result: Results) -> list[tuple[Line, charts.Chart]]:
    """Each answer of a question with the bar of its share and range."""
    return [
        (
            line,
            charts.ranked(
                100 * line.share.value, 100 * line.share.low, 100 * line.share.high,
                most=result.most,
                label=_("%(answer)s: %(n)d in 100, likely %(low)d to %(high)d")
                % {
                    "answer": line.option.label,
                    "n": round(100 * line.share.value),
                    "low": round(100 * line.share.low),
                    "high": round(100 * line.share.high),
                },
            ),
        )
        for line in result.lines
    ]  # fmt: skip


def _top(shown: list[Any]) -> Any:
    """The first line of the first question that has choices: what most of them want."""
    for result in shown:
        if result.lines and result.lines[0].count and result.answered >= ENOUGH_TO_RANK:
            return result.lines[0]
    return None


@require_safe
def words(request: PersonRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey, pk=pk)
    results = SurveyResults(survey)
    answers = results.words() if not results.is_too_few else results.words().none()
    context = {
        "survey": survey,
        "page": Paginator(answers, 40).get_page(request.GET.get("page")),
        "too_few": results.is_too_few,
    }
    return page(request, "listening/studio/words.html", context)
