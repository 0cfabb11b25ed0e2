"""A partner's first page: their tip, their goal, what's next, one message, their points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.events.models import Event, Place
from headwater.library.models import Tip, TipDone
from headwater.listening.models import Invitation, Response
from headwater.partners.forecasting import Outlook, outlook
from headwater.partners.forms import WeekForm
from headwater.partners.models import Goal, modules_of
from headwater.partners.portal import chart_of
from headwater.people.models import Person
from headwater.people.requests import PersonRequest
from headwater.recognition.models import Points, Rule, Season
from headwater.sharing.models import Message
from headwater.ui.http import form_status, page, refusing


@dataclass(frozen=True)
class PointsNow:
    """This season's points and the best season before: counted from the ledger."""

    now: int
    best: int
    season: Season
    for_a_tip: int | None

    @property
    def most(self) -> int:
        return max(self.now, self.best, 1)


@require_http_methods(["GET", "POST"])
def home(request: PersonRequest) -> HttpResponse:
    person, at = request.user, now()
    if person.is_staff and not person.is_partner:
        return redirect("studio:home")
    goal = Goal.objects.filter(person=person, ended_at=None).first()
    form = WeekForm(request.POST or None, initial={"day": localdate(timezone=person.zone)})
    if request.method == "POST" and goal and form.is_valid():
        with refusing(form):
            goal.keep_week(at=at, **form.cleaned_data)
            messages.success(request, _("Noted. Only you see it, unless you share the goal."))
            return redirect("portal:home")
    modules = modules_of(person)
    context = {
        "modules": modules,
        **_tip(person, at, modules),
        **_goal(goal, form),
        **_event(person, at, modules),
        "message": _message(person, at, modules),
        "points": _points(person, at) if "points" in modules else None,
        "asked": _asked(person, at),
        "did": Response.objects.for_person(person).select_related("need")[:2],
    }
    return page(request, "portal/home.html", context, status=form_status(form))


def _tip(person: Person, at: datetime, modules: set[str]) -> dict[str, Any]:
    if "learn" not in modules:
        return {"tip": None}
    tip = Tip.objects.for_now(at)
    done = bool(tip) and TipDone.objects.filter(person=person, tip=tip).exists()
    return {"tip": tip, "tip_done": done}


def _goal(goal: Goal | None, form: WeekForm) -> dict[str, Any]:
    if goal is None:
        return {"goal": None}
    seen: Outlook = outlook(goal)
    left = float(goal.target) - seen.latest if seen.latest is not None else None
    return {
        "goal": goal,
        "form": form,
        "outlook": seen,
        "to_go": left if left is not None and left > 0 else None,
        "goal_chart": chart_of(goal, seen),
    }


def _event(person: Person, at: datetime, modules: set[str]) -> dict[str, Any]:
    """The next event that answers what they asked for, else the next one there is."""
    if "events" not in modules:
        return {"event": None}
    upcoming = list(Event.objects.upcoming(at).with_counts().select_related("need")[:8])
    if not upcoming:
        return {"event": None}
    wished = set(person.wishes.values_list("need", flat=True))
    event = next((e for e in upcoming if e.need_id in wished), upcoming[0])
    place = Place.objects.standing().filter(event=event, person=person).first()
    asked = event.need.asked_by(at).count() if event.need_id in wished and event.need else 0
    left = None if event.places is None else max(0, event.places - event.held_count)
    return {"event": event, "place": place, "asked_by": max(asked - 1, 0), "places_left": left}


def _message(person: Person, at: datetime, modules: set[str]) -> Message | None:
    if "share" not in modules:
        return None
    mine = Message.objects.not_set_aside_by(person).meant_for(person, at)
    return mine[0] if mine else None


def _points(person: Person, at: datetime) -> PointsNow:
    season = Season.at(at)
    sums = dict(
        Points.objects.filter(person=person)
        .order_by()
        .values_list("season")
        .annotate(n=Sum("points"))
    )
    mine = sums.pop(season.pk, 0)
    rule = Rule.objects.standing_in(season).filter(verb="library.tip_done").first()
    return PointsNow(mine, max(sums.values(), default=0), season, rule.points if rule else None)


def _asked(person: Person, at: datetime) -> Invitation | None:
    waiting = Invitation.objects.filter(person=person, is_done=False).select_related("survey")
    return next((one for one in waiting.order_by("-pk")[:3] if one.survey.is_open(at)), None)
