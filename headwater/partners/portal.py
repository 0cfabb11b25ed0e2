from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.partners.forecasting import Outlook, outlook
from headwater.partners.forms import GoalForm, WeekForm
from headwater.partners.models import Goal
from headwater.people.requests import PersonRequest
from headwater.ui import charts
from headwater.ui.http import form_status, page, refusing

WEEKS_DRAWN = 12  # a season, as wide as a phone shows


@require_safe
def goal(request: PersonRequest) -> HttpResponse:
    """The partner's own goal, its weeks, and when it will probably be reached."""
    current = Goal.objects.filter(person=request.user, ended_at=None).first()
    if current is None:
        return redirect("portal:partners:new_goal")
    form = WeekForm(initial={"day": localdate(timezone=request.user.zone)})
    return page(request, "partners/portal/goal.html", goal_context(current, form))


def goal_context(current: Goal, form: WeekForm) -> dict[str, Any]:
    seen = outlook(current)
    return {"goal": current, "form": form, "outlook": seen, "chart": chart_of(current, seen)}


def chart_of(current: Goal, seen: Outlook) -> Any:
    if len(seen.weeks) < 2:
        return None
    weeks, days = seen.weeks[-WEEKS_DRAWN:], seen.labels[-WEEKS_DRAWN:]
    labels = [date_format(day, "j M") for day in days]
    said = _("%(n)s weeks, the last one %(value)g") % {"n": len(labels), "value": weeks[-1]}
    return charts.weeks(
        weeks, labels=labels, goal=float(current.target), unit=current.unit, label=said
    )


@require_POST
def weeks(request: PersonRequest) -> HttpResponse:
    current = Goal.objects.filter(person=request.user, ended_at=None).first()
    if current is None:
        return redirect("portal:partners:new_goal")
    form = WeekForm(request.POST)
    if form.is_valid():
        with refusing(form):
            current.keep_week(at=now(), **form.cleaned_data)
            messages.success(request, _("Noted. Only you see it, unless you share the goal."))
            return redirect("portal:partners:goal")
    context = goal_context(current, form)
    return page(request, "partners/portal/goal.html", context, status=form_status(form))


@require_http_methods(["GET", "POST"])
def new_goal(request: PersonRequest) -> HttpResponse:
    """Set a goal of one's own. The one before is kept with its weeks."""
    form = GoalForm(request.POST or None)
    if form.is_valid():
        with refusing(form):
            Goal.set(request.user, at=now(), **form.cleaned_data)
            messages.success(request, _("It stands above everything of ours."))
            return redirect("portal:partners:goal")
    context = {"form": form, "has_one": Goal.objects.filter(person=request.user).exists()}
    return page(request, "partners/portal/new_goal.html", context, status=form_status(form))
