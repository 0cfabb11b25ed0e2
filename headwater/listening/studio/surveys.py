from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.ledger.models import record_staff
from headwater.listening import starting
from headwater.listening.forms import DraftForm
from headwater.listening.models import Conversation, Need, Response, Survey, Wish
from headwater.listening.verbs import STAFF_SURVEY_CHANGED
from headwater.people.requests import PersonRequest
from headwater.ui import charts
from headwater.ui.http import page


@require_safe
def surveys(request: PersonRequest) -> HttpResponse:
    """Ask: every survey, what partners asked for however they said it, and what came of it."""
    moment = now()
    rows = Survey.objects.select_related("kind").counted().order_by("-created_at", "-pk")
    asked_for = _needs(moment)
    context = {
        "page": Paginator(rows, 10).get_page(request.GET.get("page")),
        "now": moment,
        "needs": asked_for,
        "unanswered": [n for n in asked_for if n.asked and not n.latest],
        "most": max((n.asked for n in asked_for), default=0),
        "ready": starting.ready_surveys(),
        "draft": DraftForm(initial={"title": _("What would help you most?")}),
        "talks": Conversation.objects.select_related("person", "logged_by")[:5],
    }
    return page(request, "listening/studio/surveys.html", context)


def _needs(moment: datetime) -> list[Any]:
    """Every need, most asked first, with its newest response and one quotation."""
    responses = Prefetch(
        "responses", Response.objects.select_related("telling"), to_attr="responded"
    )
    found: list[Any] = list(Need.objects.most_asked_first(moment).prefetch_related(responses))
    quotes: dict[int, Wish] = {}
    newest = Wish.objects.quotable().filter(person__isnull=False).order_by("at")
    for wish in newest.select_related("person").filter(need__in=found[:8])[:200]:
        quotes[wish.need_id] = wish
    for need in found:
        need.latest = need.responded[0] if need.responded else None
        need.wish = quotes.get(need.pk)
        need.bar = charts.bar(need.asked, most=max(1, found[0].asked))
    return found


@require_POST
def drafts(request: PersonRequest) -> HttpResponse:
    """Begin a survey: from a ready one, or with an empty page."""
    form = DraftForm(request.POST)
    ready = request.POST.get("ready", "")
    if not form.is_valid() and not ready:
        context = {"draft": form, "ready": starting.ready_surveys()}
        return page(request, "listening/studio/draft.html", context, status=422)
    fields = {"kind": form.cleaned_data["kind"]} if form.is_valid() else {}
    actor, moment = request.user, now()
    if ready:
        survey = starting.survey_from(ready, actor=actor, at=moment, **fields)
    else:
        title = form.cleaned_data["title"]
        survey = Survey.draft(title=title, actor=actor, at=moment, **fields)
    record_staff(STAFF_SURVEY_CHANGED, actor=actor, subject=survey, at=moment, fields=["new"])
    return redirect("studio:listening:questions", survey.pk)
