"""Charts of what came of it: the verdict, the return, the river of seasons, what can be seen."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from headwater.ui.charts.curves import Point, area, runs, smooth
from headwater.ui.charts.drawing import NARROW, Canvas, Chart, Drawing, table
from headwater.ui.charts.scales import (
    Scale,
    Value,
    full,
    known,
    knowns,
    most_of,
    spaced,
    spelt,
    ticks,
    widest,
)
from headwater.ui.charts.small import capsule

Band = list[tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its likely range, named at its end."""

    name: str
    values: Sequence[Value]
    low: Sequence[Value] = ()
    high: Sequence[Value] = ()


@dataclass(frozen=True, slots=True)
class Layer:
    """What one season's work brought, month by month."""

    name: str
    values: Sequence[Value]


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


def _frame(
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


def _nothing(label: str) -> Chart:
    words = _("Not enough data yet")
    return Chart(label or words, _empty(760, 200), _empty(NARROW, 160))


def verdict(
    actual: Sequence[Value],
    expected: Sequence[Value],
    low: Sequence[Value],
    high: Sequence[Value],
    *,
    labels: Sequence[str],
    window: tuple[int, int] | None = None,
    unit: str = "",
    actual_name: str = "",
    expected_name: str = "",
    window_name: str = "",
    gap: tuple[str, str] | None = None,
    label: str = "",
) -> Chart:
    """What happened against what would probably have happened, and between them what it brought.

    `window` holds the first and last place of the campaign; `gap` the figure and its words.
    """
    if not knowns(actual):
        return _nothing(label)
    names = (
        actual_name or _("What happened"),
        expected_name or _("Without it, probably"),
        window_name or _("Campaign"),
    )
    numbers = table(
        unit or names[0],
        [_("When"), names[0], names[1], _("Likely from"), _("to")],
        [
            list(labels),
            *([full(value) for value in line] for line in (actual, expected, low, high)),
        ],
    )
    story = Story(actual, expected, low, high, labels, window, unit, names, gap)
    wide, narrow = _verdict(story, Canvas(820, 360)), _verdict(story, Canvas(NARROW, 300))
    return Chart(label or f"{names[0]}, {unit}", wide, narrow, numbers)


@dataclass(frozen=True)
class Story:
    actual: Sequence[Value]
    expected: Sequence[Value]
    low: Sequence[Value]
    high: Sequence[Value]
    labels: Sequence[str]
    window: tuple[int, int] | None
    unit: str
    names: tuple[str, str, str]
    gap: tuple[str, str] | None


def _verdict(story: Story, canvas: Canvas) -> Drawing:
    narrow, count = canvas.is_narrow, len(story.actual)
    lines = (story.actual, story.expected, story.low, story.high)
    least = min([0.0, *(value for line in lines for value in knowns(line))])
    behind = len(canvas.marks)
    frame = _frame(
        canvas,
        count=count,
        least=least,
        most=most_of(*lines, least=1) * 1.06,
        labels=story.labels,
        right=12 if narrow else 16 + widest(_split(story.names[1]) + _split(story.names[0])),
        unit=story.unit,
    )
    if story.window:
        _window(frame, story, behind)
    frame.band(story.low, story.high, "band-other")
    if story.window:
        _gain(frame, story)
    frame.line(story.expected, "line-other dashed")
    frame.line(story.actual, "line-flow")
    _name_the_ends(frame, story)
    return canvas.drawing()


def _window(frame: Frame, story: Story, behind: int) -> None:
    """The pale stretch of the campaign goes behind the rules, its name above."""
    assert story.window
    first, last = story.window
    half = (frame.x(1) - frame.x(0)) / 2
    start, end = max(frame.x.start, frame.x(first) - half), min(frame.right, frame.x(last) + half)
    canvas = frame.canvas
    canvas.rect(start, 26, end - start, frame.y.start - 26, "window")
    canvas.marks.insert(behind, canvas.marks.pop())
    canvas.text((start + end) / 2, 20, story.names[2], "label", "middle")


def _gain(frame: Frame, story: Story) -> None:
    assert story.window
    first, last = max(0, story.window[0] - 1), story.window[1] + 2
    pairs = list(zip(story.actual, story.expected, strict=False))[first:last]
    frame.band([under for _over, under in pairs], [over for over, _under in pairs], "gain", first)
    middle = sum(story.window) // 2
    over, under = (
        frame.place(middle, line[middle]) if middle < len(line) else None
        for line in (story.actual, story.expected)
    )
    if story.gap and over and under:
        y = (over[1] + under[1]) / 2
        frame.canvas.text(over[0], y - 2, story.gap[0], "figure small on-gain", "middle")
        if not frame.canvas.is_narrow:
            frame.canvas.text(over[0], y + 15, story.gap[1], "on-gain", "middle")


def _split(name: str) -> list[str]:
    """A name on two lines where it has a comma or grows too long for one."""
    if len(name) <= 16:
        return [name]
    words = name.split(" ")
    cut = next((i + 1 for i, word in enumerate(words) if word.endswith(",")), (len(words) + 1) // 2)
    first, second = " ".join(words[:cut]).rstrip(","), " ".join(words[cut:])
    return [first, second] if second else [first]


def _name_the_ends(frame: Frame, story: Story) -> None:
    canvas = frame.canvas
    ours, theirs = (
        next((p for i in reversed(range(len(line))) if (p := frame.place(i, line[i]))), None)
        for line in (story.actual, story.expected)
    )
    if ours:
        canvas.dot(*ours, 4, "dot-flow")
    if canvas.is_narrow:
        _name_the_beginnings(frame, story)
        return
    _column(
        canvas,
        frame.right + 12,
        [(ours, story.names[0], "flow"), (theirs, story.names[1], "orange")],
    )


def _name_the_beginnings(frame: Frame, story: Story) -> None:
    """On a phone there is no room beside the lines: ours is named above them, the other below."""
    third = max(1, len(story.actual) // 3)
    above = most_of(story.actual[:third], story.expected[:third], story.high[:third])
    lows = [*story.actual[:third], *story.expected[:third], *story.low[:third]]
    below = min(knowns(lows), default=0.0)
    x = frame.x.start + 4
    frame.canvas.text(x, max(38.0, frame.y(above) - 10), story.names[0], "flow")
    frame.canvas.text(x, min(frame.y.start - 6, frame.y(below) + 20), story.names[1], "orange")


def _column(canvas: Canvas, x: float, ends: Sequence[tuple[Point | None, str, str]]) -> None:
    """Names at the ends of lines, moved apart where they would lie on one another."""
    placed = sorted((place[1], name, css) for place, name, css in ends if place)
    floor = 0.0
    for y, name, css in placed:
        lines = _split(name)
        top = max(y + 4 - 8 * (len(lines) - 1), floor)
        for i, words in enumerate(lines):
            canvas.text(x, top + 16 * i, words, css)
        floor = top + 16 * len(lines) + 6


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
        return _nothing(label)
    columns = [[full(v, money) for v in column] for line in lines for column in _columns(line)]
    heads = [head for line in lines for head in (line.name, _("Likely from"), _("to"))]
    numbers = table(unit or lines[0].name, [_("When"), *heads], [list(labels), *columns])
    crossing = Crossing(break_even, break_even_words) if break_even else None
    sum_ = Return(lines, labels, money, unit, crossing, events)
    wide, narrow = _cumulative(sum_, Canvas(1080, 420)), _cumulative(sum_, Canvas(NARROW, 340))
    return Chart(label or lines[0].name, wide, narrow, numbers)


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
    frame = _frame(
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
        return _nothing(label)
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
    frame = _frame(
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
        _column(canvas, frame.right + 12, ends)
    return canvas.drawing()


def sight(
    smallest: Value,
    *,
    aim: Value = None,
    low: Value = None,
    high: Value = None,
    most: Value = None,
    unit: str = "",
    label: str = "",
) -> Chart:
    """Fog up to the smallest effect we could tell from luck, the aim, and what we'd likely read."""
    if known(smallest) is None:
        return _nothing(label)
    top = known(most) or most_of([smallest, aim, high], least=1) * 1.2
    wide, narrow = (
        _sight(Canvas(width, 128, "sight"), smallest, aim, (low, high), top, unit)
        for width in (700, NARROW)
    )
    return Chart(label or _sight_words(smallest, aim, low, high), wide, narrow)


def _sight(
    canvas: Canvas,
    smallest: Value,
    aim: Value,
    range_: tuple[Value, Value],
    top: float,
    unit: str,
) -> Drawing:
    round_figures = ticks(0, top, 4)
    x = Scale(0, max(top, round_figures[-1]), 8, canvas.width - 16)
    edge = x(known(smallest) or 0)
    canvas.rect(8, 40, edge - 8, 44, "fog")
    capsule(canvas, x, *range_, y=54, height=16, css="band-flow strong")
    canvas.line(8, 84, x.end, 84, "axis-line")
    canvas.line(edge, 34, edge, 90, "edge")
    goal = known(aim)
    if goal is not None:
        canvas.line(x(goal), 34, x(goal), 90, "goal-line")
        canvas.dot(x(goal), 62, 6, "dot-flow")
    _sight_text(canvas, x, edge, full(smallest), goal)
    for value, words in zip(round_figures, spelt(round_figures), strict=True):
        anchor = "start" if value == 0 else "end" if x(value) > canvas.width - 40 else "middle"
        canvas.text(x(value), 104, words, "", anchor)
    canvas.text(8, 123, unit)
    return canvas.drawing()


def _sight_text(canvas: Canvas, x: Scale, edge: float, smallest: str, goal: float | None) -> None:
    close = goal is not None and abs(x(goal) - edge) < 70
    canvas.text(
        edge, 26, smallest, "figure", "end" if close and goal and x(goal) > edge else "middle"
    )
    if goal is not None:
        words = _("aim %s") % full(goal)
        canvas.text(
            x(goal),
            12 if close else 26,
            words,
            "orange",
            "middle" if x(goal) < x.end - 40 else "end",
        )
    words = _("too small to tell")
    if edge - 8 > widest([words]) + 8:
        canvas.text(14, 66, words, "on")


def _sight_words(smallest: Value, aim: Value, low: Value, high: Value) -> str:
    words = _("Below %s we couldn’t tell it from luck.") % full(smallest)
    if known(aim) is not None:
        words += " " + _("The aim is %s.") % full(aim)
    if known(low) is not None and known(high) is not None:
        ends = {"low": full(low), "high": full(high)}
        words += " " + _("Were that true, we’d most likely read %(low)s to %(high)s.") % ends
    return words
