"""Weeks, months, quarters and years in words."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.kit.periods import Rhythm


def named(day: date, rhythm: str) -> str:
    """Which period this is: "week of 4 May 2026", "May 2026", "2nd quarter of 2026", "2026"."""
    first = Rhythm(rhythm).first_day(day)
    match rhythm:
        case Rhythm.WEEK:
            return _("week of %(day)s") % {"day": date_format(first, "j F Y")}
        case Rhythm.MONTH:
            return date_format(first, "F Y")
        case Rhythm.QUARTER:
            return _("quarter %(n)d of %(year)d") % {"n": first.month // 3 + 1, "year": first.year}
    return str(first.year)


def short(day: date, rhythm: str) -> str:
    """The same on a chart: "4 May", "May 2026", "Q2 2026", "2026"."""
    first = Rhythm(rhythm).first_day(day)
    match rhythm:
        case Rhythm.WEEK:
            return date_format(first, "j M")
        case Rhythm.MONTH:
            return date_format(first, "M Y")
        case Rhythm.QUARTER:
            return _("Q%(n)d %(year)d") % {"n": first.month // 3 + 1, "year": first.year}
    return str(first.year)


def many(count: int, rhythm: str) -> str:
    """So many of them: "12 weeks", "one year"."""
    match rhythm:
        case Rhythm.WEEK:
            text = ngettext("one week", "%(n)s weeks", count)
        case Rhythm.MONTH:
            text = ngettext("one month", "%(n)s months", count)
        case Rhythm.QUARTER:
            text = ngettext("one quarter", "%(n)s quarters", count)
        case _year:
            text = ngettext("one year", "%(n)s years", count)
    return text % {"n": count}


def plural(rhythm: str) -> str:
    """What they are called: "weeks"."""
    return {
        Rhythm.WEEK: _("weeks"),
        Rhythm.MONTH: _("months"),
        Rhythm.QUARTER: _("quarters"),
        Rhythm.YEAR: _("years"),
    }[Rhythm(rhythm)]


def single(rhythm: str) -> str:
    """What one is called: "week"."""
    return {
        Rhythm.WEEK: _("week"),
        Rhythm.MONTH: _("month"),
        Rhythm.QUARTER: _("quarter"),
        Rhythm.YEAR: _("year"),
    }[Rhythm(rhythm)]
