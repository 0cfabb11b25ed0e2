from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from headwater.listening.forms import AnswerForm
from headwater.listening.models import Invitation, Reply, Survey
from headwater.people.models import Person
from headwater.people.requests import PersonRequest, needs
from headwater.ui.http import form_status, page, refusing


@needs("manager")
@require_safe
def call_sheet(request: PersonRequest, pk: int) -> HttpResponse:
    """Whom to ring, to print or to work through: name, number, and a way to enter the answers."""
    survey = get_object_or_404(Survey, pk=pk)
    waiting = (
        Invitation.objects.filter(survey=survey, is_done=False)
        .select_related("person").order_by("way", "person__name")
    )  # fmt: skip
    questions = survey.questions.prefetch_related("options")
    context = {
        "survey": survey,
        "page": Paginator(waiting, 60).get_page(request.GET.get("page")),
        "questions": questions,
    }
    return page(request, "listening/studio/call_sheet.html", context)


@require_http_methods(["GET", "POST"])
def sheet(request: PersonRequest, pk: int, person: str) -> HttpResponse:
    """Put down what somebody said on the phone, all questions on one page."""
    survey = get_object_or_404(Survey, pk=pk)
    who = get_object_or_404(Person.objects.partners(), public_id=person)
    return _sheet(request, survey, who)


@require_http_methods(["GET", "POST"])
def nameless_sheet(request: PersonRequest, pk: int) -> HttpResponse:
    """Put down a paper without a name on it."""
    return _sheet(request, get_object_or_404(Survey, pk=pk, is_anonymous=True), None)


def _sheet(request: PersonRequest, survey: Survey, who: Person | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    forms = [
        AnswerForm(question, data, prefix=f"q{question.pk}")
        for question in survey.questions.prefetch_related("options__need")
    ]
    moment = now()
    if data is not None and sum(not form.is_valid() for form in forms) == 0:
        with refusing(forms[0]):
            _enter(survey, who, forms, request.user, moment)
            messages.success(request, _("The answers are kept."))
            to = "studio:listening:call_sheet" if who else "studio:listening:nameless_sheet"
            return redirect(to, survey.pk)
    status = max(form_status(form) for form in forms)
    context = {"survey": survey, "who": who, "forms": forms}
    return page(request, "listening/studio/sheet.html", context, status=status)


@transaction.atomic
def _enter(
    survey: Survey, who: Person | None, forms: list[AnswerForm], actor: Person, at: datetime
) -> None:
    source = Reply.Source.CALL if who else Reply.Source.PAPER
    reply = Reply.enter(survey, who, actor=actor, at=at, source=source)
    for form in forms:
        reply.answer(form.question, at=at, **form.answer)
    reply.finish(at=at)
