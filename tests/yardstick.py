"""Speed as a ratio: whatever slows this machine down slows the yardstick down as well."""

import time
from collections.abc import Callable
from statistics import median


def milliseconds(work: Callable[[], object], *, turns: int = 20) -> float:
    """The work's processor time in milliseconds of a machine that adds 40,000 numbers in one.

    Work and yardstick take turns, and the median of their ratios counts.
    """
    return median(_spent(work) / _spent(_yardstick) for _turn in range(turns))


def _spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return max(time.process_time() - began, 1e-9)


def _yardstick() -> int:
    total = 0
    for number in range(40_000):
        total += number
    return total
