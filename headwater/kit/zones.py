"""The time zones there are now, without the names they once had."""

from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones


@cache
def zones_of_today() -> tuple[str, ...]:
    """One name a place, as the list of countries' zones has it, and UTC.

    The database of zones keeps every older name too ("Asia/Calcutta", "GB-Eire", "US/Pacific"):
    they are understood where somebody has one, and not offered. Source: `zone.tab` of tzdata.
    """
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    named = {row[2] for row in rows if len(row) > 2}
    return (*sorted(named & available_timezones()), "UTC")
