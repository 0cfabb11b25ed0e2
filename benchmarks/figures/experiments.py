"""D15, and what other published experiments say: splits that broke, differences that were seen."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from benchmarks.figures.table import Row, figure
from headwater.stats.cells import Cells, cells_of_rows, cells_of_sums
from headwater.stats.experiments import (
    any_difference,
    difference,
    split_as_promised,
)
from headwater.stats.tests.published import headline_tests, insurance

BROKEN_FROM, BROKEN_TO = 201325, 201401  # 25 June 2013 to 10 January 2014, as its publishers say


@figure("D15")
def broken_splits_of_headline_tests() -> Iterator[Row]:
    tests: dict[str, list[tuple[int, int]]] = defaultdict(list)
    weeks: dict[str, int] = {}
    for test, week, shown, clicked in headline_tests():
        tests[test].append((shown, clicked))
        weeks.setdefault(test, week)
    inside, outside, differ = [0, 0], [0, 0], 0
    for test, arms in tests.items():
        cells = _cells(arms)
        counted = inside if BROKEN_FROM <= weeks[test] <= BROKEN_TO else outside
        counted[0] += split_as_promised(cells).ratio.is_broken
        counted[1] += 1
        differ += any_difference(cells) < 0.05
    yield _exact("broken in weeks 201325-201401", "370 of 541", inside)
    yield _exact("broken outside them", "13 of 1898", outside)
    yield _exact("differ at .05, uncorrected", "1123 of 2439", [differ, len(tests)])
    yield _insured()


def _cells(arms: list[tuple[int, int]]) -> Cells:
    shown, clicked = zip(*arms, strict=True)
    return cells_of_sums(arm=np.arange(len(arms)), count=shown, total=clicked)


def _exact(case: str, must: str, counted: list[int]) -> Row:
    reached = f"{counted[0]} of {counted[1]}"
    return Row("D15", f"Upworthy: {case}", must, reached, reached == must)


def _insured() -> Row:
    took, default, village, address = insurance()
    cells = cells_of_rows(took, arm=default, segment=village, cluster=address)
    lift = difference(cells, 1)
    assert lift
    reached = f"{lift.value:+.3f} [{lift.low:.3f}, {lift.high:.3f}]"
    return Row("D15", "Cai 2015: default", "+0.106", reached, f"{lift.value:+.3f}" == "+0.106")
