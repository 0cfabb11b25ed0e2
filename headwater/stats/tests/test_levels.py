from itertools import combinations

import numpy as np
import pytest

from headwater.stats.levels import RATIOS, Drift, Level


def made(weeks=16, before=13, *, seed=5):
    draws = np.random.default_rng(seed)
    wandered = np.cumsum(draws.normal(0, 2, (weeks, 2)), axis=0)
    outcome = 50 + 0.8 * wandered[:, 0] + draws.normal(0, 1.5, weeks)
    return outcome, wandered + draws.normal(0, 1, wandered.shape), before


def by_brute_force(outcome, controls, before):
    """Odds of each set of controls, and mean and spread of the sum after, all by dense Gaussians.

    The noise lies on a grid as well, the first level has a vast variance, nothing is turned.
    """
    weeks, p = controls.shape
    y = (outcome - outcome[:before].mean()) / outcome[:before].std(ddof=1)
    x = (controls - controls[:before].mean(axis=0)) / controls[:before].std(axis=0, ddof=1)
    places = np.arange(weeks)
    walk = np.minimum.outer(places, places)
    noises = np.exp(np.linspace(np.log(0.05), np.log(5), 60))
    variances = noises[:, None, None] ** 2
    logged, means, spreads = [], [], []
    sets = [s for k in range(p + 1) for s in combinations(range(p), k)]
    after = np.ones(weeks - before)
    for ratio in RATIOS:
        steps = np.eye(weeks) + ratio**2 * walk
        kept = np.linalg.inv(steps[:before, :before])
        swept = kept - np.outer(kept.sum(0), kept.sum(0)) / kept.sum()
        for chosen in sets:
            own = x[:before, chosen].T @ swept @ x[:before, chosen]
            prior = (own + np.diag(np.diag(own))) / 2 / before
            whole = steps + x[:, chosen] @ np.linalg.inv(prior) @ x[:, chosen].T
            whole = variances * whole + 1e6
            seen = whole[:, :before, :before]
            gain = np.linalg.solve(seen, whole[:, :before, before:]).swapaxes(1, 2)
            left = whole[:, before:, before:] - gain @ whole[:, :before, before:]
            fit = np.linalg.solve(seen, y[:before, None] * np.ones((60, 1, 1)))[..., 0]
            odds = 1 / (1 + ratio**2) * ratio * 0.999 ** len(chosen) * 0.001 ** (p - len(chosen))
            logged.append(-0.5 * (np.linalg.slogdet(seen)[1] + fit @ y[:before]) + np.log(odds))
            means.append(gain @ y[:before] @ after)
            spreads.append(after @ left @ after)
    share = np.exp(np.array(logged) - np.max(logged))
    share /= share.sum()
    mean = float((share * means).sum())
    spread = float(np.sqrt((share * (np.array(spreads) + np.square(means))).sum() - mean**2))
    by_set = share.sum(axis=1).reshape(RATIOS.size, len(sets)).sum(axis=0)
    leaned = [sum(by_set[i] for i, s in enumerate(sets) if c in s) for c in range(p)]
    return leaned, mean, spread


def test_matches_dense_sums_over_noise_drift_and_controls() -> None:
    outcome, controls, before = made()
    leaned, mean, spread = by_brute_force(outcome, controls, before)

    level = Level.of(outcome, controls, np.arange(before))
    draws = level.draw(np.random.default_rng(1), 40_000)
    after = ((draws - level.centre) / level.scale)[:, before:].sum(axis=1)

    assert level.leaned_on.tolist() == pytest.approx(leaned, abs=1e-3)
    assert after.mean() == pytest.approx(mean, abs=0.03 * spread)
    assert after.std() == pytest.approx(spread, rel=0.03)


def test_what_is_thought_of_the_drift_beforehand_moves_the_range() -> None:
    outcome, controls, before = made()

    def reach(drift):
        level = Level.of(outcome, controls[:, :0], np.arange(before), drift=drift)
        return level.draw(np.random.default_rng(2), 2000)[:, -1].std()

    assert reach(Drift(0.01, 32)) < reach(Drift(0.1, 32)) < reach(Drift(0.5, 32))


def test_probabilities_add_up_and_the_draws_are_as_many_as_asked() -> None:
    outcome, controls, before = made()
    level = Level.of(outcome, controls, np.arange(before))

    assert sum(share.sum() for share in level.shares) == pytest.approx(1)
    assert level.draw(np.random.default_rng(3), 123).shape == (123, outcome.size)


def test_the_answer_does_not_hang_on_the_unit_or_on_where_nought_is() -> None:
    outcome, controls, before = made()

    def drawn(values, table):
        return Level.of(values, table, np.arange(before)).draw(np.random.default_rng(4), 50)

    assert drawn(7 * outcome - 900, controls * [0.01, 40] + 3) == pytest.approx(
        7 * drawn(outcome, controls) - 900, rel=1e-6
    )
