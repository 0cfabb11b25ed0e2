from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from headwater.events import personal
from headwater.events.auditing import audit
from headwater.events.models import Draw, Event
from headwater.events.tests import make
from headwater.events.tests.make import NOON
from headwater.kit.errors import Refused
from headwater.people.models import Person

pytestmark = pytest.mark.django_db


def held(people: int = 6) -> Draw:
    make.house(lotteries_allowed=True)
    day = (NOON + timedelta(days=3)).date()
    event = make.event(places=2, by_lot=True, drawn_on=day)
    for n in range(people):
        event.register(make.person(f"P{n}"), at=NOON)
    return Draw.hold(event, number="4711", actor=make.staff(), at=NOON + timedelta(days=3))


def owner() -> Person:
    return Person.objects.get(role="owner")


def test_a_draw_made_again_from_its_number_is_the_same() -> None:
    found = audit(held())

    assert found.matches
    assert [line.found for line in found.lines] == [1, 2, 3, 4, 5, 6]


def test_two_people_who_were_swapped_are_found() -> None:
    draw = held()
    first, last = draw.lots.get(rank=1), draw.lots.get(rank=6)
    first.person, last.person = last.person, first.person
    first.save()
    last.save()

    found = audit(draw)

    assert not found.matches
    assert [line.rank for line in found.lines if not line.is_right] == [1, 6]


def test_somebody_drawn_against_their_rank_is_found() -> None:
    draw = held()
    draw.lots.filter(rank=6).update(is_drawn=True)

    assert not audit(draw).matches


def test_an_erased_person_leaves_a_rank_and_the_rest_can_be_checked() -> None:
    draw = held()
    person = Person.objects.get(lots__rank=2)

    personal.erase(person, NOON)
    found = audit(draw)

    assert found.matches
    assert found.erased == 1
    assert [line.rank for line in found.lines] == [1, 3, 4, 5, 6]


def test_whoever_missed_out_last_time_comes_first_and_the_audit_knows() -> None:
    from headwater.listening.tests.make import need

    held()
    wanted = need()
    Event.objects.update(need=wanted)
    missed = Person.objects.filter(lots__is_drawn=False).order_by("pk")[0]
    again = make.event(
        "Again", places=2, by_lot=True, drawn_on=(NOON + timedelta(days=3)).date(), need=wanted,
        starts_at=NOON + timedelta(days=30), ends_at=NOON + timedelta(days=30, hours=1),
    )  # fmt: skip
    again.register(make.person("New"), at=NOON)
    again.register(missed, at=NOON)

    second = Draw.hold(again, number="9", actor=owner(), at=NOON + timedelta(days=4))

    assert audit(second).matches
    assert list(second.lots.values_list("person__name", "came_first")) == [
        (missed.name, True), ("New", False),
    ]  # fmt: skip


def test_the_command_says_whether_it_matches_and_the_page_too(client: Client) -> None:
    draw, out = held(), StringIO()
    client.force_login(owner())

    call_command("audit_draw", draw.event.slug, stdout=out)
    shown = client.get(f"/studio/events/{draw.event_id}/draw/audit/").content.decode()

    assert out.getvalue().splitlines()[-1] == "matches\t6\t0 erased"
    assert "The draw matches its number" in shown
    draw.lots.update(is_drawn=False)
    with pytest.raises(Refused, match="not the one"):
        call_command("audit_draw", draw.event.slug, stdout=out)
    with pytest.raises(CommandError, match="No draw"):
        call_command("audit_draw", "nothing", stdout=out)
