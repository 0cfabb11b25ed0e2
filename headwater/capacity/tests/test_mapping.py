from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from headwater.capacity.mapping import by_kind, by_segment, headline, shared_readings
from headwater.capacity.models import Reading, SharedGauge, link_readings
from headwater.capacity.tests import make
from headwater.capacity.tests.make import AT, LATER
from headwater.partners.models import Segment
from headwater.people.models import Person

pytestmark = pytest.mark.django_db


def rows() -> Any:
    return by_kind(LATER)


def fluency(rows: Any) -> Any:
    return rows[0].cells[0]


def test_ten_are_shown_and_nine_are_too_few() -> None:
    make.kind("member", make.group(10, middle=52))
    make.kind("supplier", make.group(9))

    members, suppliers = rows()

    assert members.cells[0].is_shown
    assert members.cells[0].middle.value == pytest.approx(52, abs=1)
    assert not suppliers.is_shown
    assert (suppliers.cells[0].middle, suppliers.cells[0].chart) == (None, None)


def test_the_middle_and_its_range_are_those_of_the_people() -> None:
    people = [make.person() for _ in range(20)]
    for place, someone in enumerate(people):
        make.reading(someone, 10.0 + 4 * place)
    make.kind("member", people)

    middle = fluency(by_kind(LATER)).middle

    assert (middle.value, middle.low, middle.high) == (48, 30, 66)
    assert sum(fluency(by_kind(LATER)).bins) == 20


def test_a_rise_of_all_is_more_than_noise_and_a_shuffle_is_not() -> None:
    make.kind("member", make.group(20, middle=60, before=50))
    make.kind("supplier", make.group(20, middle=50, before=50))

    members, suppliers = rows()

    assert (members.cells[0].tone, members.cells[0].moved) == ("up", "+10")
    assert members.cells[0].change.value == pytest.approx(10, abs=0.5)
    assert members.cells[0].before.value == pytest.approx(50, abs=2)
    assert suppliers.cells[0].tone == "flat"
    assert headline([members, suppliers]) == "Fluency rose among members"


def test_with_fewer_than_ten_measured_twice_nothing_is_said_about_change() -> None:
    people = make.group(12)
    Reading.objects.filter(person__in=people[:9]).update(score_before=20)
    make.kind("member", people)

    cell = fluency(by_kind(LATER))

    assert cell.is_shown
    assert (cell.change, cell.before, cell.moved) == (None, None, "")


def test_old_readings_fall_off_the_map() -> None:
    make.kind("member", make.group(12))

    assert not by_kind(AT + timedelta(days=366))[0].is_shown


def test_kinds_without_gauges_have_no_row() -> None:
    make.kind("media", make.group(12), modules=["press"])

    assert by_kind(LATER) == []


def test_somebody_of_two_kinds_counts_in_both() -> None:
    people = make.group(10)
    make.kind("member", people)
    make.kind("volunteer", people)

    assert [row.cells[0].count for row in by_kind(LATER)] == [10, 10]


def test_segments_get_a_row_each_from_the_same_counts() -> None:
    people = make.group(24)
    make.kind("member", people)
    Person.objects.filter(pk__in=[p.pk for p in people[:11]]).update(country="IE")
    everybody = Segment.objects.create(name="Everybody", created_at=AT)
    irish = Segment.objects.create(name="Irish", rule={"countries": ["IE"]}, created_at=AT)

    rows = by_segment([everybody, irish], LATER)

    assert [(r.name, r.people, r.measured, r.cells[0].count) for r in rows] == [
        ("Everybody", 24, 24, 24),
        ("Irish", 11, 11, 11),
    ]


def test_the_map_asks_the_database_five_times_however_many_there_are(
    django_assert_num_queries: Any,
) -> None:
    make.kind("member", make.group(12, middle=60, before=50))
    for slug in ("supplier", "volunteer", "agent"):
        make.kind(slug, make.group(10))

    with django_assert_num_queries(5):
        for row in by_kind(LATER):
            [(cell.chart, cell.moved) for cell in row.cells]


def test_names_come_only_from_those_who_shared_in_the_order_of_names() -> None:
    ada, ben, cy = (make.person(name) for name in ("Ada", "Ben", "Cy"))
    for someone, score in ((ada, 90), (ben, 10), (cy, 50)):
        make.reading(someone, score)
    SharedGauge.share(cy, "fluency", at=AT)
    SharedGauge.share(ada, "fluency", at=AT)
    SharedGauge.share(ben, "role", at=AT)

    named = shared_readings(Person.objects.partners(), "fluency", LATER)

    assert [r.person for r in named] == [ada, cy]


def test_rows_written_in_bulk_are_linked_afterwards() -> None:
    ada = make.person()
    third = make.reading(ada, 60, at=AT + timedelta(days=20))
    first = make.reading(ada, 40)
    second = make.reading(ada, 50, at=AT + timedelta(days=10))
    make.reading(make.person(), 10)

    link_readings()

    rows = [Reading.objects.get(pk=r.pk) for r in (first, second, third)]
    assert [(r.score_before, r.superseded_at) for r in rows] == [
        (None, second.at),
        (40, third.at),
        (50, None),
    ]


@pytest.mark.slow
def test_a_hundred_thousand_readings_are_mapped_in_about_a_second() -> None:
    from time import process_time  # a busy machine changes nothing

    from headwater.capacity.models import CheckIn
    from headwater.partners.models import Belonging

    people = Person.objects.bulk_create(
        Person(name=f"P{i}", is_partner=True, created_at=AT, public_id=f"x{i}")
        for i in range(25_000)
    )
    kinds = [make.kind(slug) for slug in ("a", "b", "c")]
    Belonging.objects.bulk_create(
        Belonging(person=p, kind=kinds[i % 3]) for i, p in enumerate(people)
    )
    check_ins = CheckIn.objects.bulk_create(
        CheckIn(person=p, started_at=AT, finished_at=AT) for p in people
    )
    Reading.objects.bulk_create(
        Reading(
            check_in=c,
            person=p,
            gauge=gauge,
            score=(i * 37 % 1000) / 10,
            low=0,
            high=100,
            standard_error=6,
            at=AT,
            score_before=(i * 31 % 1000) / 10,
        )
        for gauge in ("fluency", "awareness", "role", "comfort")
        for i, (p, c) in enumerate(zip(people, check_ins, strict=True))
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    began = process_time()
    rows = by_kind(LATER)
    took = process_time() - began

    assert sum(row.cells[0].count for row in rows) == 25_000
    assert took < 3
