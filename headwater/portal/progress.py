"""What a partner has become better at, what they did, and, if they chose it, their neighbours."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Subquery, Sum
from django.http import HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from headwater.capacity.growing import clearest, growth_of
from headwater.partners.models import GoalWeek
from headwater.people.models import House, Person
from headwater.people.requests import PersonRequest
from headwater.portal.context import modules_for
from headwater.recognition.forms import BoardForm
from headwater.recognition.models import (
    Award,
    Badge,
    Points,
    Standing,
    Story,
    badge_progress,
    rests_until,
)
from headwater.recognition.models import neighbours_of as neighbours
from headwater.sharing.models import VisitDay
from headwater.ui.http import page


@require_safe
def progress(request: PersonRequest) -> HttpResponse:
    person, at = request.user, now()
    modules = modules_for(request)
    context: dict[str, Any] = {"modules": modules, "best": _best(person, at)}
    if "gauges" in modules:
        growth = growth_of(person, at)
        moved = clearest(growth)
        rose = moved if moved and moved.movement and moved.movement.estimate.value > 0 else None
        shown = moved or next((g for g in growth if g.latest), None)
        context |= {"growth": growth, "shown": shown, "clearest": rose}
    if "points" in modules:
        context |= _recognised(person, at)
    best = VisitDay.objects.filter(link__person=person, link__message__isnull=False).order_by()
    shares = best.values(title=F("link__message__title")).annotate(people_in_all=Sum("people"))
    context["best_share"] = shares.filter(people_in_all__gt=0).order_by("-people_in_all").first()
    return page(request, "portal/progress.html", context)


def _recognised(person: Person, at: datetime) -> dict[str, Any]:
    """Badges, points and the board, if they joined it."""
    today = at.astimezone(House.current().zone).date()
    season = f"{today:%Y-%m}"
    earned = Award.objects.filter(badge=OuterRef("pk"), person=person)
    badges = list(Badge.objects.annotate(earned_at=Subquery(earned.values("at")[:1])))
    standings = Standing.objects.filter(season__key=season)
    me = standings.filter(person=person).select_related("group").first()
    mine = Points.objects.filter(person=person, season__key=season)
    points = me.points if me else mine.aggregate(n=Sum("points"))["n"] or 0
    shown = me.name if me and me.name != person.name else ""
    return {
        "earned": sorted((b for b in badges if b.earned_at), key=lambda b: b.earned_at)[-3:][::-1],
        "next_badge": badge_progress(person, [b for b in badges if not b.earned_at]),
        "points": points,
        "rests_until": rests_until(today),
        "me": me,
        "board": neighbours(me) if me else [],
        "form": BoardForm(initial={"pseudonym": shown}),
    }


def _best(person: Person, at: datetime) -> dict[str, Any]:
    """The best week of the standing goal, and the newest story told: in one statement."""
    weeks = GoalWeek.objects.filter(goal__person=OuterRef("pk"), goal__ended_at=None, value__gt=0)
    weeks = weeks.order_by("-value", "-week_on")
    told = Story.objects.told(at).filter(person=OuterRef("pk"))
    found = Person.objects.filter(pk=person.pk).values(
        week=Subquery(weeks.values("value")[:1]),
        week_on=Subquery(weeks.values("week_on")[:1]),
        unit=Subquery(weeks.values("goal__unit")[:1]),
        target=Subquery(weeks.values("goal__target")[:1]),
        story=Subquery(told.values("words")[:1]),
        story_pk=Subquery(told.values("pk")[:1]),
        told_at=Subquery(told.values("told_at")[:1]),
    )
    return dict(found[0])
