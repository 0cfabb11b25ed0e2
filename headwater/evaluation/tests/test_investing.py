import pytest
from django.test import Client

from headwater.evaluation import investing
from headwater.evaluation.models import Result
from headwater.evaluation.showing import verdicts as showing
from headwater.evaluation.tests import make
from headwater.evaluation.tests.test_activities import AT, quay
from headwater.evaluation.tests.test_budgeting import spent, visits_metric
from headwater.people.models import House
from headwater.programme.models import Activity, Campaign

pytestmark = pytest.mark.django_db


def priced() -> Campaign:
    """A campaign that cost something, beside seminars that did and tips of which nothing is known."""
    quay(seminar=5, tip=0)
    House.objects.update(hourly_rate=24)
    visits_metric()
    spent("half-day-seminar", 400)
    campaign = make.campaign(effect=120)
    campaign.costs.create(what="Cards", money=400, hours=2, on=campaign.starts_on)
    return campaign


def test_what_was_chosen_beforehand_stands_among_the_alternatives() -> None:
    campaign = priced()
    unknown = Activity.objects.create(
        title="Thirty days of first lines", kind="challenge", gauge="fluency", created_at=AT,
        starts_on=campaign.starts_on, ends_on=campaign.ends_on, why_not_asked="A test.",
    )  # fmt: skip
    campaign.alternatives.set([*Activity.objects.filter(kind="half-day-seminar"), unknown])

    [chosen], unseen = investing.chosen_beforehand(campaign, AT)
    result = investing.elsewhere(campaign, AT)

    assert unseen == ["Thirty days of first lines"]
    assert chosen.is_chosen
    assert isinstance(result, Result)
    assert result.answer["unseen"] == unseen
    assert [row["name"] for row in result.answer["rows"] if row["is_chosen"]] == [chosen.name]
    assert "capacity" not in {row["name"] for row in result.answer["rows"]}
    assert [row.name for row in showing.choices(result.answer) if row.is_chosen] == [chosen.name]


def test_where_nothing_is_known_of_what_was_chosen_the_page_names_it(client: Client) -> None:
    make.house()
    campaign = make.campaign(effect=120)
    campaign.alternatives.add(
        Activity.objects.create(
            title="Daily tips", kind="tip", gauge="fluency", starts_on=campaign.starts_on,
            ends_on=campaign.ends_on, why_not_asked="A test.", created_at=AT,
        )
    )  # fmt: skip
    client.force_login(make.staff())

    page = client.get(f"/studio/measure/campaigns/{campaign.pk}/").content.decode()

    assert investing.chosen_beforehand(campaign, AT) == ([], ["Daily tips"])
    assert "not to be compared yet: Daily tips." in page


def test_without_a_choice_beforehand_nothing_is_chosen() -> None:
    assert investing.chosen_beforehand(make.campaign(effect=120), AT) == ([], [])
