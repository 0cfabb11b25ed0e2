"""Invented series and markets whose truth is known."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from headwater.stats.series import SeriesEffect, effect_in_series

Floats = NDArray[np.float64]
Noise = Callable[[np.random.Generator, int], tuple[Floats, Floats | None]]
TRUTH = 4.0


def markets(seed, *, ours=1, others=8, weeks=60, begins=48, effect=0.0, usual=150.0):
    """Markets that share their ups and downs, each by its own measure, and wander on their own.

    Ours and the untouched ones, shapes (weeks, ours) and (weeks, others).
    """
    draws = np.random.default_rng(seed)
    many = ours + others
    common = np.cumsum(draws.normal(0, 3, (weeks, 2)), axis=0)
    reach = draws.uniform(0.3, 1.2, (many, 2))
    level = usual + draws.normal(0, 20, many)
    table = level + common @ reach.T + draws.normal(0, 5, (weeks, many))
    wandered = np.zeros(many)
    for week in range(weeks):
        wandered = 0.7 * wandered + draws.normal(0, 3, many)
        table[week] += wandered
    table[begins:, :ours] += effect
    return table[:, :ours], table[:, ours:]


def with_a_control(draws: np.random.Generator, weeks: int) -> tuple[Floats, Floats | None]:
    """A wandering level that a control has too."""
    level = walk(draws, weeks)
    control = level + draws.normal(0, 0.5, weeks)
    return 100 + 1.5 * level + draws.normal(0, 2, weeks), control[:, None]


def autoregressive(draws: np.random.Generator, weeks: int) -> tuple[Floats, Floats | None]:
    """Each week keeps seven tenths of what was unusual about the last."""
    noise = np.zeros(weeks)
    for week in range(1, weeks):
        noise[week] = 0.7 * noise[week - 1] + draws.normal(0, 3)
    return 100 + noise, None


def seasonal(draws: np.random.Generator, weeks: int) -> tuple[Floats, Floats | None]:
    """A year's wave, as large as the noise of a week."""
    wave = 3 * np.sin(2 * np.pi * (np.arange(weeks) / 52 + draws.random()))
    return 100 + wave + draws.normal(0, 3, weeks), None


def random_walk(draws: np.random.Generator, weeks: int) -> tuple[Floats, Floats | None]:
    """A level that wanders a third of a week's noise each week."""
    return 100 + walk(draws, weeks) + draws.normal(0, 3, weeks), None


def steady(draws: np.random.Generator, weeks: int) -> tuple[Floats, Floats | None]:
    """Nothing but noise."""
    return 100 + draws.normal(0, 3, weeks), None


def slow_walk(draws: np.random.Generator, weeks: int) -> tuple[Floats, Floats | None]:
    """A level that wanders a tenth of a week's noise each week."""
    return 100 + walk(draws, weeks, 0.3) + draws.normal(0, 3, weeks), None


def fast_walk(draws: np.random.Generator, weeks: int) -> tuple[Floats, Floats | None]:
    """A level that wanders as much as a week's noise each week."""
    return 100 + walk(draws, weeks, 3) + draws.normal(0, 3, weeks), None


def bare_walk(draws: np.random.Generator, weeks: int) -> tuple[Floats, Floats | None]:
    """A level that wanders and has no noise of its own."""
    return 100 + walk(draws, weeks, 3), None


def rising(draws: np.random.Generator, weeks: int) -> tuple[Floats, Floats | None]:
    """A straight line that rises a twentieth of a week's noise each week."""
    return 100 + 0.15 * np.arange(weeks) + draws.normal(0, 3, weeks), None


def half_told(draws: np.random.Generator, weeks: int) -> tuple[Floats, Floats | None]:
    """A control that has half of the wandering, beside two that have none of it."""
    level = walk(draws, weeks)
    controls = np.column_stack(
        [level + draws.normal(0, 1, weeks), walk(draws, weeks), draws.normal(0, 1, weeks)]
    )
    return 100 + level + walk(draws, weeks) + draws.normal(0, 2, weeks), controls


def walk(draws: np.random.Generator, weeks: int, step: float = 1.0) -> Floats:
    return np.cumsum(draws.normal(0, step, weeks))


NOISES: dict[str, Noise] = {
    "ctrl": with_a_control,
    "ar": autoregressive,
    "season": seasonal,
    "rw": random_walk,
}
MORE_NOISES: dict[str, Noise] = {
    "steady": steady,
    "slow walk": slow_walk,
    "walk": random_walk,
    "fast walk": fast_walk,
    "bare walk": bare_walk,
    "autoregressive": autoregressive,
    "rising": rising,
    "seasonal": seasonal,
    "control": with_a_control,
    "half told": half_told,
}


def covered(noise: Noise, *, seed: int | list[int], before: int = 104, counted: int = 16) -> bool:
    """Whether the 95 % range of the effect per week holds the truth."""
    draws = np.random.default_rng(seed)
    outcome, controls = noise(draws, before + counted)
    outcome[before:] += TRUTH
    found = effect_in_series(outcome, begins=before, controls=controls, rng=draws, draws=400)
    assert isinstance(found, SeriesEffect)
    return found.per_week.low <= TRUTH <= found.per_week.high
