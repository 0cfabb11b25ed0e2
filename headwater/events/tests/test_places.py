import threading
from datetime import timedelta

import pytest
from django.db import connection, connections

from headwater.events.models import Draw, Event, Place
from headwater.events.tests import make
from headwater.events.tests.make import NOON
from headwater.kit.errors import Refused
from headwater.ledger.models import Entry

pytestmark = pytest.mark.django_db


def names(event: Event, state: str) -> list[str]:
    rows = event.place_rows.filter(state=state).order_by("position", "pk")
    return [place.person.name for place in rows]


def verbs() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def test_a_place_is_kept_once_however_often_it_is_asked_for() -> None:
    ada, event = make.person("Ada"), make.event()

    event.register(ada, at=NOON)
    event.register(ada, at=NOON)

    assert names(event, "held") == ["Ada"]
    assert verbs() == ["events.registered"]


def test_whoever_asks_when_it_is_full_waits_and_moves_up_in_the_order_of_asking() -> None:
    ada, ben, cleo, dee = (make.person(n) for n in ("Ada", "Ben", "Cleo", "Dee"))
    event = make.event(places=1)
    for person in (ada, ben, cleo, dee):
        event.register(person, at=NOON)

    event.release(cleo, at=NOON)
    moved = event.release(ada, at=NOON)

    assert moved == [ben]
    assert names(event, "held") == ["Ben"]
    assert names(event, "waiting") == ["Dee"]


def test_asking_after_it_began_is_refused_and_leaves_no_trace() -> None:
    ada, event = make.person("Ada"), make.event()

    with pytest.raises(Refused, match="begun"):
        event.register(ada, at=event.starts_at)

    assert list(Place.objects.all()) == []
    assert verbs() == []


def test_more_places_let_people_move_up_and_fewer_take_nobodys_away() -> None:
    people = [make.person(n) for n in ("Ada", "Ben", "Cleo")]
    owner, event = make.staff(), make.event(places=1)
    for person in people:
        event.register(person, at=NOON)

    moved = event.change_places(2, actor=owner, at=NOON)
    event.change_places(1, actor=owner, at=NOON)

    assert [person.name for person in moved] == ["Ben"]
    assert names(event, "held") == ["Ada", "Ben"]
    event.refresh_from_db()
    assert event.places_left == 0


def drawn_event() -> Event:
    day = (NOON + timedelta(days=3)).date()
    return make.event(places=2, by_lot=True, drawn_on=day, lot_number_from="the lottery")


def test_under_a_draw_everyone_waits_for_the_number_and_the_order_is_recorded() -> None:
    make.house(lotteries_allowed=True)
    owner, event = make.staff(), drawn_event()
    people = [make.person(f"P{n}") for n in range(5)]
    for person in people:
        event.register(person, at=NOON)

    assert len(names(event, "asked")) == 5
    draw = Draw.hold(event, number="4711", actor=owner, at=NOON + timedelta(days=3))

    assert (draw.asked, draw.drawn, draw.probability) == (5, 2, 0.4)
    assert len(names(event, "held")) == 2
    first_waiting = names(event, "waiting")[0]
    holder = event.place_rows.held().select_related("person")[0].person
    assert [p.name for p in event.release(holder, at=NOON + timedelta(days=4))] == [first_waiting]


def test_the_same_number_gives_the_same_order() -> None:
    from headwater.events.models import lot

    ids = [f"person{n}" for n in range(50)]

    first = sorted(ids, key=lambda i: lot("4711", i))

    assert first == sorted(set(ids), key=lambda i: lot(" 4711 ", i))
    assert first != sorted(ids, key=lambda i: lot("4712", i))


def test_a_draw_is_refused_while_the_organisation_has_not_switched_it_on() -> None:
    make.house(lotteries_allowed=False)
    owner, event = make.staff(), drawn_event()
    event.register(make.person("Ada"), at=NOON)

    with pytest.raises(Refused, match="switched off"):
        Draw.hold(event, number="1", actor=owner, at=NOON + timedelta(days=3))

    assert names(event, "asked") == ["Ada"]


def test_a_draw_before_its_day_is_refused() -> None:
    make.house(lotteries_allowed=True)
    owner, event = make.staff(), drawn_event()

    with pytest.raises(Refused, match="until the day"):
        Draw.hold(event, number="1", actor=owner, at=NOON)


def drawn_with_a_second_date(places: int = 10, people: int = 5) -> tuple[Event, Event]:
    make.house(lotteries_allowed=True)
    event = drawn_event()
    event.second_date = make.event("Second", places=places, starts_at=NOON + timedelta(days=60),
                                   ends_at=NOON + timedelta(days=60, hours=3))  # fmt: skip
    event.save()
    for n in range(people):
        event.register(make.person(f"P{n}"), at=NOON)
    return event, event.second_date


def test_with_a_second_date_everyone_in_the_draw_gets_one() -> None:
    event, second = drawn_with_a_second_date()

    Draw.hold(event, number="4711", actor=make.staff(), at=NOON + timedelta(days=3))

    assert len(names(event, "held")) == 2
    assert sorted(names(second, "held")) == sorted(names(event, "waiting"))


def test_a_second_date_too_small_for_those_not_drawn_stops_the_draw_before_it_is_held() -> None:
    event, second = drawn_with_a_second_date(places=2)

    with pytest.raises(Refused, match="2 places for the 3"):
        Draw.hold(event, number="4711", actor=make.staff(), at=NOON + timedelta(days=3))

    assert len(names(event, "asked")) == 5
    assert names(second, "held") == []


def test_whoever_moves_up_gives_the_second_date_back() -> None:
    event, second = drawn_with_a_second_date()
    Draw.hold(event, number="4711", actor=make.staff(), at=NOON + timedelta(days=3))
    first = names(event, "waiting")[0]
    gone = event.place_rows.held().select_related("person")[0].person

    event.release(gone, at=NOON + timedelta(days=4))

    assert first in names(event, "held")
    assert first not in names(second, "held")
    assert len(names(second, "held")) == 2


def test_what_was_drawn_stays_recorded_when_places_change() -> None:
    event, _second = drawn_with_a_second_date()
    draw = Draw.hold(event, number="4711", actor=make.staff(), at=NOON + timedelta(days=3))
    before = list(draw.lots.values_list("person", "rank", "is_drawn"))

    event.release(event.place_rows.held()[0].person, at=NOON + timedelta(days=4))

    assert list(draw.lots.values_list("person", "rank", "is_drawn")) == before
    assert [row[2] for row in before] == [True, True, False, False, False]


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_two_dozen_who_ask_at_once_get_no_more_places_than_there_are() -> None:
    event = make.event(places=3)
    people = [make.person(f"P{n}") for n in range(24)]

    def ask(person: object) -> None:
        try:
            Event.objects.get(pk=event.pk).register(person, at=NOON)  # type: ignore[arg-type]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert connection.vendor in {"sqlite", "postgresql"}
    assert len(names(event, "held")) == 3
    assert len(names(event, "waiting")) == 21
    positions = event.place_rows.waiting().values_list("position", flat=True)
    assert sorted(p or 0 for p in positions) == list(range(1, 22))
