"""What happened against what would probably have happened."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from headwater.ui.charts.drawing import NARROW, Canvas, Chart, Drawing, table
from headwater.ui.charts.framing import (
    Frame,
    framed,
    named_at_the_ends,
    nothing_yet,
    on_two_lines,
)
from headwater.ui.charts.scales import (
    Value,
    full,
    knowns,
    most_of,
    widest,
)

SLOPES = 72  # px that the rise into a stretch and the fall out of it take


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
        return nothing_yet(label)
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
    names = [*on_two_lines(story.names[0]), *on_two_lines(story.names[1])]
    frame = framed(
        canvas,
        count=count,
        least=least,
        most=most_of(*lines, least=1) * 1.06,
        labels=story.labels,
        right=12 if narrow else 16 + widest(names),
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
    _name_above(canvas, (start + end) / 2, story)


def _name_above(canvas: Canvas, middle: float, story: Story) -> None:
    """Its name over its stretch, but never over the unit at the left nor past the right end."""
    left = widest([story.unit]) + 12 if story.unit else 0.0
    name = story.names[2]
    fitting = int((canvas.width - left) / widest(["m"]))
    if len(name) > fitting:
        name = f"{name[: fitting - 1].rstrip()}…"
    half = widest([name]) / 2
    canvas.text(max(left + half, min(middle, canvas.width - half)), 20, name, "label", "middle")


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
        if widest(list(story.gap)) + SLOPES > frame.x(last - 1) - frame.x(first):
            # Wider than the stretch itself: below the lines and their names, where it can be read.
            y = min(frame.y.start - 24, frame.y(min(knowns(story.low), default=0.0)) + 52)
        frame.canvas.text(over[0], y - 2, story.gap[0], "figure small on-gain", "middle")
        if not frame.canvas.is_narrow:
            frame.canvas.text(over[0], y + 15, story.gap[1], "on-gain", "middle")


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
    named_at_the_ends(
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
