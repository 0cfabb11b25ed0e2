from datetime import date, timedelta

import pytest
from django.test import Client

from headwater.evaluation import keeping
from headwater.evaluation.models import BoardLink
from headwater.evaluation.tests import make
from headwater.evaluation.tests.make import NOON
from headwater.jobs.models import Attempt, Job
from headwater.kit.errors import Refused
from headwater.ledger.models import Entry
from headwater.people.models import Person

pytestmark = pytest.mark.django_db

LINKS = "/studio/measure/report/links/"


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("portal", "studio.links"):
        monkeypatch.setattr(f"headwater.evaluation.{module}.now", lambda: NOON)


def link(days: int = 30, actor: Person | None = None) -> tuple[BoardLink, str]:
    who = actor or make.staff("manager")
    return BoardLink.make(
        "The board", last_day=NOON.date() + timedelta(days=days), actor=who, at=NOON
    )


def audit() -> list[tuple[str, str]]:
    return [
        (entry.verb, entry.actor.name if entry.actor else "")
        for entry in Entry.objects.by_staff().order_by("pk").select_related("actor")
    ]


def test_only_the_hash_of_a_token_is_kept_and_its_making_and_ending_are_written_down() -> None:
    make.house()
    manager = make.staff("manager")

    made, token = link(actor=manager)
    made.end(actor=manager, at=NOON)
    made.end(actor=manager, at=NOON + timedelta(days=1))

    row = BoardLink.objects.values().get()
    assert all(token not in str(value) for value in row.values())
    assert row["ended_at"] == NOON
    assert audit() == [
        ("staff.board_link_made", manager.name),
        ("staff.board_link_ended", manager.name),
    ]
    assert Entry.objects.filter(data__icontains=token).count() == 0


def test_a_link_is_good_to_the_end_of_its_last_day_where_the_house_stands() -> None:
    house = make.house()
    made, token = link(days=0)
    found = BoardLink.objects.with_token(token)

    last_minute = made.closes_at - timedelta(minutes=1)

    assert last_minute.astimezone(house.zone).date() == NOON.astimezone(house.zone).date()
    assert found.open(last_minute).get() == made
    assert not found.open(made.closes_at).exists()
    assert made.last_day == NOON.astimezone(house.zone).date()


@pytest.mark.parametrize("days", [-1, 367])
def test_a_link_for_a_day_that_is_over_or_too_far_is_refused_and_leaves_no_trace(days: int) -> None:
    make.house()

    with pytest.raises(Refused):
        link(days=days)

    assert (BoardLink.objects.count(), audit()) == (0, [])


def test_whoever_has_the_address_reads_the_report_without_signing_in(
    client: Client, at_noon: None
) -> None:
    make.house()
    campaign = make.campaign(60)
    staff = make.staff("manager")
    _made, token = link(actor=staff)
    board = f"/board/{token}/"

    answers = [client.get(board + rest) for rest in ("", "slides/", "report.pdf", "report.csv")]
    page, slides, pdf, rows = answers

    assert [answer.status_code for answer in answers] == [200] * 4
    assert campaign.title in page.content.decode()
    assert f'href="{board}"' in slides.content.decode()
    assert pdf.content.startswith(b"%PDF")
    assert campaign.title in rows.content.decode()
    for answer in answers:
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert "no-store" in answer["Cache-Control"]
        assert staff.name not in answer.content.decode(errors="replace")
    for html in (page, slides):
        text = html.content.decode()
        assert '<meta name="robots" content="noindex, nofollow">' in text
        assert "/studio/" not in text
        assert 'class="skip"' in text


def test_nobody_who_is_signed_in_finds_their_name_on_it(client: Client, at_noon: None) -> None:
    make.house()
    staff = make.staff("manager")
    _made, token = link(actor=staff)
    client.force_login(staff)

    text = client.get(f"/board/{token}/").content.decode()

    assert staff.name not in text
    assert "/studio/" not in text


def test_a_link_that_ended_ran_out_or_never_was_is_told_alike(
    client: Client, at_noon: None
) -> None:
    make.house()
    manager = make.staff("manager")
    ended, ended_token = link(actor=manager)
    ended.end(actor=manager, at=NOON)
    old, old_token = link(actor=manager)
    BoardLink.objects.filter(pk=old.pk).update(
        made_at=NOON - timedelta(days=9), closes_at=NOON - timedelta(days=1)
    )

    answers = [
        client.get(f"/board/{token}/{rest}")
        for token in (ended_token, old_token, "never")
        for rest in ("", "slides/", "report.pdf", "report.csv")
    ]

    assert {answer.status_code for answer in answers} == {410}
    assert {answer.content for answer in answers} == {answers[0].content}
    assert "This link is closed" in answers[0].content.decode()
    assert "Traceback" not in answers[0].content.decode()


def test_guessing_is_stopped_after_thirty_tries_in_an_hour(client: Client, at_noon: None) -> None:
    make.house()

    statuses = [client.get(f"/board/guess-{n}/").status_code for n in range(31)]

    assert statuses == [410] * 30 + [429]
    assert list(Attempt.objects.values_list("what", "times")) == [("evaluation.board", 31)]


def test_no_more_pdfs_are_made_in_an_hour_than_a_boardroom_needs(
    client: Client, at_noon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.house()
    _made, token = link()
    monkeypatch.setattr("headwater.evaluation.portal.PDFS", 1)

    statuses = [client.get(f"/board/{token}/report.pdf").status_code for _n in range(2)]

    assert statuses == [200, 429]
    assert client.get(f"/board/{token}/").status_code == 200


def test_a_link_changes_nothing_and_takes_no_post(client: Client, at_noon: None) -> None:
    make.house()
    _made, token = link()

    assert client.post(f"/board/{token}/").status_code == 405


def test_where_the_worker_has_not_counted_yet_nobody_waits_and_no_work_begins(
    client: Client, at_noon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.house(hourly_rate=24)
    make.capacity(lift=2, people=30)
    make.metric(slug="visits", name="Visits")
    _made, token = link()
    monkeypatch.setattr(keeping, "LARGE", 20)

    answer = client.get(f"/board/{token}/")

    assert answer.status_code == 503
    assert "The report is being worked out" in answer.content.decode()
    assert Job.objects.count() == 0


def test_a_manager_makes_a_link_sees_it_once_and_ends_it(client: Client, at_noon: None) -> None:
    make.house()
    client.force_login(make.staff("manager"))
    given = {"name": "The trustees", "last_day": "2026-06-01"}
    assert date(2026, 6, 1) > NOON.date()

    made = client.post(LINKS, given).content.decode()
    after = client.get(LINKS).content.decode()
    row = BoardLink.objects.get()
    ended = client.post(f"{LINKS}{row.pk}/end/")

    assert "/board/" in made
    assert "The trustees" in after
    assert "/board/" not in after
    assert ended.status_code == 302
    assert "The trustees" not in client.get(LINKS).content.decode()


def test_a_day_that_is_over_is_said_on_the_form(client: Client, at_noon: None) -> None:
    make.house()
    client.force_login(make.staff("manager"))

    answer = client.post(LINKS, {"name": "The board", "last_day": "2020-01-01"})

    assert answer.status_code == 409
    assert "That day is over" in answer.content.decode()
    assert BoardLink.objects.count() == 0


@pytest.mark.parametrize("role", ["analyst", "editor"])
def test_only_managers_and_owners_open_the_report_to_others(client: Client, role: str) -> None:
    make.house()
    client.force_login(make.staff(role))

    assert client.get(LINKS).status_code == 403
    assert client.post(LINKS, {"name": "x", "last_day": "2026-06-01"}).status_code == 403
    assert LINKS not in client.get("/studio/measure/report/").content.decode()
