"""What came back less what it cost, and how each season still flows in the next."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from headwater.ui.charts.drawing import NARROW, WIDE, Canvas, Chart, Drawing, table
from headwater.ui.charts.framing import (
    Frame,
    Line,
    framed,
    named_at_the_ends,
    nothing_yet,
)
from headwater.ui.charts.scales import (
    Value,
    full,
    known,
    knowns,
    widest,
)


@dataclass(frozen=True, slots=True)
class Layer:
    """What one season's work brought, month by month."""

    name: str
    values: Sequence[Value]


def cumulative(
    lines: Sequence[Line],
    *,
    labels: Sequence[str],
    money: str = "",
    unit: str = "",
    break_even: tuple[float, float, float] | None = None,
    break_even_words: str = "",
    events: Sequence[tuple[int, str]] = (),
    label: str = "",
) -> Chart:
    """What came back less what it cost, added up: ours first, then what it is compared with.

    `break_even` holds the places where the range of the crossing begins, its middle, and its end.
    """
    lines = [line for line in lines if knowns(line.values)][:2]
    if not lines:
        return nothing_yet(label)
    columns = [[full(v, money) for v in column] for line in lines for column in _columns(line)]
    heads = [head for line in lines for head in (line.name, _("Likely from"), _("to"))]
    numbers = table(unit or lines[0].name, [_("When"), *heads], [list(labels), *columns])
    crossing = Crossing(break_even, break_even_words) if break_even else None
    sum_ = Return(lines, labels, money, unit, crossing, events)
    wide, narrow = _cumulative(sum_, Canvas(1080, 420)), _cumulative(sum_, Canvas(NARROW, 340))
    paper = _cumulative(sum_, Canvas(WIDE, 360))
    return Chart(label or lines[0].name, wide, narrow, numbers, paper)


def _columns(line: Line) -> list[Sequence[Value]]:
    gaps: list[Value] = [None] * len(line.values)
    return [line.values, list(line.low) or gaps, list(line.high) or gaps]


@dataclass(frozen=True)
class Crossing:
    at: tuple[float, float, float]
    words: str


@dataclass(frozen=True)
class Return:
    lines: Sequence[Line]
    labels: Sequence[str]
    money: str
    unit: str
    crossing: Crossing | None
    events: Sequence[tuple[int, str]]


def _cumulative(story: Return, canvas: Canvas) -> Drawing:
    values = [v for line in story.lines for column in _columns(line) for v in knowns(column)]
    least, most = min(0.0, *values, 0.0), max(1.0, *values, 0.0)
    ends = [words for line in story.lines for words in (line.name, _range_words(line, story.money))]
    behind = len(canvas.marks)
    frame = framed(
        canvas,
        count=max(len(line.values) for line in story.lines),
        least=least,
        most=most * 1.04,
        labels=story.labels,
        right=16 if canvas.is_narrow else widest(ends) + 20,
        unit=story.unit,
        money=story.money,
    )
    if story.crossing:
        _paid_for_itself(frame, story.crossing, behind)
    for line, tone in zip(story.lines, ("flow", "other"), strict=False):
        frame.band(line.low, line.high, f"band-{tone}")
    for line, tone in reversed(list(zip(story.lines, ("flow thick", "other"), strict=False))):
        frame.line(line.values, f"line-{tone}")
    if not canvas.is_narrow:
        _events(frame, story.events)
    _sums_at_the_ends(frame, story)
    return canvas.drawing()


def _paid_for_itself(frame: Frame, crossing: Crossing, behind: int) -> None:
    canvas = frame.canvas
    start, middle, end = (frame.x(place) for place in crossing.at)
    canvas.rect(start, 32, end - start, frame.y.start - 32, "window")
    canvas.marks.insert(behind, canvas.marks.pop())
    nought = frame.y(0)
    canvas.line(middle, nought - 7, middle, nought + 7, "line-flow thick")
    edge = 60.0
    x = min(frame.right - edge, max(frame.x.start + edge, (start + end) / 2))
    canvas.text(x, 46, _("Paid for itself"), "label", "middle")
    if crossing.words:
        canvas.text(x, 63, crossing.words, "", "middle")


def _events(frame: Frame, events: Sequence[tuple[int, str]]) -> None:
    foot = frame.y.start
    for place, words in events:
        x = frame.x(place)
        frame.canvas.path(f"M{x - 4:.1f} {foot - 2:.1f}h8l-4 -7z", "fill-other")
        frame.canvas.text(x, foot - 13, words, "orange small", "middle")


def _range_words(line: Line, money: str) -> str:
    low, high = (knowns(side)[-1:] for side in (line.low, line.high))
    if not low or not high:
        return ""
    return _("%(low)s to %(high)s") % {"low": full(low[0], money), "high": full(high[0], money)}


def _signed(value: float, money: str) -> str:
    return ("+" if value > 0 else "") + full(value, money)


def _sums_at_the_ends(frame: Frame, story: Return) -> None:
    canvas = frame.canvas
    floor = 84.0 if story.crossing and canvas.is_narrow else 30.0
    ends = []
    for line, tone in zip(story.lines, ("flow", "other"), strict=False):
        place = max(i for i, value in enumerate(line.values) if known(value) is not None)
        value = knowns(line.values)[-1]
        canvas.dot(frame.x(place), frame.y(value), 5 if tone == "flow" else 4.5, f"dot-{tone}")
        ends.append((frame.y(value), value, line, "flow" if tone == "flow" else "orange"))
    for y, value, line, css in sorted(ends, key=lambda end: end[0]):
        if canvas.is_narrow:
            top = max(y - 14, floor)
            canvas.text(frame.right, top, f"{line.name} {_signed(value, story.money)}", css, "end")
            floor = top + 20
        else:
            top = max(y - 2, floor)
            canvas.text(frame.right + 14, top, line.name, css)
            canvas.text(frame.right + 14, top + 18, _signed(value, story.money), "figure small")
            canvas.text(frame.right + 14, top + 35, _range_words(line, story.money))
            floor = top + 56


def river(
    layers: Sequence[Layer],
    *,
    labels: Sequence[str],
    money: str = "",
    unit: str = "",
    label: str = "",
) -> Chart:
    """Each season's work, still flowing in the next: oldest at the bottom and strongest.

    Six layers at most: older ones are poured together into the first.
    """
    layers = _poured([layer for layer in layers if any(knowns(layer.values))])
    if not layers:
        return nothing_yet(label)
    numbers = table(
        unit or _("Return a month"),
        [_("Month"), *(layer.name for layer in layers)],
        [list(labels), *([full(value, money) for value in layer.values] for layer in layers)],
    )
    wide, narrow = (
        _river(layers, labels, money, unit, canvas)
        for canvas in (Canvas(860, 330), Canvas(NARROW, 280))
    )
    return Chart(label or unit or layers[0].name, wide, narrow, numbers)


def _poured(layers: list[Layer]) -> list[Layer]:
    if len(layers) <= 6:
        return layers
    old, rest = layers[:-5], layers[-5:]
    columns = zip(*(layer.values for layer in old), strict=False)
    together = Layer(_("Before"), [sum(knowns(column)) for column in columns])
    return [together, *rest]


def _river(
    layers: Sequence[Layer], labels: Sequence[str], money: str, unit: str, canvas: Canvas
) -> Drawing:
    count = max(len(layer.values) for layer in layers)
    heights = [[max(0.0, known(v) or 0) for v in layer.values] for layer in layers]
    heights = [column + [0.0] * (count - len(column)) for column in heights]
    totals = [sum(column) for column in zip(*heights, strict=True)]
    frame = framed(
        canvas,
        count=count,
        least=0,
        most=max([*totals, 0.01]) * 1.06,
        labels=labels,
        right=14 if canvas.is_narrow else widest([layer.name for layer in layers]) + 18,
        unit=unit,
        money=money,
    )
    floor, ends = [0.0] * count, []
    for k, (layer, column) in enumerate(zip(layers, heights, strict=True)):
        top = [under + own for under, own in zip(floor, column, strict=True)]
        first = max(0, next((i for i, own in enumerate(column) if own > 0), 0) - 1)
        frame.band(floor[first:], top[first:], f"silt-{k + 1}", first)
        ends.append((((frame.right, frame.y((floor[-1] + top[-1]) / 2))), layer.name, ""))
        floor = top
    if not canvas.is_narrow:
        named_at_the_ends(canvas, frame.right + 12, ends)
    return canvas.drawing()
