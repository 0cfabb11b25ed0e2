from datetime import datetime
from decimal import Decimal

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from headwater.evaluation import bettering, frames, investing, verdicts
from headwater.evaluation.forms import DebriefForm, DecisionForm
from headwater.evaluation.models import Debrief, Result
from headwater.evaluation.showing import verdicts as showing
from headwater.evaluation.showing.changes import would_change
from headwater.evaluation.showing.decisions import suggestions
from headwater.evaluation.showing.placebos import leaned_on, placebos
from headwater.evaluation.showing.trials import Second, second
from headwater.evaluation.showing.watching import watched
from headwater.evaluation.showing.words import LACKS, key_of
from headwater.evaluation.studio.memory import from_memory
from headwater.evaluation.watching import looked_at
from headwater.people.models import House
from headwater.people.requests import PersonRequest
from headwater.programme.models import Campaign, Metric, priced
from headwater.stats.answers import NotEnough
from headwater.ui.http import form_status, page, refusing


@from_memory
@require_safe
def campaigns(request: PersonRequest) -> HttpResponse:
    """Every registered campaign with its verdict, or when it will have one."""
    at, today = now(), localdate()
    rows = []
    for campaign in Campaign.objects.registered().select_related("metric"):
        ready = verdicts.is_ready(campaign, today)
        result = verdicts.verdict(campaign, at) if ready else None
        rows.append((campaign, showing.first(result, campaign.metric) if result else None, ready))
    context = {
        "rows": rows,
        "answered": sum(first is not None for _campaign, first, _ready in rows),
        "own_metrics": Metric.objects.exclude(counted=""),
    }
    return page(request, "evaluation/studio/campaigns.html", context)


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
    first = showing.first(result, campaign.metric) if result else None
    money, hours = campaign.costs_in_all()
    third = _third(campaign, at) if result else {}
    context = {
        "title": showing.headline(
            campaign, first, ready=ready, elsewhere=str(third.get("shown_word", ""))
        ),
        "campaign": campaign,
        "ready": ready,
        "result": result,
        "first": first,
        "missing": LACKS[frames.missing(campaign, today)] if ready and not result else None,
        "chart": showing.chart(result, campaign) if result else None,
        **(_told(result, campaign) if result else {}),
        "money": money,
        "hours": hours,
        "priced": priced(money, hours),
        "amended": _on_amended_aims(campaign, at) if result else [],
        "debriefs": campaign.debriefs.select_related("author", "partner"),
        "form": form,
        "house": House.current(),
        "second": _second(campaign, at) if result else None,
        **third,
        **(_beside(campaign, result, at) if result else {}),
    }
    template = "evaluation/studio/verdict.html"
    return page(request, template, context, status=form_status(form))


def _told(result: Result, campaign: Campaign) -> dict[str, object]:
    """What stands beside the first answer: what would change it, and what it was held against."""
    return {
        "changes": would_change(result, campaign.metric),
        "placebos": placebos(result, campaign.metric),
        "leaned_on": leaned_on(result.answer),
    }


def _on_amended_aims(campaign: Campaign, at: datetime) -> list[tuple[Decimal, showing.First]]:
    found = []
    for aim in verdicts.amended_aims(campaign):
        result = verdicts.verdict(campaign, at, aim=aim)
        if result:
            found.append((aim, showing.first(result, campaign.metric)))
    return found


def _second(campaign: Campaign, at: datetime) -> Second | None:
    result = bettering.better(campaign, at)
    return second(result.answer) if result else None


def _beside(campaign: Campaign, result: Result, at: datetime) -> dict[str, object]:
    """The other numbers that were looked at, and what may be decided for the next time."""
    elsewhere = investing.elsewhere(campaign, at)
    suggested = suggestions(result, elsewhere, House.current().currency)
    lessons = list(campaign.lessons.select_related("who"))
    standing = {lesson.text for lesson in lessons}
    left = [text for text in suggested if text not in standing]
    return {
        "lessons": lessons,
        "watched": watched(looked_at(campaign, result, at)),
        "decision_form": DecisionForm(suggested=left),
    }


def _third(campaign: Campaign, at: datetime) -> dict[str, object]:
    """What the third answer needs: rows, the split, or why there is none."""
    result = investing.elsewhere(campaign, at)
    if result is None or isinstance(result, NotEnough) or "rows" not in result.answer:
        return {"elsewhere": None, "unseen": investing.chosen_beforehand(campaign, at)[1]}
    answer = result.answer
    return {
        "elsewhere": answer,
        "elsewhere_grade": showing.grade_of_split(answer),
        "elsewhere_word": key_of(answer["word"]),
        "shown_word": "" if showing.overlaps(answer) else key_of(answer["word"]),
        "choices": [] if showing.overlaps(answer) else showing.choices(answer),
        "split": showing.split(answer),
        "overlaps": showing.overlaps(answer),
        "unseen": answer.get("unseen", []),
        "tested": showing.tested(answer),
    }
