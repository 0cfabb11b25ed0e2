import csv
import io
import sys
import zipfile
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from headwater.ledger.models import Entry
from headwater.mail import bounces
from headwater.mail.letters import letter
from headwater.mail.models import Bounce, Delivery, State
from headwater.mail.tests import make
from headwater.mail.tests.make import NOW
from headwater.partners.models import Suppression

MAIL = Path(settings.SHARED_DIR or "../shared") / "data" / "mail"
shared = pytest.mark.skipif(not MAIL.exists(), reason=f"There is no folder {MAIL} here.")


def returned(address: str, status: str, said: str, *, quoting: str = "") -> bytes:
    return f"""From: MAILER-DAEMON@mx.example.org
To: post@harbour.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {address}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {said}

--x
Content-Type: message/rfc822

Message-ID: {quoting}
Subject: First boats

--x--
""".encode()


COMPLAINT = """From: feedback@isp.example
To: post@harbour.example
Subject: FW: First boats
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="x"

--x
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Loop/1.0
Version: 1

--x
Content-Type: message/rfc822

Message-ID: {quoting}
To: hidden@isp.example

--x--
"""


@shared
def test_recipients_are_those_that_flufl_itself_expects() -> None:
    files = zipfile.ZipFile(MAIL / "bounces_flufl.zip")
    rows = list(csv.DictReader((MAIL / "bounces_flufl_expected.csv").read_text().splitlines()))

    found = {
        row["file"]: bounces.recipients(message_from_bytes(files.read(row["file"]))) for row in rows
    }

    assert len(rows) == 117
    assert found == {
        row["file"]: (
            set(row["temporary_failures"].split()),
            set(row["permanent_failures"].split()),
        )
        for row in rows
    }


@shared
def test_hard_and_soft_agree_with_sisimai_in_85_of_100_and_complaints_always() -> None:
    files = zipfile.ZipFile(MAIL / "bounces_sisimai.zip")
    rows = [
        r
        for r in csv.DictReader((MAIL / "bounces_sisimai_expected.csv").read_text().splitlines())
        if r["reason"]
    ]

    right, complaints = 0, []
    for row in rows:
        found = bounces.read(files.read(row["file"]))
        if row["reason"].startswith("feedback"):
            complaints.append({each.kind for each in found})
        is_hard = any(each.kind == Bounce.Kind.HARD for each in found)
        right += is_hard == ("1" in row["hard_bounce"].split(";"))

    assert len(rows) == 196
    assert complaints == [{Bounce.Kind.COMPLAINT}] * 6
    assert right / len(rows) >= 0.85


@pytest.mark.django_db
def test_no_such_address_marks_the_letter_and_stops_every_letter_to_it() -> None:
    ada = make.person(purpose="newsletter")
    mailing = make.mailing()
    delivery = Delivery.objects.create(
        mailing=mailing, person=ada, address=ada.email, state=State.SENT, due_at=NOW, at=NOW
    )
    raw = returned(
        ada.email, "5.1.1", "550 5.1.1 no such user", quoting=letter(mailing).message_id(delivery)
    )

    bounces.keep(raw, NOW)
    again = bounces.keep(raw, NOW)

    delivery.refresh_from_db()
    assert again == []
    assert (delivery.state, delivery.reason) == (State.CAME_BACK, "550 5.1.1 no such user")
    assert [(s.reason, s.purpose) for s in Suppression.objects.all()] == [("bounced", "")]
    assert [e.verb for e in Entry.objects.filter(verb__startswith="mail.")] == ["mail.came_back"]


@pytest.mark.django_db
def test_a_full_box_stops_the_address_after_three_times_in_fourteen_days() -> None:
    stopped = []
    for number, day in enumerate([0, 20, 25, 30]):
        raw = returned("ada@example.org", "5.2.2", f"552 5.2.2 mailbox full {number}")
        bounces.keep(raw, NOW + timedelta(days=day))
        stopped.append(Suppression.holds("ada@example.org", "newsletter"))

    assert stopped == [False, False, False, True]


@pytest.mark.django_db
def test_a_complaint_unsubscribes_whom_we_wrote_to_and_three_pause_the_sending() -> None:
    mailing = make.mailing()
    people = [
        make.person(f"Reader{n}", f"reader{n}@example.org", purpose="newsletter") for n in range(3)
    ]
    for person in people:
        delivery = Delivery.objects.create(
            mailing=mailing,
            person=person,
            address=person.email,
            state=State.SENT,
            due_at=NOW,
            at=NOW,
        )
        raw = COMPLAINT.format(quoting=letter(mailing).message_id(delivery)).encode()
        paused_before = mailing.standing_pause
        make_waiting(mailing) if person is people[0] else None
        bounces.keep(raw, NOW)

    assert paused_before is None
    assert mailing.standing_pause is not None
    assert mailing.standing_pause.reason == "complaints"
    assert all(Suppression.holds(person.email, "newsletter") for person in people)
    assert not any(person.bases.filter(ended_at=None).exists() for person in people)
    assert not Suppression.holds("hidden@isp.example", "newsletter")


def make_waiting(mailing: Any) -> None:
    make.deliveries(mailing, 1)


def test_an_answer_from_somebody_away_returns_nothing() -> None:
    raw = (
        b"From: lars@example.org\nTo: post@harbour.example\nSubject: Out of office: First boats\n"
        b"Auto-Submitted: auto-replied\n\nI am away until 3 July. Ask kari@example.org.\n"
    )

    assert bounces.read(raw) == []


@pytest.mark.django_db
def test_the_command_reads_a_message_on_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = returned("ada@example.org", "5.1.1", "550 5.1.1 no such user")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    said = io.StringIO()

    call_command("read_bounce", stdout=said)

    assert said.getvalue() == "ada@example.org\thard\t5.1.1\n"


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe\x00", b"Content-Type: multipart/report\n\n--\n"])
def test_what_is_no_message_at_all_returns_nothing(raw: bytes) -> None:
    assert bounces.read(raw) == []
