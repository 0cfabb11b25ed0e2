from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.test import Client

from headwater.capacity.models import CheckIn, Reading
from headwater.evaluation import activities
from headwater.evaluation.frames.activities import (
    activities_frame,
    ages,
    gauge_frame,
    larger_than,
)
from headwater.evaluation.tests import make
from headwater.events.models import Event
from headwater.events.tests import make as events
from headwater.ledger.models import Entry, kind_of
from headwater.people.models import Person
from headwater.sharing.tests.make import visits

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 14, 12, tzinfo=UTC)
START = date(2024, 11, 18)


def did(person: Person, verb: str, day: date, event: Event | None = None) -> None:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    about = {"subject_kind": kind_of(event), "subject_id": event.pk} if event else {}
    Entry.objects.create(person=person, verb=verb, at=at, recorded_at=at, **about)


def quay(*, seminar: float, tip: float, people: int = 90, seed: int = 4) -> Event:
    """Partners who try tips, half of whom come to a seminar as well: both lift visits a block."""
    make.house(hourly_rate=24)
    rng = np.random.default_rng(seed)
    day = START + timedelta(days=28 * 9 + 4)
    event = events.event(
        starts_at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
        ends_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
    )
    for n in range(people):
        who = make.person(f"Partner {n}", f"p{n}@p.example")
        Person.objects.filter(pk=who.pk).update(created_at=datetime(2024, 11, 1, tzinfo=UTC))
        first = 3 + n % 11 if n % 3 else 99
        came = n % 3 == 1
        if first < 99:
            did(who, "library.tip_done", START + timedelta(days=28 * first + 2))
        if came:
            did(who, "events.attended", day, event)
        rates = [
            3 + tip * (block >= first) + seminar * (came and block >= 9) for block in range(19)
        ]
        days = [START + timedelta(days=28 * block + 6) for block in range(19)]
        visits(who, zip(days, rng.poisson(rates).tolist(), strict=True))
    return event


def test_each_kind_has_its_own_effect_and_not_that_of_the_other() -> None:
    quay(seminar=4, tip=1.5)

    result = activities.activities(AT)

    assert result is not None
    told = {one["kind"]: one for one in result.answer["kinds"]}
    assert list(told) == ["half-day-seminar", "tip"]
    for kind, truth in (("half-day-seminar", 4), ("tip", 1.5)):
        estimate = told[kind]["estimate"]
        assert estimate["low"] < truth < estimate["high"]
        assert estimate["low"] > 0
        assert told[kind]["grade"] in {"B", "D"}
    assert told["half-day-seminar"]["takers"] == 30


def test_what_does_nothing_is_not_said_to_do_something() -> None:
    quay(seminar=0, tip=0, seed=1)  # of ten seeds one strays for one kind, as one in twenty may

    result = activities.activities(AT)

    assert result is not None
    for one in result.answer["kinds"]:
        assert one["estimate"]["low"] < 0 < one["estimate"]["high"]


def test_a_deed_of_this_unfinished_week_changes_nothing_yet() -> None:
    quay(seminar=1, tip=1, people=30)
    before = activities_frame(AT)

    did(Person.objects.get(name="Partner 0"), "library.tip_done", AT.date())
    after = activities_frame(AT)

    assert before is not None
    assert after is not None
    assert before.version == after.version


def test_somebody_brought_in_later_is_not_counted_before_that() -> None:
    quay(seminar=1, tip=1, people=30)
    late = Person.objects.get(name="Partner 2")
    Person.objects.filter(pk=late.pk).update(created_at=datetime(2025, 3, 3, tzinfo=UTC))

    frame = activities_frame(AT)

    assert frame is not None
    place = frame.panel.people.tolist().index(late.pk)
    days = (date(2025, 3, 3) - frame.panel.first).days
    assert days % 28
    assert frame.panel.since[place] == days // 28 + 1  # the block they came in isn't a whole one
    observed = next(lot[3] for lot in frame.lots("half-day-seminar"))
    assert (~observed).any()


def test_counting_begins_with_the_first_block_that_was_counted_whole() -> None:
    quay(seminar=1, tip=1, people=30)
    whole = activities_frame(AT)
    who = Person.objects.get(name="Partner 1")
    visits(who, [(START - timedelta(days=5), 3)])  # in the middle of a block of four weeks

    frame = activities_frame(AT)

    assert whole is not None
    assert frame is not None
    assert (whole.panel.first - START).days % 7 == 0
    assert frame.panel.first == whole.panel.first


def test_several_kinds_side_by_side_are_less_sure_than_each_alone() -> None:
    quay(seminar=5, tip=2)
    result = activities.activities(AT)

    assert result is not None
    kinds = result.answer["kinds"]
    assert len(kinds) == 2
    alone = [min(p, 1 - p) for p in (k["estimate"]["probability_positive"] for k in kinds)]
    aside = [min(kind["odds"], 1 - kind["odds"]) for kind in kinds]
    assert aside[alone.index(min(alone))] == pytest.approx(min(0.5, 2 * min(alone)))
    assert all(after >= before for after, before in zip(aside, alone, strict=True))


def test_small_kinds_are_no_longer_read_from_somebody_who_came_to_a_large_one() -> None:
    assert larger_than("tip") == ["half-day-seminar", "webinar"]
    assert larger_than("webinar") == ["half-day-seminar"]
    assert larger_than("half-day-seminar") == []


def check_ins(gain: float) -> None:
    """Two rounds; who came to the seminar in between gained so many points."""
    rng = np.random.default_rng(6)
    for n, who in enumerate(Person.objects.partners().order_by("pk")):
        for day, more in ((START + timedelta(days=150), 0.0), (START + timedelta(days=400), gain)):
            at = datetime(day.year, day.month, day.day, tzinfo=UTC)
            score = float(45 + (more if n % 3 == 1 else 0) + rng.normal(0, 2))
            check_in = CheckIn.objects.create(person=who, started_at=at, finished_at=at)
            Reading.objects.create(
                check_in=check_in, person=who, gauge="fluency", score=score, low=score - 5,
                high=score + 5, standard_error=0.5, at=at,
            )  # fmt: skip


def test_a_gauge_that_moved_between_two_check_ins_is_told_apart_from_what_moved_everybody() -> None:
    quay(seminar=1, tip=0)
    check_ins(gain=8)

    result = activities.activities(AT)

    assert result is not None
    told = {one["kind"]: one["gauges"]["fluency"] for one in result.answer["kinds"]}
    assert told["half-day-seminar"]["takers"] == 30
    assert (
        told["half-day-seminar"]["estimate"]["low"]
        < 8
        < told["half-day-seminar"]["estimate"]["high"]
    )


def test_the_pull_of_unsure_scores_towards_the_middle_is_undone() -> None:
    quay(seminar=1, tip=0, people=12)
    check_ins(gain=8)
    Reading.objects.update(standard_error=10.0)
    frame = activities_frame(AT)
    assert frame is not None

    sure = gauge_frame(frame, "fluency")
    Reading.objects.update(standard_error=15.0)
    blind = gauge_frame(frame, "fluency")

    raw = Reading.objects.order_by("person", "at").values_list("score", flat=True)[:2]
    assert sure.change[0] == pytest.approx((raw[1] - raw[0]) / (1 - 0.6**2))
    assert blind.change.size == 0


def test_the_pages_stand_with_nothing_and_with_data(client: Client) -> None:
    make.house(hourly_rate=24)
    client.force_login(make.staff())
    pages = ("activities/", "draws/", "budget/")

    empty = [client.get(f"/studio/measure/{part}").content.decode() for part in pages]
    Person.objects.all().delete()

    assert "Nothing to compare yet" in empty[0]
    assert "No draw can be answered yet" in empty[1]
    assert "Not enough data yet" in empty[2]


def test_a_kind_has_a_page_and_what_was_never_done_has_none(client: Client) -> None:
    quay(seminar=4, tip=1)
    client.force_login(make.staff())

    table = client.get("/studio/measure/activities/").content.decode()
    shown = client.get("/studio/measure/activities/half-day-seminar/").content.decode()
    missing = client.get("/studio/measure/activities/keynote/")

    assert "Half-day seminar: it brings the most" in table
    assert "Half-day seminar: it brings more visits" in shown
    assert "Over the weeks since the first time" in shown
    assert missing.status_code == 404


@pytest.mark.parametrize("blocks", [1, 2, 9])
def test_a_history_shorter_than_the_ages_of_deeds_is_still_told_by_age(blocks: int) -> None:
    deeds = np.ones((3, blocks), np.float32)

    by_age = ages(deeds)

    assert np.array_equal(sum(by_age), np.cumsum(deeds, axis=1))
