import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from headwater.programme.models import Activity, Campaign, Outcome
from headwater.programme.tests import make
from headwater.programme.tests.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def studio(client: Client) -> Client:
    make.house()
    client.force_login(make.staff())
    return client


@pytest.mark.parametrize("rows", [1, 3])
def test_the_plan_asks_as_much_for_three_rows_as_for_one(
    studio: Client, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(rows):
        make.activity(f"Seminar {n}", need=make.need(f"need-{n}"))

    with django_assert_max_num_queries(12):
        page = studio.get("/studio/plan/?from=2026-05-01").content.decode()

    assert page.count("Half-day seminar</small>") == rows


def test_planning_without_having_asked_is_shown_as_a_no_with_everything_typed(
    studio: Client,
) -> None:
    need = make.need()
    form = {
        "title": "Seminar <b>", "kind": "tip", "gauge": "fluency", "need": need.pk,
        "starts_on": "2026-06-01", "ends_on": "2026-06-02",
    }  # fmt: skip

    answer = studio.post("/studio/plan/activities/new/", form)

    assert answer.status_code == 409
    assert "Ask first" in answer.content.decode()
    assert "Seminar &lt;b&gt;" in answer.content.decode()
    assert list(Activity.objects.all()) == []


def test_a_partner_meets_no_studio(client: Client) -> None:
    make.house()
    client.force_login(make.person("Ada"))

    assert client.get("/studio/plan/").status_code == 404


def test_an_analyst_reads_and_does_not_write(client: Client) -> None:
    make.house()
    client.force_login(make.staff(role="analyst"))

    assert client.get("/studio/plan/").status_code == 200
    assert client.post("/studio/plan/activities/new/", {}).status_code == 403


def test_a_campaign_is_registered_from_its_page_once(studio: Client) -> None:
    campaign = make.campaign(
        starts_on="2099-06-01", ends_on="2099-06-07", counted_until="2099-06-28"
    )
    page = studio.get(f"/studio/campaigns/{campaign.pk}/").content.decode()

    first = studio.post(f"/studio/campaigns/{campaign.pk}/registration/")
    second = studio.post(f"/studio/campaigns/{campaign.pk}/registration/")

    assert "What will be locked" in page
    assert "£0" not in page.partition("What will be locked")[2]
    assert (first.status_code, second.status_code) == (302, 409)
    assert Campaign.objects.get().is_locked


def test_counts_that_cannot_be_read_are_shown_again_with_the_line(studio: Client) -> None:
    metric = make.metric(weeks=0)

    answer = studio.post(
        f"/studio/metrics/{metric.pk}/weeks/", {"weeks": "Home, 2026-05-04, 5\nHome, maybe, 7"}
    )

    assert answer.status_code == 422
    assert "Line 2" in answer.content.decode()
    assert list(metric.markets.get(name="Home").outcomes.all()) == []


@pytest.mark.parametrize(
    "path",
    [
        "plan/", "plan/budget/", "plan/activities/new/", "campaigns/", "campaigns/new/",
        "metrics/new/",
    ],
)  # fmt: skip
def test_every_page_stands_with_nothing_in_it(studio: Client, path: str) -> None:
    assert studio.get(f"/studio/{path}").status_code == 200


def test_every_page_of_one_thing_stands(studio: Client) -> None:
    activity, campaign = make.activity(created_at=NOON), make.campaign()
    paths = [
        f"plan/activities/{activity.pk}/", f"plan/activities/{activity.pk}/edit/",
        f"campaigns/{campaign.pk}/", f"campaigns/{campaign.pk}/edit/",
        f"metrics/{campaign.metric_id}/",
    ]  # fmt: skip

    assert [studio.get(f"/studio/{path}").status_code for path in paths] == [200] * 5


@pytest.mark.parametrize(
    "line", ["Home, 2026-05-04, 1e400", "Home, 2026-05-04, NaN", "\x01, 2026-05-04, 3"]
)
def test_a_count_too_long_to_keep_or_a_place_that_shows_nothing_is_refused(
    studio: Client, line: str
) -> None:
    metric = make.metric(weeks=0)

    answer = studio.post(f"/studio/metrics/{metric.pk}/weeks/", {"weeks": line})

    assert answer.status_code == 422
    assert not Outcome.objects.filter(market__metric=metric).exists()
