"""Invented series and markets whose truth is known."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from headwater.stats.series import SeriesEffect, effect_in_series

Floats = NDArray[np.float64]
Noise = Callable[[np.random.Generator], tuple[Floats, Floats | None]]
WEEKS, BEGINS, TRUTH = 120, 104, 4.0


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


def with_a_control(draws: np.random.Generator) -> tuple[Floats, Floats | None]:
    """A wandering level that a control has too."""
    level = np.cumsum(draws.normal(0, 1, WEEKS))
    control = level + draws.normal(0, 0.5, WEEKS)
    return 100 + 1.5 * level + draws.normal(0, 2, WEEKS), control[:, None]


def autoregressive(draws: np.random.Generator) -> tuple[Floats, Floats | None]:
    """Each week keeps seven tenths of what was unusual about the last."""
    noise = np.zeros(WEEKS)
    for week in range(1, WEEKS):
        noise[week] = 0.7 * noise[week - 1] + draws.normal(0, 3)
    return 100 + noise, None


def seasonal(draws: np.random.Generator) -> tuple[Floats, Floats | None]:
    """A year's wave, as large as the noise of a week."""
    wave = 3 * np.sin(2 * np.pi * (np.arange(WEEKS) / 52 + draws.random()))
    return 100 + wave + draws.normal(0, 3, WEEKS), None


def random_walk(draws: np.random.Generator) -> tuple[Floats, Floats | None]:
    """A level that wanders a third of a week's noise each week."""
    return 100 + np.cumsum(draws.normal(0, 1, WEEKS)) + draws.normal(0, 3, WEEKS), None


NOISES: dict[str, Noise] = {
    "ctrl": with_a_control,
    "ar": autoregressive,
    "season": seasonal,
    "rw": random_walk,
}


def covered(noise: Noise, *, seed: int) -> bool:
    """Whether the 95 % range of the effect per week holds the truth."""
    draws = np.random.default_rng(seed)
    outcome, controls = noise(draws)
    outcome[BEGINS:] += TRUTH
    found = effect_in_series(outcome, begins=BEGINS, controls=controls, rng=draws, draws=400)
    assert isinstance(found, SeriesEffect)
    return found.per_week.low <= TRUTH <= found.per_week.high
