from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.ledger.models import record_staff
from headwater.partners import verbs
from headwater.partners.forms import KindForm, SegmentForm, of_rule
from headwater.partners.models import Kind, Segment, matching
from headwater.partners.starting import kind_named
from headwater.people.requests import PersonRequest
from headwater.ui.http import form_status, page


def show(segment: Segment) -> str:
    return f"{reverse('studio:partners:partners')}?segment={segment.pk}"


@require_http_methods(["GET", "POST"])
def segment(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """A new segment, or one to change. Trying it out counts and saves nothing."""
    known = get_object_or_404(Segment, pk=pk) if pk else None
    initial = of_rule(known) if known else {"kinds": request.GET.getlist("kind")}
    form = SegmentForm(request.POST or None, segment=known, initial=initial)
    count = None
    if form.is_valid():
        moment = now()
        if request.POST.get("action") == "try":
            count = matching(form.rule, moment).count()
        else:
            kept = Segment.save_as(
                known, name=form.cleaned_data["name"], rule=form.rule, actor=request.user, at=moment
            )
            messages.success(request, _("Saved. It stays live."))
            return redirect(show(kept))
    context = {"form": form, "segment": known, "count": count}
    return page(request, "partners/studio/segment.html", context, status=form_status(form))


@require_POST
def segment_end(request: PersonRequest, pk: int) -> HttpResponse:
    known = get_object_or_404(Segment, pk=pk)
    known.let_go(actor=request.user, at=now())
    messages.success(request, _("The segment is gone. Nobody in it is."))
    return redirect("studio:partners:partners")


@require_http_methods(["GET", "POST"])
def kinds(request: PersonRequest) -> HttpResponse:
    """All kinds with what they meet, and a way to add one."""
    name = request.POST.get("name", "").strip()
    if request.method == "POST" and name:
        kind = kind_named(name)
        record_staff(verbs.STAFF_KIND_CHANGED, actor=request.user, subject=kind, at=now())
        return redirect("studio:partners:kind", kind.pk)
    return page(request, "partners/studio/kinds.html", {"kinds": Kind.objects.all()})


@require_http_methods(["GET", "POST"])
def kind(request: PersonRequest, pk: int) -> HttpResponse:
    known = get_object_or_404(Kind, pk=pk)
    form = KindForm(request.POST or None, instance=known)
    if form.is_valid():
        changed = form.save()
        record_staff(
            verbs.STAFF_KIND_CHANGED, actor=request.user, subject=changed, at=now(),
            fields=form.changed_data,
        )  # fmt: skip
        if request.POST.get("primary"):
            changed.make_primary()
        messages.success(request, _("Saved."))
        return redirect("studio:partners:kinds")
    context = {"form": form, "kind": known}
    return page(request, "partners/studio/kind.html", context, status=form_status(form))
