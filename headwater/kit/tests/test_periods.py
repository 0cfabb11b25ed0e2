from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from headwater.kit.periods import Period, Rhythm, week_of


@pytest.mark.parametrize(
    ("day", "last"),
    [(date(2024, 2, 10), 29), (date(2026, 2, 28), 28), (date(2026, 12, 31), 31)],
)
def test_a_month_ends_on_its_last_day(day: date, last: int) -> None:
    month = Period.month(day)

    assert (month.starts_on, month.ends_on) == (day.replace(day=1), day.replace(day=last))


def test_a_period_holds_its_first_moment_and_not_the_first_after() -> None:
    may = Period.month(date(2026, 5, 12))

    assert may.holds(datetime(2026, 5, 1, tzinfo=UTC))
    assert may.holds(datetime(2026, 5, 31, 23, 59, 59, 999_999, tzinfo=UTC))
    assert not may.holds(datetime(2026, 6, 1, tzinfo=UTC))


def test_a_month_in_which_clocks_change_is_an_hour_short() -> None:
    start, end = Period.month(date(2026, 3, 1)).bounds(ZoneInfo("Europe/Lisbon"))

    hours = (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() / 3600
    assert hours == 31 * 24 - 1


@pytest.mark.parametrize("day", [date(2026, 5, 11), date(2026, 5, 14), date(2026, 5, 17)])
def test_a_week_is_known_by_its_monday(day: date) -> None:
    assert week_of(day) == date(2026, 5, 11)


@pytest.mark.parametrize(
    ("rhythm", "first", "after_three", "last"),
    [
        ("week", date(2026, 12, 28), date(2027, 1, 18), date(2027, 1, 3)),
        ("month", date(2026, 12, 1), date(2027, 3, 1), date(2026, 12, 31)),
        ("quarter", date(2026, 10, 1), date(2027, 7, 1), date(2026, 12, 31)),
        ("year", date(2026, 1, 1), date(2029, 1, 1), date(2026, 12, 31)),
    ],
)
def test_every_rhythm_steps_over_the_end_of_a_year(
    rhythm: str, first: date, after_three: date, last: date
) -> None:
    steps, day = Rhythm(rhythm), date(2026, 12, 30)

    assert steps.first_day(day) == first
    assert steps.later(day, 3) == after_three
    assert steps.later(after_three, -3) == first
    assert steps.last_day(day) == last
    assert (steps.between(day, after_three), steps.between(after_three, day)) == (3, -3)


def test_so_many_periods_lie_within_two_years() -> None:
    within = [Rhythm(rhythm).within(104) for rhythm in ("week", "month", "quarter", "year")]

    assert within == [104, 23, 7, 1]
