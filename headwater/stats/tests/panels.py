"""Panels of partners and weeks whose truth is known, for tests and for `benchmarks/figures`."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.stats.cohorts import NEVER


@dataclass(frozen=True)
class Panel:
    """`expected` is what beginning brought on average to people of the cohort, week by week."""

    outcome: NDArray[np.float64]
    begins: NDArray[np.int64]
    expected: NDArray[np.float64]

    @property
    def truth(self) -> float:
        """The effect, over everybody's every week since the beginning."""
        weeks = self.outcome.shape[1]
        return float(self.expected[np.arange(weeks) >= self.begins[:, None]].mean())


def partners_and_weeks(people, *, weeks=52, first=10, step=1, drift=0.0, seed=0) -> Panel:
    """Effects that build up and fade, more for later cohorts and for some people; lasting errors.

    Three in ten never begin; the others do in any week (or every `step` weeks) from `first` on,
    until four fifths are over. `drift` sets those who begin apart from the others week by week.
    """
    draws = np.random.default_rng(seed)
    last = int(weeks * 0.8)
    starts = draws.choice(np.arange(first, last, step), people)
    begins = np.where(draws.random(people) < 0.3, NEVER, starts)
    week = np.arange(weeks)
    since = week - np.minimum(begins, weeks)[:, None]
    size = 0.3 + 0.4 * (np.minimum(begins, weeks) - first) / (last - first)
    shape = (1 - np.exp(-(since + 1) / 6)) * np.exp(-since / 60)
    expected = np.where(since >= 0, size[:, None] * shape, 0.0)
    error = np.empty((people, weeks))
    error[:, 0] = draws.normal(0, 1 / np.sqrt(0.75), people)
    for place in week[1:]:
        error[:, place] = 0.5 * error[:, place - 1] + draws.normal(size=people)
    level = draws.normal(0, 2, people)[:, None]
    height = 0.02 * week + 0.5 * np.sin(2 * np.pi * week / 52)
    own = draws.gamma(4, 1 / 4, people)[:, None]
    apart = np.where(begins[:, None] < NEVER, drift * since, 0.0)
    return Panel(level + height + own * expected + apart + error, begins, expected)
