"""The inner field of a large chart: axes, bands, and names at the ends of lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from headwater.ui.charts.curves import Point, area, runs, smooth
from headwater.ui.charts.drawing import NARROW, Canvas, Chart, Drawing
from headwater.ui.charts.scales import (
    Scale,
    Value,
    known,
    spaced,
    spelt,
    ticks,
    widest,
)

Band = list[tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its likely range, named at its end."""

    name: str
    values: Sequence[Value]
    low: Sequence[Value] = ()
    high: Sequence[Value] = ()


@dataclass(frozen=True)
class Frame:
    """The inner field of a chart, its scales, and its labels along the foot."""

    canvas: Canvas
    x: Scale
    y: Scale

    @property
    def right(self) -> float:
        return self.x.end

    def place(self, i: int, value: Value) -> Point | None:
        number = known(value)
        return None if number is None else (self.x(i), self.y(number))

    def line(self, values: Sequence[Value], css: str) -> None:
        for run in runs([self.place(i, value) for i, value in enumerate(values)]):
            if len(run) > 1:
                self.canvas.path(smooth(run), css)

    def band(self, low: Sequence[Value], high: Sequence[Value], css: str, at: int = 0) -> None:
        """The likely range between two lines, broken where either is not known."""
        stretch: Band = []
        for i, (under, over) in enumerate(zip(low, high, strict=False), start=at):
            first, last = known(under), known(over)
            if first is None or last is None:
                self._fill(stretch, css)
                stretch = []
            else:
                stretch.append((self.x(i), self.y(last), self.y(first)))
        self._fill(stretch, css)

    def _fill(self, stretch: Band, css: str) -> None:
        upper = [(x, top) for x, top, _low in stretch]
        self.canvas.path(area(upper, [(x, low) for x, _top, low in stretch]), css)


def framed(
    canvas: Canvas,
    *,
    count: int,
    least: float,
    most: float,
    labels: Sequence[str],
    right: float,
    unit: str = "",
    money: str = "",
) -> Frame:
    """Draw axes: at most five rules, nought the strongest, the unit once, top left."""
    round_figures = ticks(least, most)
    least, most = min(least, round_figures[0]), max(most, round_figures[-1])
    spellings = spelt(round_figures, money)
    left = max(26.0, widest(spellings) + 10)
    bottom = canvas.height - 30
    frame = Frame(
        canvas,
        Scale(0, max(1, count - 1), left, canvas.width - right),
        Scale(least, most, bottom, 40),
    )
    for value, words in zip(round_figures, spellings, strict=True):
        css = "axis-line" if value == 0 else "grid-line"
        canvas.line(left, frame.y(value), frame.right, frame.y(value), css)
        canvas.text(left - 6, frame.y(value) + 4, words, "", "end")
    if unit:
        canvas.text(0, 12, unit)
    room = int((frame.right - left) / max(44.0, widest(labels) + 14))
    for i in spaced(min(count, len(labels)), room):
        canvas.text(frame.x(i), canvas.height - 8, labels[i], "", "middle")
    return frame


def _empty(width: float, height: float) -> Drawing:
    canvas = Canvas(width, height)
    canvas.line(0, height - 30, width, height - 30, "axis-line")
    canvas.text(width / 2, height / 2, _("Not enough data yet"), "label", "middle")
    return canvas.drawing()


def nothing_yet(label: str) -> Chart:
    words = _("Not enough data yet")
    return Chart(label or words, _empty(760, 200), _empty(NARROW, 160))


def on_two_lines(name: str) -> list[str]:
    """A name on two lines where it has a comma or grows too long for one."""
    if len(name) <= 16:
        return [name]
    words = name.split(" ")
    cut = next((i + 1 for i, word in enumerate(words) if word.endswith(",")), (len(words) + 1) // 2)
    first, second = " ".join(words[:cut]).rstrip(","), " ".join(words[cut:])
    return [first, second] if second else [first]


def named_at_the_ends(
    canvas: Canvas, x: float, ends: Sequence[tuple[Point | None, str, str]]
) -> None:
    """Names at the ends of lines, moved apart where they would lie on one another."""
    placed = sorted((place[1], name, css) for place, name, css in ends if place)
    floor = 0.0
    for y, name, css in placed:
        lines = on_two_lines(name)
        top = max(y + 4 - 8 * (len(lines) - 1), floor)
        for i, words in enumerate(lines):
            canvas.text(x, top + 16 * i, words, css)
        floor = top + 16 * len(lines) + 6
