from django.http import HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from headwater.evaluation import printing, reporting
from headwater.evaluation.showing import methods, words
from headwater.evaluation.studio.memory import from_memory
from headwater.people.requests import PersonRequest
from headwater.ui.http import page


@from_memory
@require_safe
def report(request: PersonRequest) -> HttpResponse:
    return page(request, "evaluation/studio/report.html", {"report": reporting.report(now())})


@from_memory
@require_safe
def slides(request: PersonRequest) -> HttpResponse:
    """The same, a finding a sheet, to be shown or printed across."""
    return page(request, "evaluation/studio/slides.html", {"report": reporting.report(now())})


@from_memory
@require_safe
def report_pdf(request: PersonRequest) -> HttpResponse:
    made = printing.as_pdf(reporting.report(now()))
    return _as_file(HttpResponse(made, content_type="application/pdf"), "pdf")


@from_memory
@require_safe
def report_csv(request: PersonRequest) -> HttpResponse:
    rows = "".join(reporting.report(now()).as_csv())
    return _as_file(HttpResponse(rows, content_type="text/csv; charset=utf-8"), "csv")


def _as_file(answer: HttpResponse, ending: str) -> HttpResponse:
    answer["Content-Disposition"] = f'attachment; filename="report.{ending}"'
    return answer


@require_safe
def how(request: PersonRequest) -> HttpResponse:
    """How each question is answered, in words, with the formula behind a fold."""
    context = {
        "questions": methods.QUESTIONS,
        "never_done": methods.NEVER,
        "grades": words.GRADES.values(),
    }
    return page(request, "evaluation/studio/how.html", context)
