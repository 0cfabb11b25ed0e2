from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.kit.errors import Refused
from headwater.people.requests import PersonRequest
from headwater.safeguards.forms import BusyForm
from headwater.safeguards.models import BusyUntil, Guideline, Policy, PolicyAcceptance
from headwater.ui.http import page


@require_safe
def guidelines(request: PersonRequest) -> HttpResponse:
    context = {
        "guidelines": Guideline.objects.standing(),
        "to_accept": Policy.objects.current().not_accepted_by(request.user).count(),
        "busy": BusyUntil.objects.filter(person=request.user).first(),
        "busy_form": BusyForm(),
    }
    return page(request, "safeguards/portal/guidelines.html", context)


@require_safe
def policies(request: PersonRequest) -> HttpResponse:
    accepted = PolicyAcceptance.objects.filter(person=request.user)
    context = {
        "policies": Policy.objects.current(),
        "accepted": dict(accepted.values_list("policy", "at")),
    }
    return page(request, "safeguards/portal/policies.html", context)


@require_POST
def acceptance(request: PersonRequest, pk: int) -> HttpResponse:
    get_object_or_404(Policy, pk=pk).accept(request.user, at=now())
    messages.success(request, _("Thank you. We’ll ask again only if it changes."))
    return redirect("portal:safeguards:policies")


@require_POST
def busy(request: PersonRequest) -> HttpResponse:
    """Until when they have no time; an empty day takes it back."""
    form = BusyForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Write a day, such as 30 June."))
    until_on = form.cleaned_data["until_on"]
    BusyUntil.say(request.user, until_on, at=now())
    said = _("We leave you in peace until then.") if until_on else _("Welcome back.")
    messages.success(request, said)
    return redirect("portal:safeguards:guidelines")
