from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from headwater.evaluation import bettering
from headwater.evaluation.frames.trials import draw_of, planned_end, refresh_own
from headwater.evaluation.models import Trial
from headwater.evaluation.showing.trials import second
from headwater.evaluation.tests import make
from headwater.people.models import House, Person
from headwater.programme.models import Campaign
from headwater.sharing.models import Link, Message, Share, VisitDay, WaysDraw
from headwater.sharing.tests import make as sharing
from headwater.sharing.tests.make import AT, DAY

pytestmark = pytest.mark.django_db
SHORT = "Supper Week begins on 1 June. Come to [your pick]. [your link]"


def drawn(campaign: Campaign | None = None) -> WaysDraw:
    House.objects.update_or_create(
        pk=1, defaults={"name": "We", "lotteries_allowed": True, "created_at": AT}
    )
    message = sharing.message(published=False, expires_at=AT + 7 * DAY)
    staff = sharing.staff()
    draw = WaysDraw.hold(message, words=[SHORT], number="7 11 23", is_about_safety=False,
                         actor=staff, at=AT, campaign=campaign)  # fmt: skip
    message.publish(actor=staff, at=AT)
    return draw


def offered(draw: WaysDraw, people: int, *, shares: dict[str, int], visits: int = 3) -> None:
    """So many look; of each ten offered a way, so many share it, and bring people."""
    count = {"A": 0, "B": 0}
    for n in range(people):
        who = sharing.person(f"P{n}")
        letter = draw.offer(who, at=AT).letter
        count[letter] += 1
        if count[letter] % 10 < shares[letter]:
            Share.objects.create(person=who, message=draw.message, network="x", at=AT)
            link = Link.of(who, draw.message, at=AT)
            VisitDay.objects.create(link=link, day=AT.date(), people=visits, visits=visits)


def test_a_draw_is_read_as_two_trials_of_everybody_who_was_offered_a_way() -> None:
    draw = drawn()
    offered(draw, 200, shares={"A": 2, "B": 7})

    refresh_own(AT)

    shares, visits = Trial.objects.order_by("key")
    assert (shares.key, visits.key) == (f"draw:{draw.pk}:shares", f"draw:{draw.pk}:visits")
    assert (shares.is_share, visits.is_share) == (True, False)
    assert (shares.people, visits.people, shares.is_running) == (200, 200, True)
    assert sum(arm.total for arm in visits.arms.all()) == 3 * Share.objects.count()
    assert not shares.is_broken
    assert {cell.half for cell in visits.cells.all()} == {0, 1}
    assert draw_of(visits) == draw.pk
    found = bettering.answer_of(shares, AT).answer
    assert found["best"].startswith("B: Supper Week begins")
    assert found["estimate"]["low"] > 0


def test_each_look_brings_it_up_to_date_until_it_is_over_and_no_longer() -> None:
    draw = drawn()
    offered(draw, 40, shares={"A": 2, "B": 5})
    refresh_own(AT)
    offered(draw, 20, shares={"A": 2, "B": 5})
    refresh_own(AT + DAY)
    looked = Trial.objects.get(key=f"draw:{draw.pk}:shares").people

    refresh_own(AT + 30 * DAY)
    offered(draw, 20, shares={"A": 2, "B": 5})
    refresh_own(AT + 31 * DAY)

    over = Trial.objects.get(key=f"draw:{draw.pk}:shares")
    assert (looked, over.people, over.is_running) == (60, 60, False)


def test_before_each_way_was_offered_there_is_no_trial() -> None:
    draw = drawn()
    draw.offer(sharing.person(), at=AT)

    refresh_own(AT)

    assert Trial.objects.count() == 0


def test_a_campaigns_own_draw_gives_its_second_answer_once_it_is_over() -> None:
    campaign = make.campaign(0)
    draw = drawn(campaign)
    offered(draw, 200, shares={"A": 2, "B": 7})

    asked = []
    for moment in (AT + timedelta(days=1), AT + timedelta(days=60)):
        refresh_own(moment)
        asked.append(bettering.better(campaign, moment))
    during, after = asked

    assert during
    assert after
    assert during.answer["method"] == "still_running"
    assert second(during.answer).said == "It is still being tried."
    assert after.answer["trial"] in Trial.objects.filter(
        campaign=campaign
    ).values_list("pk", flat=True)  # fmt: skip
    assert after.answer["word"] == "yes"


def test_its_page_counts_anew_and_says_that_it_is_still_running(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    make.house(lotteries_allowed=True)
    draw = drawn()
    offered(draw, 60, shares={"A": 2, "B": 7})
    refresh_own(AT)
    of = Trial.objects.get(key=f"draw:{draw.pk}:shares")
    client.force_login(make.staff())

    Message.objects.update(expires_at=now() + 7 * DAY)
    page = client.get(f"/studio/measure/trials/{of.pk}/").content.decode()
    listed = client.get("/studio/measure/trials/").content.decode()

    assert "Supper Week: who shared it" in page
    assert "It is read once, after" in page
    assert "that it would have brought more" not in page
    assert "in 100</strong>" not in page
    assert "Its answer is given once, at its end" in listed
    assert "From a draw of our own" in page


def test_its_end_is_that_of_the_message_or_else_of_the_campaign() -> None:
    campaign = make.campaign(0)
    draw = drawn(campaign)
    by_message = planned_end(draw)
    draw.message.expires_at = None
    by_campaign = planned_end(draw)
    draw.campaign = None

    assert by_message == AT + 21 * DAY
    assert by_campaign
    assert by_campaign.date() == campaign.counted_until + timedelta(days=14)
    assert planned_end(draw) is None


def test_someone_erased_is_in_no_sum_any_more() -> None:
    draw = drawn()
    offered(draw, 40, shares={"A": 2, "B": 7})
    refresh_own(AT)

    Person.objects.filter(name="P3").delete()
    refresh_own(AT)

    assert {trial.people for trial in Trial.objects.all()} == {39}
