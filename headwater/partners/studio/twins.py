from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.partners import merging
from headwater.partners.models import Merge, Twin
from headwater.people.models import Person
from headwater.people.requests import PersonRequest, needs
from headwater.ui.http import page

SHOWN = 10


@require_safe
def twins(request: PersonRequest) -> HttpResponse:
    """Pairs that may be one partner, oldest first, a few at a time."""
    waiting = Twin.objects.waiting()
    pairs = [pair(twin) for twin in waiting.select_related("one", "other")[:SHOWN]]
    context = {
        "pairs": pairs,
        "count": waiting.count(),
        "merges": Merge.objects.filter(taken_back_at=None).select_related("kept", "merged", "by")[
            :10
        ],
        "newest": waiting.aggregate(at=Max("found_at"))["at"],
    }
    return page(request, "partners/studio/twins.html", context)


def pair(twin: Twin) -> dict[str, Any]:
    """Two records side by side, with what differs marked."""
    old, new = sorted((twin.one, twin.other), key=lambda person: person.pk)
    rows = []
    for label, name in (
        (_("Name"), "name"), (_("E-mail"), "email"), (_("Phone"), "phone"), (_("Town"), "place"),
        (_("Country"), "country"),
    ):  # fmt: skip
        left, right = getattr(new, name), getattr(old, name)
        if left or right:
            rows.append({"label": label, "new": left, "old": right, "differs": left != right})
    return {"twin": twin, "old": old, "new": new, "rows": rows}


@require_POST
def decision(request: PersonRequest, pk: int) -> HttpResponse:
    twin = get_object_or_404(Twin.objects.waiting(), pk=pk)
    choice = request.POST.get("decision", "")
    if choice in Twin.Decision.values:
        merging.decide(twin, choice, actor=request.user, at=now())
        said = _("One partner now.") if choice == "one" else _("Two partners. We won’t ask again.")
        messages.success(request, said)
    return redirect("studio:partners:twins")


@require_POST
@needs("manager")
def merge(request: PersonRequest, pk: int) -> HttpResponse:
    """Merge by hand: another record, named by its number, goes into this one."""
    kept = get_object_or_404(Person.objects.partners(), pk=pk)
    text = request.POST.get("other", "").strip().lstrip("#")
    other = Person.objects.partners().filter(pk=int(text)).first() if text.isdigit() else None
    if other is None:
        messages.error(request, _("There is no partner with this number."))
    else:
        merging.merge(kept, other, actor=request.user, at=now())
        messages.success(request, _("One partner now. It can be taken back."))
    return redirect("studio:partner", pk)


@require_POST
@needs("manager")
def merge_back(request: PersonRequest, pk: int) -> HttpResponse:
    done = get_object_or_404(Merge, pk=pk)
    merging.take_back(done, actor=request.user, at=now())
    messages.success(request, _("Two partners again."))
    return redirect("studio:partner", done.merged_id)
