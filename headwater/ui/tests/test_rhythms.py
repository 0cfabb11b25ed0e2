from datetime import date

import pytest

from headwater.ui import rhythms

DAY = date(2026, 5, 14)


@pytest.mark.parametrize(
    ("rhythm", "name", "mark", "twelve", "one"),
    [
        ("week", "week of 11 May 2026", "11 May", "12 weeks", "one week"),
        ("month", "May 2026", "May 2026", "12 months", "one month"),
        ("quarter", "quarter 2 of 2026", "Q2 2026", "12 quarters", "one quarter"),
        ("year", "2026", "2026", "12 years", "one year"),
    ],
)
def test_periods_are_called_what_people_call_them(
    rhythm: str, name: str, mark: str, twelve: str, one: str
) -> None:
    assert rhythms.named(DAY, rhythm) == name
    assert rhythms.short(DAY, rhythm) == mark
    assert (rhythms.many(12, rhythm), rhythms.many(1, rhythm)) == (twelve, one)
    assert rhythms.plural(rhythm) == f"{rhythm}s"
    assert rhythms.single(rhythm) == rhythm
