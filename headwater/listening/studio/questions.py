from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.ledger.models import record_staff
from headwater.listening.checking import checks
from headwater.listening.forms import (
    NamesForm,
    OptionFormSet,
    QuestionForm,
    SurveyForm,
    initial_options,
    options_of,
)
from headwater.listening.models import Question, Survey
from headwater.listening.verbs import STAFF_SURVEY_CHANGED
from headwater.people.requests import PersonRequest
from headwater.ui.http import form_status, page, refusing


@require_safe
def questions(request: PersonRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey, pk=pk)
    first = survey.questions.first()
    if first:
        return redirect("studio:listening:question", pk, first.pk)
    return _editor(request, survey, None, QuestionForm(initial={"kind": "choose"}), None)


@require_http_methods(["GET", "POST"])
def question(request: PersonRequest, pk: int, question: int) -> HttpResponse:
    """One question and its answers. 0 is a new one."""
    survey = get_object_or_404(Survey, pk=pk)
    chosen = get_object_or_404(survey.questions, pk=question) if question else None
    data = request.POST if request.method == "POST" else None
    form = QuestionForm(data, instance=chosen, initial=None if chosen else {"kind": "choose"})
    rows = initial_options(chosen.options.all()) if chosen else []
    options = OptionFormSet(data, initial=rows, prefix="options")
    if data is not None and form.is_valid() and options.is_valid():
        with refusing(form):
            survey.refuse_changes_that_break_answers()
            saved = _save_question(survey, chosen, form, options_of(options.forms))
            record_staff(
                STAFF_SURVEY_CHANGED, actor=request.user, subject=survey, at=now(),
                fields=["questions"],
            )  # fmt: skip
            messages.success(request, _("Saved."))
            return redirect("studio:listening:question", pk, saved.pk)
    return _editor(request, survey, chosen, form, options)


def _save_question(
    survey: Survey, chosen: Question | None, form: QuestionForm, options: list[Any]
) -> Question:
    saved = form.save() if chosen else survey.add_question(**form.cleaned_data)
    saved.set_options(options if saved.has_options else [])
    return saved


def _editor(
    request: PersonRequest, survey: Survey, chosen: Question | None, form: QuestionForm,
    options: Any,
) -> HttpResponse:  # fmt: skip
    listed = list(survey.questions.prefetch_related("options"))
    status = form_status(form)
    if options is not None and options.is_bound and not options.is_valid():
        status = 422
    shown = next((q for q in listed if chosen and q.pk == chosen.pk), None)
    context = {
        "survey": survey,
        "questions": listed,
        "chosen": chosen,
        "number": listed.index(shown) + 1 if shown else len(listed) + 1,
        "form": form,
        "options": options if options is not None else OptionFormSet(prefix="options"),
        "preview": list(shown.options.all())[:4] if shown else [],
        "more": max(0, len(shown.options.all()) - 4) if shown else 0,
        "checks": checks(survey, listed),
        "settings": SurveyForm(instance=survey),
        "is_locked": survey.replies.exists(),
        "is_open": survey.is_open(now()),
    }
    return page(request, "listening/studio/questions.html", context, status=status)


@require_POST
def place(request: PersonRequest, pk: int, question: int) -> HttpResponse:
    chosen = get_object_or_404(Question, pk=question, survey=pk)
    chosen.move(1 if request.POST.get("step") == "down" else -1)
    return redirect("studio:listening:question", pk, question)


@require_POST
def removal(request: PersonRequest, pk: int, question: int) -> HttpResponse:
    chosen = get_object_or_404(Question.objects.select_related("survey"), pk=question, survey=pk)
    chosen.survey.refuse_changes_that_break_answers()
    chosen.delete()
    messages.success(request, _("The question is taken out."))
    return redirect("studio:listening:questions", pk)


@require_http_methods(["GET", "POST"])
def settings(request: PersonRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey, pk=pk)
    form = SurveyForm(request.POST or None, instance=Survey.objects.get(pk=pk))
    if form.is_valid():
        with refusing(form):
            survey.change(actor=request.user, at=now(), **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("studio:listening:questions", pk)
    context = {"survey": survey, "form": form}
    return page(request, "listening/studio/settings.html", context, status=form_status(form))


@require_POST
def names(request: PersonRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey, pk=pk)
    form = NamesForm(request.POST)
    if form.is_valid():
        survey.change(actor=request.user, at=now(), is_anonymous=form.cleaned_data["is_anonymous"])
        messages.success(request, _("Saved."))
    return redirect("studio:listening:questions", pk)


@require_POST
def copy(request: PersonRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey, pk=pk).copy(actor=request.user, at=now())
    messages.success(request, _("A copy, to change as you like."))
    return redirect("studio:listening:questions", survey.pk)
