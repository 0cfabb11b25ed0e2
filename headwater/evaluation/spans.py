"""Which campaigns a report holds: those of a year or a quarter, or the newest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from headwater.kit.periods import Rhythm
from headwater.programme.models.campaigns import CampaignQuerySet

KEY = re.compile(r"(?P<year>[12]\d{3})(-Q(?P<quarter>[1-4]))?")
NEWEST = 12


@dataclass(frozen=True)
class Span:
    """The days in which a campaign has to have ended; without them, the newest are meant."""

    key: str = ""
    starts_on: date | None = None
    before: date | None = None

    @property
    def title(self) -> str:
        if self.starts_on is None or self.before is None:
            return _("The newest %(n)d campaigns") % {"n": NEWEST}
        if "-" not in self.key:
            return self.key
        last = date.fromordinal(self.before.toordinal() - 1)
        return _("%(first)s to %(last)s") % {
            "first": date_format(self.starts_on, "F"),
            "last": date_format(last, "F Y"),
        }

    @property
    def query(self) -> str:
        """What an address of the report ends with."""
        return f"?period={self.key}" if self.key else ""

    def of(self, over: CampaignQuerySet) -> CampaignQuerySet:
        if self.starts_on is None or self.before is None:
            return over[:NEWEST]
        return over.filter(ends_on__gte=self.starts_on, ends_on__lt=self.before)


def called(key: str) -> Span:
    """The span of a key such as 2026 or 2026-Q2; ValueError for anything else."""
    if not key:
        return Span()
    found = KEY.fullmatch(key)
    if not found:
        raise ValueError(f"{key!r} is neither a year nor a quarter")
    year, quarter = int(found["year"]), int(found["quarter"] or 0)
    rhythm = Rhythm.QUARTER if quarter else Rhythm.YEAR
    starts_on = date(year, 3 * quarter - 2 if quarter else 1, 1)
    return Span(key, starts_on, rhythm.later(starts_on, 1))


def choices(ended: Iterable[date]) -> list[Span]:
    """The newest, then each year and quarter in which a campaign ended, last first."""
    quarters = {(one.year, (one.month + 2) // 3) for one in ended}
    years = sorted({year for year, _quarter in quarters}, reverse=True)
    keys = [
        key
        for year in years
        for key in (str(year), *(f"{year}-Q{q}" for q in (4, 3, 2, 1) if (year, q) in quarters))
    ]
    return [Span(), *(called(key) for key in keys)]
