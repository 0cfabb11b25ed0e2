from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Max, Min
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.kit.names import random_code
from headwater.people.requests import PersonRequest
from headwater.programme.forms import MetricForm, OutcomeFileForm, WeeksForm
from headwater.programme.models import Metric, note_outcomes
from headwater.ui.http import form_status, page, refusing


@require_http_methods(["GET", "POST"])
def new_metric(request: PersonRequest) -> HttpResponse:
    form = MetricForm(request.POST or None)
    if form.is_valid():
        metric = form.save(commit=False)
        slug = slugify(metric.name)[:40]
        taken = not slug or Metric.objects.filter(slug=slug).exists()
        metric.slug = f"{slug}-{random_code(4)}" if taken else slug
        metric.save()
        return redirect("studio:programme:metric", metric.pk)
    return page(request, "programme/studio/metric.html", {"form": form}, status=form_status(form))


@require_http_methods(["GET", "POST"])
def metric(request: PersonRequest, pk: int) -> HttpResponse:
    """What is counted, where and for how long; one place's counts where it is asked for."""
    metric = get_object_or_404(Metric, pk=pk)
    form = MetricForm(request.POST or None, instance=metric)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("studio:programme:metric", pk)
    context = {**_context(request, metric), "form": form}
    return page(request, "programme/studio/metric.html", context, status=form_status(form))


def _context(request: PersonRequest, metric: Metric) -> dict[str, Any]:
    counted = {
        "n": Count("outcomes__value"),
        "first": Min("outcomes__period_on"),
        "last": Max("outcomes__period_on"),
    }
    asked = request.GET.get("place", "")
    shown = metric.markets.filter(pk=int(asked)).first() if asked.isdecimal() else None
    return {
        "metric": metric,
        "markets": metric.markets.annotate(**counted),
        "shown": shown,
        "outcomes": shown.outcomes.order_by("-period_on")[:260] if shown else [],
        "files": metric.files.exclude(kept_at=None).select_related("added_by")[:8],
        "file_form": OutcomeFileForm(),
        "weeks_form": WeeksForm(),
    }


@require_POST
def weeks(request: PersonRequest, pk: int) -> HttpResponse:
    """Counts typed or pasted in, a line each."""
    metric = get_object_or_404(Metric, pk=pk)
    form = WeeksForm(request.POST)
    if form.is_valid():
        with refusing(form):
            _note(metric, form.cleaned_data["weeks"], request)
            messages.success(request, _("Kept. What was counted twice has the later number."))
            return redirect("studio:programme:metric", pk)
    context = {
        **_context(request, metric), "form": MetricForm(instance=metric), "weeks_form": form,
    }  # fmt: skip
    return page(request, "programme/studio/metric.html", context, status=form_status(form))


@transaction.atomic
def _note(metric: Metric, lines: list[tuple[str, Any, Any]], request: PersonRequest) -> None:
    by_place: dict[str, list[Any]] = {}
    for place, day, value in lines:
        by_place.setdefault(place, []).append((day, value))
    is_ours = not request.POST.get("compare")
    for place, values in by_place.items():
        market, _new = metric.markets.get_or_create(name=place, defaults={"is_ours": is_ours})
        note_outcomes(market, values, actor=request.user, at=now())
