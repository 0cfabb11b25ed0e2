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
    edge, goal = x(known(smallest) or 0), known(aim)
    down = 0
    if goal is not None and _would_touch(x(goal) - edge, full(smallest), _aim_words(goal)):
        down = 20  # the aim on a line of its own, above the figure
        canvas.height += down
    canvas.rect(8, 40 + down, edge - 8, 44, "fog")
    capsule(canvas, x, *range_, y=54 + down, height=16, css="band-flow strong")
    canvas.line(8, 84 + down, x.end, 84 + down, "axis-line")
    canvas.line(edge, 34 + down, edge, 90 + down, "edge")
    if goal is not None:
        canvas.line(x(goal), 34 + down, x(goal), 90 + down, "goal-line")
        canvas.dot(x(goal), 62 + down, 6, "dot-flow")
        _centred(canvas, x(goal), 14 if down else 26, _aim_words(goal), "orange")
    _centred(canvas, edge, 26 + down, full(smallest), "figure", per_letter=14)
    words = _("too small to tell")
    if edge - 8 > widest([words]) + 8:
        canvas.text(14, 66 + down, words, "on")
    for value, figure in zip(round_figures, spelt(round_figures), strict=True):
        anchor = "start" if value == 0 else "end" if x(value) > canvas.width - 40 else "middle"
        canvas.text(x(value), 104 + down, figure, "", anchor)
    canvas.text(8, 123 + down, unit)
    return canvas.drawing()


def _aim_words(goal: float) -> str:
    return _("aim %s") % full(goal)


def _would_touch(apart: float, figure: str, aim: str) -> bool:
    """Whether the figure, in its large letters, and the aim's words meet on one line."""
    return abs(apart) < (widest([figure], per_letter=14) + widest([aim])) / 2 + 12


def _centred(
    canvas: Canvas, x: float, y: float, words: str, css: str, *, per_letter: float = 7.2
) -> None:
    """In the middle of its place, or as near to it as the edges of the drawing let it be."""
    half = widest([words], per_letter=per_letter) / 2
    canvas.text(max(half, min(x, canvas.width - half)), y, words, css, "middle")


def _sight_words(smallest: Value, aim: Value, low: Value, high: Value) -> str:
    words = _("Below %s we couldn’t tell it from luck.") % full(smallest)
    if known(aim) is not None:
        words += " " + _("The aim is %s.") % full(aim)
    if known(low) is not None and known(high) is not None:
        ends = {"low": full(low), "high": full(high)}
        words += " " + _("Were that true, we’d most likely read %(low)s to %(high)s.") % ends
    return words
