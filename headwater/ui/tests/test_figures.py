from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.translation import override

from headwater.ui import figures

YEAR = timezone.localdate().year


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1240, "1,240"),
        (0, "0"),
        (-0.2, "0"),
        (-3, "−3"),
        (None, ""),
        (float("nan"), ""),
        (1e9, "1,000,000,000"),
    ],
)
def test_numbers_have_their_thousands_parted(value: float | None, said: str) -> None:
    assert figures.number(value) == said


def test_decimals_are_given_only_when_asked_for() -> None:
    assert [figures.number(value, 1) for value in (2.54, 2.0)] == ["2.5", "2"]


@pytest.mark.parametrize(
    ("value", "currency", "said"),
    [
        (3800, "GBP", "£3,800"),
        (Decimal("11.500"), "GBP", "£11.50"),
        (-900, "GBP", "−£900"),
        (Decimal("0.005"), "EUR", "€0"),
        (1200, "JPY", "JP¥1,200"),
        (None, "GBP", ""),
    ],
)
def test_money_has_pence_only_where_there_are_any(
    value: Decimal | None, currency: str, said: str
) -> None:
    assert figures.money(value, currency) == said


def test_money_stands_where_the_language_puts_it() -> None:
    with override("de"):
        assert figures.money(3800, "EUR") == "3.800\xa0€"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.34, "34 in 100"),
        (0, "0 in 100"),
        (1, "100 in 100"),
        (0.004, "fewer than 1 in 100"),
        (0.998, "more than 99 in 100"),
        (None, ""),
    ],
)
def test_shares_are_so_many_in_a_hundred_and_never_rounded_to_certainty(
    value: float | None, said: str
) -> None:
    assert figures.share(value) == said


def test_a_day_names_its_year_only_when_it_is_not_this_one() -> None:
    assert figures.short_date(date(2020, 5, 14)) == "14 May 2020"
    assert figures.short_date(date(YEAR, 5, 14)).endswith(" 14 May")
    assert figures.short_date(None) == ""


def test_a_moment_is_of_the_day_it_has_in_the_house() -> None:
    with timezone.override("Asia/Tokyo"):
        assert figures.short_date(datetime(2020, 5, 13, 22, tzinfo=UTC)) == "14 May 2020"


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(YEAR, 6, 1), date(YEAR, 6, 7), "1 to 7 June"),
        (date(YEAR, 5, 28), date(YEAR, 6, 3), "28 May to 3 June"),
        (date(2019, 12, 30), date(2020, 1, 2), "30 December 2019 to 2 January 2020"),
    ],
)
def test_a_stretch_of_days_says_its_month_once(first: date, last: date, said: str) -> None:
    assert figures.date_range(first, last) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (4, "less than a minute"),
        (70, "about a minute"),
        (250, "about 4 minutes"),
        (3700, "about an hour"),
        (9000, "about 2 hours"),
        (None, ""),
    ],
)
def test_a_duration_is_said_as_a_person_would(seconds: float | None, said: str) -> None:
    assert figures.minutes(seconds) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(11_820.37, "11,800"), (26.34, "26.3"), (-0.02246, "−0.0225"), (0, "0"), (None, "")],
)
def test_an_estimate_is_given_to_three_figures(value: float | None, said: str) -> None:
    assert figures.amount(value) == said
