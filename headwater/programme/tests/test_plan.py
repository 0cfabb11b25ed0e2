from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from headwater.kit.errors import Refused
from headwater.ledger.models import Entry
from headwater.listening import starting as asking
from headwater.listening.models import Wish
from headwater.programme import planning
from headwater.programme.models import Activity, Budget, Cost, priced
from headwater.programme.starting import load_starter
from headwater.programme.tests import make
from headwater.programme.tests.make import NOON, TODAY

pytestmark = pytest.mark.django_db
FIELDS: dict[str, Any] = {
    "title": "Seminar", "kind": "half-day-seminar", "gauge": "fluency",
    "starts_on": TODAY, "ends_on": TODAY,
}  # fmt: skip


def test_planning_without_having_asked_is_refused() -> None:
    need = make.need()

    with pytest.raises(Refused, match="Ask first"):
        Activity.plan(actor=make.staff(), at=NOON, need=need, **FIELDS)

    assert list(Activity.objects.all()) == []
    assert list(Entry.objects.all()) == []


def test_planning_without_having_asked_keeps_the_written_reason() -> None:
    activity = Activity.plan(
        actor=make.staff(), at=NOON, why_not_asked="A law says so.", money=Decimal(50), **FIELDS
    )

    assert activity.why_not_asked == "A law says so."
    assert [cost.money for cost in activity.costs.all()] == [Decimal(50)]


def test_once_somebody_was_asked_no_reason_is_needed() -> None:
    need = make.need()
    Wish.objects.create(person=make.person("Ada"), need=need, source="call", at=NOON)

    activity = Activity.plan(actor=make.staff(), at=NOON, need=need, **FIELDS)

    assert activity.why_not_asked == ""


def test_the_database_refuses_an_activity_that_answers_nothing_and_gives_no_reason() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make.activity(why_not_asked="")


def test_deciding_tells_those_who_asked_once() -> None:
    need, owner = make.need(), make.staff()
    activity = make.activity(need=need)

    activity.decide(actor=owner, at=NOON)
    activity.decide(actor=owner, at=NOON)

    assert [response.title for response in need.responses.all()] == ["Seminar"]


def test_only_decided_activities_commit_the_budget() -> None:
    budget = Budget.objects.create(
        title="Year", starts_on=TODAY, ends_on=TODAY + timedelta(days=90), money=1000
    )
    decided, proposed = make.activity("Yes", state="decided"), make.activity("Maybe")
    for activity in (decided, proposed):
        Cost.objects.create(activity=activity, what="Hall", money=100, hours=3, on=TODAY)

    assert budget.committed() == (Decimal(100), Decimal(3))


def test_hours_without_a_price_give_no_sum() -> None:
    make.house()

    assert priced(Decimal(100), Decimal(3)) is None
    assert priced(Decimal(100), Decimal(0)) == Decimal(100)


def test_asked_counts_each_person_once_and_too_few_measured_are_not_shown() -> None:
    need, ada = make.need(), make.person("Ada")
    for source in ("survey", "call"):
        Wish.objects.create(person=ada, need=need, source=source, at=NOON)

    rows = planning.asked_and_lacking(NOON)

    assert [(row.need, row.asked, row.lacking) for row in rows] == [(need, 1, None)]


def test_two_things_on_one_day_clash_and_a_month_of_tips_does_not() -> None:
    one, other = make.activity("One"), make.activity("Other")
    tips = make.activity("Tips", ends_on=TODAY + timedelta(days=50))
    toolkit = make.activity("Toolkit", kind="toolkit")  # out that day, and there on every other

    assert planning.clashes([one, other, tips, toolkit]) == [(one, other)]


def test_a_first_year_begins_no_sooner_than_in_four_weeks() -> None:
    asking.load_starter(NOON)
    last_of_november = datetime(2026, 11, 30, 12, tzinfo=UTC)

    load_starter(last_of_november)

    first = Activity.objects.order_by("starts_on")[0]
    assert first.starts_on == date(2027, 1, 1)
