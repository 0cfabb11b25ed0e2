import pytest
from django.test import Client

from headwater.evaluation import returning
from headwater.evaluation.keeping import Blocked
from headwater.evaluation.models import Debrief, Result
from headwater.evaluation.tests import make
from headwater.evaluation.tests.make import NOON

pytestmark = pytest.mark.django_db


def visits_metric() -> None:
    make.metric(
        slug="visits", name="Visits", worth_low=1, worth_likely=2, worth_high=3,
        partner_worth_low=2, partner_worth_likely=3, partner_worth_high=4,
    )  # fmt: skip


def test_with_too_little_nothing_is_claimed() -> None:
    make.house(hourly_rate=24)

    assert returning.capacity_return(NOON) == Blocked("too_few")


def test_unpriced_hours_give_no_break_even() -> None:
    make.house()
    visits_metric()
    make.capacity(lift=2, people=60)

    assert returning.capacity_return(NOON) == Blocked("hours_unpriced")


def test_without_a_worth_no_money_is_claimed() -> None:
    make.house(hourly_rate=24)
    make.capacity(lift=2, people=60)

    assert returning.capacity_return(NOON) == Blocked("worth_unsaid")


def test_what_capacity_truly_does_lies_inside_the_range() -> None:
    make.house(hourly_rate=24)
    visits_metric()
    make.capacity(lift=3)

    result = returning.capacity_return(NOON)

    assert isinstance(result, Result)
    effect = result.answer["per_partner_a_month"]
    assert effect["low"] < 3 < effect["high"]
    assert result.answer["both"]["returned"]["value"] > 0
    us, partners = (result.answer[key]["returned"]["value"] for key in ("to_us", "to_partners"))
    assert 0 < us < partners


def test_capacity_that_does_nothing_does_not_pay() -> None:
    make.house(hourly_rate=24)
    visits_metric()
    make.capacity(lift=0)

    result = returning.capacity_return(NOON)

    assert isinstance(result, Result)
    effect = result.answer["per_partner_a_month"]
    assert effect["low"] < 0 < effect["high"]
    assert result.answer["both"]["low"][-1] < 0


def test_the_pages_stand_with_nothing_and_with_data(client: Client) -> None:
    make.house(hourly_rate=24)
    client.force_login(make.staff())

    empty = [client.get(f"/studio/measure/{part}").content.decode() for part in ("", "return/")]
    visits_metric()
    make.capacity(lift=3, people=60)
    campaign = make.campaign(effect=120)
    campaign.costs.create(what="Cards", money=1000, hours=10, on=campaign.starts_on)
    full = [
        client.get(f"/studio/measure/{part}").content.decode()
        for part in ("", f"campaigns/{campaign.pk}/", "return/")
    ]

    assert "No registered campaign yet" in empty[0]
    assert "Not enough data yet" in empty[1]
    assert "Mussel Season" in full[0]
    assert "Was it a success?" in full[1]
    assert "added up" in full[2]


def test_a_debrief_is_kept_with_the_partner_whose_words_they_are(client: Client) -> None:
    make.house()
    campaign, owner, ada = make.campaign(effect=1), make.staff(), make.person()
    client.force_login(owner)
    form = {
        "went_well": "The cards.",
        "differently": "Ask agents first.",
        "partner_email": ada.email,
    }

    client.post(f"/studio/measure/campaigns/{campaign.pk}/", form)
    unknown = client.post(
        f"/studio/measure/campaigns/{campaign.pk}/", form | {"partner_email": "x@y.example"}
    )

    assert [(d.author, d.partner) for d in Debrief.objects.all()] == [(owner, ada)]
    assert unknown.status_code == 422
    assert "No partner here" in unknown.content.decode()
