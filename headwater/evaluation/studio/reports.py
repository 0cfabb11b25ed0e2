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
    context = {
        "report": reporting.report(now()),
        "may_share": request.user.is_at_least("manager"),
    }
    return page(request, "evaluation/studio/report.html", context)


@from_memory
@require_safe
def slides(request: PersonRequest) -> HttpResponse:
    """The same, a finding a sheet, to be shown or printed across."""
    return page(request, "evaluation/slides.html", {"report": reporting.report(now())})


@from_memory
@require_safe
def report_pdf(request: PersonRequest) -> HttpResponse:
    return printing.pdf_answer(reporting.report(now()))


@from_memory
@require_safe
def report_csv(request: PersonRequest) -> HttpResponse:
    return printing.csv_answer(reporting.report(now()))


@require_safe
def how(request: PersonRequest) -> HttpResponse:
    """How each question is answered, in words, with the formula behind a fold."""
    context = {
        "questions": methods.QUESTIONS,
        "never_done": methods.NEVER,
        "grades": words.GRADES.values(),
    }
    return page(request, "evaluation/studio/how.html", context)
