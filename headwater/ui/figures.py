"""Figures and dates as people read them, in the language of the page."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from math import floor, isfinite, log10

from babel.core import Locale, UnknownLocaleError
from babel.numbers import format_currency, format_decimal
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, pgettext

Figure = int | float | Decimal


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


def locale() -> Locale:
    return _locale(get_language() or "en-gb")


@lru_cache(maxsize=4096)
def _decimal(value: Figure, places: int, where: Locale) -> str:
    pattern = "#,##0" + ("." + "#" * places if places else "")
    return format_decimal(value, format=pattern, locale=where).replace("-", "−")


def number(value: Figure | None, places: int = 0) -> str:
    """1240 reads "1,240"; what we don't know reads as nothing."""
    if value is None or not isfinite(value):
        return ""
    text = _decimal(value, places, locale())
    return "0" if text in {"−0", "-0"} else text


def amount(value: Figure | None) -> str:
    """To three figures, since no more of it is known: 11,800; 26.3; 0.0225."""
    if not value or not isfinite(value):
        return number(value)
    places = 2 - floor(log10(abs(float(value))))
    return number(round(float(value), min(places, 6)), max(0, min(places, 6)))


def money(value: Figure | None, currency: str) -> str:
    """3800 in GBP reads "£3,800"; pence only where there are any."""
    if value is None or not isfinite(value):
        return ""
    return _currency(round(Decimal(str(value)), 2), currency, locale())


@lru_cache(maxsize=4096)
def _currency(value: Decimal, currency: str, where: Locale) -> str:
    if value != value.to_integral_value():
        return format_currency(value, currency, locale=where).replace("-", "−")
    pattern = where.currency_formats["standard"].pattern.split(";")[0].replace(".00", "")
    whole = value or abs(value)  # no "−0"
    text = format_currency(whole, currency, format=pattern, locale=where, currency_digits=False)
    return text.replace("-", "−")


def share(value: Figure | None) -> str:
    """0.34 reads "34 in 100", and what rounds to none or all says that it isn't."""
    if value is None or not isfinite(value):
        return ""
    hundredths = round(float(value) * 100)
    if hundredths <= 0 < value:
        return gettext("fewer than 1 in 100")
    if hundredths >= 100 and value < 1:
        return gettext("more than 99 in 100")
    return gettext("%(count)s in 100") % {"count": number(hundredths)}


def local_day(value: date | datetime) -> date:
    if not isinstance(value, datetime):
        return value
    return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()


def short_date(value: date | datetime | None) -> str:
    """Thursday 14 May, with the year only when it isn't this one."""
    if value is None:
        return ""
    day = local_day(value)
    this_year = timezone.localdate().year
    if day.year == this_year:
        return date_format(day, pgettext("a day of this year", "l j F"))
    return date_format(day, pgettext("a day of another year", "j F Y"))


def date_range(first: date | datetime, last: date | datetime) -> str:
    """1 to 7 June, or 28 May to 3 June: the month is said once."""
    start, end = local_day(first), local_day(last)
    if start == end:
        return short_date(start)
    same_month = (start.year, start.month) == (end.year, end.month)
    opening = str(start.day) if same_month else f"{start.day} {MONTHS[start.month]}"
    closing = f"{end.day} {MONTHS[end.month]}"
    if start.year != end.year:
        opening = f"{opening} {start.year}"
    if end.year != timezone.localdate().year:
        closing = f"{closing} {end.year}"
    return gettext("%(first)s to %(last)s") % {"first": opening, "last": closing}


def minutes(seconds: Figure | None) -> str:
    """How long something takes, as a person would say it."""
    if seconds is None:
        return ""
    if seconds < 60:
        return gettext("less than a minute")
    whole = round(seconds / 60)
    if whole < 60:
        return gettext("about a minute") if whole == 1 else gettext("about %d minutes") % whole
    hours = round(seconds / 3600)
    return gettext("about an hour") if hours == 1 else gettext("about %d hours") % hours


def clock(value: datetime) -> str:
    return date_format(timezone.localtime(value), pgettext("a time of day", "H:i"))
