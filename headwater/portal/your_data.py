"""A partner's own data: all of it to take along, or all of it gone. Asks every room."""

import json
import zipfile
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from types import ModuleType
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.kit.errors import Refused
from headwater.people.models import House, Person
from headwater.people.requests import PersonRequest
from headwater.ui.http import page


def rooms() -> list[tuple[str, ModuleType]]:
    """Every room that keeps rows about people, the highest first and people last."""
    order = [*(room for room in settings.ROOMS if room != "people"), "people"]
    names = [*reversed(order[:-1]), "people"]
    return [
        (room, import_module(f"headwater.{room}.personal"))
        for room in names
        if find_spec(f"headwater.{room}.personal")
    ]


def everything(person: Person) -> dict[str, Any]:
    """All that is kept of one person, and of records that were merged into theirs."""
    others = Person.objects.filter(merged_into=person)
    kept = {room: module.export(person) for room, module in reversed(rooms())}
    if others:
        kept["merged_records"] = [
            {room: module.export(other) for room, module in reversed(rooms())} for other in others
        ]
    return kept


@transaction.atomic
def erase(person: Person, at: datetime) -> None:
    """Have every room forget one person. What stays is a keyed hash that keeps lists out."""
    if person.role:
        raise Refused(_("You are in the team. An owner has to take you out of it first."))
    for one in [*Person.objects.filter(merged_into=person), person]:
        for _room, module in rooms():
            module.erase(one, at)


def legible(value: Any) -> dict[str, Any]:
    """The same for people: names without underlines, days as we write them, nothing in brackets."""
    if isinstance(value, dict) and value:
        pairs = [(name.replace("_", " "), legible(one)) for name, one in value.items()]
        return {"pairs": pairs}
    if isinstance(value, list) and value:
        return {"rows": [legible(one) for one in value]}
    if value in (None, "", [], {}):
        return {"text": _("nothing")}
    if isinstance(value, bool):
        return {"text": _("yes") if value else _("no")}
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        return {"text": str(value)}
    return {"text": date_format(localtime(moment), "j F Y, H:i")}


def as_zip(kept: dict[str, Any], at: datetime) -> bytes:
    """One file that other programs can read, and one that people can."""
    file = BytesIO()
    data = json.dumps(kept, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    plain = json.loads(data)
    rooms = [(room.capitalize().replace("_", " "), legible(part)) for room, part in plain.items()]
    context = {"rooms": rooms, "at": legible(str(at))["text"], "house": House.current()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("your-data.json", data)
        archive.writestr("your-data.html", render_to_string("portal/your_data.html", context))
    return file.getvalue()


@require_safe
def copy(request: PersonRequest) -> HttpResponse:
    moment = now()
    answer = HttpResponse(as_zip(everything(request.user), moment), content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="your-data.zip"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def erasure(request: PersonRequest) -> HttpResponse:
    """Erase the one who asks, if they said so twice: by the button and by the tick."""
    if not request.POST.get("sure"):
        messages.error(request, _("Tick that you are sure. It can’t be taken back."))
        return redirect("portal:settings")
    erase(request.user, now())
    logout(request)
    return redirect("portal:forgotten")


@login_not_required
@require_safe
def forgotten(request: HttpRequest) -> HttpResponse:
    return page(request, "portal/forgotten.html")
