from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from headwater.ledger.models import Entry
from headwater.people.models import Person
from headwater.people.tests import make
from headwater.studio import loop

pytestmark = pytest.mark.django_db


def deeds(verb: str, many: int, *, days_ago: int = 3, name: str = "P") -> list[Person]:
    at = now() - timedelta(days=days_ago)
    people = [make.person(f"{name}{n}") for n in range(many)]
    Entry.objects.bulk_create(
        Entry(person=person, verb=verb, at=at, recorded_at=at) for person in people
    )
    return people


def test_each_partner_counts_once_at_a_stage_and_staff_not_at_all() -> None:
    ada = deeds("sharing.shared", 1)[0]
    Entry.objects.create(person=ada, verb="sharing.shared", at=now(), recorded_at=now())
    Entry.objects.create(person=make.staff(), verb="sharing.shared", at=now(), recorded_at=now())

    assert loop.counts(now())["share"] == (1, 0)


def test_the_stream_narrows_where_it_fell_most_against_our_own_last_season() -> None:
    make.house()
    for name, verb, before, after in (
        ("A", "listening.survey_answered", 20, 19),
        ("B", "sharing.shared", 20, 8),
        ("C", "events.attended", 20, 30),
    ):
        deeds(verb, before, days_ago=120, name=f"{name}b")
        deeds(verb, after, name=f"{name}n")

    found = loop.stages(now(), {})

    assert [stage.key for stage in found if stage.narrows] == ["share"]


def test_before_anything_happened_no_stage_is_blamed() -> None:
    make.house()

    assert [s.key for s in loop.stages(now(), {}) if s.narrows] == []


@pytest.mark.parametrize("many", [1, 3])
def test_today_asks_as_much_for_three_as_for_one(
    client: Client, many: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make.house()
    deeds("sharing.shared", many)
    client.force_login(make.staff())

    with django_assert_max_num_queries(12):
        page = client.get("/studio/").content.decode()

    assert ("3 partners" if many == 3 else "1 partner") in page
    assert "thanked" in page


def test_an_empty_organisation_is_told_where_to_begin(client: Client) -> None:
    make.house()
    client.force_login(make.staff())

    page = client.get("/studio/").content.decode()

    assert "Bring your partners in" in page


def test_find_finds_people_by_part_of_a_name_and_by_address(client: Client) -> None:
    make.house()
    make.person("Siosaia Tupou", "sio@p.example")
    client.force_login(make.staff())

    by_name = client.get("/studio/find/?q=tupou").content.decode()
    by_address = client.get("/studio/find/?q=SIO@p.example").content.decode()
    nothing = client.get("/studio/find/?q=<script>").content.decode()

    assert "Siosaia Tupou" in by_name
    assert "Siosaia Tupou" in by_address
    assert "Nothing fits" in nothing


def test_build_stands_with_nothing_in_it(client: Client) -> None:
    make.house()
    client.force_login(make.staff())

    assert client.get("/studio/build/").status_code == 200
