from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.ledger.models import record_staff
from headwater.partners import directory, tending, verbs
from headwater.partners.describing import clauses
from headwater.partners.forms import NewPartnerForm, PartnerForm
from headwater.partners.models import Kind, Segment, Twin
from headwater.people.models import Person
from headwater.people.requests import PersonRequest, needs
from headwater.ui.http import form_status, page, refusing


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def asked_for(request: PersonRequest) -> tuple[QuerySet[Person], Segment | None]:
    """The partners that the address asks for; the same for the list, its file and its actions."""
    asked = request.GET
    segment = None
    if (pk := number(asked.get("segment", ""))) is not None:
        segment = get_object_or_404(Segment, pk=pk)
    people = directory.find(
        now(),
        kind=asked.get("kind", ""),
        segment=segment,
        tag=asked.get("tag", ""),
        words=asked.get("q", "").replace("\0", ""),
    )
    return people, segment


@require_safe
def partners(request: PersonRequest) -> HttpResponse:
    people, segment = asked_for(request)
    leaf = directory.leaf(people, after=number(request.GET.get("after", "")))
    directory.dress(leaf.people)
    kinds = directory.kinds_counted()
    context = {
        "leaf": leaf,
        "count": people.count(),
        "kinds": kinds,
        "kind": next((k for k in kinds if k.slug == request.GET.get("kind")), None),
        "segment": segment,
        "clauses": clauses(segment.rule) if segment else [],
        "segments": Segment.objects.named(),
        "words": request.GET.get("q", ""),
        "tag": request.GET.get("tag", ""),
        "twins": Twin.objects.waiting()[:1000].count(),
    }
    return page(request, "partners/studio/partners.html", context, part="list")


@require_safe
@needs("manager")
def partners_file(request: PersonRequest) -> HttpResponseBase:
    """The list as a CSV file. That it was taken away stands in the audit trail."""
    people, _segment = asked_for(request)
    record_staff(verbs.STAFF_EXPORTED, actor=request.user, at=now())
    answer = StreamingHttpResponse(directory.as_csv(people), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="partners.csv"'
    return answer


@require_POST
def chosen(request: PersonRequest) -> HttpResponse:
    """What was pressed in the bar: a tag, a kind or a segment for those who are chosen."""
    people = chosen_people(request)
    back = request.META.get("QUERY_STRING", "")
    to = f"{request.path.removesuffix('chosen/')}?{back}"
    if request.POST.get("tag_name", "").strip():
        count = tending.tag(people, request.POST["tag_name"], actor=request.user, at=now())
        messages.success(request, ngettext("Tagged %(n)s partner.", "Tagged %(n)s partners.", count) % {"n": count})  # fmt: skip  # noqa: E501
    elif slug := request.POST.get("kind_given"):
        kind = get_object_or_404(Kind, slug=slug)
        tending.give_kind(people, kind, actor=request.user, at=now())
        messages.success(request, _("They are %(kind)s now.") % {"kind": kind.plural})
    else:
        messages.error(request, _("Write a tag or choose a kind."))
    return redirect(to)


def chosen_people(request: PersonRequest) -> QuerySet[Person]:
    if request.POST.get("all"):
        return asked_for(request)[0].order_by()
    ids = [pk for text in request.POST.getlist("chosen") if (pk := number(text)) is not None]
    return Person.objects.partners().filter(pk__in=ids)


@require_http_methods(["GET", "POST"])
def new_partner(request: PersonRequest) -> HttpResponse:
    form = NewPartnerForm(request.POST or None)
    if form.is_valid():
        with refusing(form):
            person = tending.add_partner(actor=request.user, at=now(), **form.cleaned_data)
            messages.success(request, _("Added."))
            return redirect("studio:partner", person.pk)
    context = {"form": form, "title": _("Add a partner"), "send": _("Add them")}
    return page(request, "partners/studio/form.html", context, status=form_status(form))


@require_http_methods(["GET", "POST"])
def change(request: PersonRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.partners(), pk=pk)
    form = PartnerForm(request.POST or None, instance=person, initial={
        "kinds": Kind.objects.filter(belongings__person=person), "time_zone": person.time_zone,
    })  # fmt: skip
    if form.is_valid():
        with refusing(form):
            fresh = Person.objects.get(pk=pk)  # the form has written into the other one
            tending.change_partner(fresh, actor=request.user, at=now(), **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("studio:partner", pk)
    context = {
        "form": form,
        "title": _("Change %(name)s") % {"name": person.name},
        "send": _("Save"),
    }
    return page(request, "partners/studio/form.html", context, status=form_status(form))
