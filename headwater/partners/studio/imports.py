from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.kit.spreadsheets import line
from headwater.partners import importing, undoing
from headwater.partners.forms import ImportForm, UploadForm
from headwater.partners.models import Import
from headwater.partners.reading import Shape
from headwater.partners.recognising import FIELDS, NETWORKS, network_name
from headwater.partners.tasks import run_import, try_import
from headwater.partners.wording import FIELD_NAMES, recognised
from headwater.people.requests import PersonRequest, needs
from headwater.ui.http import form_status, page, refusing

SMALL_BYTES = 512 * 1024  # tried out at once; anything larger goes to the worker


@require_http_methods(["GET", "POST"])
@needs("manager")
def imports(request: PersonRequest) -> HttpResponse:
    """Step one: the file. Below it, what runs now and what was brought in before."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with refusing(form):
            file = form.cleaned_data["file"]
            name = PurePath(file.name).name
            of = importing.look_at(file, name=name, actor=request.user, at=now())
            return redirect("studio:partners:import_columns", of.pk)
    rows = Import.objects.exclude(state__in=["new", "looking"]).select_related("asked_by")[:20]
    moment = now()
    context = {
        "form": form,
        "rows": [{"of": of, "may_be_undone": of.may_be_undone(moment)} for of in rows],
    }
    return page(request, "partners/studio/imports.html", context, status=form_status(form))


@require_http_methods(["GET", "POST"])
@needs("manager")
def columns(request: PersonRequest, pk: int) -> HttpResponse:
    """Step two: what each column becomes, and why we may write to them."""
    of = get_object_or_404(Import, pk=pk, state=Import.State.NEW)
    options = of.options
    form = ImportForm(request.POST or None, initial={
        "are_organisations": "1" if options.get("are_organisations") else "",
        "kinds": options.get("kinds", []),
    })  # fmt: skip
    if form.is_valid():
        with refusing(form):
            chosen = {
                column: request.POST.get(f"column-{place}", "")
                for place, column in enumerate(of.shape["heading"])
            }
            of.mapping = dict.fromkeys(of.shape["heading"], "")
            importing.choose(of, chosen, **form.options)
            importing.refuse_without_names(of)
            begin_trying(of)
            return redirect("studio:partners:import", of.pk)
    context = {
        "of": of,
        "form": form,
        "columns": column_rows(of),
        "fields": fields_offered(),
        "recognised": recognised(of),
    }
    return page(request, "partners/studio/import_columns.html", context, status=form_status(form))


def begin_trying(of: Import) -> None:
    of.state, of.preview = Import.State.LOOKING, {}
    of.save(update_fields=["state", "preview"])
    if of.size <= SMALL_BYTES:
        importing.look_over(of)
    else:
        transaction.on_commit(lambda: try_import(of.pk))


def column_rows(of: Import) -> list[dict[str, Any]]:
    samples = importing.samples_of(of)
    rows = []
    for place, column in enumerate(of.shape["heading"]):
        values = [row[place].strip() for row in samples if place < len(row) and row[place].strip()]
        shown = list(dict.fromkeys(values))[:3]
        rows.append({
            "name": column,
            "place": place,
            "sample": " · ".join(value[:60] for value in shown),
            "becomes": of.mapping.get(column, ""),
            "filled": len(values),
            "of": len(samples),
        })  # fmt: skip
    return rows


@require_safe
@needs("manager")
def look(request: PersonRequest, pk: int) -> HttpResponse:
    """Steps three and four: look it over; then how far it is; then what came of it."""
    of = get_object_or_404(Import.objects.select_related("job", "asked_by"), pk=pk)
    moment = now()
    context = {
        "of": of,
        "seen": of.preview.get("counts"),
        "job": of.job,
        "refused": of.refused_rows.all()[:50],
        "twin_files": importing.twin_files(of) if of.state == Import.State.NEW else [],
        "may_be_undone": of.may_be_undone(moment),
        "is_busy": of.state in {Import.State.LOOKING, Import.State.RUNNING},
    }
    return page(request, "partners/studio/import.html", context, part="import")


@require_POST
@needs("manager")
def run(request: PersonRequest, pk: int) -> HttpResponse:
    of = get_object_or_404(Import, pk=pk)
    if importing.twin_files(of) and not request.POST.get("again"):
        messages.error(request, _("This very file is here already. Say that you want it again."))
    else:
        importing.start(of, actor=request.user, at=now())
        transaction.on_commit(lambda: run_import(of.pk))
    return redirect("studio:partners:import", of.pk)


@require_POST
@needs("manager")
def stop(request: PersonRequest, pk: int) -> HttpResponse:
    of = get_object_or_404(Import, pk=pk, state=Import.State.RUNNING)
    importing.stop(of)
    messages.success(request, _("Stopped. What came in can be taken back out."))
    return redirect("studio:partners:import", of.pk)


@require_POST
@needs("manager")
def undo(request: PersonRequest, pk: int) -> HttpResponse:
    of = get_object_or_404(Import, pk=pk)
    undoing.undo(of, actor=request.user, at=now())
    messages.success(request, _("The list is out again."))
    return redirect("studio:partners:import", of.pk)


@require_safe
@needs("manager")
def refused_file(request: PersonRequest, pk: int) -> HttpResponseBase:
    """The rows that could not be taken, each with its number and the reason, to mend."""
    of = get_object_or_404(Import, pk=pk)
    answer = StreamingHttpResponse(refused_lines(of), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="refused-rows.csv"'
    return answer


def refused_lines(of: Import) -> Iterator[str]:
    shape = Shape.of(of.shape)
    yield "\ufeff" + line([*shape.heading, _("Row"), _("Why")])
    width = len(shape.heading)
    for row in of.refused_rows.iterator(chunk_size=2000):
        cells = (row.cells + [""] * width)[: max(width, len(row.cells))]
        yield line([*cells, row.number, row.reason])


def fields_offered() -> list[tuple[str, str]]:
    networks = sorted(set(NETWORKS.values()))
    offered = [("", str(FIELD_NAMES[""])), *((f, str(FIELD_NAMES[f])) for f in FIELDS)]
    return offered + [(f"social:{network}", network_name(network)) for network in networks]
