from datetime import timedelta

import pytest
from django.test import Client

from headwater.evaluation import budgeting, keeping, running
from headwater.evaluation.keeping import Blocked
from headwater.evaluation.models import Result
from headwater.evaluation.tests import make
from headwater.evaluation.tests.test_activities import AT, quay
from headwater.jobs.models import Job
from headwater.people.models import House, Person
from headwater.programme.models import Activity

pytestmark = pytest.mark.django_db


def spent(kind: str, money: int) -> None:
    activity = Activity.objects.create(
        title=kind, kind=kind, gauge="fluency", state="done", starts_on=AT.date(),
        ends_on=AT.date(), why_not_asked="A test.", created_at=AT,
    )  # fmt: skip
    activity.costs.create(what=kind, money=money, hours=2, on=AT.date() - timedelta(days=90))


def visits_metric() -> None:
    make.metric(slug="visits", name="Visits", worth_low=1, worth_likely=2, worth_high=3)


def test_money_moves_to_what_brings_more_and_never_all_of_it() -> None:
    quay(seminar=5, tip=0)
    visits_metric()
    spent("half-day-seminar", 400)
    spent("tip", 900)

    result = budgeting.advice(AT)

    assert isinstance(result, Result)
    [move] = result.answer["moves"]
    assert (move["source"], move["target"]) == ("tip", "half-day-seminar")
    assert move["gain"]["value"] > 0
    then = {row["name"]: row["then"] for row in result.answer["rows"]}
    assert then["tip"] > 0
    assert sum(then.values()) == pytest.approx(result.answer["budget"])
    assert result.answer["test"]["worth"] >= 0


def test_without_prices_or_with_one_thing_alone_there_is_no_advice() -> None:
    quay(seminar=5, tip=0, people=60)
    spent("half-day-seminar", 400)

    assert budgeting.advice(AT) == Blocked("worth_unsaid")
    visits_metric()
    assert budgeting.advice(AT) == Blocked("few_levers")
    House.objects.update(hourly_rate=None)
    assert budgeting.advice(AT) == Blocked("hours_unpriced")


def test_a_large_organisation_sees_what_is_stored_and_works_nothing_out(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    quay(seminar=5, tip=0)
    visits_metric()
    spent("half-day-seminar", 400)
    spent("tip", 900)
    client.force_login(make.staff())
    monkeypatch.setattr(keeping, "LARGE", 10)

    before = client.get("/studio/measure/budget/").content.decode()
    running.run(Job.objects.get(), AT)
    stored = budgeting.advice(AT)
    Person.objects.filter(name="Partner 1").update(is_partner=False)
    after = client.get("/studio/measure/budget/").content.decode()

    assert "Which money to move" not in before
    assert "Half-day seminar" not in before
    assert isinstance(stored, Result)
    assert "Half-day seminar" in after
    assert list(Result.objects.filter(question="budget")) == [stored]
