from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from headwater.evaluation import bettering, keeping, trialling
from headwater.evaluation.forms import TrialFileForm, TrialForm, TrialsForm
from headwater.evaluation.frames.trials import draw_of, end_of, refresh_own
from headwater.evaluation.models import Trial, TrialFile
from headwater.evaluation.showing import trials as showing
from headwater.evaluation.tasks import read_trials
from headwater.people.models import House
from headwater.people.requests import PersonRequest, needs
from headwater.ui.http import form_status, page, refusing

A_PAGE = 30
SMALL_BYTES = 512 * 1024  # read at once; anything larger goes to the worker


@require_safe
def trials(request: PersonRequest) -> HttpResponse:
    """Every trial, and how many of them nothing or something can be read from."""
    standing, shown = Trial.objects.standing(), request.GET.get("show", "")
    rows = Trial.objects.all()
    if shown == "broken":
        rows = rows.filter(is_broken=True)
    elif shown == "standing":
        rows = rows.filter(by_luck__lte=showing.furthest(standing), is_broken=False)
    found = Paginator(rows.prefetch_related("arms"), A_PAGE).get_page(request.GET.get("page"))
    every = Trial.objects.count()
    context = {
        "page": found,
        "rows": [showing.in_list(trial, standing) for trial in found],
        "every": every,
        "broken": Trial.objects.filter(is_broken=True).count(),
        "standing": len(standing),
        "shown": shown,
    }
    return page(request, "evaluation/studio/trials.html", context)


@require_http_methods(["GET", "POST"])
def trial(request: PersonRequest, pk: int) -> HttpResponse:
    moment = now()
    kept = Trial.objects.select_related("campaign", "file").prefetch_related("arms")
    trial = get_object_or_404(kept, pk=pk)
    is_ours = trial.source == Trial.Source.DRAW
    if is_ours and trial.is_running and not keeping.is_large():  # else the worker counts
        refresh_own(moment, draw=draw_of(trial))
        trial.refresh_from_db()
    arms = list(trial.arms.all())
    form = TrialForm(request.POST or None, instance=trial, arms=arms)
    if request.method == "POST" and form.is_valid():
        with refusing(form):
            fresh = Trial.objects.get(pk=pk)
            fresh.change(actor=request.user, at=moment, costs=form.costs, **form.said)
            messages.success(request, _("Kept."))
            return redirect("studio:evaluation:trial", pk)
    said = trial if not form.is_bound else Trial.objects.select_related("campaign").get(pk=pk)
    answer = bettering.answer_of(said, moment)
    context = {
        "trial": said,
        "shown": showing.shown(said, answer.answer),
        "result": answer,
        "ends": end_of(said) if said.is_running else None,
        "form": form,
        "house": House.current(),
    }
    return page(request, "evaluation/studio/trial.html", context, status=form_status(form))


@require_http_methods(["GET", "POST"])
@needs("manager")
def trial_files(request: PersonRequest) -> HttpResponse:
    """Step one: the file. Below it, what was brought in before."""
    form = TrialFileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with refusing(form):
            file = form.cleaned_data["file"]
            of = trialling.look_at(file, name=file.name, at=now())
            return redirect("studio:evaluation:trial_file", of.pk)
    rows = TrialFile.objects.exclude(read_at=None)[:20]
    context = {"form": form, "rows": rows}
    return page(request, "evaluation/studio/trial_files.html", context, status=form_status(form))


@require_http_methods(["GET", "POST"])
@needs("manager")
def trial_file(request: PersonRequest, pk: int) -> HttpResponse:
    """Step two: what each column becomes; and once it is read, what came of it."""
    of = get_object_or_404(TrialFile, pk=pk)
    if of.read_at or of.options.get("is_running"):
        return page(request, "evaluation/studio/trial_file_read.html", {"of": of})
    form = TrialsForm(request.POST or None)
    if form.is_valid():
        with refusing(form):
            chosen = {
                column: request.POST.get(f"column-{place}", "")
                for place, column in enumerate(of.shape["heading"])
            }
            of.mapping = dict.fromkeys(of.shape["heading"], "")
            trialling.choose(of, chosen, **form.options)
            _read(of)
            return redirect("studio:evaluation:trial_file", pk)
    context: dict[str, Any] = {
        "of": of,
        "form": form,
        "columns": showing.columns(of),
        "fields": showing.MEANINGS,
    }
    return page(request, "evaluation/studio/trial_columns.html", context, status=form_status(form))


def _read(of: TrialFile) -> None:
    if of.size <= SMALL_BYTES:
        trialling.read(of, at=now())
        return
    of.options["is_running"] = True
    of.save(update_fields=["options"])
    transaction.on_commit(lambda: read_trials(of.pk))
