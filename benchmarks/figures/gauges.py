"""D3 and D11: items learned from answers, and check-ins that stop when enough is known."""

import importlib
from collections.abc import Iterator
from time import process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures.table import Row, figure
from headwater.stats.calibration import Calibration, calibrate
from headwater.stats.gauges import SKIPPED, Item, next_item, score_one
from headwater.stats.tests.shared import rows

PUBLISHED = (-3.615, -1.322, -0.318, -1.730, -2.780)
MADE = tuple(
    Item(sharp, tuple((middle + np.array([-1.1, 0.0, 1.2])).tolist()))
    for sharp, middle in zip(
        [1.0, 1.4, 1.8, 2.2, 1.2, 1.6], [-0.9, -0.5, 0.0, 0.2, 0.6, 1.0], strict=True
    )
)
PEOPLE, CHECK_INS = 3000, 1000


RASCH_SHARP, RASCH_PLACES = 1.3, np.array([-1.5, -0.8, -0.2, 0.4, 0.9, 1.6])


@figure("D3")
def items_learned_from_answers() -> Iterator[Row]:
    yield from _graded()
    yield _rasch()
    table = rows("evaluation", "data", "lsat6_patterns.csv")
    answers = [[int(row[f"Item_{n}"]) for n in range(1, 6)] for row in table]
    times = [int(row["Freq"]) for row in table]
    found = calibrate(answers, times=times, alike=True, tolerance=1e-9)
    assert isinstance(found, Calibration)
    apart = max(abs(i.thresholds[0] - p) for i, p in zip(found.items, PUBLISHED, strict=True))
    slope = abs(found.items[0].discrimination - 0.755)
    likelihood = abs(found.log_likelihood + 2466.94)
    for case, off in (
        ("five difficulties", apart),
        ("discrimination", slope),
        ("log-likelihood", likelihood),
    ):
        yield Row("D3", f"Rasch on LSAT 6: {case}", "within .01", f"{off:.4f} apart", off <= 0.01)


def _graded() -> Iterator[Row]:
    answers = _answered(np.random.default_rng(5).normal(size=PEOPLE))
    began = process_time()
    found = calibrate(answers)
    seconds = process_time() - began
    assert isinstance(found, Calibration)
    ours = _apart(
        np.array([item.discrimination for item in found.items]),
        np.array([item.thresholds for item in found.items]),
    )
    case = f"graded model, {len(MADE)} items from {PEOPLE} people: error of thresholds (root mean)"
    reached = f"{ours:.3f} in {seconds:.2f} s"
    try:
        girth = importlib.import_module("girth")
    except ImportError:
        yield Row("D3", case, "as girth", f"{reached}; girth is not installed", None)
        return
    began = process_time()
    peer: dict[str, Any] = girth.grm_mml(answers.T)
    seconds = process_time() - began
    theirs = _apart(peer["Discrimination"], peer["Difficulty"])
    reached = f"{reached}; girth {theirs:.3f} in {seconds:.2f} s"
    yield Row("D3", case, "within .01 of girth", reached, ours <= theirs + 0.01)


def _rasch() -> Row:
    """Items that differ in difficulty alone; both learn the one discrimination too."""
    theta = np.random.default_rng(15).normal(size=PEOPLE)[:, None]
    chance = 1 / (1 + np.exp(-RASCH_SHARP * (theta - RASCH_PLACES)))
    answers = (np.random.default_rng(16).random(chance.shape) < chance).astype(np.int64)
    began = process_time()
    found = calibrate(answers, alike=True)
    seconds = process_time() - began
    assert isinstance(found, Calibration)
    places = np.array([item.thresholds[0] for item in found.items])
    ours = _off(found.items[0].discrimination, places)
    case = f"Rasch, {RASCH_PLACES.size} items from {PEOPLE} people: error (root mean)"
    reached = f"{ours:.3f} in {seconds:.2f} s"
    try:
        girth = importlib.import_module("girth")
    except ImportError:
        return Row("D3", case, "as girth", f"{reached}; girth is not installed", None)
    began = process_time()
    peer: dict[str, Any] = girth.onepl_mml(answers.T)
    seconds = process_time() - began
    theirs = _off(float(peer["Discrimination"]), np.asarray(peer["Difficulty"]))
    reached = f"{reached}; girth {theirs:.3f} in {seconds:.2f} s"
    return Row("D3", case, "within .01 of girth", reached, ours <= theirs + 0.01)


def _off(sharp: float, places: NDArray[np.float64]) -> float:
    """How far a learned discrimination and difficulties lie from those that made the answers."""
    return float(np.sqrt(np.mean(np.append(places - RASCH_PLACES, sharp - RASCH_SHARP) ** 2)))


def _apart(slopes: NDArray[np.float64], thresholds: NDArray[np.float64]) -> float:
    """How far learned thresholds lie from those that made the answers, weighed by sharpness."""
    true = np.array([item.thresholds for item in MADE])
    assert slopes.shape == (len(MADE),)
    return float(np.sqrt(np.mean((thresholds - true) ** 2)))


def _answered(theta: NDArray[np.float64]) -> NDArray[np.int64]:
    rng = np.random.default_rng(6)
    columns = []
    for item in MADE:
        steep = item.discrimination * (theta[:, None] - np.array(item.thresholds))
        columns.append((rng.random((theta.size, 1)) < 1 / (1 + np.exp(-steep))).sum(axis=1))
    return np.stack(columns, axis=1)


@figure("D11")
def check_ins_that_stop_when_enough_is_known() -> Iterator[Row]:
    rng = np.random.default_rng(7)
    sharp = np.random.default_rng(2).uniform(1.2, 2.6, 24)
    bank = [
        Item(float(each), tuple((middle + np.array([-1.2, -0.4, 0.4, 1.2])).tolist()))
        for each, middle in zip(sharp, np.linspace(-2, 2, 24), strict=True)
    ]
    asked, held = [], []
    for theta in rng.normal(size=CHECK_INS):
        given = np.full(len(bank), SKIPPED)
        while (place := next_item(bank, given, rng=rng)) is not None:
            item = bank[place]
            steep = item.discrimination * (theta - np.array(item.thresholds))
            given[place] = (rng.random() < 1 / (1 + np.exp(-steep))).sum()
        mine = score_one(bank, given)
        asked.append(int((given != SKIPPED).sum()))
        held.append(mine.low <= 50 + 50 / 3 * theta <= mine.high)
    mean, cover = float(np.mean(asked)), float(np.mean(held))
    case = f"{CHECK_INS} check-ins from a bank of 24"
    yield Row("D11", f"{case}: mean items", "at most 8", f"{mean:.2f}", mean <= 8)
    few, many = min(asked), max(asked)
    yield Row("D11", f"{case}: items", "4 to 12", f"{few} to {many}", few >= 4 and many <= 12)
    yield Row(
        "D11", f"{case}: 95 % range covers", ".93 to .97", f"{cover:.3f}", 0.93 <= cover <= 0.97
    )
