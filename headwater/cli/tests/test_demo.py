from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from json import loads

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext

from headwater.capacity.models import CheckIn, Reading
from headwater.cli.demo import catalogue
from headwater.cli.demo.building import build
from headwater.cli.demo.truth import GAUGES, Truth
from headwater.cli.demo.world import World
from headwater.cli.tests.pages import addresses
from headwater.evaluation import returning, verdicts
from headwater.events.models import Attendance, Event, Place
from headwater.kit.errors import Refused
from headwater.ledger.models import Entry
from headwater.library.models import TipDone
from headwater.listening.models import Answer, Invitation, Wish
from headwater.mail.models import Delivery, Mailing
from headwater.partners.models import Belonging, Goal
from headwater.people.models import House, Person
from headwater.people.tests.make import house
from headwater.programme.models import Campaign
from headwater.recognition.models import Points, Season, fold
from headwater.sharing.models import Share, VisitDay

NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)
SIGNED_IN = "allauth.account.auth_backends.AuthenticationBackend"


def quiet(_line: str) -> None:
    """Tests need no progress."""


def small(**options) -> World:
    return build(**{"partners": 60, "months": 18, "seed": 7, "at": NOW, "say": quiet, **options})


@pytest.fixture
def demo(db) -> Iterator[World]:
    return small()


def test_the_truth_is_told_in_words_and_as_json():
    said, data = StringIO(), StringIO()

    call_command("demo", truth=True, stdout=said)
    call_command("demo", truth=True, json=True, stdout=data)

    assert "half-day-seminar" in said.getvalue()
    assert "half-life" in said.getvalue()
    assert loads(data.getvalue())["activities"][0]["kind"] == "keynote"


@pytest.mark.django_db
def test_the_demo_never_mixes_with_an_organisation_that_is_there():
    house(name="Somebody else")

    with pytest.raises(Refused, match="never mixes with real data"):
        small()

    assert House.current().name == "Somebody else"
    assert not Person.objects.exists()


def test_a_second_demo_is_refused_and_the_first_stays(demo):
    before = Entry.objects.count()

    with pytest.raises(Refused, match="here already"):
        small()

    assert Entry.objects.count() == before


@pytest.mark.django_db
def test_a_demo_that_stops_half_way_leaves_nothing():
    def stop(line: str) -> None:
        if "Messages" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        small(say=stop)

    assert not House.is_open()
    assert not Person.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("options", [{"partners": 3}, {"months": 1}, {"partners": 50_000}])
@pytest.mark.django_db
def test_a_size_that_makes_no_sense_is_refused(options):
    with pytest.raises(Refused):
        small(**options)


def test_the_demo_fills_every_room(demo):
    empty = [
        model.__name__
        for model in (
            Belonging, Goal, Answer, Wish, Invitation, Reading, TipDone, Event, Place, Attendance,
            Campaign, Share, VisitDay, Mailing, Delivery, Points,
        )
        if not model.objects.exists()
    ]  # fmt: skip

    assert empty == []
    assert House.current().is_demo
    assert Person.objects.partners().count() == 60


def test_nothing_in_the_demo_happened_in_the_future(demo):
    late = Entry.objects.filter(at__gt=NOW).exclude(verb__startswith="staff.")

    assert list(late.values_list("verb", flat=True)[:5]) == []
    assert not VisitDay.objects.filter(day__gt=NOW.date()).exists()
    assert not CheckIn.objects.filter(finished_at__gt=NOW).exists()


def test_everybody_in_the_demo_has_an_address_that_reaches_nobody(demo):
    addresses_ = Person.objects.exclude(email="").values_list("email", flat=True)

    assert [one for one in addresses_ if not one.endswith(".example")] == []


def test_media_have_no_points_and_no_gauges(demo):
    media = Person.objects.filter(belongings__kind__slug="media")

    assert media.exists()
    assert not Reading.objects.filter(person__in=media).exists()
    assert not Points.objects.filter(person__in=media).exists()


def test_no_event_holds_more_people_than_places(demo):
    over = [
        event.slug
        for event in Event.objects.with_counts()
        if event.places and event.held_count > event.places  # type: ignore[attr-defined]
    ]

    assert over == []


def test_the_boards_agree_with_a_count_anew_from_the_ledger(demo):
    shown = {
        season.pk: season.points.aggregate(n=Sum("points"))["n"] for season in Season.objects.all()
    }

    for season in Season.objects.all():
        fold(season, everyone=True)

    assert shown == {
        season.pk: season.points.aggregate(n=Sum("points"))["n"] for season in Season.objects.all()
    }
    assert fold(Season.at(NOW)) == 0  # the worker has nothing left to deal with


def test_the_same_seed_makes_the_same_people_and_another_seed_others(db):
    first, again, other = (
        World(truth=Truth(), rng=np.random.default_rng(seed), at=NOW, people=80, weeks=78)
        for seed in (3, 3, 4)
    )

    assert (first.entry == again.entry).all()
    assert first.tips_done == again.tips_done
    assert (first.entry != other.entry).any()


def test_what_people_take_part_in_lifts_where_they_stand():
    world = World(
        truth=Truth(), rng=np.random.default_rng(1), at=NOW, people=400, weeks=78
    )  # fmt: skip

    began = world.entry >= 0
    for gauge in GAUGES:
        change = world.levels[gauge][:, -1] - world.levels[gauge][:, 0]
        assert change[began].mean() > change[~began & ~world.is_media].mean()


@pytest.mark.slow
@pytest.mark.django_db
def test_the_evaluation_finds_what_is_true_in_the_demo():
    world = small(partners=1240)
    push = next(p for p in catalogue.pushes(world.today) if p.slug == "mussel-season")
    brought = world.truth.campaign(push.slug).lift(runs=push.runs, counted=push.counted).sum()

    result = verdicts.verdict(Campaign.objects.get(title=push.title), NOW)
    capacity = returning.capacity_return(NOW)

    assert result is not None
    assert not isinstance(capacity, returning.Blocked)
    estimate = result.answer["estimate"]
    assert estimate["low"] < brought < estimate["high"]
    assert result.answer["word"] in {"yes", "probably"}
    found = capacity.answer["per_partner_a_month"]
    assert found["low"] < world.more_in_four_weeks() < found["high"]
    assert found["low"] > 0


@pytest.mark.slow
def test_every_page_opens_on_the_demo_for_the_owner_and_the_partner(demo):
    broken = []
    partner = Person.objects.get(name="Adaeze Okonkwo")
    clients = {"studio": Client(), "portal": Client()}
    clients["studio"].force_login(Person.objects.get(role="owner"), SIGNED_IN)
    clients["portal"].force_login(partner, SIGNED_IN)

    for name, address in addresses(partner):
        answer = clients[name.partition(":")[0]].get(address)
        if answer.status_code not in {200, 302, 404, 405}:
            broken.append(f"{answer.status_code} {name} {address}")

    assert broken == []


@pytest.mark.slow
def test_pages_ask_the_database_as_often_for_many_partners_as_for_few(demo):
    """A page whose questions grow with the demo would stand still in a large house."""
    client = Client()
    client.force_login(Person.objects.get(role="owner"), SIGNED_IN)
    many = {}
    for name, address in addresses(Person.objects.get(name="Adaeze Okonkwo")):
        if not name.startswith("studio:"):
            continue
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        many[name] = len(queries)

    assert {name: n for name, n in many.items() if n > 60} == {}
