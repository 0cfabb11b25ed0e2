from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.events import attending, auditing, outlook, telling, verbs
from headwater.events.forms import DrawForm, EventForm, GuestListForm
from headwater.events.models import Attendance, Draw, Event, Place
from headwater.kit.names import random_code
from headwater.ledger.models import record_staff
from headwater.people.models import House, Person
from headwater.people.requests import PersonRequest, needs
from headwater.ui.http import form_status, page, refusing


@require_safe
def events(request: PersonRequest) -> HttpResponse:
    at = now()
    rows = Event.objects.with_counts().select_related("need").order_by("-starts_at")
    context = {
        "page": Paginator(rows, 40).get_page(request.GET.get("page")),
        "next": Event.objects.upcoming(at).with_counts().first(),
        "now": at,
    }
    return page(request, "events/studio/events.html", context)


@require_http_methods(["GET", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    form = EventForm(request.POST or None, initial={"time_zone": House.current().time_zone})
    if form.is_valid():
        with refusing(form):
            event = form.save(commit=False)
            event.created_at = now()
            event.slug = free_slug(event.title)
            event.save()
            record_staff(
                verbs.STAFF_CHANGED, actor=request.user, subject=event, at=now(), fields=["new"]
            )
            return redirect("studio:events:event", event.pk)
    return page(request, "events/studio/edit.html", {"form": form}, status=form_status(form))


def free_slug(title: str) -> str:
    """An address for a page from its title, with a few letters more where it is taken."""
    slug = slugify(title)[:180] or random_code(8)
    return f"{slug}-{random_code(4)}" if Event.objects.filter(slug=slug).exists() else slug


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=pk)
    before = event.places
    form = EventForm(request.POST or None, instance=event)
    if form.is_valid():
        with refusing(form):
            wanted = form.cleaned_data["places"]
            form.instance.places = before
            event = form.save()
            moved = event.change_places(wanted, actor=request.user, at=now())
            telling.tell_moved_up(event, moved, at=now())
            record_staff(
                verbs.STAFF_CHANGED, actor=request.user, subject=event, at=now(),
                fields=form.changed_data,
            )  # fmt: skip
            messages.success(request, _("Saved."))
            return redirect("studio:events:event", event.pk)
    context = {"form": form, "event": event}
    return page(request, "events/studio/edit.html", context, status=form_status(form))


@require_safe
def event(request: PersonRequest, pk: int) -> HttpResponse:
    rows = Event.objects.with_counts().select_related("need", "draw", "second_date")
    event = get_object_or_404(rows, pk=pk)
    at = now()
    states = outlook.count_states(event)
    shown = request.GET.get("show", Place.State.HELD)
    came = Attendance.objects.filter(event=event, person=OuterRef("person"))
    guests = event.place_rows.filter(state=shown).select_related("person").order_by("asked_at")
    wanted = request.GET.get("q", "").strip()
    if wanted:
        guests = guests.filter(person__name__icontains=wanted)
    listed = Paginator(guests.annotate(is_here=Exists(came)), 50)
    if not wanted:
        listed.count = states.get(shown, 0)
    context = {
        "event": event,
        "shown": shown,
        "page": listed.get_page(request.GET.get("page")),
        "states": states,
        "outlook": outlook.turnout(event, at),
        "asked_for": outlook.asked_and_has_no_place(event, at),
        "unmatched": event.unmatched.all()[:50],
        "draw_form": DrawForm(),
        "list_form": GuestListForm(),
        "draw": getattr(event, "draw", None),
        "is_over": event.is_over(at),
        "reminder_to_come": event.remind_at > at,
        "pulse": outlook.pulse(event),
        "notices": event.notices.all(),
    }
    return page(request, "events/studio/event.html", context)


@require_POST
def publication(request: PersonRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=pk)
    event.publish(actor=request.user, at=now())
    messages.success(request, _("Partners see it now."))
    return redirect("studio:events:event", pk)


@needs("manager")
@require_POST
def cancellation(request: PersonRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=pk)
    event.cancel(actor=request.user, at=now())
    telling.send_what_is_due(now())
    messages.success(request, _("It’s called off, and everybody with a place has been told."))
    return redirect("studio:events:event", pk)


@require_POST
def attendance(request: PersonRequest, pk: int) -> HttpResponse:
    """Tick somebody at the door, or take the tick back."""
    event = get_object_or_404(Event, pk=pk)
    person = get_object_or_404(Person.objects.standing(), pk=request.POST.get("person") or 0)
    if request.POST.get("came"):
        Attendance.note(event, person, source=Attendance.Source.HAND, at=now())
    else:
        Attendance.take_back(event, person, actor=request.user, at=now())
    if request.htmx:
        return HttpResponse(status=204)
    return redirect("studio:events:event", pk)


@require_POST
def guest_list(request: PersonRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=pk)
    form = GuestListForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose a file first."))
        return redirect("studio:events:event", pk)
    raw = form.cleaned_data["file"].read(20_000_000)
    outcome = attending.take_list(event, raw, actor=request.user, at=now())
    came = ngettext("%d person came.", "%d people came.", outcome.came) % outcome.came
    waits = ngettext(
        "%d name fits nobody and waits for you.",
        "%d names fit nobody and wait for you.",
        outcome.unmatched,
    )
    messages.success(request, f"{came} {waits % outcome.unmatched}")
    return redirect("studio:events:event", pk)


@require_POST
def unmatched(request: PersonRequest, pk: int, row: int) -> HttpResponse:
    """Say who an unknown name is, or that it is nobody of ours."""
    event = get_object_or_404(Event, pk=pk)
    waiting = get_object_or_404(event.unmatched, pk=row)
    if request.POST.get("drop"):
        waiting.delete()
        return redirect("studio:events:event", pk)
    person = Person.objects.with_email(request.POST.get("email", "")).first()
    if person is None:
        messages.error(request, _("Nobody here has that address. Look it up under Partners."))
    else:
        waiting.link(person, at=now())
        messages.success(request, _("Linked to %(name)s.") % {"name": person.name})
    return redirect("studio:events:event", pk)


@needs("manager")
@require_POST
def draw(request: PersonRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=pk)
    Draw.hold(event, number=request.POST.get("number", ""), actor=request.user, at=now())
    telling.tell_the_drawn(event, at=now())
    messages.success(request, _("The places are drawn, and everybody who asked has been told."))
    return redirect("studio:events:event", pk)


@require_safe
def audit(request: PersonRequest, pk: int) -> HttpResponse:
    """The draw made again from its number, so that nobody has to trust it."""
    draw = get_object_or_404(Draw.objects.select_related("event"), event=pk)
    context = {"draw": draw, "event": draw.event, "audit": auditing.audit(draw)}
    return page(request, "events/studio/audit.html", context)


@require_safe
def door_list(request: PersonRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=pk)
    guests = event.place_rows.held().select_related("person").order_by("person__name")
    return page(request, "events/studio/door_list.html", {"event": event, "guests": guests})
