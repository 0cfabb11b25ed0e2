"""Periods as other people's files write them: 2013-W07, Jan 2013, Q42010, 1988, 4/7/2013."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from headwater.kit.periods import Rhythm

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DATED = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:[ T]00:00(?::00)?)?")
ISO_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]\d\d:\d\d.*)?")
WEEK = re.compile(r"(\d{4})[- ]?W(\d{1,2})(?:-1)?", re.IGNORECASE)
MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})|(\d{4})M(\d{1,2})", re.IGNORECASE)
MONTH_FIRST = re.compile(r"(\d{1,2})[-/](\d{4})")
MONTH_NAMED = re.compile(r"([A-Za-z]{3,9})\.?[ -](\d{4})")
QUARTER = re.compile(
    r"(\d{4})[- /]?Q([1-4])|Q([1-4])[- /]?(\d{4})|([1-4])Q[- /]?(\d{4})", re.IGNORECASE
)
YEAR = re.compile(r"(1[5-9]\d\d|20\d\d|21\d\d)(?:\.0)?")


@dataclass(frozen=True)
class Written:
    """A day, and how long the period is that was written; None for a plain day."""

    day: date
    rhythm: Rhythm | None


def read_period(text: str, *, day_first: bool = True) -> Written | None:
    """What a cell means as a period; None where it means none."""
    text = text.strip()
    try:
        return _read(text, day_first=day_first)
    except ValueError:  # 2013-02-30, 2013-W60
        return None


def _read(text: str, *, day_first: bool) -> Written | None:
    if found := ISO_DAY.fullmatch(text):
        return Written(date(*map(int, found.groups())), None)
    if found := WEEK.fullmatch(text):
        return Written(date.fromisocalendar(int(found[1]), int(found[2]), 1), Rhythm.WEEK)
    if found := MONTH.fullmatch(text):
        year, month = found[1] or found[3], found[2] or found[4]
        return Written(date(int(year), int(month), 1), Rhythm.MONTH)
    if found := MONTH_FIRST.fullmatch(text):
        return Written(date(int(found[2]), int(found[1]), 1), Rhythm.MONTH)
    if found := QUARTER.fullmatch(text):
        year, quarter = found[1] or found[4] or found[6], found[2] or found[3] or found[5]
        return Written(date(int(year), 3 * int(quarter) - 2, 1), Rhythm.QUARTER)
    if found := YEAR.fullmatch(text):
        return Written(date(int(found[1]), 1, 1), Rhythm.YEAR)
    if (found := MONTH_NAMED.fullmatch(text)) and found[1][:3].lower() in MONTHS:
        month = MONTHS.index(found[1][:3].lower()) + 1
        return Written(date(int(found[2]), month, 1), Rhythm.MONTH)
    if found := DATED.fullmatch(text):
        return Written(_dated(found, day_first=day_first), None)
    return None


def _dated(found: re.Match[str], *, day_first: bool) -> date:
    first, second, year = (int(part) for part in found.groups())
    year += (2000 if year < 70 else 1900) if year < 100 else 0
    return date(year, second, first) if day_first else date(year, first, second)


def day_is_first(cells: list[str]) -> bool | None:
    """Whether dates such as 4/7/2013 put the day first; None where nothing tells.

    True where none is written this way. A column that is written both ways is read as most of it.
    """
    written = [found for cell in cells if (found := DATED.fullmatch(cell.strip()))]
    over_first = sum(int(found[1]) > 12 for found in written)
    over_second = sum(int(found[2]) > 12 for found in written)
    if not written or over_first > over_second:
        return True
    if over_second > over_first:
        return False
    same = all(found[1] == found[2] for found in written)
    return True if same else None
