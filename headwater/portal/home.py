"""A partner's first page: their tip, their goal, what's next, one message, their points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.events.models import Event, Place
from headwater.library.models import Tip, TipDone
from headwater.listening.models import Invitation, Response, Wish
from headwater.partners.forecasting import Outlook, outlook
from headwater.partners.forms import WeekForm
from headwater.partners.models import Goal
from headwater.partners.portal import chart_of
from headwater.people.models import House, Person
from headwater.people.requests import PersonRequest
from headwater.portal.context import modules_for
from headwater.recognition.models import Points
from headwater.sharing.models import Message
from headwater.ui.http import form_status, page, refusing


@dataclass(frozen=True)
class PointsNow:
    """This season's points and the best season before: counted from the ledger."""

    now: int
    best: int

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
    modules = modules_for(request)
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
    mine = TipDone.objects.filter(person=person, tip=OuterRef("pk"))
    tip = Tip.objects.annotate(is_done=Exists(mine)).for_now(at)
    return {"tip": tip}


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
    wishes = Wish.objects.filter(need=OuterRef("need"), person__isnull=False, at__lte=at)
    asked = wishes.order_by().values("need").annotate(n=Count("person", distinct=True)).values("n")
    mine = Place.objects.standing().filter(event=OuterRef("pk"), person=person)
    upcoming: QuerySet[Event] = Event.objects.upcoming(at).with_counts()
    event = (
        upcoming.annotate(
            is_wished=Exists(wishes.filter(person=person)),
            asked_by=Coalesce(Subquery(asked), 0),
            my_place=Subquery(mine.values("state")[:1]),
        )
        .order_by("-is_wished", "starts_at")
        .first()
    )
    if event is None:
        return {"event": None}
    left = None if event.places is None else max(0, event.places - event.held_count)
    others = event.asked_by - 1 if event.is_wished else 0
    state = Place.State(event.my_place).label if event.my_place else ""
    return {"event": event, "place": state, "asked_by": others, "places_left": left}


def _message(person: Person, at: datetime, modules: set[str]) -> Message | None:
    if "share" not in modules:
        return None
    mine = Message.objects.not_set_aside_by(person).meant_for(person, at)
    return mine[0] if mine else None


def _points(person: Person, at: datetime) -> PointsNow:
    mine = Points.objects.filter(person=person).order_by().values_list("season__key")
    sums = dict(mine.annotate(n=Sum("points")))
    this_season = sums.pop(f"{at.astimezone(House.current().zone):%Y-%m}", 0)
    return PointsNow(this_season, max(sums.values(), default=0))


def _asked(person: Person, at: datetime) -> Invitation | None:
    waiting = Invitation.objects.filter(person=person, is_done=False).select_related("survey")
    return next((one for one in waiting.order_by("-pk")[:3] if one.survey.is_open(at)), None)
