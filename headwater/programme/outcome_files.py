"""Outcome files as they come from elsewhere: found out, looked at, and kept in one go.

Long (a row a place and period) or wide (a column a place, or a column a period). What can't be
read is named row by row and left out; a gap is left open and never taken for nought.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from statistics import median

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kit.errors import Refused
from headwater.kit.periods import Rhythm
from headwater.people.models import House, Person
from headwater.programme import number_words, period_words
from headwater.programme.models import Metric, OutcomeFile, is_over, note_outcomes
from headwater.programme.models.outcomes import SMALLEST
from headwater.programme.outcome_tables import Cell, Chosen, Layout, Table, cells_of, table_of
from headwater.programme.period_words import read_period
from headwater.ui.rhythms import named, plural

MOST_CELLS = 400_000


@dataclass(frozen=True)
class Problem:
    """One thing that was left out: the row in the file, what stands there, and why."""

    row: int
    said: str
    why: str


@dataclass(frozen=True, eq=False)
class Found:
    """What a file holds for a metric. `counts` has no gaps in it: those are counted in `gaps`."""

    table: Table
    counts: dict[tuple[str, date], Decimal]
    problems: list[Problem]
    blanks: int
    gaps: int
    notes: list[str] = field(default_factory=list)

    @property
    def places(self) -> list[str]:
        return list(dict.fromkeys(place for place, _day in self.counts))

    @property
    def periods(self) -> list[date]:
        return sorted({day for _place, day in self.counts})

    def of_place(self, place: str) -> list[tuple[date, Decimal]]:
        return sorted((day, value) for (name, day), value in self.counts.items() if name == place)


@dataclass(frozen=True)
class Kept:
    """How many counts were new or other than before, and how many stood already."""

    changed: int
    unchanged: int


def look_at(content: bytes, *, name: str, metric: Metric, at: datetime, chosen: Chosen) -> Found:
    """Read an outcome file for this metric; nothing is kept.

    Refused as a whole where it is no list, says no time, is of another rhythm or currency, or may
    be read in two ways; single rows that can't be read are named and left out.
    """
    table = table_of(content, name, chosen)
    cells = list(cells_of(table))
    if len(cells) > MOST_CELLS:
        raise Refused(_("This file is too large. Bring it in by the year, or by the place."))
    day_first = _day_first([cell.period for cell in cells], chosen)
    _refuse_other_rhythm(cells, metric, day_first)
    _refuse_other_currency(table, cells)
    mark, is_sure = _decimal(table, cells, chosen)
    notes = [] if is_sure else [_thousands(mark)]
    counts, problems, blanks = _read(cells, metric, at, day_first=day_first, mark=mark)
    if not counts:
        why = problems[0].why if problems else _("Every cell says that nobody counted.")
        raise Refused(_("Nothing in it can be kept. %(why)s") % {"why": why})
    if _is_out_of_order(cells, day_first):
        notes.append(_("Its rows were not in order of time. We sorted them."))
    if len({place for place, _day in counts}) == 1:
        notes.append(
            _("It counts one place. With another that had no campaign there is a comparison.")
        )
    gaps = _gaps(counts, metric.rhythm)
    return Found(table, counts, problems, blanks, gaps, notes)


@transaction.atomic
def keep(
    found: Found, metric: Metric, *, ours: Sequence[str] | None, actor: Person | None, at: datetime
) -> Kept:
    """Keep all of a file or nothing. `ours` names new places where our partners are; None: all.

    The same file again changes nothing. A place that is known stays ours or not, as it was.
    """
    known = {market.name.casefold(): market for market in metric.markets.all()}
    changed = 0
    for place in found.places:
        market = known.get(place.casefold())
        if market is None:
            is_ours = ours is None or place in ours
            market = metric.markets.create(name=place, is_ours=is_ours)
        changed += note_outcomes(market, found.of_place(place), actor=actor, at=at)
    return Kept(changed, len(found.counts) - changed)


@transaction.atomic
def keep_rows(
    metric: Metric, rows: Sequence[tuple[str, str, Decimal | None, bool]], *, at: datetime
) -> Kept:
    """Keep counts a program gave: place, period in words, value, whether a new place is ours.

    All or none. Null says that nobody looked, and takes a count back that was there.
    """
    known = {market.name.casefold(): market for market in metric.markets.all()}
    given: dict[str, dict[date, Decimal | None]] = {}
    for place, text, value, is_ours in rows:
        period = read_period(text)
        if period is None:
            raise Refused(_("“%(text)s” is no period we know.") % {"text": text})
        if period.rhythm and period.rhythm != metric.rhythm:
            raise Refused(
                _("“%(text)s” is not one of the %(periods)s this metric is counted by.")
                % {"text": text, "periods": plural(metric.period)}
            )
        name = " ".join(place.split())
        if not name:
            raise Refused(_("It names no place."))
        if name.casefold() not in known:
            known[name.casefold()] = metric.markets.create(name=name, is_ours=is_ours)
        values = given.setdefault(name.casefold(), {})
        day = metric.rhythm.first_day(period.day)
        if values.setdefault(day, value) != value:
            raise Refused(
                _("%(place)s, %(period)s stands twice with two values.")
                % {"place": name, "period": named(day, metric.period)}
            )
    changed = sum(
        note_outcomes(known[name], list(values.items()), actor=None, at=at)
        for name, values in given.items()
    )
    return Kept(changed, sum(map(len, given.values())) - changed)


@transaction.atomic
def keep_file(
    held: OutcomeFile,
    found: Found,
    *,
    ours: Sequence[str] | None,
    actor: Person | None,
    at: datetime,
) -> Kept:
    """Keep what a held file holds, and let the file go. Refused if somebody kept it meanwhile."""
    standing = OutcomeFile.objects.select_for_update().filter(pk=held.pk, kept_at=None)
    if not standing.exists():
        raise Refused(_("This file was kept already."))
    kept = keep(found, held.metric, ours=ours, actor=actor, at=at)
    held.close(kept.changed, at=at)
    return kept


# ---- What is refused as a whole ----


def _day_first(periods: list[str], chosen: Chosen) -> bool:
    if chosen.day_first is not None:
        return chosen.day_first
    found = period_words.day_is_first(periods)
    if found is None:
        example = next(p for p in periods if period_words.DATED.fullmatch(p.strip()))
        raise Refused(
            _("%(day)s can be read in two ways. Say whether the day or the month comes first.")
            % {"day": example}
        )
    return found


def _refuse_other_rhythm(cells: list[Cell], metric: Metric, day_first: bool) -> None:
    written = [
        found
        for text in dict.fromkeys(cell.period for cell in cells)
        if (found := read_period(text, day_first=day_first))
    ]
    said = Counter(one.rhythm for one in written if one.rhythm)
    rhythm = said.most_common(1)[0][0] if said else _rhythm_of_days([one.day for one in written])
    if rhythm and rhythm != metric.rhythm:
        raise Refused(
            _(
                "This file counts by %(theirs)s and “%(metric)s” by %(ours)s. Add the numbers up to"
                " %(ours)s first, or count them as something else."
            )
            % {
                "theirs": _("days") if rhythm == "day" else plural(rhythm),
                "ours": plural(metric.period),
                "metric": metric.name,
            }
        )


def _rhythm_of_days(days: list[date]) -> str:
    """What days that far apart are; "" where it isn't plain. "day" is finer than any of ours."""
    ordered = sorted(set(days))
    if len(ordered) < 3:
        return ""
    gap = median((b - a).days for a, b in pairwise(ordered))
    for most, rhythm in ((4, "day"), (11, "week"), (46, "month"), (150, "quarter"), (500, "year")):
        if gap < most:
            return rhythm
    return ""


def _refuse_other_currency(table: Table, cells: list[Cell]) -> None:
    currency = House.current().currency
    headings = [] if table.layout == Layout.A_COLUMN_A_PERIOD else table.values
    said = [*((1, name) for name in headings), *((cell.row, cell.value) for cell in cells)]
    for row, text in said:
        found = number_words.currency_in(text)
        if found and currency not in found[1]:
            raise Refused(
                _(
                    "Row %(row)d says “%(text)s”, and your organisation counts in %(ours)s. Change"
                    " the sums into %(ours)s first."
                )
                % {"row": row, "text": text[:40], "ours": currency}
            )


def _decimal(table: Table, cells: list[Cell], chosen: Chosen) -> tuple[str, bool]:
    if chosen.decimal:
        return chosen.decimal, True
    mark, is_sure = number_words.decimal_mark(cell.value for cell in cells)
    return (",", False) if not is_sure and table.delimiter == ";" else (mark, is_sure)


def _thousands(mark: str) -> str:
    if mark == ".":
        return _("A comma in its numbers parts thousands: 1,234 is read as over a thousand.")
    return _("A comma in its numbers stands before decimals: 1,234 is read as a little over one.")


# ---- Cell by cell ----


def _read(
    cells: list[Cell], metric: Metric, at: datetime, *, day_first: bool, mark: str
) -> tuple[dict[tuple[str, date], Decimal], list[Problem], int]:
    counts: dict[tuple[str, date], Decimal] = {}
    rows: dict[tuple[str, date], int] = {}
    problems: list[Problem] = []
    disputed: set[tuple[str, date]] = set()
    spelt: dict[str, str] = {}
    blanks = 0
    takes_percent = "%" in metric.unit or "percent" in metric.unit.casefold()
    for cell in cells:
        if number_words.stands_for_none(cell.value):
            blanks += 1
            continue
        period = read_period(cell.period, day_first=day_first)
        value = number_words.read_number(cell.value, mark=mark)
        place = " ".join(cell.place.split())[:120]
        why = ""
        if not place:
            why = _("It names no place.")
        elif period is None:
            why = _("“%(text)s” is no period we know.") % {"text": cell.period[:40]}
        elif value is None:
            why = _("“%(text)s” is no number.") % {"text": cell.value[:40]}
        elif "%" in cell.value and not takes_percent:
            why = _("It is a percentage, and %(unit)s are counted.") % {"unit": metric.unit}
        elif not is_over(period.day, metric.rhythm, at):
            why = _("%(period)s isn’t over yet.") % {"period": named(period.day, metric.period)}
        if why or period is None or value is None:
            problems.append(Problem(cell.row, f"{cell.place} {cell.period} {cell.value}", why))
            continue
        key = spelt.setdefault(place.casefold(), place), metric.rhythm.first_day(period.day)
        value = value.quantize(SMALLEST)
        if key in counts and counts[key] != value:
            disputed.add(key)
            problems.append(_disputed(cell, key, rows[key], counts[key], value, metric))
        counts.setdefault(key, value)
        rows.setdefault(key, cell.row)
    kept = {key: value for key, value in counts.items() if key not in disputed}
    return kept, problems, blanks


def _disputed(
    cell: Cell, key: tuple[str, date], row: int, first: Decimal, value: Decimal, metric: Metric
) -> Problem:
    why = _(
        "%(place)s, %(period)s stands twice: %(first)s in row %(row)d and %(value)s in row"
        " %(other)d. Neither is kept."
    ) % {
        "place": key[0],
        "period": named(key[1], metric.period),
        "first": f"{first.normalize():f}",
        "row": row,
        "value": f"{value.normalize():f}",
        "other": cell.row,
    }
    return Problem(cell.row, f"{cell.place} {cell.period} {cell.value}", why)


def _is_out_of_order(cells: list[Cell], day_first: bool) -> bool:
    last: dict[str, date] = {}
    for cell in cells:
        period = read_period(cell.period, day_first=day_first)
        if period is None:
            continue
        if period.day < last.get(cell.place, period.day):
            return True
        last[cell.place] = period.day
    return False


def _gaps(counts: dict[tuple[str, date], Decimal], rhythm: Rhythm) -> int:
    """How many periods between a file's first and last some place was not counted in."""
    days = [day for _place, day in counts]
    places = {place for place, _day in counts}
    return len(places) * (rhythm.between(min(days), max(days)) + 1) - len(counts)
