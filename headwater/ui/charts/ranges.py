"""Several estimates under one another, each in its likely range, on one scale with nought."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from headwater.ui.charts.drawing import NARROW, WIDE, Canvas, Chart, Drawing, table
from headwater.ui.charts.framing import nothing_yet
from headwater.ui.charts.scales import Scale, full, spelt, ticks, widest
from headwater.ui.charts.small import capsule

ROW = 30
MOST_BESIDE = 230.0  # pixels of a name that still leave room for its range beside it


@dataclass(frozen=True, slots=True)
class Range:
    """One estimate with its likely range, and what else the table says of it."""

    name: str
    value: float
    low: float
    high: float
    more: tuple[str, ...] = ()


def ranges(
    rows: Sequence[Range],
    *,
    what: str,
    unit: str,
    heads: Sequence[str] = (),
    money: str = "",
    label: str = "",
) -> Chart:
    """Each estimate with its range, in the order given. `what` heads the names in the table,
    `unit` is said once, and `heads` are of what each row has more."""
    if not rows:
        return nothing_yet(label)
    columns = [
        [row.name for row in rows],
        *([full(getattr(row, key), money) for row in rows] for key in ("value", "low", "high")),
        *([row.more[n] for row in rows] for n in range(len(heads))),
    ]
    numbers = table(unit, [what, _("About"), _("Likely from"), _("to"), *heads], columns)
    wide, narrow = _drawn(rows, unit, money, WIDE), _drawn(rows, unit, money, NARROW)
    return Chart(label or unit, wide, narrow, numbers)


def _drawn(rows: Sequence[Range], unit: str, money: str, width: int) -> Drawing:
    said = [_said(row, money) for row in rows]
    names = widest([row.name for row in rows]) + 12
    is_stacked = width == NARROW or names > MOST_BESIDE  # else names would lie on the ranges
    lines = [f"{row.name}  {words}" for row, words in zip(rows, said, strict=True)]
    is_crowded = is_stacked and widest(lines) > width
    step = ROW if not is_stacked else 70 if is_crowded else 52
    canvas = Canvas(width, 26 + step * len(rows) + 26)
    start = 8.0 if is_stacked else names + 8
    end = width - 12.0 if is_stacked else width - widest(said) - 16
    least, most = min(0.0, *(row.low for row in rows)), max(0.0, *(row.high for row in rows))
    x = Scale(least, most if most > least else least + 1, start, end)
    foot = 26.0 + step * len(rows)
    # Under one another the rules stop at each name, so that they don't run through its letters.
    stretches = [(22.0, foot)]
    if is_stacked:
        stretches = [(26.0 + step * n - 28, 26.0 + step * n - 8) for n in range(1, len(rows) + 1)]
    canvas.text(0, 12, unit)
    round_figures = ticks(x.low, x.high, 4)
    for value, words in zip(round_figures, spelt(round_figures, money), strict=True):
        css = "axis-line" if value == 0 else "grid-line"
        for top, bottom in stretches:
            canvas.line(x(value), top, x(value), bottom, css)
        canvas.text(x(value), foot + 18, words, "", "middle")
    for n, (row, words) in enumerate(zip(rows, said, strict=True)):
        top = 26.0 + step * n
        middle = top + (step - 18 if is_stacked else 15)
        canvas.text(0, top + (16 if is_stacked else 20), row.name, "label")
        if is_stacked:
            canvas.text(width, top + (34 if is_crowded else 16), words, "", "end")
        else:
            canvas.text(end + 14, top + 20, words)
        capsule(canvas, x, row.low, row.high, y=middle - 5, height=10, css="band-flow")
        canvas.dot(x(row.value), middle, 5, "dot-flow")
    return canvas.drawing()


def _said(row: Range, money: str) -> str:
    words = {key: full(getattr(row, key), money) for key in ("value", "low", "high")}
    return _("%(value)s (%(low)s to %(high)s)") % words
