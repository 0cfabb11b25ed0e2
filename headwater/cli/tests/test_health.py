from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from headwater.cli import health
from headwater.jobs.models import Heartbeat
from tests.mailbox import Mailbox

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_a_well_installation_has_nothing_to_do() -> None:
    Heartbeat.beat("worker", NOON - timedelta(seconds=40))

    findings = health.examine(NOON)

    assert [finding.about for finding in findings] == [
        "database", "migrations", "mail", "storage", "clock", "worker",
    ]  # fmt: skip
    assert [finding.todo for finding in findings if not finding.is_well] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("minutes", "is_well", "seen"),
    [(2, True, "last seen 120 s ago"), (10, False, "last seen 600 s ago")],
)
def test_a_worker_that_is_silent_for_long_is_wrong(minutes: int, is_well: bool, seen: str) -> None:
    Heartbeat.beat("worker", NOON - timedelta(minutes=minutes))

    finding = health.worker(NOON)

    assert (finding.is_well, finding.seen) == (is_well, seen)


@pytest.mark.django_db
def test_a_worker_that_never_ran_is_wrong_and_the_finding_says_how_to_start_it() -> None:
    finding = health.worker(NOON)

    assert finding.as_line() == [
        "worker", "wrong", "has never run here",
        "Start it: headwater worker, or headwater serve --with-worker",
    ]  # fmt: skip


def test_a_mail_server_that_answers_is_well(settings: Settings) -> None:
    with Mailbox() as mailbox:
        settings.SMTP_URL = mailbox.url

        assert health.mail().is_well


def test_a_mail_server_out_of_reach_is_wrong(settings: Settings) -> None:
    settings.SMTP_URL = "smtp://127.0.0.1:1"

    finding = health.mail()

    assert not finding.is_well
    assert "HEADWATER_SMTP_URL" in finding.todo
