from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from headwater.ledger.models import Entry
from headwater.partners.forms import WhoIAmForm
from headwater.partners.models import Basis, Goal, Note, Purpose, Suppression
from headwater.people.models import Person
from headwater.people.requests import PersonRequest
from headwater.portal.context import modules_for
from headwater.ui.http import form_status, page

YEAR = 365 * 24 * 3600
WORDING = gettext_lazy("I turned this on in my own settings.")


@require_http_methods(["GET", "POST"])
def settings_page(request: PersonRequest) -> HttpResponse:
    """What we send, what we know, and how to take it or end it."""
    form = WhoIAmForm(request.POST or None, instance=request.user)
    if form.is_valid():
        person = form.save(commit=False)
        person.fill_keys()
        person.save()
        messages.success(request, _("Saved."))
        return redirect("portal:settings")
    person = Person.objects.get(pk=request.user.pk)  # as it stands, not as the form would have it
    context = {
        "form": form,
        "purposes": purposes(person),
        "agreed": Basis.objects.filter(person=person).order_by("-given_at")[:20],
        "counts": counts(person),
        "notes": Note.objects.filter(person=person).select_related("author")[:20],
        "modules": modules_for(request),
        "goal": Goal.objects.filter(person=person, ended_at=None).first(),
    }
    return page(request, "portal/settings.html", context, status=form_status(form))


def purposes(person: Person) -> list[dict[str, Any]]:
    """Each thing we may write for, whether it is on, and why."""
    standing = {basis.purpose: basis for basis in person.bases.filter(ended_at=None)}
    stopped = set(person.suppressions.values_list("purpose", flat=True))
    return [
        {
            "value": value,
            "label": label,
            "basis": standing.get(value),
            "is_on": value in standing and not stopped & {"", value},
        }
        for value, label in Purpose.choices
        if value != Purpose.SERVICE
    ]


def counts(person: Person) -> dict[str, int]:
    deeds = Entry.objects.standing().filter(person=person).exclude(verb__startswith="staff.")
    return {"deeds": deeds.count()}


@require_POST
def purpose(request: PersonRequest, purpose: str) -> HttpResponse:
    """Turn one kind of letter on or off. Off is remembered: no list turns it on again."""
    if purpose not in Purpose.values or purpose == Purpose.SERVICE:
        raise Http404
    moment = now()
    if request.POST.get("on"):
        Suppression.lift(request.user, purpose)
        Basis.give(
            request.user, purpose, ground=Basis.Ground.CONSENT, wording=str(WORDING),
            source="/you/", at=moment,
        )  # fmt: skip
        messages.success(request, _("On again."))
    else:
        Basis.end(request.user, purpose, at=moment)
        messages.success(request, _("Off. You won’t get these any more."))
    return redirect("portal:settings")


@require_POST
def theme(request: PersonRequest) -> HttpResponse:
    answer = redirect("portal:settings")
    chosen = request.POST.get("theme", "")
    if chosen in {"light", "dark"}:
        answer.set_cookie(
            "theme", chosen, max_age=YEAR, samesite="Lax", httponly=True,
            secure=request.is_secure(),
        )  # fmt: skip
    else:
        answer.delete_cookie("theme")
    return answer
