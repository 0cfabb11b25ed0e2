"""Markets that share their ups and downs, each by its own measure, and wander on their own."""

import numpy as np


def markets(seed, *, ours=1, others=8, weeks=60, begins=48, effect=0.0, usual=150.0):
    """Our markets and the untouched ones, shapes (weeks, ours) and (weeks, others)."""
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
