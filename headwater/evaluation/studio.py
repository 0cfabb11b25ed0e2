from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from headwater.evaluation import keeping, returning, showing, verdicts
from headwater.evaluation.forms import DebriefForm
from headwater.evaluation.models import Debrief
from headwater.evaluation.returning import Blocked
from headwater.people.models import House
from headwater.people.requests import PersonRequest
from headwater.programme.models import Campaign, priced
from headwater.stats.answers import NotEnough
from headwater.ui.http import form_status, page, refusing

View = TypeVar("View", bound=Callable[..., HttpResponse])


def from_memory(view: View) -> View:
    """Let a page answer from memory as long as no row has changed."""

    @wraps(view)
    def looking(request: PersonRequest, *args: Any, **named: Any) -> HttpResponse:
        with keeping.while_rows_stand(now()):
            return view(request, *args, **named)

    return cast(View, looking)


@from_memory
@require_safe
def campaigns(request: PersonRequest) -> HttpResponse:
    """Every registered campaign with its verdict, or when it will have one."""
    at, today = now(), localdate()
    rows = []
    for campaign in Campaign.objects.registered().select_related("metric"):
        ready = verdicts.is_ready(campaign, today)
        result = verdicts.verdict(campaign, at) if ready else None
        rows.append((campaign, showing.first(result) if result else None, ready))
    return page(request, "evaluation/studio/campaigns.html", {"rows": rows})


@from_memory
@require_http_methods(["GET", "POST"])
def verdict(request: PersonRequest, pk: int) -> HttpResponse:
    at, today = now(), localdate()
    campaign = get_object_or_404(Campaign.objects.registered().select_related("metric"), pk=pk)
    form = DebriefForm(request.POST or None)
    if form.is_valid():
        with refusing(form):
            data = form.cleaned_data
            Debrief.write(
                campaign, actor=request.user, went_well=data["went_well"],
                differently=data["differently"], partner=data["partner_email"], at=at,
            )  # fmt: skip
            messages.success(request, _("Kept beside the verdict."))
            return redirect("studio:evaluation:verdict", pk)
    ready = verdicts.is_ready(campaign, today)
    result = verdicts.verdict(campaign, at) if ready else None
    money, hours = campaign.costs_in_all()
    context = {
        "campaign": campaign,
        "ready": ready,
        "result": result,
        "first": showing.first(result) if result else None,
        "chart": showing.chart(result, campaign) if result else None,
        "money": money,
        "hours": hours,
        "priced": priced(money, hours),
        "amended": _on_amended_aims(campaign, at) if result else [],
        "debriefs": campaign.debriefs.select_related("author", "partner"),
        "form": form,
        "house": House.current(),
        **(_third(campaign, at) if result else {}),
    }
    template = "evaluation/studio/verdict.html"
    return page(request, template, context, status=form_status(form))


def _on_amended_aims(campaign: Campaign, at: datetime) -> list[tuple[Decimal, showing.First]]:
    found = []
    for aim in verdicts.amended_aims(campaign):
        result = verdicts.verdict(campaign, at, aim=aim)
        if result:
            found.append((aim, showing.first(result)))
    return found


def _third(campaign: Campaign, at: datetime) -> dict[str, object]:
    """What the third answer needs: rows, the split, or why there is none."""
    result = verdicts.elsewhere(campaign, at, capacity=returning.capacity_lever(at))
    if result is None or isinstance(result, NotEnough) or "rows" not in result.answer:
        return {"elsewhere": None}
    answer = result.answer
    return {
        "elsewhere": answer,
        "elsewhere_word": showing.key_of(answer["word"]),
        "choices": [] if showing.overlaps(answer) else showing.choices(answer),
        "split": showing.split(answer),
        "overlaps": showing.overlaps(answer),
    }


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
        "campaigns": beside,
        "whole": whole,
        "river": river,
        "even": showing.break_even_date(answer),
        "odds": returning.odds_capacity_returns_more(answer, beside) if beside else None,
        "paid": returning.paid_for_itself(answer),
        "first": blocks[0],
        "last": blocks[-1],
    }
    return page(request, "evaluation/studio/return.html", context)
