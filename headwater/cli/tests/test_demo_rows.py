from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from headwater.capacity.models import CheckIn, Reading
from headwater.cli.demo.building import build
from headwater.cli.demo.world import World
from headwater.cli.tests.pages import addresses
from headwater.evaluation import bettering
from headwater.evaluation.models import Trial
from headwater.events.models import Attendance, Event, Place
from headwater.ledger.models import Entry
from headwater.library.models import TipDone
from headwater.listening.models import Answer, Invitation, Wish
from headwater.mail.models import Delivery, Mailing
from headwater.partners.models import Belonging, Goal
from headwater.people.models import House, Person
from headwater.programme.models import Campaign
from headwater.recognition.models import Points, Season, fold
from headwater.sharing.models import Share, VisitDay

NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)
SIGNED_IN = "allauth.account.auth_backends.AuthenticationBackend"


def quiet(_line: str) -> None:
    """Tests need no progress."""


BUSY = {
    "portal:copy": 90,  # a file with all that is kept about one person, from every room
    "portal:listening:thanks": 14,
    "portal:progress": 14,
    "studio:evaluation:report": 16,  # all of Measure on one page, and the same as files
    "studio:evaluation:report_csv": 16,
    "studio:evaluation:report_pdf": 16,
    "studio:evaluation:slides": 16,
    "studio:evaluation:return": 40,
    "studio:evaluation:verdict": 60,
    "studio:evaluation:verdicts": 24,
    "studio:events:event": 20,
    "studio:mail:sending": 16,
    "studio:newsletters:issue": 15,
    "studio:partner": 24,
    "studio:programme:campaign": 17,
    "studio:recognition:recognise": 16,
    "studio:safeguards:protect": 17,
    "studio:sharing:message": 17,
}


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One demo for all tests here: it is built once, and taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build(partners=60, months=18, seed=7, at=NOW, say=quiet)
        transaction.set_rollback(True)


pytestmark = pytest.mark.django_db


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
        if event.places and event.held_count > event.places
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


@pytest.mark.slow
def test_a_message_was_tried_in_two_ways_and_the_second_question_has_an_answer(demo):
    campaign = Campaign.objects.get(title__endswith="Mussel Season")
    shared = Trial.objects.get(campaign=campaign, key__endswith=":shares")

    result = bettering.better(campaign, demo.at)

    assert result is not None
    assert (shared.is_running, shared.is_broken) == (False, False)
    assert result.answer["grade"] == "A"


@pytest.mark.slow
def test_every_page_opens_on_the_demo_and_asks_little_of_the_database(demo):
    """Twelve questions are enough for a page; those that need more stand in BUSY, with how many."""
    partner = Person.objects.get(name="Adaeze Okonkwo")
    clients = {"studio": Client(), "portal": Client()}
    clients["studio"].force_login(Person.objects.get(role="owner"), SIGNED_IN)
    clients["portal"].force_login(partner, SIGNED_IN)
    broken, busy = [], []

    for name, address in addresses(partner):
        client = clients[name.partition(":")[0]]
        first = client.get(address)
        if first.status_code not in {200, 302, 404, 405}:
            broken.append(f"{first.status_code} {name} {address}")
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        if len(queries) > BUSY.get(name, 12):
            busy.append(f"{len(queries)} {name} {address}")

    assert broken == []
    assert busy == []
