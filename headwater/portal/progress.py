"""What a partner has become better at, what they did, and, if they chose it, their neighbours."""

from typing import Any

from django.http import HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from headwater.capacity.growing import clearest, growth_of
from headwater.partners.models import Goal
from headwater.people.requests import PersonRequest
from headwater.portal.context import modules_for
from headwater.recognition.forms import BoardForm
from headwater.recognition.models import (
    Award,
    BoardPlace,
    Season,
    Story,
    neighbours,
    next_badge,
    total,
)
from headwater.sharing.results import of_person
from headwater.ui.http import page


@require_safe
def progress(request: PersonRequest) -> HttpResponse:
    person, at = request.user, now()
    modules = modules_for(request)
    context: dict[str, Any] = {"modules": modules}
    if "gauges" in modules:
        growth = growth_of(person, at)
        shown = clearest(growth) or next((g for g in growth if g.latest), None)
        context |= {"growth": growth, "shown": shown, "clearest": clearest(growth)}
    if "points" in modules:
        season = Season.at(at)
        place = BoardPlace.objects.filter(person=person).select_related("group").first()
        context |= {
            "season": season,
            "points": total(person, season),
            "awards": Award.objects.filter(person=person).select_related("badge")[:4],
            "next_badge": next_badge(person),
            "place": place,
            "board": neighbours(person, season) if place else [],
            "form": BoardForm(instance=place),
        }
    best = of_person(person).shares
    goal = Goal.objects.filter(person=person, ended_at=None).first()
    context |= {
        "best_share": max(best, key=lambda share: share.people, default=None),
        "goal": goal,
        "best_week": goal.weeks.order_by("-value").first() if goal else None,
        "stories": Story.objects.told(at).filter(person=person)[:3],
    }
    return page(request, "portal/progress.html", context)
