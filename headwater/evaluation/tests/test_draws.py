from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.test import Client

from headwater.capacity.models import CheckIn, Reading
from headwater.evaluation import draws
from headwater.evaluation.frames.draws import draw_frames
from headwater.evaluation.tests import make
from headwater.events.models import Attendance, Draw, Event
from headwater.events.tests import make as events
from headwater.people.models import Person
from headwater.sharing.tests.make import visits

pytestmark = pytest.mark.django_db
ASKED = datetime(2025, 9, 1, 12, tzinfo=UTC)
AT = datetime(2026, 5, 14, 12, tzinfo=UTC)


def drawn(effect: float, *, people: int = 40, title: str = "Films", seed: int = 5) -> Event:
    """A draw of dates: the first lifts visits of those who come to it, until the second comes."""
    if not Event.objects.exists():
        make.house(lotteries_allowed=True, hourly_rate=24)
    first = ASKED + timedelta(days=30)
    second = events.event(
        f"{title} again", starts_at=first + timedelta(days=84),
        ends_at=first + timedelta(days=84, hours=3), published_at=ASKED, created_at=ASKED,
    )  # fmt: skip
    event = events.event(
        title, starts_at=first, ends_at=first + timedelta(hours=3), places=people // 2,
        by_lot=True, drawn_on=(ASKED + timedelta(days=10)).date(), second_date=second,
        published_at=ASKED, created_at=ASKED,
    )  # fmt: skip
    for n in range(people):
        event.register(make.person(f"{title} {n}", f"{title}{n}@p.example"), at=ASKED)
    owner = Person.objects.filter(role="owner").first() or make.staff()
    draw = Draw.hold(event, number="4711", actor=owner, at=ASKED + timedelta(days=10))
    rng = np.random.default_rng(seed)
    for n, row in enumerate(draw.lots.select_related("person")):
        assert row.person
        comes = row.is_drawn and n % 10
        if comes:
            Attendance.note(event, row.person, source="hand", at=event.ends_at)
        level = 2 + n % 3
        weeks = [ASKED.date() + timedelta(days=7 * week) for week in range(-12, 20)]
        rates = [level + effect * bool(comes and day > first.date()) for day in weeks]
        visits(row.person, zip(weeks, rng.poisson(rates).tolist(), strict=True))
    return event


def test_what_being_drawn_did_lies_in_the_range_and_needs_no_trust() -> None:
    drawn(2)

    result = draws.draws(AT)

    assert result is not None
    together = result.answer["together"]
    came = together["on_those_who_came"]
    assert result.answer["grade"] == "A"
    assert (together["drawn"], together["waiting"], together["came"]) == (20, 20, 18)
    assert came["low"] < 8 < came["high"]  # two a week, in four weeks
    assert together["estimate"]["low"] > 0
    assert together["estimate"]["value"] < came["value"]


def test_a_draw_that_did_nothing_is_not_said_to_have_done_something() -> None:
    drawn(0)

    result = draws.draws(AT)

    assert result is not None
    estimate = result.answer["together"]["estimate"]
    assert estimate["low"] < 0 < estimate["high"]


def test_several_draws_are_answered_apart_and_together() -> None:
    drawn(2)
    drawn(2, title="Photos", seed=6, people=20)

    result = draws.draws(AT)

    assert result is not None
    apart = [row["estimate"]["standard_error"] for row in result.answer["draws"]]
    assert len(apart) == 2
    assert result.answer["together"]["drawn"] == 30
    assert result.answer["together"]["estimate"]["standard_error"] < min(apart)


def test_people_count_as_they_were_drawn_although_places_change_hands() -> None:
    event = drawn(1)
    before = draw_frames(AT)[0]

    Event.objects.filter(pk=event.pk).update(cancelled_at=None, starts_at=AT + timedelta(days=1),
                                             ends_at=AT + timedelta(days=2))  # fmt: skip
    holder = event.place_rows.held()[0].person
    Event.objects.get(pk=event.pk).release(holder, at=AT)
    Event.objects.filter(pk=event.pk).update(starts_at=event.starts_at, ends_at=event.ends_at)
    after = draw_frames(AT)[0]

    assert (before.drawn == after.drawn).all()
    assert before.probability == 0.5


def test_whoever_came_first_without_a_lot_is_no_evidence() -> None:
    event = drawn(1)
    event.draw.lots.filter(rank__lte=5).update(came_first=True)

    frame = draw_frames(AT)[0]

    assert frame.drawn.size == 35
    assert int(frame.drawn.sum()) == 15


def test_a_draw_of_last_week_waits_and_one_where_all_were_drawn_says_too_little() -> None:
    event = drawn(1)
    early = event.ends_at + timedelta(days=10)

    assert draws.draws(early) is None
    event.draw.lots.update(is_drawn=True)
    result = draws.draws(AT)

    assert result is not None
    assert result.answer["together"]["enough"] == {"unit": "partners", "have": 0, "needed": 3}


def checked_in(event: Event, *, moved: float, answer: float = 1.0, seed: int = 3) -> None:
    """Check-ins a week before the draw and six weeks after the first date, of some of the people."""
    rng = np.random.default_rng(seed)
    drawn_at = event.draw.drawn_at
    for row in event.draw.lots.select_related("person"):
        assert row.person
        level = 50 + 8 * rng.normal()
        moments = [(drawn_at - timedelta(days=7), level)]
        if not row.is_drawn or rng.random() < answer:
            after = level + 2 * rng.normal() + (moved if row.is_drawn else 0)
            moments.append((event.ends_at + timedelta(days=42), after))
        for at, score in moments:
            check_in = CheckIn.objects.create(person=row.person, started_at=at, finished_at=at)
            Reading.objects.create(
                check_in=check_in, person=row.person, gauge="fluency", score=score, at=at,
                low=score - 5, high=score + 5, standard_error=2.5,
            )  # fmt: skip


def test_a_gauge_is_answered_by_lot_where_people_checked_in_before_and_after() -> None:
    checked_in(drawn(1), moved=9)

    result = draws.draws(AT)

    assert result is not None
    told = result.answer["gauges"]
    fluency = told.pop("fluency")
    assert (fluency["drawn"], fluency["waiting"], fluency["grade"]) == (20, 20, "A")
    assert fluency["estimate"]["low"] < 9 < fluency["estimate"]["high"]
    assert fluency["word"] == "yes"
    assert all(row["enough"]["needed"] == 3 for row in told.values())


def test_a_gauge_that_did_not_move_is_not_said_to_have_moved() -> None:
    checked_in(drawn(1), moved=0)

    result = draws.draws(AT)

    assert result is not None
    estimate = result.answer["gauges"]["fluency"]["estimate"]
    assert estimate["low"] < 0 < estimate["high"]


def test_where_one_side_checked_in_far_less_often_the_grade_is_b() -> None:
    checked_in(drawn(1), moved=9, answer=0.4)

    result = draws.draws(AT)

    assert result is not None
    fluency = result.answer["gauges"]["fluency"]
    assert fluency["drawn"] < 14
    assert fluency["grade"] == "B"


def test_the_page_says_what_was_drawn_and_what_a_draw_would_let_us_see(client: Client) -> None:
    drawn(2)
    client.force_login(Person.objects.get(role="owner"))

    shown = client.get("/studio/measure/draws/").content.decode()

    assert "Whoever was drawn brought more" in shown
    assert "everyone got a date" in shown
    assert shown.count("each with a check-in before the draw") == 4
    assert "What a draw of dates would let us see" in shown
