from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from headwater.kit.periods import Period, week_of


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
