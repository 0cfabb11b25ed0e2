from datetime import datetime, time, timedelta

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.listening import inviting
from headwater.listening.checking import brief_checks
from headwater.listening.forms import AskingForm, OpeningForm, ReminderForm
from headwater.listening.models import Survey
from headwater.people.models import House, Person
from headwater.people.requests import PersonRequest, needs
from headwater.safeguards.contact import REASONS, Audience
from headwater.ui.http import form_status, page, refusing


@needs("manager")
@require_POST
def opening(request: PersonRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey.objects.counted(), pk=pk)
    form = OpeningForm(request.POST)
    moment = now()
    if form.is_valid():
        last = form.cleaned_data["closes_on"]
        zone = House.current().zone
        ends = datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone) if last else None
        with refusing(form):
            survey.open(actor=request.user, at=moment, closes_at=ends)
            messages.success(request, _("The survey is open. Now ask."))
            return redirect("studio:listening:asking", pk)
    return _asking(request, survey, AskingForm(), form, moment, status=form_status(form))


@needs("manager")
@require_POST
def closure(request: PersonRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey, pk=pk)
    survey.close(actor=request.user, at=now())
    messages.success(request, _("The survey is closed. What was answered stays."))
    return redirect("studio:listening:survey", pk)


@needs("manager")
@require_http_methods(["GET", "POST"])
def asking(request: PersonRequest, pk: int) -> HttpResponse:
    """Choose whom to ask. The audience and who is left out stand there before anything goes."""
    survey = get_object_or_404(Survey.objects.counted(), pk=pk)
    moment = now()
    chosen = request.POST if request.method == "POST" else request.GET
    initial = {"kind": survey.kind_id}
    form = AskingForm(chosen if chosen else initial)
    if request.method == "POST" and form.is_valid():
        with refusing(form):
            people = _chosen(form, moment)
            if request.POST.get("way") == "call":
                count = inviting.call(survey, people, actor=request.user, at=moment)
                messages.success(request, _("%(n)d are on the call sheet.") % {"n": count})
                return redirect("studio:listening:call_sheet", pk)
            mailing = inviting.invite(survey, people, actor=request.user, at=moment)
            messages.success(request, going(mailing.send_at > moment))
            return redirect("studio:listening:survey", pk)
    return _asking(request, survey, form, OpeningForm(), moment, status=form_status(form))


def _asking(
    request: PersonRequest, survey: Survey, form: AskingForm, opening: OpeningForm,
    moment: datetime, *, status: int,
) -> HttpResponse:  # fmt: skip
    reached: Audience | None = None
    if form.is_bound and form.is_valid():
        reached = inviting.reachable(survey, _chosen(form, moment), moment)
    elif not form.is_bound:
        reached = inviting.reachable(survey, Person.objects.partners(), moment)
    left_out = reached.excluded.items() if reached else []
    context = {
        "survey": survey,
        "form": form,
        "opening": opening,
        "reached": reached,
        "left_out": [{"why": REASONS.get(why, why), "count": count} for why, count in left_out],
        "is_open": survey.is_open(moment),
        "asked": survey.asked,
        "checks": brief_checks(survey, list(survey.questions.prefetch_related("options"))),
    }
    return page(request, "listening/studio/asking.html", context, status=status)


def _chosen(form: AskingForm, moment: datetime) -> QuerySet[Person]:
    segment, kind = form.cleaned_data["segment"], form.cleaned_data["kind"]
    people: QuerySet[Person] = segment.people(moment) if segment else Person.objects.partners()
    return people.filter(belongings__kind=kind) if kind else people


@needs("manager")
@require_POST
def reminder(request: PersonRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey, pk=pk)
    form = ReminderForm(request.POST)
    moment = now()
    if form.is_valid():
        note = form.cleaned_data["note"]
        mailing = inviting.remind(survey, note=note, actor=request.user, at=moment)
        messages.success(request, going(mailing.send_at > moment))
    return redirect("studio:listening:survey", pk)


def going(waits: bool) -> str:
    if waits:
        return _("The letters go in ten minutes. Until then you can take them back.")
    return _("The letters are on their way.")
