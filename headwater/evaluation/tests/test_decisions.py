import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from headwater.evaluation import keeping, verdicts
from headwater.evaluation.models import Decision, Result
from headwater.evaluation.running import about_campaign
from headwater.evaluation.tests import make
from headwater.evaluation.tests.make import NOON
from headwater.evaluation.watching import looked_at
from headwater.programme.models import Campaign, Lesson, Watched
from headwater.stats.several import after_several_looks

pytestmark = pytest.mark.django_db


def two_priced() -> tuple[Campaign, Campaign]:
    make.house(hourly_rate=24)
    strong = make.campaign(effect=118)  # nobody else’s rows: pages answer from memory
    weak = make.campaign(effect=20, title="Weak", metric=make.metric(slug="other"))
    for one in (strong, weak):
        one.costs.create(what="Cards", money=1000, hours=10, on=one.starts_on)
    return strong, weak


def test_a_decision_is_kept_with_what_was_shown_and_told_when_the_next_is_planned(
    client: Client,
) -> None:
    _strong, weak = two_priced()
    client.force_login(make.staff("manager"))
    url = f"/studio/measure/campaigns/{weak.pk}/"
    page = client.get(url).content.decode()
    suggested = "Draw by lot which places start first"
    assert suggested in page or "places that have none, from now on" in page

    said = client.post(f"{url}decisions/", {"text": "Brief agents on day one"}, follow=True)

    decision = Decision.objects.get()
    result = Result.objects.get(campaign=weak, question="success", aim="first")
    assert (decision.lesson.text, decision.word) == (
        "Brief agents on day one",
        result.answer["word"],
    )
    assert decision.result_version == result.data_version
    assert {row["name"] for row in decision.shown["rows"]} == {
        "best split", "nothing", "Mussel Season", "Weak",
    }  # fmt: skip
    assert "Brief agents on day one" in said.content.decode()
    planned = client.get("/studio/campaigns/new/").content.decode()
    assert "Brief agents on day one" in planned
    assert "After Weak" in planned


def test_nothing_chosen_or_what_was_never_suggested_keeps_nothing(client: Client) -> None:
    make.house()
    campaign = make.campaign(effect=120)
    client.force_login(make.staff("manager"))
    url = f"/studio/measure/campaigns/{campaign.pk}/decisions/"

    for sent in ({}, {"text": "  "}, {"chosen": "Sack everybody"}):
        client.post(url, sent)

    assert not Lesson.objects.exists()


def test_a_suggestion_taken_is_not_suggested_again(client: Client) -> None:
    make.house()
    campaign = make.campaign(effect=120)
    client.force_login(make.staff("manager"))
    url = f"/studio/measure/campaigns/{campaign.pk}/"
    wordings = "Write two wordings, and let lots decide who is offered which"
    assert client.get(url).content.decode().count(f'value="{wordings}"') == 1

    client.post(f"{url}decisions/", {"chosen": wordings})

    assert Lesson.objects.get().text == wordings
    assert client.get(url).content.decode().count(f'value="{wordings}"') == 0


def test_before_a_verdict_nothing_is_decided(client: Client) -> None:
    make.house()
    campaign = make.campaign(effect=120)
    Campaign.objects.update(counted_until="2099-01-01", ends_on="2098-01-01")
    client.force_login(make.staff("manager"))

    answer = client.post(f"/studio/measure/campaigns/{campaign.pk}/decisions/", {"text": "Go on"})

    assert answer.status_code == 409
    assert not Lesson.objects.exists()


def test_several_numbers_looked_at_are_counted_as_several() -> None:
    campaign = make.campaign(effect=120)
    owner = make.staff()
    before = campaign.registered_at
    assert before
    names = ("visits", "calls", "stalls")
    for n, slug in enumerate(names):
        beside = make.campaign(effect=8, title=slug, metric=make.metric(slug=slug)).metric
        Watched.add(campaign, beside, actor=owner, at=before if n == 0 else NOON)
    result = verdicts.verdict(campaign, NOON)
    assert result

    rows = looked_at(campaign, result, NOON)

    odds = [row.odds for row in rows]
    assert None not in odds
    expected = after_several_looks([*odds, result.answer["probability_met"]])
    assert [row.corrected for row in rows] == expected.probabilities[:3].tolist()
    assert all(abs((row.corrected or 0) - 0.5) <= abs((row.odds or 0) - 0.5) for row in rows)
    assert [row.watched.is_chosen_before for row in rows] == [True, False, False]
    assert verdicts.verdict(campaign, NOON) == result


def test_a_watched_number_is_shown_with_its_correction_and_when_it_was_chosen(
    client: Client,
) -> None:
    make.house()
    campaign = make.campaign(effect=120)
    other = make.campaign(effect=90, title="Other", metric=make.metric(slug="o", name="Visits"))
    empty = make.metric(slug="e", name="Uncounted")
    owner = make.staff()
    for metric in (other.metric, empty):
        Watched.add(campaign, metric, actor=owner, at=NOON)
    client.force_login(owner)
    url = f"/studio/measure/campaigns/{campaign.pk}/"

    page = client.get(url).content.decode()
    with CaptureQueriesContext(connection) as asked:
        client.get(url)

    assert "Also looked at" in page
    assert page.count("chosen afterwards") == 2
    assert "Visits" in page
    assert "Uncounted" in page
    assert len(asked.captured_queries) <= 12


def test_a_watched_number_can_be_worked_out_again_to_the_last_digit() -> None:
    campaign = make.campaign(effect=120)
    other = make.campaign(effect=50, title="Other", metric=make.metric(slug="o"))
    row = Watched.add(campaign, other.metric, actor=make.staff(), at=NOON)
    first = verdicts.watched(row, NOON)

    with keeping.counting_again() as again:
        for ask in about_campaign(campaign):
            ask(NOON)

    assert [one.is_the_same for one in again if one.result == first] == [True]


def test_a_number_where_less_is_better_moves_for_the_good_when_it_falls() -> None:
    campaign = make.campaign(effect=120)
    fallen = make.metric(slug="complaints", more_is_better=False)
    other = make.campaign(effect=-90, title="Other", metric=fallen, aim=10)
    Watched.add(campaign, other.metric, actor=make.staff(), at=NOON)
    result = verdicts.verdict(campaign, NOON)
    assert result

    (row,) = looked_at(campaign, result, NOON)

    assert row.odds is not None
    assert row.odds > 0.95
    assert row.word == "yes"
