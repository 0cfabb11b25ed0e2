from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from headwater.evaluation import activities as asking
from headwater.evaluation import draws as drawing
from headwater.evaluation import keeping
from headwater.evaluation.models import Result
from headwater.evaluation.showing import activities as showing
from headwater.evaluation.studio.memory import from_memory
from headwater.events.models import Event
from headwater.listening.models import Gauge
from headwater.people.models import House
from headwater.people.requests import PersonRequest
from headwater.ui.http import page


@from_memory
@require_safe
def activities(request: PersonRequest) -> HttpResponse:
    """What each kind of activity does to visits and fluency, beside what lots showed."""
    at = now()
    result = asking.activities(at)
    drawn = _drawn(at)
    rows = showing.rows(result.answer) if result else []
    context = {
        "result": result,
        "rows": rows,
        "title": showing.headline(rows) if rows else "",
        "lots": _lots(drawn),
    }
    return page(request, "evaluation/studio/activities.html", context)


@from_memory
@require_safe
def activity_kind(request: PersonRequest, kind: str) -> HttpResponse:
    at = now()
    result = asking.activities(at)
    told = {one["kind"]: one for one in result.answer["kinds"]} if result else {}
    if result is None or kind not in told:
        raise Http404
    answer = told[kind]
    row = next(one for one in showing.rows(result.answer) if one.slug == kind)
    drawn = _drawn(at)
    context = {
        "result": result,
        "answer": answer,
        "row": row,
        "beside": showing.effect(answer.get("beside")),
        "chart": showing.by_block(answer),
        "lot": _lots(drawn).get(kind),
    }
    return page(request, "evaluation/studio/activity_kind.html", context)


def _drawn(at: datetime) -> Result | None:
    """What draws showed, where it has been worked out: the rest can be read without it."""
    try:
        return drawing.draws(at)
    except keeping.NotYet:
        return None


def _lots(drawn: Result | None) -> dict[str, showing.Effect]:
    """What came of draws by kind, on those who came where that is known."""
    kinds = drawn.answer["kinds"] if drawn else {}
    found = {
        kind: showing.effect(told.get("on_those_who_came") or told.get("estimate"))
        for kind, told in kinds.items()
    }
    return {kind: one for kind, one in found.items() if one}


@from_memory
@require_safe
def draws(request: PersonRequest) -> HttpResponse:
    """Every draw that was held, what being drawn did, and what stands in the way of more."""
    at = now()
    result = drawing.draws(at)
    answer: dict[str, Any] = result.answer if result else {"draws": [], "together": {}}
    context = {
        "result": result,
        "together": answer["together"],
        "all": showing.effect(answer["together"].get("estimate")),
        "came": showing.effect(answer["together"].get("on_those_who_came")),
        "gauges": [
            (Gauge(gauge).label, row, showing.effect(row.get("estimate")))
            for gauge, row in answer.get("gauges", {}).items()
        ],
        "rows": [(one, showing.effect(one.get("estimate"))) for one in answer["draws"]],
        "to_come": Event.objects.upcoming(at).filter(by_lot=True, draw=None),
        "sights": drawing.sights(result),
        "allowed": House.current().lotteries_allowed,
    }
    return page(request, "evaluation/studio/draws.html", context)
