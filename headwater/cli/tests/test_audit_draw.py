from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from headwater.evaluation.tests import make
from headwater.kit.errors import Refused
from headwater.ledger.models import Entry
from headwater.people.models import House, Person
from headwater.programme.models import Campaign
from headwater.sharing.models import Offer, WaysDraw
from headwater.sharing.tests import make as sharing
from headwater.sharing.tests.make import AT

pytestmark = pytest.mark.django_db


def audited(**options: Any) -> list[str]:
    out = StringIO()
    call_command("audit_draw", stdout=out, **options)
    return out.getvalue().splitlines()


def test_places_that_were_drawn_are_drawn_again_with_their_chance(client: Client) -> None:
    make.house()
    campaign = make.drawn(20, places=8)
    client.force_login(Person.objects.get(email="drawer@h.example"))

    *lines, told = audited(campaign=campaign.pk)
    page = client.get(f"/studio/campaigns/{campaign.pk}/").content.decode()

    assert told == "matches\t8\tchance 0.500"
    assert [line.split("\t")[3] for line in lines] == ["first"] * 4 + ["later"] * 4
    assert "The places are those that the number draws." in page
    assert "a chance of 50 in 100" in page
    noted = Entry.objects.get(verb="staff.campaign_changed", subject_id=campaign.pk)
    assert (noted.data["among"], noted.data["drawn"]) == (8, 4)


def test_places_that_somebody_changed_are_found(client: Client) -> None:
    make.house()
    campaign = make.drawn(20, places=8)
    later = campaign.metric.markets.exclude(pk__in=campaign.markets.values("pk"))[0]
    campaign.markets.remove(campaign.markets.all()[0])
    campaign.markets.add(later)
    client.force_login(Person.objects.get(email="drawer@h.example"))

    with pytest.raises(Refused, match="not the one this number gives"):
        audited(campaign=campaign.pk)
    page = client.get(f"/studio/campaigns/{campaign.pk}/").content.decode()

    assert "no lot decided" in page
    assert page.count("not as drawn") == 2


def test_ways_that_were_offered_are_drawn_again() -> None:
    House.objects.create(pk=1, name="We", lotteries_allowed=True, created_at=AT)
    draw = WaysDraw.hold(
        sharing.message(published=False), words=["Come to Supper Week. [your link]"],
        number="7 11", is_about_safety=False, actor=sharing.staff(), at=AT,
    )  # fmt: skip
    for n in range(6):
        draw.offer(sharing.person(f"P{n}"), at=AT)

    *lines, told = audited(message=draw.message_id)

    assert told == "matches\t6\tnumber 7 11"
    assert lines[:2] == ["way\tA\tchance 0.500", "way\tB\tchance 0.500"]
    offer = Offer.objects.first()
    assert offer
    offer.way = draw.ways.exclude(pk=offer.way_id)[0]
    offer.save()
    with pytest.raises(Refused, match="not the one this number gives"):
        audited(message=draw.message_id)


def test_where_nothing_was_drawn_it_says_so() -> None:
    make.house()
    campaign = make.campaign(0)

    for subject in ({"campaign": campaign.pk}, {"campaign": 999}, {"message": 999}):
        with pytest.raises(CommandError, match="No draw was held"):
            audited(**subject)
    assert Campaign.objects.count() == 1
