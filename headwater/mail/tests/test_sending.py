import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from headwater.ledger.models import Entry
from headwater.mail import journals, sending
from headwater.mail.connections import Connection
from headwater.mail.models import Check, Delivery, Mailing, Outgoing, State
from headwater.mail.tests import make
from headwater.mail.tests.make import NOW, Sink
from headwater.mail.wording import Words
from headwater.mail.writing import write_words
from headwater.partners.models import Suppression
from headwater.safeguards.models import Hold

pytestmark = pytest.mark.django_db


def send(*, single: bool = False, at: Any = NOW) -> bool:
    return sending.send_due(single=single, seconds=20, clock=lambda: at)


def journal_files() -> list[str]:
    return [path.name for path in journals.folder().iterdir() if not path.name.startswith(".")]


def read(envelope: Any) -> EmailMessage:
    return message_from_bytes(envelope.original_content or envelope.content, policy=default)


def body(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_every_letter_goes_once_and_is_its_readers_own(sink: Sink) -> None:
    make.house()
    mailing = make.mailing()
    make.deliveries(mailing, 45)

    more = send()

    assert not more
    assert sorted(sink.addresses) == sorted(f"reader{n}@example.org" for n in range(45))
    assert mailing.counts() == {State.SENT: 45}
    letter = read(next(e for e in sink.letters if e.rcpt_tos == ["reader7@example.org"]))
    assert letter["To"] == "Reader 7 <reader7@example.org>"
    assert letter["From"] == "Harbour Food Alliance <post@harbour.example>"
    text = body(letter, "plain")
    assert text.startswith("Hello Reader 7,\n\nMackerel are in.\n")
    assert "Hello Reader 7," in body(letter, "html")
    assert journal_files() == []


def test_the_one_click_headers_stand_on_what_may_be_stopped_alone(sink: Sink) -> None:
    make.house()
    make.deliveries(make.mailing(), 1)
    make.deliveries(make.mailing(purpose="service", is_single=True), 1)

    send()
    send(single=True)

    newsletter, service = (read(envelope) for envelope in sink.letters)
    assert newsletter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert newsletter["List-Unsubscribe"].startswith("<https://harbour.example/stop/")
    assert service["List-Unsubscribe"] is None


def test_a_refusal_for_good_fails_one_reader_and_the_rest_get_theirs(sink: Sink) -> None:
    mailing = make.mailing()
    make.deliveries(mailing, 3)
    sink.refusals["reader1@example.org"] = "550 5.1.1 no such user"

    send()

    assert mailing.counts() == {State.SENT: 2, State.FAILED: 1}
    assert Delivery.objects.get(state=State.FAILED).reason == "550 5.1.1 no such user"


def test_not_now_is_tried_again_later_and_given_up_after_six_times(sink: Sink) -> None:
    mailing = make.mailing()
    make.deliveries(mailing, 1)
    sink.refusals["reader0@example.org"] = "451 4.7.1 greylisted"
    at, waits = NOW, []

    while (delivery := Delivery.objects.get()).state == State.WAITING:
        at = max(at, delivery.due_at)
        send(at=at)
        waits.append(Delivery.objects.get().due_at - at)

    minutes = [wait.total_seconds() / 60 for wait in waits]
    assert minutes == [1, 5, 15, 60, 240, 0]
    assert mailing.counts() == {State.FAILED: 1}


def test_a_paused_sending_stands_still_and_goes_on_where_it_was(sink: Sink) -> None:
    mira = make.staff()
    mailing = make.mailing()
    make.deliveries(mailing, 30)
    mailing.pause(mira, NOW)

    send()
    held_back = list(sink.addresses)
    mailing.resume(mira, NOW)
    send()

    assert held_back == []
    assert len(set(sink.addresses)) == len(sink.addresses) == 30
    assert list(Entry.objects.by_staff().values_list("verb", flat=True)) == [
        "staff.mailing_paused",
        "staff.mailing_resumed",
    ]


def test_a_sending_taken_back_leaves_out_all_who_have_not_been_written_to(sink: Sink) -> None:
    mailing = make.mailing(send_at=NOW + timedelta(minutes=10))
    make.deliveries(mailing, 4)

    count = mailing.take_back(make.staff(), NOW)
    send(at=NOW + timedelta(minutes=11))

    assert count == 4
    assert sink.addresses == []
    assert mailing.counts() == {State.EXCLUDED: 4}


def test_a_hold_stops_between_two_letters_but_not_a_sign_in_code(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "LOOK_SECONDS", 0.0)
    make.house()
    mira = make.staff()
    mailing = make.mailing()
    make.deliveries(mailing, 10)
    code = make.mailing(purpose="service", is_single=True)
    make.deliveries(code, 1)
    real = Connection.send

    def send_and_hold(self: Any, *args: Any) -> Any:
        outcome = real(self, *args)
        if len(sink.letters) == 4:
            Hold.begin(reason="Spill", actor=mira, at=NOW)
        return outcome

    monkeypatch.setattr(Connection, "send", send_and_hold)

    send()
    send(single=True)

    assert mailing.counts() == {State.SENT: 4, State.WAITING: 6}
    assert code.counts() == {State.SENT: 1}


def test_where_no_mail_server_is_set_a_hold_stops_single_letters_too() -> None:
    mira, ada = make.staff(), make.person(purpose="thanks")
    hold = Hold.begin(reason="Spill", actor=mira, at=NOW)
    for purpose in ("thanks", "service"):
        write_words(ada, Words("Hello", "Hello", "<p>Hello</p>"), purpose=purpose, at=NOW)

    send(single=True)
    during = dict(Delivery.objects.values_list("mailing__purpose", "state"))
    hold.release(actor=mira, at=NOW)
    send(single=True)

    assert during == {"thanks": State.WAITING, "service": State.STANDS}
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.STANDS}


def test_an_address_suppressed_since_is_left_out_at_the_last_moment(sink: Sink) -> None:
    mailing = make.mailing()
    make.deliveries(mailing, 3)
    Suppression.add("READER1@example.org", reason="unsubscribed", purpose="newsletter", at=NOW)
    Suppression.add("reader2@example.org", reason="unsubscribed", purpose="surveys", at=NOW)

    send()

    assert sorted(sink.addresses) == ["reader0@example.org", "reader2@example.org"]
    assert mailing.counts() == {State.SENT: 2, State.EXCLUDED: 1}


def test_a_connection_lost_before_the_answer_leaves_one_unknown_and_goes_on(sink: Sink) -> None:
    mailing = make.mailing()
    make.deliveries(mailing, 25)

    real = sink.handle_DATA

    async def data(server: Any, session: Any, envelope: Any) -> str:
        if len(sink.letters) == 4:
            sink.letters.append(envelope)
            server.transport.abort()
        return await real(server, session, envelope)

    sink.handle_DATA = data  # type: ignore[method-assign]

    send()

    assert mailing.counts() == {State.SENT: 24, State.UNKNOWN: 1}
    assert journal_files() == []


def test_a_server_that_refuses_our_sender_pauses_the_sending_and_blames_nobody(sink: Sink) -> None:
    mailing = make.mailing()
    make.deliveries(mailing, 3)
    sink.sender_refusal = "550 5.7.1 sender not allowed"

    send()

    assert mailing.counts() == {State.WAITING: 3}
    assert mailing.standing_pause is not None
    assert Check.objects.get(what="connection").finding == "550 5.7.1 sender not allowed"


def test_without_a_mail_server_letters_stand_here_and_nothing_leaves(settings: Any) -> None:
    mailing = make.mailing()
    make.deliveries(mailing, 3)
    Suppression.add("reader1@example.org", reason="bounced", at=NOW)

    send()

    assert mailing.counts() == {State.STANDS: 2, State.EXCLUDED: 1}


def test_a_server_that_is_down_is_said_and_everything_waits(settings: Any, tmp_path: Any) -> None:
    settings.SPOOL_DIR, settings.SMTP_URL = tmp_path, "smtp://127.0.0.1:9"
    mailing = make.mailing()
    make.deliveries(mailing, 3)

    send()

    assert mailing.counts() == {State.WAITING: 3}
    assert "refused" in Check.objects.get(what="connection").finding


def test_a_journal_from_before_a_power_cut_trusts_no_claim_without_a_line(
    settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SPOOL_DIR = tmp_path
    mailing = make.mailing()
    first, second = make.deliveries(mailing, 2)
    journal = journals.Journal()
    Delivery.objects.update(state=State.CLAIMED, connection=journal.name)
    journal.write("b", first.pk)
    journal.write("d", first.pk)
    journal.leave()
    monkeypatch.setattr(journals, "boot", lambda: "another boot")

    sending.sweep(NOW)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.SENT, State.UNKNOWN)


def test_staff_decide_about_the_unknown_once() -> None:
    mira = make.staff()
    one, other = make.deliveries(make.mailing(), 2, state=State.UNKNOWN)

    one.send_again(mira, NOW)
    other.count_as_gone(mira, NOW)

    assert (one.state, other.state) == (State.WAITING, State.SENT)
    with pytest.raises(Exception, match="decided"):
        other.send_again(mira, NOW)


SENDER = """
import os, pathlib, django
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
from tests import settings
settings.DATABASES["default"]["NAME"] = os.environ["DATABASE"]
settings.SPOOL_DIR = pathlib.Path(os.environ["SPOOL"])
settings.SMTP_URL = os.environ["SINK"]
django.setup()
from headwater.mail import sending
sending.send_due(single=False, seconds=60)
"""


@contextmanager
def database_for_another_process(folder: Path) -> Iterator[str]:
    """The test database where a second process can reach it, and back with what that one wrote."""
    if connection.vendor != "sqlite":
        yield str(connection.settings_dict["NAME"])
        return
    path = folder / "other.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as other:
        connection.connection.backup(other)
    yield str(path)
    with closing(sqlite3.connect(path)) as other:
        other.backup(connection.connection)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("after", [1, 33, 57])
def test_a_sender_killed_at_any_moment_leaves_sums_that_add_up_and_one_unknown_at_most(
    after: int, sink: Sink, settings: Any, tmp_path: Path
) -> None:
    """A real process, a real kill -9, a real mail server; then the sweep and a second sender."""
    mailing = make.mailing()
    make.deliveries(mailing, 120)
    killed: list[int] = []

    def kill(envelope: Any) -> None:
        if len(sink.letters) == after:
            killed.append(process.pid)
            os.kill(process.pid, signal.SIGKILL)

    sink.on_letter = kill
    with database_for_another_process(tmp_path) as name:
        paths = {"DATABASE": name, "SPOOL": str(settings.SPOOL_DIR), "SINK": sink.url}
        process = subprocess.Popen([sys.executable, "-c", SENDER], env={**os.environ, **paths})
        process.wait(timeout=60)
    sink.on_letter = None
    assert (process.returncode, killed) == (-signal.SIGKILL, [process.pid])

    sending.sweep(NOW)
    swept = mailing.counts()
    send()

    assert swept[State.UNKNOWN] == 1
    assert State.CLAIMED not in swept
    assert sum(swept.values()) == 120
    assert mailing.counts() == {State.SENT: 119, State.UNKNOWN: 1}
    unknown = mailing.deliveries.get(state=State.UNKNOWN).address
    times = {address: sink.addresses.count(address) for address in sink.addresses}
    assert set(times.values()) == {1}
    assert set(times) | {unknown} == {f"reader{n}@example.org" for n in range(120)}


def test_two_claims_never_take_the_same_letter(sink: Sink) -> None:
    make.house()
    make.deliveries(make.mailing(), 30)
    sender = sending.Sender(
        Outgoing.from_url("smtp://127.0.0.1:1"), single=False, clock=lambda: NOW
    )
    with transaction.atomic():
        one = sender._claim("one", NOW)
        other = sender._claim("other", NOW)

    assert (len(one), len(other)) == (20, 10)
    assert not {d.pk for d in one} & {d.pk for d in other}
    assert Mailing.objects.count() == 1
