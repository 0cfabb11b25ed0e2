from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.discussions.forms import KitForm, SummaryForm, TranscriptForm, known_needs
from headwater.discussions.models import Kit, Transcript
from headwater.kit.names import name_key
from headwater.people.models import Person
from headwater.people.requests import PersonRequest
from headwater.ui.http import form_status, page, refusing


@require_safe
def kits(request: PersonRequest) -> HttpResponse:
    at, shown = now(), request.GET.get("show", "")
    rows = Kit.objects.annotate(part_count=Count("parts")).select_related("transcript")
    held = rows.exclude(starts_at=None).order_by("-starts_at", "-pk")
    templates = rows.filter(starts_at=None).order_by("title")
    context = {
        "at": at,
        "shown": shown,
        "page": Paginator(templates if shown == "templates" else held, 30).get_page(
            request.GET.get("page")
        ),
        "next": Kit.objects.upcoming(at).first(),
        "unsummarised": Kit.objects.waiting_for_a_summary(at).count(),
    }
    return page(request, "discussions/studio/kits.html", context)


@require_http_methods(["GET", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    return _edit(request, KitForm(request.POST or None))


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    kit = get_object_or_404(Kit, pk=pk)
    return _edit(request, KitForm(request.POST or None, instance=kit))


def _edit(request: PersonRequest, form: KitForm) -> HttpResponse:
    kit: Kit = form.instance
    if form.is_valid():
        with refusing(form):
            fields = form.changed_data if kit.pk else ["new"]
            steps = form.cleaned_data["step_lines"]
            kit.keep(actor=request.user, at=now(), fields=fields, steps=steps)
            messages.success(request, _("Saved."))
            return redirect("studio:discussions:kit", kit.pk)
    context = {"form": form, "kit": kit if kit.pk else None, "needs": sorted(known_needs())}
    return page(request, "discussions/studio/edit.html", context, status=form_status(form))


@require_safe
def kit(request: PersonRequest, pk: int) -> HttpResponse:
    kit = get_object_or_404(Kit.objects.select_related("transcript"), pk=pk)
    return page(request, "discussions/studio/kit.html", _about(kit, request))


def _about(kit: Kit, request: PersonRequest) -> dict[str, Any]:
    at = now()
    transcript: Transcript | None = getattr(kit, "transcript", None)
    parts = list(kit.parts.select_related("person").order_by("-helped", "person__name"))
    names = transcript.names if transcript else ()
    return {
        "kit": kit,
        "at": at,
        "is_over": kit.is_over(at),
        "has_begun": kit.starts_at is not None and kit.starts_at <= at,
        "transcript": transcript,
        "names": names,
        "parts": parts,
        "likely": likely(names, {part.person_id for part in parts}),
        "found": sought(request.GET.get("q", ""), {part.person_id for part in parts}),
        "transcript_form": TranscriptForm(initial={"text": transcript.text if transcript else ""}),
        "summary_form": SummaryForm(initial=_as_written(transcript)),
    }


def _as_written(transcript: Transcript | None) -> dict[str, Any]:
    if transcript is None:
        return {}
    is_out = transcript.summary_published_at is not None
    return {"summary": transcript.summary, "publish": is_out, "share": transcript.is_shared}


def likely(names: tuple[tuple[str, int], ...], credited: set[int]) -> list[dict[str, Any]]:
    """Partners who have the same name as somebody in the talk. Staff decide whether it is them."""
    keys = {name_key(name): times for name, times in names}
    keys.pop("", None)
    people = Person.objects.partners().filter(name_key__in=list(keys)[:300])
    found = [
        {"person": person, "times": keys[person.name_key]}
        for person in people.exclude(pk__in=credited)[:100]
    ]
    return sorted(found, key=lambda row: -int(row["times"]))


def sought(words: str, credited: set[int]) -> list[Person]:
    key = name_key(words)
    if len(key) < 2:
        return []
    people = Person.objects.partners().filter(name_key__contains=key).exclude(pk__in=credited)
    return list(people.order_by("name")[:12])


@require_POST
def publication(request: PersonRequest, pk: int) -> HttpResponse:
    kit = get_object_or_404(Kit, pk=pk)
    if "withdraw" in request.POST:
        kit.withdraw(actor=request.user, at=now())
        messages.success(request, _("Partners don’t see it any more."))
    else:
        kit.announce(actor=request.user, at=now())
        messages.success(request, _("Partners find it under Talk."))
    return redirect("studio:discussions:kit", kit.pk)


@require_POST
def copy(request: PersonRequest, pk: int) -> HttpResponse:
    again = get_object_or_404(Kit, pk=pk).copy(actor=request.user, at=now())
    messages.success(request, _("Here is a copy. Give it a time and a host."))
    return redirect("studio:discussions:edit", again.pk)


@require_POST
def transcript(request: PersonRequest, pk: int) -> HttpResponse:
    kit = get_object_or_404(Kit.objects.select_related("transcript"), pk=pk)
    form = TranscriptForm(request.POST)
    if form.is_valid():
        with refusing(form):
            Transcript.paste(kit, form.cleaned_data["text"], actor=request.user, at=now())
            messages.success(request, _("It’s in, as plain text."))
            return redirect("studio:discussions:kit", kit.pk)
    context = _about(kit, request) | {"transcript_form": form}
    return page(request, "discussions/studio/kit.html", context, status=form_status(form))


@require_POST
def summary(request: PersonRequest, pk: int) -> HttpResponse:
    kit = get_object_or_404(Kit.objects.select_related("transcript"), pk=pk)
    form = SummaryForm(request.POST)
    if form.is_valid():
        with refusing(form):
            Transcript.summarise(kit, actor=request.user, at=now(), **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("studio:discussions:kit", kit.pk)
    context = _about(kit, request) | {"summary_form": form}
    return page(request, "discussions/studio/kit.html", context, status=form_status(form))


@require_POST
def credit(request: PersonRequest, pk: int, person_pk: int) -> HttpResponse:
    kit = get_object_or_404(Kit, pk=pk)
    person = get_object_or_404(Person.objects.partners(), pk=person_pk)
    if "remove" in request.POST:
        kit.uncredit(person, actor=request.user, at=now())
        note = _("Taken out. %(name)s’s points follow.")
    else:
        helped = "helped" in request.POST
        kit.credit(person, helped=helped, actor=request.user, at=now())
        note = _("%(name)s helped. It’s noted.") if helped else _("%(name)s took part. It’s noted.")
    messages.success(request, note % {"name": person.name})
    return redirect("studio:discussions:kit", kit.pk)


@require_safe
def run_sheet(request: PersonRequest, pk: int) -> HttpResponse:
    """Minute by minute on paper, with the clock of its own place."""
    kit = get_object_or_404(Kit.objects.prefetch_related("steps"), pk=pk)
    steps = [(step, kit.local(kit.at_minute(step.minute))) for step in kit.steps.all()]
    context = {"kit": kit, "steps": steps}
    return page(request, "discussions/studio/run_sheet.html", context)
