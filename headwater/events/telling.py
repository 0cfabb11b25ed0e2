"""Letters about an event. Each kind goes once: its row and its mailing are one transaction."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from headwater.events.calendar import as_calendar
from headwater.events.models import Event, Notice, Place
from headwater.mail import personal_links
from headwater.mail.writing import write, write_to_many
from headwater.partners.models import Purpose
from headwater.people.models import Person

LATEST_THANKS = timedelta(days=7)
PLACE, PULSE = "place", "pulse"


def confirm_place(place: Place, *, at: datetime) -> None:
    """Say where they stand: a place with its calendar file, the waiting list, or the draw."""
    files = []
    if place.state == Place.State.HELD:
        name = f"{place.event.slug}.ics"
        files = [(name, as_calendar(place.event, at), "text/calendar")]
    write(
        to=place.person,
        template="events/mail/place",
        context={"event": place.event, "place": place, "url": place_url(place)},
        purpose=Purpose.SERVICE,
        at=at,
        about=f"events.event:{place.event.pk}",
        attachments=files,
    )


def tell_the_drawn(event: Event, *, at: datetime) -> None:
    """After a draw: to each their date, the second one for those who were not drawn."""
    rows = Place.objects.standing().filter(event=event).select_related("person", "event")
    if event.second_date:
        waiting = event.place_rows.waiting().values("person")
        second = Place.objects.held().filter(event=event.second_date_id, person__in=waiting)
        rows = rows.held() | second.select_related("person", "event")
    for place in rows:
        confirm_place(place, at=at)


def tell_moved_up(event: Event, people: Iterable[Person], *, at: datetime) -> None:
    for place in event.place_rows.held().filter(person__in=list(people)).select_related("person"):
        confirm_place(place, at=at)


def place_url(place: Place) -> str:
    return personal_link(place.person, place.event, PLACE)


def personal_link(person: Person, event: Event, page: str) -> str:
    """A link that opens one page about one event for one person, without sign-in."""
    path = f"/events/{page}/{{token}}/"
    return personal_links.link(person, job=f"events.{page}", key=str(event.pk), path=path)


def send_what_is_due(at: datetime) -> int:
    """Reminders two days before, thank-yous with two questions after. Safe to run at any time."""
    soon = Event.objects.upcoming(at).filter(starts_at__lte=at + timedelta(days=2))
    ended = Event.objects.past(at).filter(ends_at__gt=at - LATEST_THANKS)
    called_off = Event.objects.published().exclude(cancelled_at=None).filter(starts_at__gt=at)
    sent = 0
    for kind, events in (
        (Notice.Kind.REMINDER, soon.filter(starts_at__gt=at)),
        (Notice.Kind.THANKS, ended.filter(attendances__isnull=False).distinct()),
        (Notice.Kind.CANCELLED, called_off),
    ):
        for event in events.exclude(notices__kind=kind):
            sent += tell(event, kind, at=at)
    return sent


def tell(event: Event, kind: str, *, at: datetime) -> int:
    """Send one kind of letter about an event to everybody it is for, unless it went already."""
    people, template, page = _letter(event, kind)
    try:
        with transaction.atomic():
            notice = Notice.objects.create(event=event, kind=kind, at=at, count=people.count())
            write_to_many(
                title=f"{notice.get_kind_display()}: {event.title}",
                template=template,
                context={"event": event},
                people=people,
                merge=lambda person: {"link": personal_link(person, event, page)},
                purpose=Purpose.SERVICE,
                at=at,
                about=f"events.event:{event.pk}",
                send_at=at,
            )
    except IntegrityError:
        return 0
    return notice.count


def _letter(event: Event, kind: str) -> tuple[QuerySet[Person], str, str]:
    if kind == Notice.Kind.THANKS:
        came = Q(attendances__event=event)
        return Person.objects.standing().filter(came), "events/mail/thanks", PULSE
    standing = Place.objects.standing().filter(event=event)
    if kind == Notice.Kind.REMINDER:
        standing = standing.held()
    people = Person.objects.standing().filter(pk__in=standing.values("person"))
    return people, f"events/mail/{kind}", PLACE
