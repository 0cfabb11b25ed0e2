"""What a campaign will be able to see, before it starts."""

from django.utils.translation import gettext as _

from headwater.ui.charts.drawing import NARROW, Canvas, Chart, Drawing
from headwater.ui.charts.framing import nothing_yet
from headwater.ui.charts.scales import Scale, Value, full, known, most_of, spelt, ticks, widest
from headwater.ui.charts.small import capsule


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
        return nothing_yet(label)
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
