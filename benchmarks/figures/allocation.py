"""D6 and D12: levers that run side by side, and where money would have done more."""

import resource
from collections.abc import Iterator
from time import process_time

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.figures.table import Row, figure
from headwater.stats.alternatives import Curves, Evidence, alternatives, return_curves
from headwater.stats.answers import Estimate, Grade
from headwater.stats.budget import budget_advice
from headwater.stats.mix import Mix, response_mix, usual_baseline
from headwater.stats.tests.shared import rows

SECONDS, MEGABYTES = 15.0, 300.0
TRUE_MIX = {"carried_over": (0.4, 0.2), "bend": (4.0, 3.0), "most": (3000.0, 2000.0)}
BUDGET, LEVERS, WORLDS = 4000.0, 5, 150


@figure("D6")
def levers_that_ran_side_by_side() -> Iterator[Row]:
    table = rows("evaluation", "data", "mmm_example.csv")

    def column(name: str) -> NDArray[np.float64]:
        return np.array([float(row[name]) for row in table])

    season = usual_baseline(len(table), first_week=13)
    before, began = _megabytes(), process_time()
    mix = response_mix(
        column("y"),
        spend=np.column_stack([column("x1"), column("x2")]),
        baseline=np.column_stack([season, column("event_1"), column("event_2")]),
        rng=np.random.default_rng(1),
    )
    seconds, megabytes = process_time() - began, _megabytes()
    assert isinstance(mix, Mix)
    for name, truth in TRUE_MIX.items():
        estimates: tuple[Estimate, ...] = getattr(mix, name)
        ranges = ", ".join(f"{each.low:.3g} to {each.high:.3g}" for each in estimates)
        held = [each.low <= true <= each.high for each, true in zip(estimates, truth, strict=True)]
        words = " and ".join(f"{true:g}" for true in truth)
        yield Row("D6", f"{name}, truth {words}", "inside 94 %", ranges, all(held))
    yield Row("D6", "processor time", f"{SECONDS:g} s", f"{seconds:.1f} s", seconds <= SECONDS)
    yield Row(
        "D6",
        "memory of the whole process",
        f"{MEGABYTES:g} MB",
        f"{megabytes:.0f} MB ({before:.0f} before)",
        megabytes <= MEGABYTES,
    )
    agree = mix.checks[0]
    yield Row("D6", "walkers agree", "under 1.1", f"{agree.value:.3f}", agree.passed)


@figure("D12")
def allocation_and_what_was_left_on_the_table() -> Iterator[Row]:
    for evidence, least in ((1, 0.94), (8, 0.97)):
        shares, held, moved, even = [], [], [], []
        for seed in range(WORLDS):
            rng = np.random.default_rng(10_000 + seed)
            truth, seen = _world(rng, evidence)
            curves = return_curves(seen, rng=rng, draws=800)
            assert isinstance(curves, Curves)
            best, now = _optimum(truth), BUDGET * rng.dirichlet(np.ones(LEVERS))
            found, advice = alternatives(curves, done=now), budget_advice(curves, now=now)
            did = float(truth.brought(now)[0])
            shares.append(float(truth.brought(found.split)[0]) / best)
            even.append(float(truth.brought(np.full(LEVERS, BUDGET / LEVERS))[0]) / best)
            held.append(found.left_on_the_table.low <= best - did <= found.left_on_the_table.high)
            gained = float(truth.brought(advice.split)[0]) - did
            moved.append(advice.gain.low <= gained <= advice.gain.high)
            assert advice.split.max() <= max(0.7 * BUDGET, now.max()) + 1e-6
        case = f"{WORLDS} worlds, {evidence} evidence a lever"
        share, cover = float(np.mean(shares)), float(np.mean(held))
        reached = f"{share:.3f} (an equal split {np.mean(even):.3f})"
        yield Row(
            "D12", f"{case}: share of the optimum", f"at least {least}", reached, share >= least
        )
        yield Row(
            "D12",
            f"{case}: 90 % range of the regret covers",
            ".85 to .95",
            f"{cover:.3f}",
            0.85 <= cover <= 0.95,
        )
        yield Row(
            "D12",
            f"{case}: 90 % range of what the moves gain covers",
            "at least .85",
            f"{np.mean(moved):.3f}",
            bool(np.mean(moved) >= 0.85),
        )


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _world(rng: np.random.Generator, size: int) -> tuple[Curves, list[list[Evidence]]]:
    """Levers with known curves, and so much noisy evidence about each."""
    gain = 100 * np.exp(0.7 * rng.normal(size=LEVERS))
    reach = 1000 * np.exp(0.7 * rng.normal(size=LEVERS))
    seen = []
    for most, width in zip(gain, reach, strict=True):
        spends = BUDGET / LEVERS * np.exp(0.5 * rng.normal(size=size))
        brought = most * (1 - np.exp(-spends / width))
        errors = 0.25 * brought + 2
        effects = brought + errors * rng.normal(size=size)
        rows_seen = zip(spends.tolist(), effects.tolist(), errors.tolist(), strict=True)
        seen.append([Evidence(*row, Grade.A) for row in rows_seen])
    return Curves(gain[None], reach[None]), seen


def _optimum(truth: Curves) -> float:
    """By a general optimiser, not by the sums that are measured."""
    gain, reach = truth.gain[0], truth.reach[0]
    found = minimize(
        lambda split: -(gain * (1 - np.exp(-split / reach))).sum(),
        np.full(LEVERS, BUDGET / LEVERS),
        jac=lambda split: -gain / reach * np.exp(-split / reach),
        bounds=[(0, BUDGET)] * LEVERS,
        constraints={
            "type": "eq",
            "fun": lambda split: split.sum() - BUDGET,
            "jac": lambda split: np.ones(LEVERS),
        },
        method="SLSQP",
    )
    return -float(found.fun)
