import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from headwater.evaluation import keeping, verdicts
from headwater.evaluation.tests import make
from headwater.evaluation.tests.make import NOON
from headwater.programme.models import Outcome

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
