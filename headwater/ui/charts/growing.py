"""Charts of one partner, or one kind of partner, getting better at something."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from headwater.ui.charts.curves import Point as Place
from headwater.ui.charts.curves import area, runs, smooth
from headwater.ui.charts.drawing import Canvas, Chart, Drawing, table
from headwater.ui.charts.scales import Scale, Value, full, known, knowns, most_of
from headwater.ui.charts.small import capsule, likely

QUARTERS = (0, 25, 50, 75)


@dataclass(frozen=True, slots=True)
class Point:
    """One reading: when, about how much, and between what it likely lies."""

    label: str
    value: Value
    low: Value = None
    high: Value = None


def weeks(
    values: Sequence[Value],
    *,
    labels: Sequence[str],
    goal: Value = None,
    unit: str = "",
    label: str = "",
) -> Chart:
    """Counts a week against a goal of the partner's own."""
    numbers = table(
        label or _("Week by week"),
        [_("Week"), unit or _("Count")],
        [list(labels), [full(value) for value in values]],
    )
    drawing = _weeks(list(values), list(labels), known(goal))
    return Chart(label or _weeks_words(values, goal), drawing, table=numbers if values else None)


def _weeks_words(values: Sequence[Value], goal: Value) -> str:
    if not knowns(values):
        return _("Nothing counted yet")
    said = _("Week by week: %s.") % ", ".join(full(value) for value in values)
    return said if known(goal) is None else said + " " + _("The goal is %s.") % full(goal)


def _weeks(values: list[Value], labels: list[str], goal: float | None) -> Drawing:
    canvas = Canvas(340, 132)
    left, right, top, bottom = 2.0, (340 - 72.0 if goal is not None else 338.0), 20.0, 110.0
    y = Scale(0, most_of(values, [goal], least=1) * 1.06, bottom, top)
    step = (right - left) / max(1, len(values))
    best = max(range(len(values)), key=lambda i: known(values[i]) or 0, default=-1)
    last = len(values) - 1
    for i, value in enumerate(values):
        number = known(value)
        x, wide = left + step * (i + 0.19), step * 0.62
        if number is not None:
            height = bottom - y(max(0.0, number))
            canvas.rect(
                x, bottom - height, wide, height, "fill-flow" if i == last else "fill-soft", 2
            )
        if number is not None and i in {0, best, last}:
            over = y(max(0.0, number)) - 5
            if goal is not None and over - 11 < y(goal) < over + 4:
                over = y(goal) - 5  # above the goal's line, which would run through it
            canvas.text(
                x + wide / 2,
                over,
                full(number),
                "label" if i == last else "",
                "middle",
            )
        if i in {0, last} and i < len(labels):
            anchor = "middle" if last == 0 else "start" if i == 0 else "end"
            place = x + wide / 2 if last == 0 else x if i == 0 else x + wide
            canvas.text(place, 126, labels[i], "", anchor)
    canvas.line(left, bottom, right, bottom, "axis-line")
    if goal is not None:
        canvas.line(left, y(goal), right, y(goal), "goal-line")
        canvas.text(right + 6, y(goal) + 4, _("goal %s") % full(goal), "orange")
    return canvas.drawing()


def stage_words() -> tuple[str, str, str, str]:
    return _("Starting"), _("Getting there"), _("Capable"), _("Fluent")


def gauge(
    estimate: Value,
    low: Value = None,
    high: Value = None,
    *,
    before: Value = None,
    words: Sequence[str] | None = None,
    label: str = "",
) -> Chart:
    """A staff gauge from 0 to 100: mark the estimate, capsule its likely range, ring last time."""
    canvas = Canvas(360, 80, "gauge")
    x, y = Scale(0, 100, 6, 354), 30.0
    tenth = 348 / 10
    for i in range(10):
        canvas.rect(6 + i * tenth, y + 16, tenth, 5, "scale-a" if i % 2 == 0 else "scale-b")
    canvas.path(f"M6 {y + 16:.0f}H354V{y + 21:.0f}H6Z", "scale-edge")
    capsule(canvas, x, low, high, y=y - 7, height=14, css="band-flow")
    now, then = known(estimate), known(before)
    if then is not None:
        if now is not None:
            canvas.line(x(then) + (5 if now >= then else -5), y, x(now), y, "line-flow thin")
        canvas.dot(x(then), y, 4.5, "dot-hollow")
    if now is not None:
        canvas.line(x(now), y - 11, x(now), y + 16, "line-flow thick")
        canvas.text(min(346, max(14, x(now))), y - 15, full(round(now)), "figure", "middle")
    for start, word in zip(QUARTERS, words or stage_words(), strict=False):
        stands_here = now is not None and start <= min(99.9, max(0, now)) < start + 25
        canvas.text(x(start + 12.5), y + 37, word, "on" if stands_here else "", "middle")
        if start:
            canvas.line(x(start), y + 24, x(start), y + 30, "tick-line")
    said = likely(estimate, low, high)
    if then is not None:
        said = _("%(now)s; it was %(before)s") % {"now": said, "before": full(before)}
    return Chart(label or said, canvas.drawing())


def growth(
    points: Sequence[Point], *, words: Sequence[str] | None = None, label: str = ""
) -> Chart:
    """Check-ins one after the other on the 0 to 100 staff, with their likely ranges."""
    words = words or stage_words()
    numbers = table(
        label or _("Check by check, 0 to 100"),
        [_("When"), _("About"), _("Likely from"), _("to")],
        [
            [point.label for point in points],
            [full(point.value) for point in points],
            [full(point.low) for point in points],
            [full(point.high) for point in points],
        ],
    )
    said = label or (
        likely(points[-1].value, points[-1].low, points[-1].high)
        if points
        else _("Not enough data yet")
    )
    return Chart(
        said,
        _growth(points, words, Canvas(680, 260)),
        _growth(points, words, Canvas(320, 240)),
        numbers if points else None,
    )


def _growth(points: Sequence[Point], words: Sequence[str], canvas: Canvas) -> Drawing:
    narrow = canvas.is_narrow
    left, right = (24.0 if narrow else 112.0), canvas.width - (56.0 if narrow else 120.0)
    bottom = canvas.height - 28
    top_value = most_of((p.value for p in points), (p.high for p in points), least=80) + 6
    x, y = Scale(0, max(1, len(points) - 1), left + 26, right), Scale(0, top_value, bottom, 6)
    for value, word in zip(QUARTERS[1:], words[1:], strict=False):
        canvas.line(left, y(value), right, y(value), "grid-line")
        canvas.text(left - 8, y(value) + 4, str(value) if narrow else f"{word} {value}", "", "end")
    canvas.line(left, bottom, right, bottom, "axis-line")
    band = [
        (x(i), y(high), y(low))
        for i, point in enumerate(points)
        if (low := known(point.low)) is not None and (high := known(point.high)) is not None
    ]
    canvas.path(area([(a, b) for a, b, _c in band], [(a, c) for a, _b, c in band]), "band-flow")
    places = [
        (x(i), y(about)) if (about := known(point.value)) is not None else None
        for i, point in enumerate(points)
    ]
    _line_with_dots(canvas, places)
    for i, (point, place) in enumerate(zip(points, places, strict=True)):
        canvas.text(x(i), canvas.height - 8, point.label, "", "middle")
        if place and i < len(points) - 1:
            canvas.text(place[0], place[1] - 11, full(point.value), "label", "middle")
    if points and places[-1]:
        _at_the_end(canvas, points[-1], right + 10, places[-1][1])
    return canvas.drawing()


def _line_with_dots(canvas: Canvas, places: Sequence[Place | None]) -> None:
    for run in runs(places):
        if len(run) > 1:
            canvas.path(smooth(run), "line-flow")
        for place in run:
            canvas.dot(*place, 4, "dot-flow")


def _at_the_end(canvas: Canvas, point: Point, x: float, y: float) -> None:
    canvas.text(x, y + 1, full(point.value), "figure")
    if known(point.low) is None or known(point.high) is None:
        return
    ends = {"low": full(point.low), "high": full(point.high)}
    canvas.text(x, y + 18, _("likely") if canvas.is_narrow else _("likely between"))
    words = _("%(low)s–%(high)s") if canvas.is_narrow else _("%(low)s and %(high)s")
    canvas.text(x, y + 34, words % ends)


def cell(
    bins: Sequence[Value],
    *,
    middle: Value,
    low: Value = None,
    high: Value = None,
    before: Value = None,
    label: str = "",
) -> Chart:
    """A kind of partner on one measure: bars are partners, the mark is the middle one."""
    canvas = Canvas(232, 64)
    x, bottom = Scale(0, 100, 4, 228), 48.0
    tall = Scale(0, most_of(bins, least=1), 0, bottom - 14)
    width = 224 / max(1, len(bins))
    for i, count in enumerate(bins):
        if height := tall(known(count) or 0):
            canvas.rect(4 + i * width + 0.5, bottom - height, width - 1, height, "fill-soft", 1)
    canvas.line(4, bottom, 228, bottom, "axis-line")
    capsule(canvas, x, low, high, y=bottom + 3, height=6, css="band-flow strong")
    now, then = known(middle), known(before)
    if now is not None:
        canvas.line(x(now), 10, x(now), bottom + 9, "line-flow thick")
    if then is not None and then != now:
        canvas.dot(x(then), bottom + 6, 3.5, "dot-hollow")
    if now is not None:
        aside = now < 86
        canvas.text(
            x(now) + (6 if aside else -6),
            18,
            full(round(now)),
            "figure small",
            "start" if aside else "end",
        )
    said = likely(middle, low, high)
    if then is not None:
        said = _("%(now)s; it was %(before)s") % {"now": said, "before": full(before)}
    return Chart(label or said, canvas.drawing())
