from django.http import HttpResponse
from django.views.decorators.http import require_safe

from headwater.evaluation import handing
from headwater.evaluation.showing import methods, words
from headwater.evaluation.studio.memory import from_memory
from headwater.people.requests import PersonRequest
from headwater.ui.http import page


@from_memory
@require_safe
def report(request: PersonRequest) -> HttpResponse:
    context = {"report": handing.asked(request), "may_share": request.user.is_at_least("manager")}
    return page(request, "evaluation/studio/report.html", context)


@from_memory
@require_safe
def slides(request: PersonRequest) -> HttpResponse:
    """The same, a finding a sheet, to be shown or printed across."""
    return page(request, "evaluation/slides.html", {"report": handing.asked(request)})


@from_memory
@require_safe
def report_pdf(request: PersonRequest) -> HttpResponse:
    return handing.as_pdf(handing.asked(request))


@from_memory
@require_safe
def report_csv(request: PersonRequest) -> HttpResponse:
    return handing.as_csv(handing.asked(request))


@require_safe
def how(request: PersonRequest) -> HttpResponse:
    """How each question is answered, in words, with the formula behind a fold."""
    context = {
        "questions": methods.QUESTIONS,
        "never_done": methods.NEVER,
        "grades": words.GRADES.values(),
    }
    return page(request, "evaluation/studio/how.html", context)
