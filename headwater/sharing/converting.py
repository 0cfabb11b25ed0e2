"""A list of conversions from a shop or a booking system: code, when, its own number, the value."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.db import transaction
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from headwater.kit.errors import Refused
from headwater.partners import reading
from headwater.people.models import House
from headwater.sharing.models import Conversion, Link

MOST_ROWS = 20_000
MOST_BYTES = 5 * 1024 * 1024
NAMES = {
    "code": {"code", "link", "tracking code"},
    "at": {"at", "when", "time", "date", "created at", "ordered at"},
    "once": {"once", "id", "order", "order id", "number", "key", "booking"},
    "value": {"value", "amount", "total", "sum"},
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    row: int
    said: str
    why: str


@dataclass
class Told:
    """What a list held: new ones, ones that were told before, and rows that can't be kept."""

    new: int = 0
    known: int = 0
    problems: list[Problem] = field(default_factory=list)


def bring_in(content: bytes, *, name: str, at: datetime, only_try: bool = False) -> Told:
    """Keep every row that can be kept; the same list again keeps nothing twice."""
    if len(content) > MOST_BYTES:
        raise Refused(_("This file is too large. Bring it in month by month."))
    told = Told()
    with transaction.atomic():
        for row, cells in _rows(content, name):
            try:
                is_new = _note(cells, at)
            except Refused as refusal:
                told.problems.append(Problem(row, ", ".join(cells.values()), str(refusal)))
                continue
            told.new, told.known = told.new + is_new, told.known + (not is_new)
        if only_try:
            transaction.set_rollback(True)
    return told


def _rows(content: bytes, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(content)
        file.flush()
        path = Path(file.name)
        shape = reading.shape_of(path, name=name)
        rows = list(reading.rows_of(path, shape))
    headings = [reading.plain(heading) for heading in shape.heading]
    places = {
        field: next((n for n, heading in enumerate(headings) if heading in called), None)
        for field, called in NAMES.items()
    }
    if any(places[field] is None for field in ("code", "at", "once")):
        raise Refused(
            _("A list of conversions has the columns code, at and id, and value if there is one.")
        )
    if len(rows) > MOST_ROWS:
        raise Refused(_("This file is too large. Bring it in month by month."))
    for row in rows:
        yield (
            row.number,
            {
                field: row.cells[n].strip() if n is not None and n < len(row.cells) else ""
                for field, n in places.items()
            },
        )


def _note(cells: dict[str, str], at: datetime) -> bool:
    code = cells["code"].rstrip("/").rpartition("/")[2]  # a whole address will do
    link = Link.objects.select_related("person", "message").filter(code=code).first()
    if link is None:
        raise Refused(_("There is no link with this code."))
    if not cells["once"] or len(cells["once"]) > 100:
        raise Refused(_("It needs a number of its own, of up to a hundred letters."))
    happened_at = _moment(cells["at"])
    value = _value(cells["value"])
    made = Conversion.note(link, happened_at=happened_at, once=cells["once"], value=value, at=at)
    return made[1]


def _moment(text: str) -> datetime:
    """A day alone is its noon, where the House stands."""
    zone = House.current().zone
    try:
        moment = parse_datetime(text)
        day = parse_date(text) if len(text) == 10 else None
    except ValueError:
        moment = day = None
    if day:
        return datetime(day.year, day.month, day.day, 12, tzinfo=zone)
    if moment is None:
        raise Refused(_("“%(text)s” is no time. Write 2026-05-04 14:30.") % {"text": text[:40]})
    return moment if moment.tzinfo else make_aware(moment, zone)


def _value(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 <= value < 10**11:
        raise Refused(_("“%(text)s” is no sum. Write 1234.50.") % {"text": text[:40]})
    return value
