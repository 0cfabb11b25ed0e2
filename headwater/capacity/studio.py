from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from headwater.capacity import inviting, ladder, mapping, verbs
from headwater.capacity.forms import AskingForm, ItemForm, MessageForm
from headwater.capacity.growing import MEANS
from headwater.capacity.mapping import FEWEST, Row
from headwater.capacity.models import Gauge, Item, MessageToRecall
from headwater.capacity.models.check_ins import due
from headwater.ledger.models import record_staff
from headwater.partners.models import Kind, Segment
from headwater.people.models import Person
from headwater.people.requests import PersonRequest, needs
from headwater.safeguards.contact import REASONS
from headwater.ui import charts
from headwater.ui.http import form_status, page, refusing

SEGMENTS_A_PAGE = 8

MEANS_FOR_STAFF: dict[str, str | Promise] = {
    Gauge.FLUENCY: gettext_lazy("how well they use social media"),
    Gauge.AWARENESS: gettext_lazy("whether they know our messages"),
    Gauge.ROLE: gettext_lazy("whether they know what part they play"),
    Gauge.COMFORT: gettext_lazy("whether they’d put their name beside ours"),
}


@require_safe
def map(request: PersonRequest) -> HttpResponse:
    """The capacity map, by kind or by segment. Groups under ten stay unshown."""
    moment = now()
    is_by_segment = request.GET.get("by") == "segment"
    if is_by_segment:
        segments = list(Segment.objects.named()[:SEGMENTS_A_PAGE])
        rows = mapping.by_segment(segments, moment)
    else:
        rows = mapping.by_kind(moment)
    measured, people = mapping.measured_share(moment)
    context = {
        "rows": rows,
        "by": "segment" if is_by_segment else "kind",
        "headline": mapping.headline(rows),
        "measured": measured,
        "people": people,
        "due": due(moment).count(),
        "gauges": [(gauge, MEANS_FOR_STAFF[gauge]) for gauge in Gauge],
        "fewest": FEWEST,
    }
    return page(request, "capacity/studio/map.html", context)


@require_safe
def cell(request: PersonRequest, by: str, key: str, gauge: str) -> HttpResponse:
    """One group on one gauge: its middle, what changed, and those who let us see their name."""
    if gauge not in Gauge.values or by not in {"kind", "segment"}:
        raise Http404
    moment = now()
    row, people = _group(by, key, moment)
    shown = next(c for c in row.cells if c.gauge == gauge)
    named = mapping.shared_readings(people, gauge, moment)
    listed = Paginator(named, 25).get_page(request.GET.get("page"))
    context = {
        "row": row,
        "cell": shown,
        "means": MEANS[gauge],
        "page": listed,
        "named": [(r, charts.interval(r.score, r.low, r.high)) for r in listed],
        "rungs": zip(ladder.RUNGS, ladder.counts(people, moment), strict=True),
        "fewest": FEWEST,
        "by": by,
    }
    return page(request, "capacity/studio/cell.html", context)


def _group(by: str, key: str, moment: datetime) -> tuple[Row, QuerySet[Person]]:
    if by == "kind":
        kind = get_object_or_404(Kind, slug=key)
        rows = mapping.by_kind(moment, only=kind.slug)
        people: QuerySet[Person] = Person.objects.partners().filter(belongings__kind=kind)
    else:
        segment = get_object_or_404(Segment.objects.named(), pk=int(key) if key.isdecimal() else 0)
        rows = mapping.by_segment([segment], moment)
        people = segment.people(moment)
    if not rows:
        raise Http404
    return rows[0], people


@needs("manager")
@require_http_methods(["GET", "POST"])
def invitations(request: PersonRequest) -> HttpResponse:
    """Whom to ask to check in: who is due, who may be written to, before anything goes."""
    moment = now()
    chosen = request.POST if request.method == "POST" else request.GET
    form = AskingForm(chosen)
    people = _asked(form, moment)
    if request.method == "POST" and form.is_valid():
        with refusing(form):
            inviting.invite(people, actor=request.user, at=moment)
            messages.success(request, _("The invitations are in the post office."))
            return redirect("studio:capacity:map")
    reached = inviting.reachable(people, moment)
    left_out = [{"why": REASONS.get(w, w), "count": n} for w, n in reached.excluded.items()]
    context = {"form": form, "reached": reached, "left_out": left_out}
    return page(request, "capacity/studio/invitations.html", context, status=form_status(form))


def _asked(form: AskingForm, moment: datetime) -> QuerySet[Person]:
    if not form.is_valid():
        return Person.objects.partners()
    segment, kind = form.cleaned_data["segment"], form.cleaned_data["kind"]
    people: QuerySet[Person] = segment.people(moment) if segment else Person.objects.partners()
    return people.filter(belongings__kind=kind) if kind else people


@require_safe
def items(request: PersonRequest) -> HttpResponse:
    """The questions we ask, and how often each was answered and skipped."""
    rows = Item.objects.annotate(
        asked=Count("answers"), skipped=Count("answers", filter=Q(answers__level=None))
    ).order_by("position", "pk")
    context = {
        "groups": [
            (gauge, MEANS_FOR_STAFF[gauge], [item for item in rows if item.gauge == gauge])
            for gauge in Gauge
        ]
    }
    return page(request, "capacity/studio/items.html", context)


@require_http_methods(["GET", "POST"])
def item(request: PersonRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(Item, pk=pk)
    form = ItemForm(request.POST or None, instance=item)
    if form.is_valid():
        form.save()
        record_staff(
            verbs.STAFF_ITEM_CHANGED, actor=request.user, subject=item, at=now(),
            fields=form.changed_data,
        )  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("studio:capacity:items")
    context = {"item": item, "form": form}
    return page(request, "capacity/studio/item.html", context, status=form_status(form))


@require_http_methods(["GET", "POST"])
def recall(request: PersonRequest, pk: int = 0) -> HttpResponse:
    """The messages people may recall, with the words that give them away."""
    chosen = get_object_or_404(MessageToRecall, pk=pk) if pk else None
    moment = now()
    form = MessageForm(request.POST or None, instance=chosen)
    if form.is_valid():
        message = form.save(commit=False)
        message.keywords = form.cleaned_data["words"]
        message.created_at = message.created_at or moment
        message.save()
        record_staff(
            verbs.STAFF_MESSAGE_CHANGED, actor=request.user, subject=message, at=moment,
            fields=form.changed_data,
        )  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("studio:capacity:recall")
    listed = MessageToRecall.objects.all()
    context = {
        "page": Paginator(listed, 40).get_page(request.GET.get("page")),
        "form": form,
        "chosen": chosen,
    }
    return page(request, "capacity/studio/recall.html", context, status=form_status(form))


@require_safe
def method(request: PersonRequest) -> HttpResponse:
    return page(request, "capacity/studio/method.html", {"fewest": FEWEST})
