from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.crypto import get_random_string
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.events import registering
from headwater.events.calendar import as_calendar
from headwater.events.forms import GuestForm, PlaceForm, PulseForm
from headwater.events.models import Event, Pulse
from headwater.mail import personal_links
from headwater.people.models import Person, SignUp
from headwater.people.requests import PersonRequest
from headwater.ui.http import form_status, page, refusing


@login_not_required
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    at = now()
    context = {
        "upcoming": Event.objects.upcoming(at).with_counts().select_related("need"),
        "past": Event.objects.past(at)[:12],
    }
    return page(request, "events/portal/events.html", context)


@login_not_required
@require_http_methods(["GET", "POST"])
def event(request: PersonRequest, slug: str) -> HttpResponse:
    at = now()
    event = get_object_or_404(
        Event.objects.visible_to(request.user).select_related("need", "second_date"), slug=slug
    )
    known = request.user if request.user.is_authenticated else None
    form: PlaceForm = (PlaceForm if known else GuestForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusing(form):
            return _keep_place(request, event, form)
    if not known and not form.is_bound:
        form.initial["key"] = get_random_string(20)
    place = event.place_rows.filter(person=known).standing().first() if known else None
    second = event.second_date if place and place.state == place.State.WAITING else None
    context = {
        "event": event,
        "form": form,
        "place": place,
        "has_second": bool(second and second.place_rows.held().filter(person=known)),
        "is_open": event.is_open(at),
        "is_over": event.is_over(at),
        "reminder_to_come": event.remind_at > at,
        "waiting": event.place_rows.waiting().count(),
    }
    template = "events/portal/event.html"
    return page(request, template, context, part="place", status=form_status(form))


def _keep_place(request: PersonRequest, event: Event, form: PlaceForm) -> HttpResponse:
    data = form.cleaned_data
    if isinstance(form, GuestForm):
        registering.ask_as_guest(event, at=now(), **data)
        note = _("Look in your mail: one press there keeps your place.")
    else:
        place = registering.keep_place(event, request.user, at=now(), to_prepare=data["to_prepare"])
        note = registering.in_words(place)
    messages.success(request, note)
    return redirect("portal:events:event", event.slug)


@require_POST
def release(request: PersonRequest, slug: str) -> HttpResponse:
    event = get_object_or_404(Event.objects.published(), slug=slug)
    registering.give_back(event, request.user, at=now())
    messages.success(request, _("Your place is free for somebody else. Thank you for saying so."))
    return redirect("portal:events:event", event.slug)


@login_not_required
@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    event = get_object_or_404(Event.objects.published(), slug=slug)
    name = f'attachment; filename="{event.slug}.ics"'
    return HttpResponse(
        as_calendar(event, now()),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": name},
    )


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def guest(request: HttpRequest, public_id: str) -> HttpResponse:
    """The link in a guest's mail: a page with one button, so that a link scanner keeps no place."""
    sign_up = get_object_or_404(SignUp, public_id=public_id, wanted="event")
    event = get_object_or_404(Event.objects.published(), pk=sign_up.details.get("event"))
    if request.method == "POST":
        place = registering.confirm_guest(sign_up, event, at=now())
        messages.success(request, registering.in_words(place))
        return redirect("portal:events:event", event.slug)
    return page(request, "events/portal/guest.html", {"event": event, "sign_up": sign_up})


def _mine(token: str, job: str) -> tuple[Person, Event]:
    found = personal_links.read(token, job)
    return found.person, get_object_or_404(Event.objects.published(), pk=found.key)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def my_place(request: HttpRequest, token: str) -> HttpResponse:
    """A personal link to one place: see it, give it back, and nothing else."""
    person, event = _mine(token, "events.place")
    if request.method == "POST":
        registering.give_back(event, person, at=now())
        messages.success(request, _("Your place is free for somebody else. Thank you."))
        return redirect(request.path)
    place = event.place_rows.filter(person=person).first()
    context = {"event": event, "place": place, "person": person}
    return page(request, "events/portal/my_place.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def pulse(request: HttpRequest, token: str) -> HttpResponse:
    person, event = _mine(token, "events.pulse")
    answered = Pulse.objects.filter(event=event, person=person).first()
    form = PulseForm(request.POST or None, instance=answered)
    if request.method == "POST" and form.is_valid():
        with refusing(form):
            Pulse.answer(event, person, at=now(), **form.cleaned_data)
            return redirect(f"{request.path}?thanks=1")
    context = {
        "event": event,
        "form": form,
        "person": person,
        "thanked": "thanks" in request.GET,
    }
    return page(request, "events/portal/pulse.html", context, status=form_status(form))
