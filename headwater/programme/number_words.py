"""Numbers as other people's files write them: 1,234.5 and 1 234,5; and what stands for none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

MISSING = {
    "", "-", "--", "---", "–", "—", ".", "..", "...", "n/a", "na", "n.a.", "n.a", "#n/a", "nan",
    "null", "none", "missing", "?", "x", "not available", "not counted", "k.a.", "s/d", "n.d.",
}  # fmt: skip
SIGNS = {
    "£": {"GBP"}, "€": {"EUR"}, "¥": {"JPY", "CNY"}, "₹": {"INR"}, "₩": {"KRW"}, "₽": {"RUB"},
    "₺": {"TRY"}, "₴": {"UAH"}, "₪": {"ILS"}, "₫": {"VND"}, "₱": {"PHP"}, "₦": {"NGN"},
    "zł": {"PLN"}, "kč": {"CZK"}, "ft": {"HUF"}, "kr": {"DKK", "NOK", "SEK", "ISK"},
    "fr.": {"CHF"}, "r$": {"BRL"}, "us$": {"USD"}, "a$": {"AUD"}, "c$": {"CAD"},
    "$": {"USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP", "TWD"},
}  # fmt: skip
CODE = re.compile(r"(?<![A-Za-z])([A-Z]{3})(?![A-Za-z])")
CODES = set().union(*SIGNS.values()) | {"ZAR", "AED", "SAR", "THB", "IDR", "MYR", "RON", "BGN"}
SPACES = re.compile(r"[\s\u00a0\u202f'’_]")
PLAIN = re.compile(r"[-+−]?\(?[\d.,]+\)?")


def stands_for_none(cell: str) -> bool:
    """Whether a cell says that nobody knows. It is never taken for nought."""
    return cell.strip().casefold() in MISSING


def currency_in(cell: str) -> tuple[str, set[str]] | None:
    """The currency sign or code in a cell, as written, and the currencies it may mean."""
    text = cell.strip()
    for found in CODE.findall(text):
        if found in CODES:
            return found, {found}
    folded = text.casefold()
    for sign in sorted(SIGNS, key=len, reverse=True):
        if sign in folded and (
            not sign.isalpha() or re.search(rf"(^|[\d\s.,]){sign}($|[\d\s])", folded)
        ):
            return sign, SIGNS[sign]
    return None


def without_currency(cell: str) -> str:
    found = currency_in(cell)
    return re.sub(re.escape(found[0]), "", cell, flags=re.IGNORECASE) if found else cell


def decimal_mark(cells: Iterable[str]) -> tuple[str, bool]:
    """The sign before decimals in these cells, and whether anything told so.

    Where both signs stand in one number the last is it; one that stands twice parts thousands; one
    not followed by three digits is it. 1,234 alone may be either: then it parts thousands.
    """
    doubtful = False
    for cell in cells:
        text = SPACES.sub("", without_currency(cell)).rstrip("%")
        if not PLAIN.fullmatch(text):
            continue
        dots, commas = text.count("."), text.count(",")
        if dots and commas:
            return ("." if text.rfind(".") > text.rfind(",") else ","), True
        if dots > 1 or commas > 1:
            return ("," if dots > 1 else "."), True
        if dots + commas == 1:
            sign = "." if dots else ","
            if len(text) - text.index(sign) - 1 != 3 or text.lstrip("-+−(").startswith("0"):
                return sign, True
            doubtful = doubtful or sign == ","
    return ".", not doubtful


def read_number(cell: str, *, mark: str = ".") -> Decimal | None:
    """A cell as a number; None where it is none. Brackets mean less than nought, as in books."""
    text = SPACES.sub("", without_currency(cell)).rstrip("%").replace("−", "-")
    if not PLAIN.fullmatch(text):
        return None
    other = "," if mark == "." else "."
    if other in text and not re.fullmatch(
        rf"\D*\d{{1,3}}({re.escape(other)}\d{{2,3}})+\D?.*", text
    ):
        return None
    text = text.replace(other, "").replace(mark, ".")
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1]}"
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < Decimal(10) ** 14 else None
