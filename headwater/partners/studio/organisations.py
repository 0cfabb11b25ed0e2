from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from headwater.kit.names import name_key
from headwater.people.models import Organisation
from headwater.people.requests import PersonRequest
from headwater.ui.http import page


@require_safe
def organisations(request: PersonRequest) -> HttpResponse:
    words = request.GET.get("q", "")
    rows = Organisation.objects.order_by("-pk")
    if key := name_key(words):
        rows = rows.filter(name_key__contains=key)
    shown = Paginator(rows, 25).get_page(request.GET.get("page"))
    standing = Q(positions__ended_at=None)
    counted = Organisation.objects.filter(pk__in=[o.pk for o in shown.object_list])
    people = dict(counted.annotate(n=Count("positions", filter=standing)).values_list("pk", "n"))
    rows_shown = [{"organisation": o, "people": people.get(o.pk, 0)} for o in shown.object_list]
    context = {"shown": shown, "rows": rows_shown, "words": words}
    return page(request, "partners/studio/organisations.html", context)


@require_safe
def organisation(request: PersonRequest, pk: int) -> HttpResponse:
    """Its people now and before (the handover), and its general contact."""
    known = get_object_or_404(Organisation, pk=pk)
    positions = list(known.positions.select_related("person").order_by("-began_at")[:500])
    context = {
        "organisation": known,
        "contact": next((p.person for p in positions if p.person.is_general_contact), None),
        "now": [p for p in positions if not p.ended_at and not p.person.is_general_contact],
        "before": [p for p in positions if p.ended_at],
    }
    return page(request, "partners/studio/organisation.html", context)
