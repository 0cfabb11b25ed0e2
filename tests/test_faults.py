"""Power cuts: the worker is killed without warning, and nothing is lost and nothing doubled."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.utils.timezone import now
from playwright.sync_api import Page, expect
from pytest_django import DjangoDbBlocker

from headwater.jobs.models import Lease
from headwater.ledger.models import Entry
from headwater.mail.models import Delivery, Mailing, State
from headwater.newsletters import sending
from headwater.newsletters.models import Issue, Newsletter
from headwater.partners import importing
from headwater.partners.models import Basis, Import, Purpose, Suppression
from headwater.people.models import House as OurHouse
from headwater.people.models import Person, Role
from headwater.safeguards.models import ApprovedDomain
from headwater.sharing import spool
from headwater.sharing.models import Link, Message, VisitDay
from tests.mailbox import Mailbox
from tests.running import House, Running, Worker

pytestmark = pytest.mark.slow

READERS, ROWS, VISITS = 400, 80_000, 150_000


@pytest.fixture
def worker(worker: Worker, settings: Any) -> Worker:
    """The worker's own files are the test's too: what is put there, it finds."""
    settings.MEDIA_ROOT = worker.data / "files"
    settings.SPOOL_DIR = worker.data / "spool"
    worker.wait_until_working()
    return worker


def open_house() -> Person:
    OurHouse.objects.create(
        pk=1, name="Harbour", from_email="post@harbour.example", created_at=now()
    )
    return Person.objects.create_user(
        "olive@harbour.example", name="Olive", role=Role.OWNER, created_at=now()
    )


def ring(house: House, task: str) -> None:
    with bell(house, task):
        pass


@contextmanager
def bell(house: House, task: str) -> Iterator[None]:
    """Ring a doorbell of the worker, as its clock does every minute."""
    room, name = task.split(".")
    lines = f"import django; django.setup(); from headwater.{room}.tasks import {name}; {name}()"
    with subprocess.Popen([sys.executable, "-c", lines], env=house.environment) as ringing:
        yield
    assert ringing.returncode == 0


def wait_until(
    house: House, is_so: Callable[[], object], *, seconds: float = 120, every: float = 0.05
) -> None:
    until = time.monotonic() + seconds
    with house.rows():
        while time.monotonic() < until:
            if is_so():
                return
            time.sleep(every)
    raise AssertionError(f"It did not come about in {seconds:.0f} s.")


def test_a_killed_newsletter_goes_on_and_nobody_gets_it_twice(
    worker: Worker, mailbox: Mailbox
) -> None:
    mailbox.refuse("reader7@partners.example")
    mailbox.delay_seconds = 0.005
    with worker.rows():
        mailing = newsletter_on_its_way()

    for received in (60, 180):
        ring(worker, "mail.send_mailings")
        mailbox.wait_for(received, seconds=90)
        worker.kill()
        worker.start()
    ring(worker, "mail.find_what_is_due")
    wait_until(worker, lambda: not waiting(mailing), every=0.5)

    with worker.rows():
        counts = mailing.counts()
        sent = set(addresses(mailing, State.SENT))
        unknown = set(addresses(mailing, State.UNKNOWN))
    assert sum(counts.values()) == READERS
    assert counts[State.EXCLUDED] == 1
    assert counts[State.FAILED] == 1
    assert counts.get(State.UNKNOWN, 0) <= 2, "at most one for each connection that was cut"
    received_by = Counter(mailbox.recipients())
    assert [who for who, times in received_by.items() if times > 1] == []
    assert sent <= set(received_by)
    assert set(received_by) <= sent | unknown
    assert counts[State.SENT] == READERS - 2 - len(unknown)


def newsletter_on_its_way() -> Mailing:
    owner, at = open_house(), now()
    readers = Person.objects.bulk_create(
        Person(
            name=f"Reader {n}", email=f"reader{n}@partners.example",
            email_key=f"reader{n}@partners.example", is_partner=True, created_at=at,
        )
        for n in range(READERS)
    )  # fmt: skip
    Basis.objects.bulk_create(
        Basis(person=reader, purpose=Purpose.NEWSLETTER, ground="consent", given_at=at)
        for reader in readers
    )
    issue = Issue.begin(Newsletter.main(at), actor=owner, at=at, title="First boats")
    issue.put_block({"kind": "text", "body": "Mackerel are in."}, actor=owner, at=at)
    mailing = sending.schedule(issue, actor=owner, at=at).mailing
    assert mailing is not None
    Suppression.add("reader3@partners.example", reason="bounced", at=at)
    then = at - timedelta(seconds=1)
    mailing.deliveries.update(due_at=then)
    Mailing.objects.filter(pk=mailing.pk).update(send_at=then)
    return mailing


def waiting(mailing: Mailing) -> bool:
    return mailing.deliveries.filter(state__in=[State.WAITING, State.CLAIMED]).exists()


def addresses(mailing: Mailing, state: str) -> list[str]:
    found = Delivery.objects.filter(mailing=mailing, state=state)
    return list(found.values_list("address", flat=True))


def test_a_killed_import_goes_on_where_it_stood(worker: Worker, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    with file.open("w") as lines:
        lines.write("Name,Email\n")
        lines.writelines(
            f"{'' if n % 1000 == 0 else f'Partner {n}'},partner{n}@partners.example\n"
            for n in range(ROWS)
        )
    with worker.rows():
        of = importing.look_at(file, name=file.name, actor=open_house(), at=now())
        importing.start(of, actor=None, at=now() - timedelta(minutes=2))
    with bell(worker, "partners.go_on_with_imports"):  # ringing ends later than work begins
        wait_until(worker, lambda: done_rows(of) > 0, every=0.02)
        worker.kill()
    with worker.rows():
        of.refresh_from_db()
        assert 0 < of.done_rows < ROWS, "It was over before it could be killed."
        assert Person.objects.partners().count() == of.created
        a_minute_passes(of)
    worker.start()
    ring(worker, "partners.go_on_with_imports")
    wait_until(worker, lambda: done_rows(of) == ROWS, every=0.2)

    wait_until(worker, lambda: Import.objects.get(pk=of.pk).state == Import.State.DONE)
    with worker.rows():
        of.refresh_from_db()
        kept = Person.objects.partners()
        assert (of.created, of.updated, of.refused) == (ROWS - ROWS // 1000, 0, ROWS // 1000)
        assert kept.count() == ROWS - ROWS // 1000
        assert kept.values("email_key").distinct().count() == ROWS - ROWS // 1000
        assert of.refused_rows.values("number").distinct().count() == ROWS // 1000


def done_rows(of: Import) -> int:
    return Import.objects.values_list("done_rows", flat=True).get(pk=of.pk)


def a_minute_passes(of: Import) -> None:
    Import.objects.filter(pk=of.pk).update(beat_at=now() - timedelta(seconds=61))


def test_visits_are_counted_once_though_the_counter_is_killed(worker: Worker) -> None:
    with worker.rows():
        owner, at = open_house(), now()
        ApprovedDomain.approve("harbour.example", actor=owner, at=at)
        message = Message.write(
            actor=owner, at=at, title="Boxes", body="[your link]", target="https://harbour.example"
        )
        message.publish(actor=owner, at=at)
        ada = Person.objects.create_user(
            "ada@partners.example", name="Ada", is_partner=True, created_at=at
        )
        link = Link.of(ada, message, at=at)
    write = spool.Writer().write
    for n in range(VISITS):
        kind = "m" if n % 10 == 0 else "p"
        write(code=link.code, kind=kind, address="192.0.2.1", agent=f"Browser {n}", referrer="")
    for least in (1, VISITS // 3):
        with bell(worker, "sharing.count_visits"):
            wait_until(worker, partial(counts_at_least, least, link), every=0.02)
            worker.kill()
        with worker.rows():
            _people, visits, machines = counted(link)
            assert 0 < visits + machines < VISITS, "It was over before it could be killed."
            Lease.objects.update(until=now() - timedelta(seconds=1))
        worker.start()
    ring(worker, "sharing.count_visits")
    wait_until(worker, lambda: sum(counted(link)[1:]) == VISITS, every=0.2)

    time.sleep(1)
    with worker.rows():
        assert counted(link) == (VISITS * 9 // 10, VISITS * 9 // 10, VISITS // 10)
        days = VisitDay.objects.filter(link=link).count()
        brought = Entry.objects.filter(person=ada, verb="sharing.visit_brought")
        assert brought.count() == days, "the partner's deed stands there once a day"


def counts_at_least(least: int, link: Link) -> bool:
    return counted(link)[1] >= least


def counted(link: Link) -> tuple[int, int, int]:
    days = VisitDay.objects.filter(link=link).values_list("people", "visits", "machines")
    people, visits, machines = (
        (sum(column) for column in zip(*days, strict=True)) if days else (0, 0, 0)
    )
    return people, visits, machines


MOVE_IN = """
import django; django.setup()
from django.core.files.base import ContentFile
from django.utils.timezone import now
from headwater.listening import inviting, starting
from headwater.listening.models import Survey
from headwater.mail.models import Delivery
from headwater.partners import starting as partners
from headwater.partners.models import Basis, Belonging, Kind
from headwater.people.models import House, Person
from headwater.people.opening import open_house
at = now()
owner = open_house(name="Harbour", colour="#005a82", logo=None, time_zone="Europe/London",
                   owner_name="Olive", owner_email="olive@harbour.example", at=at)
House.current().mark.save("mark.png", ContentFile(b"\\x89PNG a mark"))
partners.load_starter(at, "member")
ada = Person.objects.create_user("ada@partners.example", name="Ada", is_partner=True, created_at=at)
Belonging.objects.create(person=ada, kind=Kind.objects.get(slug="member"))
Basis.give(ada, "surveys", ground="consent", wording="Yes", source="", at=at)
ready = starting.ready_surveys()[0]["slug"]
survey = starting.survey_from(ready, actor=owner, at=at)
survey.open(actor=owner, at=at, closes_at=None)
inviting.invite(survey, Person.objects.partners(), actor=owner, at=at)
print(Delivery.objects.get(person=ada).merge["link"])
"""
PASSING = {"jobs.Lease", "jobs.Heartbeat"}


@pytest.mark.browser
def test_a_restored_house_is_whole_and_a_link_from_an_old_letter_opens_in_it(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, mailbox: Mailbox, page: Page
) -> None:
    backup, own_key = tmp_path / "backup.tar.gz", {"HEADWATER_SECRET_KEY": ""}
    with House(tmp_path / "before", django_db_blocker, **own_key) as before:
        run = [sys.executable, "-c", MOVE_IN]
        moved_in = subprocess.run(
            run, env=before.environment, capture_output=True, text=True, check=True
        )
        link = moved_in.stdout.strip().splitlines()[-1]
        before.command("backup", str(backup))
        stood, files = rows_of(before), files_of(before)
    with Running(tmp_path / "after", django_db_blocker, smtp_url=mailbox.url, **own_key) as after:
        after.stop()
        (after.data / "secret_key").unlink(missing_ok=True)
        after.command("restore", str(backup))
        assert rows_of(after) == stood
        assert files_of(after) == files
        after.start()
        page.goto(after.url + link.removeprefix("http://127.0.0.1:8000"))

        expect(page.get_by_role("heading", level=1)).to_have_text("What would help you most?")


def rows_of(house: House) -> dict[str, int]:
    with house.rows():
        return {
            model._meta.label: model._default_manager.count()
            for model in apps.get_models()
            if model._meta.label not in PASSING
        }


def files_of(house: House) -> dict[str, bytes]:
    kept = [path for path in (house.data / "files").rglob("*") if path.is_file()]
    return {str(path.relative_to(house.data)): path.read_bytes() for path in kept}
