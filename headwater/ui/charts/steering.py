"""Charts that steer the studio: the loop, the plan's months, what is asked against what lacks."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from headwater.ui.charts.curves import area, smooth
from headwater.ui.charts.drawing import Canvas, Chart
from headwater.ui.charts.scales import Scale, Value, known, most_of
from headwater.ui.charts.small import bar


def loop(counts: Sequence[Value], *, dry: bool = False, label: str = "") -> Chart:
    """A stream as wide as the partners it carries past each stage; dry while there are none.

    Silent unless it has a label: the list of stages under it says the same in words.
    """
    canvas = Canvas(1120, 140, "stream")
    values = [max(0.0, known(count) or 0) for count in counts] or [0.0]
    greatest = max(values)
    if dry or greatest == 0:
        _bed(canvas, len(values))
    else:
        _water(canvas, [value * 52 / greatest for value in values])
    for i in range(len(values)):
        x = i * canvas.width / len(values) + 0.5
        canvas.line(x, _course(x, canvas), x, canvas.height, "sounding")
        canvas.dot(x + (4 if i == 0 else 0), _course(x, canvas), 5, "node")
    _rain(canvas)
    return Chart(label, canvas.drawing())


def _course(x: float, canvas: Canvas) -> float:
    return 74 + 6 * math.sin(x / canvas.width * math.pi * 2.4 + 0.6)


def _water(canvas: Canvas, widths: list[float]) -> None:
    step = canvas.width / len(widths)
    shores = [(i * step + 1, width) for i, width in enumerate(widths)]
    shores.append((canvas.width + 2, widths[-1] * 0.97))
    xs = [i * canvas.width / 84 for i in range(85)]
    half = {x: max(0.6, _width_at(x, shores) / 2) for x in xs}
    middle = {x: _course(x, canvas) for x in xs}
    canvas.path(smooth([(x, middle[x] - half[x] - 8) for x in xs]), "bank")
    canvas.path(smooth([(x, middle[x] + half[x] + 8) for x in xs]), "bank")
    upper, lower = ([(x, middle[x] + sign * half[x]) for x in xs] for sign in (-1, 1))
    canvas.path(area(upper, lower), "water")


def _width_at(x: float, shores: Sequence[tuple[float, float]]) -> float:
    x = max(x, shores[0][0])
    for (x0, before), (x1, after) in itertools.pairwise(shores):
        if x0 <= x <= x1:
            share = (x - x0) / (x1 - x0)
            return before + (after - before) * share * share * (3 - 2 * share)
    return shores[-1][1]


def _bed(canvas: Canvas, stages: int) -> None:
    xs = [i * canvas.width / 84 for i in range(85)]
    for offset, css in ((-27, "bank"), (27, "bank"), (0, "bed")):
        canvas.path(smooth([(x, _course(x, canvas) + offset) for x in xs]), css)


def _rain(canvas: Canvas) -> None:
    width = canvas.width
    start, end = _course(0, canvas), _course(width, canvas)
    canvas.path(
        f"M{width - 8:.0f} {end - 26:.1f}C{width - 24:.0f} 12 {width - 110:.0f} 8"
        f" {width - 190:.0f} 8H190C110 8 34 10 14 {start - 33:.1f}",
        "rain",
    )
    canvas.path(f"M7 {start - 44:.1f}L12 {start - 30:.1f}L25 {start - 38:.1f}", "rain-tip")
    words = _("What we learn goes back into the first question")
    canvas.text(width / 2, 26, words, "orange", "middle")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an activity: "prep", "run", "maybe" or "past"; or one "day" or "tick".

    A day that is not decided is `Part("day", ..., decided=False)`.
    """

    kind: str
    start: date
    end: date | None = None
    text: str = ""
    decided: bool = True


def _calendar(first: date, last: date) -> Scale:
    return Scale(first.toordinal(), max(last.toordinal(), first.toordinal() + 1), 0, 520)


def _months(canvas: Canvas, x: Scale, first: date, last: date, *, named: bool) -> None:
    day = first.replace(day=1)
    whole = (last.year - first.year) * 12 + last.month - first.month + 1
    every = max(1, math.ceil(whole / 8))
    for place in range(whole):
        at = x(max(day, first).toordinal())
        canvas.line(at + 0.5, 0, at + 0.5, canvas.height, "month-line")
        if named and place % every == 0:
            month = str(MONTHS[day.month])
            canvas.text(at + 6, 17, month if len(month) <= 5 or whole <= 5 else month[:3])
        day = (day + timedelta(days=32)).replace(day=1)


def span(
    parts: Sequence[Part], *, first: date, last: date, today: date | None = None, label: str = ""
) -> Chart:
    """One row of the programme: when an activity is made and when it is open."""
    canvas = Canvas(520, 40, "programme-row")
    x = _calendar(first, last)
    _months(canvas, x, first, last, named=False)
    if today and first <= today <= last:
        canvas.line(x(today.toordinal()), 0, x(today.toordinal()), 40, "today-line")
    for part in parts:
        _part(canvas, x, part)
    return Chart(label or _span_words(parts), canvas.drawing())


def _part(canvas: Canvas, x: Scale, part: Part) -> None:
    start = x(part.start.toordinal())
    if part.kind == "day":
        canvas.dot(min(512, max(8, start)), 20, 7, "fill-flow" if part.decided else "run maybe")
        end = start + 5
    elif part.kind == "tick":
        canvas.rect(start - 1.5, 13, 3, 14, "run")
        return
    else:
        end = x((part.end or part.start).toordinal() + 1)
        css = {"run": "run", "maybe": "run maybe", "prep": "prep", "past": "run past"}[part.kind]
        canvas.rect(start, 14, max(3, end - start), 12, css, 3)
    if part.text:
        fits = end + 12 + 7 * len(part.text) < 520
        where, anchor = (end + 7, "") if fits else (start - 12, "end")
        canvas.text(where, 24.5, part.text, "", anchor)


def _span_words(parts: Sequence[Part]) -> str:
    days = [day for part in parts for day in (part.start, part.end) if day]
    if not days:
        return _("No dates yet")
    first, last = (date_format(day, "j F") for day in (min(days), max(days)))
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def span_head(*, first: date, last: date, today: date | None = None) -> Chart:
    """The months over the programme's rows, and today."""
    canvas = Canvas(520, 40, "programme-row")
    x = _calendar(first, last)
    _months(canvas, x, first, last, named=True)
    if today and first <= today <= last:
        at, word = x(today.toordinal()), _("today")
        canvas.line(at, 22, at, 40, "today-line")
        if at + 5 + 7 * len(word) > canvas.width:
            canvas.text(at - 5, 35, word, "orange small", anchor="end")
        else:
            canvas.text(at + 5, 35, word, "orange small")
    ends = {"first": date_format(first, "F"), "last": date_format(last, "F Y")}
    return Chart(_("%(first)s to %(last)s") % ends, canvas.drawing())


@dataclass(frozen=True, slots=True)
class Ask:
    """A need as the plan shows it: how many asked for it, and how many in 100 lack it."""

    topic: str
    asked: int
    asked_bar: Chart
    lacking: int | None
    lacking_bar: Chart


def asks(rows: Sequence[tuple[str, int, int | None]]) -> list[Ask]:
    """Asked against lacking, back to back, one row a topic; lacking is in 100, or not known."""
    most = most_of((asked for _topic, asked, _lacking in rows), least=1) * 1.08
    return [
        Ask(
            topic,
            asked,
            bar(asked, most=most, from_end=True),
            lacking,
            bar(lacking, most=100, tone="other"),
        )
        for topic, asked, lacking in rows
    ]
