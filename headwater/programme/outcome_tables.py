"""An outcome file as a table: its heading, and which columns say when, where and how many."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.utils.translation import gettext as _

from headwater.kit.errors import Refused
from headwater.partners import reading
from headwater.programme import number_words
from headwater.programme.period_words import read_period

MOST_BYTES = 5 * 1024 * 1024
MOSTLY = 0.8
PERIOD_NAMES = {
    "year", "week", "month", "quarter", "date", "day", "period", "time", "when", "week of",
    "jahr", "woche", "monat", "datum", "année", "semaine", "mois", "fecha", "año",
}  # fmt: skip
PLACE_NAMES = {
    "place", "state", "market", "region", "town", "city", "geo", "country", "store", "chapter",
    "branch", "group", "site", "location", "county", "area", "unit", "id",
}  # fmt: skip


class Layout:
    LONG = "long"
    A_COLUMN_A_PLACE = "columns"
    A_COLUMN_A_PERIOD = "rows"


@dataclass(frozen=True)
class Chosen:
    """How a file is to be read where somebody knows better; empty for what we find ourselves."""

    period: str = ""
    place: str = ""
    value: str = ""
    day_first: bool | None = None
    decimal: str = ""


@dataclass(frozen=True)
class Cell:
    row: int
    place: str
    period: str
    value: str


@dataclass(frozen=True, eq=False)
class Table:
    """The file as rows of cells under a heading, and which columns mean what."""

    encoding: str
    delimiter: str
    heading: list[str]
    rows: list[reading.Row]
    layout: str
    period: str
    place: str
    values: list[str]


def table_of(content: bytes, name: str, chosen: Chosen) -> Table:
    if len(content) > MOST_BYTES:
        raise Refused(_("This file is too large. Bring it in by the year, or by the place."))
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(content)
        file.flush()
        path = Path(file.name)
        shape = reading.shape_of(path, name=name)
        from_heading = replace(shape, heading_row=max(shape.heading_row - 1, 0))
        rows = list(reading.rows_of(path, from_heading))
    first = [" ".join(cell.split()) for cell in rows[0].cells]
    if shape.heading_row or sum(bool(read_period(cell)) for cell in first[1:]) > 1:
        heading, rows = first, rows[1:]
    else:
        heading = list(shape.heading)
    width = max([len(heading), *(len(row.cells) for row in rows)])
    heading += [""] * (width - len(heading))
    heading = [name or _("Column %(n)s") % {"n": n} for n, name in enumerate(heading, start=1)]
    if not rows:
        raise Refused(_("There is a heading and nothing below it."))
    return _laid_out(shape, heading, rows, chosen)


def _laid_out(
    shape: reading.Shape, heading: list[str], rows: list[reading.Row], chosen: Chosen
) -> Table:
    def table(layout: str, period: str, place: str, values: list[str]) -> Table:
        return Table(shape.encoding, shape.delimiter, heading, rows, layout, period, place, values)

    for wanted in (chosen.period, chosen.place, chosen.value):
        if wanted and wanted not in heading:
            raise Refused(
                _("There is no column %(column)s. There are: %(columns)s.")
                % {"column": wanted, "columns": _listed(heading)}
            )
    columns = {name: [_at(row, n) for row in rows] for n, name in enumerate(heading)}
    dated = [name for name in heading if read_period(name)]
    if len(dated) > 1 and not chosen.period:
        others = [name for name in heading if name not in dated]
        place = chosen.place or next((n for n in others if _is_text(columns[n])), "")
        return table(Layout.A_COLUMN_A_PERIOD, "", place, dated)
    period = chosen.period or _period_column(columns)
    others = [name for name in heading if name != period and any(columns[name])]
    numeric = [name for name in others if not _is_text(columns[name])]
    place = chosen.place or _place_column(columns, period, others, numeric)
    numeric = [name for name in numeric if name != place]
    if chosen.value:
        return table(Layout.LONG, period, place, [chosen.value])
    if not numeric:
        raise Refused(_("No column holds numbers. There are: %(c)s.") % {"c": _listed(heading)})
    if place and len(numeric) > 1:
        raise Refused(
            _("Several columns hold numbers: %(columns)s. Say which one is counted.")
            % {"columns": _listed(numeric)}
        )
    layout = Layout.LONG if place or len(numeric) == 1 else Layout.A_COLUMN_A_PLACE
    return table(layout, period, place, numeric)


def _at(row: reading.Row, place: int) -> str:
    return row.cells[place].strip() if place < len(row.cells) else ""


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:12]) + (" …" if len(names) > 12 else "")


def _is_text(cells: list[str]) -> bool:
    """Whether most of what stands there is neither a number nor a mark for none."""
    filled = [cell for cell in cells if not number_words.stands_for_none(cell)]
    numbers = sum(
        any(number_words.read_number(cell, mark=mark) is not None for mark in ".,")
        for cell in filled
    )
    return bool(filled) and numbers < 0.5 * len(filled)


def _period_column(columns: dict[str, list[str]]) -> str:
    likely = []
    for name, cells in columns.items():
        filled = [cell for cell in cells if cell]
        read = sum(bool(read_period(cell) or read_period(cell, day_first=False)) for cell in filled)
        if filled and read >= MOSTLY * len(filled):
            likely.append(name)
    called = [name for name in likely if name.casefold() in PERIOD_NAMES]
    if not likely:
        raise Refused(
            _(
                "No column says when. Periods read 2013-W07, 2013-01, Q4 2010, 1988 or 2013-02-11."
                " There are: %(columns)s."
            )
            % {"columns": _listed(list(columns))}
        )
    return (called or likely)[0]


def _place_column(
    columns: dict[str, list[str]], period: str, others: list[str], numeric: list[str]
) -> str:
    """A text column, best one that tells rows of one period apart; a number only if called so."""
    texts = [name for name in others if name not in numeric]
    if not texts and len(set(columns[period])) < len(columns[period]):
        texts = [name for name in numeric if name.casefold() in PLACE_NAMES]
    whole = len(columns[period])
    apart = [n for n in texts if len(set(zip(columns[period], columns[n], strict=True))) == whole]
    called = [name for name in texts if name.casefold() in PLACE_NAMES]
    return next(iter([*(n for n in called if n in apart), *called, *apart, *texts]), "")


def cells_of(table: Table) -> Iterator[Cell]:
    places = {name: n for n, name in reversed(list(enumerate(table.heading)))}
    everywhere = _("Everywhere")
    if table.layout == Layout.LONG:
        period, value = places[table.period], places[table.values[0]]
        for row in table.rows:
            place = _at(row, places[table.place]) if table.place else everywhere
            yield Cell(row.number, place, _at(row, period), _at(row, value))
        return
    columns = [(n, name) for n, name in enumerate(table.heading) if name in table.values]
    for row in table.rows:
        for n, name in columns:
            if table.layout == Layout.A_COLUMN_A_PLACE:
                yield Cell(row.number, name, _at(row, places[table.period]), _at(row, n))
            else:
                place = _at(row, places[table.place]) if table.place else everywhere
                yield Cell(row.number, place, name, _at(row, n))
