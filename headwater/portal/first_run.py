"""The first page of a fresh organisation: its name, its colour, its owner, whom it asks first."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from headwater.capacity import starting as capacity
from headwater.discussions import starting as discussions
from headwater.kit.zones import zones_of_today
from headwater.library import starting as library
from headwater.listening import starting as listening
from headwater.newsletters import starting as newsletters
from headwater.partners import starting as partners
from headwater.people.models import House, Person
from headwater.people.opening import open_house
from headwater.programme import starting as programme
from headwater.recognition import starting as recognition
from headwater.safeguards import starting as safeguards
from headwater.ui.colour import contrast, dyed
from headwater.ui.http import form_status, page, refusing
from headwater.ui.long_select import LongSelect

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STARTERS = (
    safeguards, listening, library, discussions, capacity, programme, recognition, newsletters,
)  # fmt: skip
DYES = {
    "#005a82": _("Kingfisher"),
    "#1f6a35": _("Reed"),
    "#7d5400": _("Ochre"),
    "#9c2f1f": _("Brick"),
    "#16272c": _("Ink"),
}
OWN = "own"
PAGE_COLOUR = "#ecf4ed"


class FirstRunForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("As partners say it. It stands at the top of everything they see."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    time_zone = forms.ChoiceField(
        label=_("Time where you are"), initial="Europe/London", widget=LongSelect
    )
    dye = forms.ChoiceField(
        label=_("Your colour"),
        choices=[*DYES.items(), (OWN, _("Your own"))],
        initial=next(iter(DYES)),
        widget=forms.RadioSelect,
    )
    colour = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$",
        label=_("Its code, if it is your own"),
        required=False,
        help_text=_("Such as #005a82"),
        error_messages={"invalid": _("Write it as # and six letters or figures, such as #005a82.")},
    )
    logo = forms.FileField(
        label=_("Your logo"),
        required=False,
        help_text=_("PNG, JPEG or WebP, up to 2 MB. Without one, your name is set in Literata."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )
    primary = forms.ChoiceField(
        label=_("Whom do you ask first?"),
        help_text=_("The kind of partner that everything else depends on. You can add others."),
        widget=forms.RadioSelect,
        initial="member",
    )
    starter_kit = forms.BooleanField(
        label=_("Put the starter kit in"),
        help_text=_("24 tips, 20 guidelines, two surveys and a year’s plan, all yours to change."),
        required=False,
        initial=True,
    )
    owner_name = forms.CharField(
        label=_("Your name"), max_length=300, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    owner_email = forms.EmailField(
        label=_("Your e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Write the whole address, as in ada@example.org.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [(zone, zone.replace("_", " ")) for zone in zones_of_today()]
        self.fields["time_zone"].choices = zones  # type: ignore[attr-defined]
        kinds = [(slug, plural) for slug, (_name, plural, _m) in partners.KINDS.items()]
        self.fields["primary"].choices = kinds  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("dye") == OWN and not cleaned.get("colour") and "colour" not in self.errors:
            self.add_error("colour", _("Write its code, such as #005a82."))
        return cleaned

    @property
    def chosen_colour(self) -> str:
        own = self.cleaned_data["dye"] == OWN
        return str(self.cleaned_data["colour"] if own else self.cleaned_data["dye"])


@login_not_required
@require_http_methods(["GET", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    if House.is_open():
        return redirect("portal:home")
    form = FirstRunForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with refusing(form):
            owner = begin(form, now())
            login(request, owner, backend=BACKEND)
            return redirect("studio:home")
    context = {"form": form, "dyes": dyes(form)}
    return page(request, "portal/first_run.html", context, status=form_status(form))


@transaction.atomic
def begin(form: FirstRunForm, at: datetime) -> Person:
    """The house, its owner, the kinds and (if wished) the starter kit, together or not at all."""
    answers = form.cleaned_data
    owner = open_house(
        name=answers["name"],
        colour=form.chosen_colour,
        logo=answers["logo"],
        time_zone=answers["time_zone"],
        owner_name=answers["owner_name"],
        owner_email=answers["owner_email"],
        at=at,
    )
    partners.load_starter(at, answers["primary"])
    if answers["starter_kit"]:
        for room in STARTERS:
            room.load_starter(at)
    return owner


def dyes(form: FirstRunForm) -> list[dict[str, Any]]:
    """The colours to choose from, each with its contrast on the page as it will be shown."""
    chosen = form["dye"].value()
    return [
        {
            "value": value,
            "name": name,
            "class": ("kingfisher", "reed", "ochre", "brick", "ink")[place],
            "contrast": f"{contrast(dyed(value)[0].plain, PAGE_COLOUR):.1f}",
            "is_chosen": value == chosen,
        }
        for place, (value, name) in enumerate(DYES.items())
    ]
