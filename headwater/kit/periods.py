from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum


@dataclass(frozen=True, order=True)
class Period:
    """A stretch of whole days, first and last included, in one time zone."""

    starts_on: date
    ends_on: date
    key: str = ""

    @classmethod
    def month(cls, day: date) -> "Period":
        first = day.replace(day=1)
        after = (first + timedelta(days=32)).replace(day=1)
        return cls(first, after - timedelta(days=1), f"{first:%Y-%m}")

    def bounds(self, zone: tzinfo = UTC) -> tuple[datetime, datetime]:
        """The first moment inside and the first moment after, for `at__gte` and `at__lt`."""
        start = datetime.combine(self.starts_on, time.min, tzinfo=zone)
        return start, datetime.combine(self.ends_on + timedelta(days=1), time.min, tzinfo=zone)

    def holds(self, moment: datetime, zone: tzinfo = UTC) -> bool:
        start, end = self.bounds(zone)
        return start <= moment < end


def week_of(day: date) -> date:
    """The Monday of the week that holds this day."""
    return day - timedelta(days=day.weekday())


class Rhythm(StrEnum):
    """How often something is counted. A period is known by its first day; weeks begin on Monday."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def weeks(self) -> float:
        """How many weeks one lasts, on average."""
        return {"week": 1.0, "month": 365.25 / 84, "quarter": 365.25 / 28, "year": 365.25 / 7}[self]

    def first_day(self, day: date) -> date:
        """The first day of the period that holds this day."""
        if self is Rhythm.WEEK:
            return week_of(day)
        return day.replace(month=day.month - (day.month - 1) % self._months, day=1)

    def later(self, day: date, periods: int) -> date:
        """The first day of the period so many after the one that holds this day."""
        first = self.first_day(day)
        if self is Rhythm.WEEK:
            return first + timedelta(weeks=periods)
        months = first.year * 12 + first.month - 1 + periods * self._months
        return date(months // 12, months % 12 + 1, 1)

    def last_day(self, day: date) -> date:
        return self.later(day, 1) - timedelta(days=1)

    def between(self, first: date, last: date) -> int:
        """How many periods the second day's lies after the first day's; negative before."""
        first, last = self.first_day(first), self.first_day(last)
        if self is Rhythm.WEEK:
            return (last - first).days // 7
        return ((last.year - first.year) * 12 + last.month - first.month) // self._months

    def within(self, weeks: int) -> int:
        """How many whole periods lie within so many weeks; one at least."""
        return max(1, int(weeks / self.weeks))

    @property
    def _months(self) -> int:
        return {"month": 1, "quarter": 3, "year": 12}[self]
