from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from headwater.kit.errors import Refused
from headwater.ledger.models import Entry, void
from headwater.recognition import awarding
from headwater.recognition.models import Folded, Points, Season, close, fold, rests_until, total
from headwater.recognition.tests import make
from headwater.recognition.tests.make import NOON

pytestmark = pytest.mark.django_db


def cells() -> list[tuple[str, int, int]]:
    rows = Points.objects.order_by("person__name", "rule__slug")
    return [(p.person.name, p.times, p.points) for p in rows.select_related("person")]


def test_points_stop_at_the_cap_and_folding_twice_changes_nothing() -> None:
    make.rule(cap=30)
    ada, ben = make.person("Ada"), make.person("Ben")
    for _time in range(5):
        make.deed(ada)
    make.deed(ben)

    first, second = fold(make.season()), fold(make.season())

    assert (first, second) == (6, 0)
    assert cells() == [("Ada", 5, 30), ("Ben", 1, 10)]


def test_a_deed_for_every_so_many_counts_whole_ones_only() -> None:
    make.rule(points=1, per=5, cap=20)
    ada = make.person("Ada")
    for _time in range(14):
        make.deed(ada)

    fold(make.season())

    assert cells() == [("Ada", 14, 2)]


def test_a_voided_deed_gives_nothing_after_the_next_fold() -> None:
    make.rule()
    ada = make.person("Ada")
    make.deed(ada)
    second = make.deed(ada)
    fold(make.season())

    void(second, actor=None, at=NOON)
    fold(make.season())

    assert cells() == [("Ada", 1, 10)]


def test_deeds_of_the_rest_days_and_of_other_months_do_not_count() -> None:
    make.rule()
    ada = make.person("Ada")
    make.deed(ada, at=NOON.replace(day=29))
    make.deed(ada, at=NOON.replace(month=4))

    fold(make.season())

    assert cells() == []


@pytest.mark.parametrize(
    ("day", "again"),
    [
        (date(2026, 11, 28), None),
        (date(2026, 11, 29), date(2026, 12, 1)),
        (date(2026, 12, 31), date(2027, 1, 1)),
        (date(2026, 2, 28), None),
    ],
)
def test_points_rest_after_four_weeks_until_the_month_ends(day: date, again: date | None) -> None:
    assert rests_until(day) == again


def test_an_entry_recorded_after_a_season_closed_never_changes_it() -> None:
    make.rule()
    ada, season = make.person("Ada"), make.season()
    make.deed(ada)
    close(season, NOON + timedelta(days=1))
    season.refresh_from_db()

    make.deed(ada, recorded_at=NOON + timedelta(days=2))
    fold(season)
    fold(season, everyone=True)

    assert cells() == [("Ada", 1, 10)]


def test_a_change_of_a_rule_counts_from_the_next_season() -> None:
    rule, owner, ada = make.rule(), make.staff(), make.person("Ada")
    make.deed(ada)
    make.deed(ada, at=NOON.replace(month=6))

    rule.change(points=2, cap=20, actor=owner, at=NOON)
    june = Season.of(NOON.replace(month=6).date())
    fold(make.season())
    fold(june)

    assert (total(ada, make.season()), total(ada, june)) == (10, 2)


def test_a_rule_that_gives_less_at_most_than_at_once_is_refused() -> None:
    rule, owner = make.rule(), make.staff()

    with pytest.raises(Refused, match="start at one"):
        rule.change(points=5, cap=4, actor=owner, at=NOON)

    assert make.season().key == "2026-05"


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(deeds=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 27)), max_size=30))
def test_counting_as_deeds_come_and_counting_anew_give_the_same(
    deeds: list[tuple[int, int]],
) -> None:
    for model in (Points, Folded, Entry):
        model.objects.all().delete()
    rule = make.rule(slug=f"r{Entry.objects.count()}{len(deeds)}", verb="library.tip_done")
    people = [make.person(f"P{n}", email=f"{n}-{rule.pk}@example.org") for n in range(4)]

    for who, day in deeds:
        make.deed(people[who], at=NOON.replace(day=1) + timedelta(days=day))
        fold(make.season())
    as_they_came = cells()
    fold(make.season(), everyone=True)
    anew = cells()
    rule.delete()

    assert as_they_came == anew


@pytest.mark.parametrize("people", [3, 30])
def test_folding_asks_as_much_for_thirty_people_as_for_three(
    people: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make.rule()
    make.house()
    season = make.season()
    for n in range(people):
        make.deed(make.person(f"P{n}"))

    with django_assert_max_num_queries(10):
        fold(season)

    assert len(cells()) == people


def test_the_nightly_count_gives_the_same_totals() -> None:
    make.rule()
    ada = make.person("Ada")
    make.deed(ada)
    awarding.award(NOON)
    before = cells()

    awarding.count_anew(NOON)

    assert cells() == before == [("Ada", 1, 10)]
