from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from headwater.evaluation import investing, verdicts
from headwater.evaluation.forms import DecisionForm
from headwater.evaluation.models import Decision
from headwater.evaluation.showing.decisions import alternatives_shown, suggestions
from headwater.evaluation.studio.memory import from_memory
from headwater.kit.errors import Refused
from headwater.people.models import House
from headwater.people.requests import PersonRequest, needs
from headwater.programme.models import Campaign


@needs("manager")
@require_POST
@from_memory
def decisions(request: PersonRequest, pk: int) -> HttpResponse:
    """Keep what is to be done next time, with what the verdict says now."""
    at = now()
    campaign = get_object_or_404(Campaign.objects.registered().select_related("metric"), pk=pk)
    is_ready = verdicts.is_ready(campaign, localdate())
    result = verdicts.verdict(campaign, at) if is_ready else None
    if result is None:
        raise Refused(_("There is no verdict yet to decide on."))
    elsewhere = investing.elsewhere(campaign, at)
    suggested = suggestions(result, elsewhere, House.current().currency)
    form = DecisionForm(request.POST, suggested=suggested)
    if not form.is_valid() or not form.texts():
        messages.error(request, _("Choose what to do next time, or write it."))
        return redirect("studio:evaluation:verdict", pk)
    shown = alternatives_shown(elsewhere)
    with transaction.atomic():
        for text in form.texts():
            Decision.write(result, text=text, shown=shown, actor=request.user, at=at)
    messages.success(request, _("Kept. It will be shown when the next campaign is planned."))
    return redirect("studio:evaluation:verdict", pk)
