"""Who came: from a meeting tool's file, or by the code on the last slide."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.events import verbs
from headwater.events.models import Attendance, Event, Unmatched
from headwater.kit.errors import Refused
from headwater.kit.names import email_key, name_key
from headwater.ledger.models import Entry, record_staff
from headwater.people.models import Person

NAMES = {"name", "username", "fullname", "attendee", "participant", "displayname"}
EMAILS = {"email", "useremail", "emailaddress", "attendeeemail", "upn"}
FIRST, LAST = {"firstname", "givenname"}, {"lastname", "surname", "familyname"}
MINUTES = {"timeinsessionminutes", "durationminutes", "duration", "minutes", "timeinsession"}
CAME = {"attended", "attendeestatus", "status"}
NO = {"no", "refunded", "cancelled", "canceled", "transferred", "deleted", "notattending"}


@dataclass
class Guest:
    """One person in the file; the stays of somebody who left and came back are added up."""

    name: str
    email: str
    minutes: int | None


@dataclass(frozen=True)
class Outcome:
    came: int
    unmatched: int
    absent: int


def read_guests(raw: bytes) -> tuple[list[Guest], int]:
    """Everybody in the file who came, and how many it says did not.

    Finds the table below whatever a tool writes above it: a row with a name or an address as
    heading begins one, and the last such table is the guests' (Zoom puts the hosts before).
    """
    text = raw.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in text:
        text = raw.decode("utf-16", errors="replace")
    delimiter = max(",;\t", key=text[:4000].count)
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    starts = [n for n, row in enumerate(rows) if _columns(row)]
    if not starts:
        raise Refused(
            _("There is no column with names or e-mail addresses in this file. Add a first row.")
        )
    columns = _columns(rows[starts[-1]])
    guests: dict[str, Guest] = {}
    absent = 0
    for row in rows[starts[-1] + 1 :]:
        cells = {key: row[n].strip() for key, n in columns.items() if n < len(row)}
        name = cells.get("name") or f"{cells.get('first', '')} {cells.get('last', '')}".strip()
        email = "" if cells.get("email") == "--" else cells.get("email", "")
        if not name and not email:
            continue
        if _plain(cells.get("came", "")) in NO:
            absent += 1
            continue
        _add(guests, Guest(name, email, _whole(cells.get("minutes", ""))))
    return list(guests.values()), absent


def _add(guests: dict[str, Guest], guest: Guest) -> None:
    key = email_key(guest.email) or name_key(guest.name)
    known = guests.get(key)
    if known is None:
        guests[key] = guest
    elif guest.minutes:
        known.minutes = (known.minutes or 0) + guest.minutes


def _columns(row: list[str]) -> dict[str, int]:
    """Which column is what, if this row is a heading with a name or an address in it."""
    kinds = {"name": NAMES, "email": EMAILS, "first": FIRST, "last": LAST, "minutes": MINUTES}
    kinds["came"] = CAME
    found: dict[str, int] = {}
    for n, cell in enumerate(row):
        plain = _plain(cell)
        for kind, words in kinds.items():
            fits = plain in words or (kind == "name" and plain.startswith("username"))
            if fits and kind not in found:
                found[kind] = n
    return found if len(row) > 1 and found.keys() & {"name", "email", "first"} else {}


def _plain(cell: str) -> str:
    return "".join(c for c in cell.casefold() if c.isalnum())


def _whole(cell: str) -> int | None:
    digits = cell.split(".")[0].strip()
    return int(digits) if digits.isdigit() else None


@transaction.atomic
def take_list(event: Event, raw: bytes, *, actor: Person, at: datetime) -> Outcome:
    """Note everybody in a meeting tool's file who came. The same file again changes nothing.

    People are matched by address, else by the name of somebody who has a place here and whose name
    nobody else has. Whoever fits nobody waits to be linked by hand; nobody is guessed.
    """
    guests, absent = read_guests(raw)
    by_email = _by_email(guests)
    by_name = _by_name(event)
    unmatched = 0
    for guest in guests:
        person = by_email.get(email_key(guest.email)) or by_name.get(name_key(guest.name))
        if person:
            Attendance.note(
                event, person, source=Attendance.Source.FILE, minutes=guest.minutes, at=at
            )
            continue
        unmatched += 1
        Unmatched.objects.get_or_create(
            event=event,
            name=guest.name[:300],
            email=guest.email[:254],
            defaults={"minutes": guest.minutes, "at": at},
        )
    record_staff(verbs.STAFF_ATTENDANCE_TAKEN, actor=actor, subject=event, at=at, rows=len(guests))
    return Outcome(came=len(guests) - unmatched, unmatched=unmatched, absent=absent)


def _by_email(guests: list[Guest]) -> dict[str, Person]:
    keys = [email_key(guest.email) for guest in guests if guest.email]
    found: dict[str, Person] = {}
    for start in range(0, len(keys), 500):
        people = Person.objects.standing().filter(email_key__in=keys[start : start + 500])
        found |= {person.email_key: person for person in people if person.email_key}
    return found


def _by_name(event: Event) -> dict[str, Person]:
    """Those with a place here, by name; a name that two of them share matches neither."""
    found: dict[str, Person] = {}
    twice: set[str] = set()
    for place in event.place_rows.standing().select_related("person"):
        key = place.person.name_key
        twice |= {key} & found.keys()
        found[key] = place.person
    return {key: person for key, person in found.items() if key and key not in twice}


def count_codes(at: datetime) -> int:
    """Count those who opened a code that stands for having been at an event.

    The code's room below writes the event's number into its ledger entry; here that becomes an
    attendance. An entry is dealt with when its person's attendance stands.
    """
    recent = Entry.objects.standing().filter(
        verb="library.code_opened", data__event__gt=0, at__gte=at - timedelta(days=30)
    )
    counted = 0
    for event in Event.objects.filter(pk__in=set(recent.values_list("data__event", flat=True))):
        here = Attendance.objects.filter(event=event).values("person")
        late = recent.filter(data__event=event.pk, at__gte=event.starts_at)
        for entry in late.exclude(person=None).exclude(person__in=here).select_related("person"):
            if entry.person:
                Attendance.note(event, entry.person, source=Attendance.Source.CODE, at=entry.at)
                counted += 1
    return counted
