from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate, now
from pytest_django import DjangoAssertNumQueries

from headwater.library.tests import make as library
from headwater.listening.tests import make as listening
from headwater.partners.models import Belonging, Goal, Kind
from headwater.people.tests import make

pytestmark = pytest.mark.django_db


def test_the_partners_own_goal_comes_before_anything_of_ours(client: Client) -> None:
    make.house()
    ada = make.person()
    Goal.set(
        ada, at=now(), what="Smoked fish", unit="boxes", target=40,
        by=localdate() + timedelta(days=60),
    )  # fmt: skip
    client.force_login(ada)

    page = client.get("/").content.decode()

    assert "Smoked fish" in page
    assert "Not enough data yet" in page


def test_a_week_is_kept_from_the_first_page(client: Client) -> None:
    make.house()
    ada = make.person()
    goal = Goal.set(ada, at=now(), what="Fish", unit="boxes", target=40, by=localdate())
    client.force_login(ada)

    client.post("/", {"value": "27", "day": localdate().isoformat()})
    bad = client.post("/", {"value": "many", "day": localdate().isoformat()})

    assert [float(week.value) for week in goal.weeks.all()] == [27.0]
    assert bad.status_code == 422
    assert "many" in bad.content.decode()


def test_media_meet_neither_points_nor_gauges(client: Client) -> None:
    make.house()
    kind = Kind.objects.create(
        slug="media", name="Media", plural="Media", modules=["learn", "press"]
    )
    ada = make.person()
    Belonging.objects.create(person=ada, kind=kind)
    client.force_login(ada)

    home, progress = (client.get(path).content.decode() for path in ("/", "/progress/"))

    assert "Points" not in home
    assert "Around you" not in progress
    assert "check-in" not in progress


def test_staff_land_in_the_studio_and_strangers_at_the_door(client: Client) -> None:
    make.house()

    stranger = client.get("/")
    client.force_login(make.staff())
    staff = client.get("/")

    assert stranger["Location"].startswith("/sign-in/")
    assert staff["Location"] == "/studio/"


def test_home_and_progress_ask_no_more_than_they_need(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make.house()
    ada = make.person()
    Goal.set(ada, at=now(), what="Fish", unit="boxes", target=40, by=localdate())
    client.force_login(ada)

    with django_assert_max_num_queries(13):
        client.get("/")
    with django_assert_max_num_queries(13):
        client.get("/progress/")


def test_the_tip_with_its_action_stands_before_what_we_ask(client: Client) -> None:
    make.house()
    ada = make.person()
    at = now()
    library.tip(published_at=at - timedelta(days=1))
    survey = listening.survey(opens_at=at - timedelta(days=1))
    survey.invitations.create(person=ada, public_id="ada", invited_at=at)
    client.force_login(ada)

    page = client.get("/").content.decode()

    assert page.index("I did this") < page.index("Answer, one question at a time")
