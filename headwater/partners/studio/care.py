"""What is pressed on a partner's page. The page itself is the shell's, as it combines rooms."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from headwater.kit.names import name_key
from headwater.partners import tending
from headwater.partners.forms import NoteForm, PositionForm, StewardForm
from headwater.people.models import Organisation, Person, Position
from headwater.people.requests import PersonRequest, needs


@require_POST
def notes(request: PersonRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.partners(), pk=pk)
    form = NoteForm(request.POST)
    if form.is_valid():
        tending.write_note(person, actor=request.user, at=now(), **form.cleaned_data)
        messages.success(request, _("Your note stands here."))
    else:
        messages.error(request, _("Write something first."))
    return redirect("studio:partner", pk)


@require_POST
def steward(request: PersonRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.partners(), pk=pk)
    form = StewardForm(request.POST)
    if form.is_valid():
        tending.hand_to(person, form.cleaned_data["steward"], actor=request.user, at=now())
        messages.success(request, _("Saved."))
    return redirect("studio:partner", pk)


@require_POST
def positions(request: PersonRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.partners(), pk=pk)
    form = PositionForm(request.POST)
    if form.is_valid():
        key = name_key(form.cleaned_data["organisation"])
        organisation = Organisation.objects.filter(name_key=key).first()
        if organisation is None:
            messages.error(request, _("No organisation of this name is here. Add it first."))
        else:
            tending.begin_position(
                person, organisation, form.cleaned_data["title"], actor=request.user, at=now()
            )
    return redirect("studio:partner", pk)


@require_POST
def position_end(request: PersonRequest, pk: int) -> HttpResponse:
    position = get_object_or_404(Position, pk=pk)
    tending.end_position(position, actor=request.user, at=now())
    return redirect("studio:partner", position.person_id)


@require_POST
@needs("manager")
def suspension(request: PersonRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.partners(), pk=pk)
    if person.suspended_at:
        tending.let_back(person, actor=request.user, at=now())
        messages.success(request, _("They can come in again."))
    else:
        tending.suspend(person, actor=request.user, at=now())
        messages.success(request, _("They are shut out, and get nothing from us."))
    return redirect("studio:partner", pk)
