from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.partners import colleagues
from headwater.partners.forms import ColleagueForm, HouseForm
from headwater.people.models import House, Person, Role
from headwater.people.requests import PersonRequest, needs
from headwater.ui.http import form_status, page, refusing


@require_http_methods(["GET", "POST"])
@needs("owner")
def team(request: PersonRequest) -> HttpResponse:
    form = ColleagueForm(request.POST or None)
    if form.is_valid():
        with refusing(form):
            url = request.build_absolute_uri("/sign-in/")
            colleagues.invite(url=url, actor=request.user, at=now(), **form.cleaned_data)
            messages.success(request, _("Asked in. A letter is on its way."))
            return redirect("studio:partners:team")
    context = {
        "form": form,
        "colleagues": Person.objects.staff().order_by("name"),
        "roles": Role.choices,
    }
    return page(request, "partners/studio/team.html", context, status=form_status(form))


@require_POST
@needs("owner")
def role(request: PersonRequest, pk: int) -> HttpResponse:
    """Another role; an empty one takes a colleague out of the team."""
    person = get_object_or_404(Person.objects.staff(), pk=pk)
    wanted = request.POST.get("role", "")
    if wanted == "" or wanted in Role.values:
        colleagues.change_role(person, wanted, actor=request.user, at=now())
        messages.success(request, _("Saved."))
    return redirect("studio:partners:team")


@require_http_methods(["GET", "POST"])
@needs("owner")
def house(request: PersonRequest) -> HttpResponse:
    form = HouseForm(request.POST or None, request.FILES or None, instance=House.objects.get(pk=1))
    if form.is_valid():
        with refusing(form):
            values = {**form.cleaned_data}
            logo = values.pop("logo")
            colleagues.change_house(logo=logo, actor=request.user, at=now(), **values)
            messages.success(request, _("Saved. Partners see it at once."))
            return redirect("studio:partners:house")
    return page(request, "partners/studio/house.html", {"form": form}, status=form_status(form))
