"""From values to places on the canvas, and the round figures beside an axis."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from headwater.ui import figures

Value = int | float | Decimal | None


def known(value: Value) -> float | None:
    """The value as a number, or nothing where it is missing or not a number at all."""
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def knowns(values: Iterable[Value]) -> list[float]:
    return [number for value in values if (number := known(value)) is not None]


def most_of(*groups: Iterable[Value], least: float = 0.0) -> float:
    """The greatest known value of all, and never less than `least`."""
    return max([least, *(value for group in groups for value in knowns(group))])


@dataclass(frozen=True)
class Scale:
    """Places `low` to `high` at `start` to `end`; what lies outside is held at the edge."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        if self.high == self.low:
            return self.start
        share = (value - self.low) / (self.high - self.low)
        return self.start + (self.end - self.start) * min(1.0, max(0.0, share))


def ticks(low: float, high: float, at_most: int = 5) -> list[float]:
    """Round figures from `low` to `high`, steps of 1, 2 or 5, nought always among them."""
    if not high > low:
        return [0.0]
    rough = (high - low) / at_most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * k for k in (1, 2, 5, 10) if power * k >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(step * k, 10) for k in range(first, last + 1)]


def spelt(values: Sequence[float], money: str = "") -> list[str]:
    """The figures beside an axis, all in one unit: £0, £5k, £10k."""
    greatest = max((abs(value) for value in values), default=0)
    for least, letter in ((1e9, "bn"), (1e6, "m"), (1e4, "k")):
        if greatest >= least:
            unit = 1e3 if letter == "k" else least
            return [_figure(v / unit, money) + (letter if v else "") for v in values]
    return [_figure(value, money) for value in values]


def _figure(value: float, money: str) -> str:
    places = 0 if abs(value) >= 10 or value == int(value) else 2 if abs(value) < 1 else 1
    return figures.money(value, money) if money else figures.number(value, places)


def full(value: Value, money: str = "") -> str:
    """A figure in a table, or a dash where it isn't known."""
    number = known(value)
    if number is None:
        return "–"
    if money:
        return figures.money(number, money)
    return figures.number(number, 0 if abs(number) >= 100 else 1)


def spaced(count: int, at_most: int) -> list[int]:
    """Which of so many labels to write, evenly, from the first."""
    step = max(1, math.ceil(count / max(1, at_most)))
    return list(range(0, count, step))


def widest(words: Sequence[str], *, per_letter: float = 7.2) -> float:
    """About how wide the widest of these words is, in the charts' 13 pixels."""
    return max((len(word) for word in words), default=0) * per_letter
