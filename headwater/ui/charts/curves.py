"""Lines and areas: smooth through every point, without overshooting between them."""

import itertools
from collections.abc import Sequence

from headwater.ui.charts.drawing import short

Point = tuple[float, float]


def straight(points: Sequence[Point], start: str = "M") -> str:
    return start + "L".join(f"{short(x)} {short(y)}" for x, y in points) if points else ""


def smooth(points: Sequence[Point], start: str = "M") -> str:
    """A monotone cubic through the points, in either direction of x.

    Source: Fritsch and Butland (1984), SIAM Journal on Scientific Computing 5:300-304.
    """
    if not points:
        return ""
    first = f"{start}{short(points[0][0])} {short(points[0][1])}"
    if len(points) == 1:
        return first
    tangents = _tangents(points)
    curves = []
    for (x0, y0), (x1, y1), t0, t1 in zip(points, points[1:], tangents, tangents[1:], strict=False):
        third = (x1 - x0) / 3
        curves.append(
            f"C{short(x0 + third)} {short(y0 + t0 * third)}"
            f" {short(x1 - third)} {short(y1 - t1 * third)} {short(x1)} {short(y1)}"
        )
    return first + "".join(curves)


def _tangents(points: Sequence[Point]) -> list[float]:
    slopes = [
        (y1 - y0) / (x1 - x0) if x1 != x0 else 0.0
        for (x0, y0), (x1, y1) in itertools.pairwise(points)
    ]
    inner = [
        0.0 if before * after <= 0 else 2 * before * after / (before + after)
        for before, after in itertools.pairwise(slopes)
    ]
    return [slopes[0], *inner, slopes[-1]]


def area(upper: Sequence[Point], lower: Sequence[Point]) -> str:
    """The closed shape between two smooth lines."""
    if len(upper) < 2 or len(lower) < 2:
        return ""
    return smooth(upper) + smooth(list(reversed(lower)), "L") + "Z"


def runs(points: Sequence[Point | None]) -> list[list[Point]]:
    """The stretches of a line between its gaps."""
    found: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            found.append([])
        else:
            found[-1].append(point)
    return [run for run in found if run]
