from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from headwater.evaluation import draws, keeping, returning
from headwater.evaluation.keeping import Blocked
from headwater.evaluation.showing import returns as showing
from headwater.evaluation.studio.memory import from_memory
from headwater.people.models import House
from headwater.people.requests import PersonRequest
from headwater.ui.http import page


@from_memory
@require_safe
def returns(request: PersonRequest) -> HttpResponse:
    """What capacity cost and brought, beside the campaigns."""
    at, house = now(), House.current()
    result = returning.capacity_return(at)
    metric = returning.worth_of_visits()
    context: dict[str, object] = {"house": house, "metric": metric}
    if isinstance(result, Blocked):
        context["blocked"] = showing.BLOCKED[result.reason]
        return page(request, "evaluation/studio/no_return.html", context)
    answer = result.answer
    if "both" not in answer:
        context |= {"blocked": showing.BLOCKED["too_few"], "enough": answer.get("enough")}
        return page(request, "evaluation/studio/no_return.html", context)
    blocks = [date.fromisoformat(day) for day in answer["blocks"]]
    beside = returning.campaigns_return(at, blocks)
    whole, river = showing.return_charts(answer, beside, house.currency)
    context |= {
        "answer": answer,
        "result": result,
        "drawn": draws_at_hand(at),
        "only_range": answer["both"].get("only_range", False),
        "campaigns": beside,
        "whole": whole,
        "river": river,
        "even": showing.break_even_date(answer),
        "odds": returning.odds_capacity_returns_more(answer, beside) if beside else None,
        "title": showing.finding(returning.paid_for_itself(answer)),
        "first": blocks[0],
        "last": blocks[-1],
    }
    return page(request, "evaluation/studio/return.html", context)


def draws_at_hand(at: datetime) -> dict[str, Any] | None:
    """What lots showed, to stand beside what those who chose to come showed."""
    try:
        result = draws.draws(at)
    except keeping.NotYet:  # the return can be read without it
        return None
    together: dict[str, Any] | None = result.answer["together"] if result else None
    return together if together and together.get("estimate") else None
