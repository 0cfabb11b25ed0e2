from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from headwater.kit.errors import Refused
from headwater.people.requests import PersonRequest, needs
from headwater.programme import outcome_files
from headwater.programme.forms import OutcomeFileForm, ReadingForm
from headwater.programme.models import Metric, OutcomeFile
from headwater.programme.outcome_files import Found
from headwater.programme.outcome_tables import Chosen
from headwater.ui.http import form_status, page

ROWS_SHOWN, PLACES_SHOWN = 8, 6


@require_http_methods(["GET", "POST"])
@needs("editor")
def upload(request: PersonRequest, pk: int) -> HttpResponse:
    """The file. Nothing is kept until it was looked at."""
    metric = get_object_or_404(Metric, pk=pk)
    is_sent = request.method == "POST"
    form = OutcomeFileForm(request.POST, request.FILES) if is_sent else OutcomeFileForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        name = PurePath(file.name).name
        held = OutcomeFile.add(metric, file.read(), name=name, actor=request.user, at=now())
        return redirect("studio:programme:outcome_file", pk, held.pk)
    context = {"metric": metric, "form": form}
    return page(request, "programme/studio/upload.html", context, status=form_status(form))


@require_http_methods(["GET", "POST"])
@needs("editor")
def outcome_file(request: PersonRequest, pk: int, file: int) -> HttpResponse:
    """What we recognised, a preview, and every row that can't be kept. Still nothing is kept."""
    held = get_object_or_404(
        OutcomeFile.objects.select_related("metric"), pk=file, metric=pk, kept_at=None
    )
    form = ReadingForm(request.POST if request.method == "POST" else None, initial=held.chosen)
    if form.is_valid():
        held.chosen = {key: value for key, value in form.cleaned_data.items() if value}
        held.save(update_fields=["chosen"])
        return redirect("studio:programme:outcome_file", pk, file)
    found, problem = None, ""
    try:
        found = _look_at(held)
    except Refused as refusal:
        problem = str(refusal)
    context = {"file": held, "metric": held.metric, "form": form, "problem": problem}
    context |= _preview(found, held.metric) if found else {}
    status = 409 if problem else form_status(form)
    return page(request, "programme/studio/outcome_file.html", context, status=status)


def _look_at(held: OutcomeFile) -> Found:
    chosen = dict(held.chosen)
    order = chosen.pop("order", "")
    day_first = {"day": True, "month": False}.get(order)
    return outcome_files.look_at(
        bytes(held.content), name=held.name, metric=held.metric, at=now(),
        chosen=Chosen(**chosen, day_first=day_first),
    )  # fmt: skip


def _preview(found: Found, metric: Metric) -> dict[str, Any]:
    places, periods = found.places, found.periods
    shown, recent = places[:PLACES_SHOWN], periods[-ROWS_SHOWN:]
    known = {name.casefold() for name in metric.markets.values_list("name", flat=True)}
    return {
        "found": found,
        "places": places,
        "shown": shown,
        "more_places": len(places) - len(shown),
        "first": periods[0],
        "last": periods[-1],
        "rows": [(day, [found.counts.get((place, day)) for place in shown]) for day in recent],
        "new_places": [place for place in places if place.casefold() not in known],
        "problems": found.problems[:50],
    }


@require_POST
@needs("editor")
def keeping(request: PersonRequest, pk: int, file: int) -> HttpResponse:
    """All of it, or nothing."""
    held = get_object_or_404(
        OutcomeFile.objects.select_related("metric"), pk=file, metric=pk, kept_at=None
    )
    kept = outcome_files.keep_file(
        held, _look_at(held), ours=request.POST.getlist("ours"), actor=request.user, at=now()
    )
    told = ngettext("One count is new.", "%(n)d counts are new or other than before.", kept.changed)
    messages.success(
        request, told % {"n": kept.changed} if kept.changed else _("All of it was here already.")
    )
    return redirect("studio:programme:metric", pk)
