from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from headwater.evaluation import frames, keeping, running, verdicts
from headwater.evaluation.models import Result
from headwater.evaluation.tests import make
from headwater.evaluation.tests.make import NOON
from headwater.jobs.models import Job
from headwater.people.models import House
from headwater.people.personal import erase
from headwater.programme.models import Cost, Outcome

pytestmark = pytest.mark.django_db


def test_while_no_row_changes_the_answer_comes_from_memory() -> None:
    make.house()
    campaign = make.campaign(60)
    with keeping.while_rows_stand(NOON):
        first = verdicts.verdict(campaign, NOON)
        with CaptureQueriesContext(connection) as asked:
            assert verdicts.verdict(campaign, NOON) is first
    assert not asked.captured_queries


def test_a_changed_row_is_seen_at_once() -> None:
    make.house()
    campaign = make.campaign(60)
    with keeping.while_rows_stand(NOON):
        before = verdicts.verdict(campaign, NOON)
    week = Outcome.objects.filter(market__is_ours=True, period_on=campaign.starts_on).get()
    Outcome.objects.filter(pk=week.pk).update(value=0)

    with keeping.while_rows_stand(NOON):
        after = verdicts.verdict(campaign, NOON)

    assert before
    assert after
    assert after.data_version != before.data_version


def test_two_weeks_that_change_places_are_seen_too() -> None:
    make.house()
    campaign = make.campaign(60)
    with keeping.while_rows_stand(NOON):
        before = verdicts.verdict(campaign, NOON)
    one, other = Outcome.objects.filter(market__is_ours=True).order_by("-period_on")[4:6]
    Outcome.objects.filter(pk=one.pk).update(value=other.value)
    Outcome.objects.filter(pk=other.pk).update(value=one.value)

    with keeping.while_rows_stand(NOON):
        after = verdicts.verdict(campaign, NOON)

    assert before
    assert after
    assert after.data_version != before.data_version


def test_the_verdict_page_is_worked_out_once(client: Client) -> None:
    make.house()
    campaign = make.campaign(60)
    client.force_login(make.staff("analyst"))
    first = client.get(f"/studio/measure/campaigns/{campaign.pk}/").content
    with CaptureQueriesContext(connection) as asked:
        second = client.get(f"/studio/measure/campaigns/{campaign.pk}/").content
    assert len(asked.captured_queries) <= 12
    assert len(first) == len(second)


def test_a_house_with_many_partners_shows_what_the_worker_told_and_has_it_counted_anew(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.house(hourly_rate=24)
    make.capacity(lift=2, people=60)
    make.metric(slug="visits", name="Visits")
    monkeypatch.setattr(keeping, "LARGE", 20)
    running.run(running.ask(actor=None, at=now() - timedelta(hours=1)), now())
    client.force_login(make.staff("analyst"))
    answers = list(Result.objects.values_list("pk", flat=True))

    standing = client.get("/studio/measure/return/").content.decode()
    asked_while_rows_stood = Job.objects.count()
    House.objects.update(hourly_rate=30)
    stale = client.get("/studio/measure/return/").content.decode()
    client.get("/studio/measure/return/")

    assert "came back" in standing
    assert "came back" in stale
    assert asked_while_rows_stood == 1
    assert [job.state for job in Job.objects.order_by("pk")] == ["done", "waiting"]
    assert list(Result.objects.values_list("pk", flat=True)) == answers


def test_what_stands_in_the_way_is_told_in_a_house_with_many_partners_too(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.house()
    make.capacity(lift=2, people=60)
    monkeypatch.setattr(keeping, "LARGE", 20)
    running.run(running.ask(actor=None, at=now() - timedelta(hours=1)), now())
    client.force_login(make.staff("analyst"))

    shown = client.get("/studio/measure/return/").content.decode()

    assert "We’re working this out" not in shown
    assert not Result.objects.filter(question="return").exists()
    assert Job.objects.count() == 1


def test_each_change_that_staff_or_partners_make_gives_the_programme_another_version() -> None:
    make.house()
    campaign = make.campaign(60)
    cost = Cost.objects.create(campaign=campaign, money=10, hours=1, on=NOON.date(), what="Print")
    person = make.person(is_partner=True)
    seen = [frames.programme(NOON).version]

    for change in (
        lambda: Outcome.objects.filter(pk=Outcome.objects.latest("pk").pk).update(value=7),
        lambda: Outcome.objects.filter(pk=Outcome.objects.latest("pk").pk).update(value=None),
        lambda: Cost.objects.filter(pk=cost.pk).update(money=11),
        lambda: Cost.objects.filter(pk=cost.pk).update(hours=2),
        lambda: erase(person, NOON),
        lambda: make.person(is_partner=True),
        lambda: cost.delete(),
        lambda: House.objects.update(hourly_rate=31),
    ):
        change()
        seen.append(frames.programme(NOON).version)

    assert len(set(seen)) == len(seen)
    assert frames.programme(NOON).version == seen[-1]
    assert frames.programme(NOON + timedelta(weeks=1)).version != seen[-1]


def test_the_same_answer_on_the_same_data_is_stored_once() -> None:
    make.house()
    first = verdicts.verdict(make.campaign(60), NOON)
    assert first
    for campaign in (first.campaign, None):
        first.pk, first.campaign = None, campaign
        if campaign is None:
            first.save()
            first.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            first.save()
