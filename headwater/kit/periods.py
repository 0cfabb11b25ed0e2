from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


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
