import os
from pathlib import Path

import pytest

from headwater.events import attending
from headwater.events.models import Attendance
from headwater.events.tests import make
from headwater.events.tests.make import NOON
from headwater.kit.errors import Refused
from headwater.ledger.models import Entry

SHARED = Path(os.environ.get("HEADWATER_SHARED", Path(__file__).parents[4] / "shared"))
ZOOM = SHARED / "data" / "exports" / "headers" / "zoom_webinar_attendee_report.csv"


def test_stays_of_one_guest_are_added_up_and_case_of_the_address_does_not_matter() -> None:
    raw = b"Name,Email,Duration (minutes)\nZoe,zoe@example.org,20\nZoe,ZOE@example.org,30\n"

    guests, absent = attending.read_guests(raw)

    assert [(g.email, g.minutes) for g in guests] == [("zoe@example.org", 50)]
    assert absent == 0


def test_a_refunded_ticket_did_not_come() -> None:
    raw = (
        b"First Name,Last Name,Email,Attendee Status\n"
        b"Rosa,Delgado,rosa@example.com,Attending\nJo,Kim,jo@example.com,Refunded\n"
    )

    guests, absent = attending.read_guests(raw)

    assert [g.name for g in guests] == ["Rosa Delgado"]
    assert absent == 1


def test_a_file_without_names_or_addresses_is_refused_with_what_to_do() -> None:
    with pytest.raises(Refused, match="Add a first row"):
        attending.read_guests(b"1,2,3\n4,5,6\n")


@pytest.mark.skipif(not ZOOM.exists(), reason="the folder of real files is not here")
def test_a_zoom_report_gives_its_guests_and_neither_preamble_nor_hosts() -> None:
    guests, absent = attending.read_guests(ZOOM.read_bytes())

    assert [(g.name, g.minutes) for g in guests] == [("Zoë Müller", 50), ("O'Neil, Pat", 61)]
    assert absent == 1


@pytest.mark.django_db
def test_known_guests_are_noted_once_and_unknown_ones_wait() -> None:
    owner, event = make.staff(), make.event()
    ada = make.person("Ada", email="ada@example.org")
    raw = b"Name,Email\nAda,ADA@example.org\nWho,who@example.org\n"

    attending.take_list(event, raw, actor=owner, at=event.ends_at)
    outcome = attending.take_list(event, raw, actor=owner, at=event.ends_at)

    assert (outcome.came, outcome.unmatched, outcome.absent) == (1, 1, 0)
    assert [a.person for a in Attendance.objects.all()] == [ada]
    assert [u.email for u in event.unmatched.all()] == ["who@example.org"]
    came = Entry.objects.filter(verb="events.attended")
    assert [(e.person, e.data["kind"]) for e in came] == [(ada, "seminar")]


@pytest.mark.django_db
def test_a_name_that_two_guests_share_matches_neither() -> None:
    owner, event = make.staff(), make.event()
    for address in ("a@example.org", "b@example.org"):
        event.register(make.person("Mary Lee", email=address), at=NOON)

    outcome = attending.take_list(event, b"Name,Minutes\nMary Lee,40\n", actor=owner, at=NOON)

    assert (outcome.came, outcome.unmatched) == (0, 1)


@pytest.mark.django_db
def test_a_tick_taken_back_is_voided_and_may_be_set_again() -> None:
    owner, event, ada = make.staff(), make.event(), make.person("Ada")

    Attendance.note(event, ada, source="hand", at=NOON)
    Attendance.take_back(event, ada, actor=owner, at=NOON)
    Attendance.note(event, ada, source="hand", at=NOON)

    standing = Entry.objects.standing().filter(verb="events.attended")
    assert [e.person for e in standing] == [ada]
    assert Entry.objects.filter(verb="events.attended").count() == 3
