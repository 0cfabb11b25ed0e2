"""Marks that stand in a row of a table or beside a word."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from headwater.ui import figures
from headwater.ui.charts.curves import smooth
from headwater.ui.charts.drawing import Canvas, Chart
from headwater.ui.charts.scales import Scale, Value, full, known, knowns, most_of


def bar(
    value: Value, *, most: Value = 100, tone: str = "flow", from_end: bool = False, label: str = ""
) -> Chart:
    """How much of the most. Silent unless it has a label: its figure stands beside it."""
    canvas = Canvas(100, 10, "bar")
    length = Scale(0, max(known(most) or 0, 0), 0, 100)(known(value) or 0)
    canvas.rect(100 - length if from_end else 0, 0, length, 10, f"fill-{tone}")
    return Chart(label, canvas.drawing())


def interval(
    estimate: Value,
    low: Value,
    high: Value,
    *,
    most: Value = 100,
    least: Value = 0,
    zero: Value = None,
    tone: str = "flow",
    label: str = "",
) -> Chart:
    """An estimate in its likely range: the capsule is the range, the dot the estimate."""
    canvas = Canvas(200, 20, "interval")
    x = Scale(known(least) or 0, known(most) or 0, 4, 196)
    canvas.line(4, 10, 196, 10, "grid-line")
    if (nought := known(zero)) is not None:
        canvas.line(x(nought), 2, x(nought), 18, "tick-line")
    capsule(canvas, x, low, high, y=6, height=8, css=f"band-{tone}")
    if (middle := known(estimate)) is not None:
        canvas.dot(x(middle), 10, 4.5, f"dot-{tone}")
    return Chart(label or likely(estimate, low, high), canvas.drawing())


def likely(estimate: Value, low: Value, high: Value) -> str:
    """An estimate and its likely range in words."""
    if known(estimate) is None:
        return _("Not enough data yet")
    if known(low) is None or known(high) is None:
        return _("about %(estimate)s, range not known") % {"estimate": full(estimate)}
    words = {"estimate": full(estimate), "low": full(low), "high": full(high)}
    return _("about %(estimate)s, likely %(low)s to %(high)s") % words


def capsule(
    canvas: Canvas, x: Scale, low: Value, high: Value, *, y: float, height: float, css: str
) -> None:
    first, last = known(low), known(high)
    if first is None or last is None:
        return
    start, end = sorted((x(first), x(last)))
    canvas.rect(start, y, end - start, height, css, height / 2)


def ranked(
    estimate: Value, low: Value, high: Value, *, most: Value = 100, label: str = ""
) -> Chart:
    """A bar for the share who said so, with the likely range at its end."""
    canvas = Canvas(320, 26, "ranked-share")
    x = Scale(0, known(most) or 0, 0, 316)
    canvas.rect(0, 6, x(known(estimate) or 0), 14, "fill-soft")
    capsule(canvas, x, low, high, y=8, height=10, css="band-flow strong")
    if (middle := known(estimate)) is not None:
        canvas.line(x(middle), 3, x(middle), 23, "line-flow thick")
    return Chart(label or likely(estimate, low, high), canvas.drawing())


def usual(value: Value, low: Value, high: Value, *, most: Value = None, label: str = "") -> Chart:
    """Something new against what is usual: the grey capsule is the usual range."""
    canvas = Canvas(400, 16, "interval")
    x = Scale(0, known(most) or most_of([value, high], least=1) * 1.15, 2, 392)
    canvas.line(2, 8, 398, 8, "grid-line")
    capsule(canvas, x, low, high, y=4, height=8, css="band-muted")
    now, top = known(value), known(high)
    if now is not None:
        beyond = top is not None and now > top
        canvas.dot(x(now), 8, 5, "dot-other" if beyond else "dot-flow")
    return Chart(label or _usual_words(value, low, high), canvas.drawing())


def _usual_words(value: Value, low: Value, high: Value) -> str:
    if known(value) is None:
        return _("Not enough data yet")
    if known(low) is None or known(high) is None:
        return _("%(value)s; too early to say what is usual") % {"value": full(value)}
    words = {"value": full(value), "low": full(low), "high": full(high)}
    return _("%(value)s; usual is %(low)s to %(high)s") % words


def spark(values: Sequence[Value], *, tone: str = "flow", label: str = "") -> Chart:
    """A line the size of a word, ending in a dot."""
    canvas = Canvas(96, 28, "spark")
    known_values = knowns(values)
    if known_values:
        low, high = min(known_values), max(known_values)
        x = Scale(0, max(1, len(known_values) - 1), 3, 91)
        y = Scale(low, high, 24, 4) if high > low else Scale(0, 2, 14, 14)
        points = [(x(i), y(value)) for i, value in enumerate(known_values)]
        if len(points) > 1:
            canvas.path(smooth(points), f"line-{tone} thin")
        canvas.dot(*points[-1], 2.75, f"dot-{tone}")
        words = {"first": full(known_values[0]), "last": full(known_values[-1])}
        label = label or _("from %(first)s to %(last)s") % words
    return Chart(label or _("Not enough data yet"), canvas.drawing())


def odds(chance: Value, *, of: int = 20, label: str = "") -> Chart:
    """A chance as so many of twenty dots. A sure thing is never drawn unless it is one."""
    canvas = Canvas(of * 13, 12, "odds")
    share = known(chance)
    filled = 0 if share is None else round(min(1.0, max(0.0, share)) * of)
    if share is not None and 0 < share < 1:
        filled = min(of - 1, max(1, filled))
    for place in range(of):
        canvas.dot(6.5 + place * 13, 6, 4.6, "on" if place < filled else "off")
    return Chart(label or _odds_words(share), canvas.drawing())


def _odds_words(share: float | None) -> str:
    if share is None:
        return _("Not enough data yet")
    return _("a chance of %(share)s") % {"share": figures.share(min(1.0, max(0.0, share)))}


def lots(places: Sequence[str], *, columns: int = 20, label: str = "") -> Chart:
    """A draw: everybody is a dot, "first" (missed out before), "drawn", or neither."""
    size = 16
    rows = -(-len(places) // columns) if places else 1
    canvas = Canvas(columns * size, rows * size, "lots")
    for place, kind in enumerate(places):
        x, y = (place % columns + 0.5) * size, (place // columns + 0.5) * size
        canvas.dot(x, y, 6, kind if kind in {"drawn", "first"} else "off")
    counts = {"all": len(places), "in": sum(1 for kind in places if kind)}
    return Chart(label or _("%(in)s of %(all)s were drawn") % counts, canvas.drawing())
