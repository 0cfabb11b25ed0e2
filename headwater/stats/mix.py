from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from headwater.stats.alternatives import INFLATION, Evidence
from headwater.stats.answers import Check, Estimate, Grade, NotEnough, Unit
from headwater.stats.arrays import checked_level, drawn_estimate, matrix, vector

WEEKS_NEEDED = 52
LAGS = 12
WALKERS = 48
AGREE = 1.1
LOST = 15.0


@dataclass(frozen=True, slots=True)
class MixPrior:
    """What is thought of any lever before the weeks are seen: middles and spreads.

    `carried` is on the log-odds scale of the share that carries over into the next week, `bend` in
    logs of how soon the curve flattens (per largest spend), `size` in logs of the most it can bring
    a week, as a share of the largest outcome.
    """

    carried: tuple[float, float] = (-0.85, 1.0)
    bend: tuple[float, float] = (float(np.log(3.0)), 0.7)
    size: tuple[float, float] = (float(np.log(0.3)), 1.0)

    def __post_init__(self) -> None:
        if min(spread for _, spread in (self.carried, self.bend, self.size)) <= 0:
            raise ValueError("a prior's spreads are above nought")


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """How an outcome answers to several levers that run side by side, week by week.

    For each lever: `carried_over` is the share of a week's push that is felt the week after, `bend`
    how soon more money brings less (per unit of spend), `most` what it can bring a week at most,
    `brought` what it brought over all the weeks and `per_pound` that for each unit of spend.
    The grade is D, for the weeks were chosen by those who knew what was coming; C where every lever
    is held by evidence of grade A or B. `draws_bend` and `draws_most` have shape (draws, levers).
    """

    carried_over: tuple[Estimate, ...]
    bend: tuple[Estimate, ...]
    most: tuple[Estimate, ...]
    brought: tuple[Estimate, ...]
    per_pound: tuple[Estimate, ...]
    grade: Grade
    checks: tuple[Check, ...]
    draws_bend: NDArray[np.float64]
    draws_most: NDArray[np.float64]

    def steadily(self, spend: ArrayLike) -> NDArray[np.float64]:
        """What a steady weekly spend on each lever brings a week: (draws, levers)."""
        weekly: NDArray[np.float64] = self.draws_most * np.tanh(
            self.draws_bend * vector("spend", spend) / 2
        )
        return weekly


def response_mix(
    outcome: ArrayLike,
    *,
    spend: ArrayLike,
    baseline: ArrayLike,
    rng: np.random.Generator,
    evidence: Sequence[Sequence[Evidence]] = (),
    prior: MixPrior | None = None,
    level: float = 0.94,
    rounds: int = 3000,
) -> Mix | NotEnough:
    """Tell apart what several levers brought that ran side by side for a year or more.

    Parameters
    ----------
    outcome : array, shape (weeks,)
        Such as visits each week.
    spend : array, shape (weeks, levers)
        Money, or hours, or posts, nought or more; one unit to a lever.
    baseline : array, shape (weeks, b)
        Columns that explain the outcome without any lever: see `usual_baseline`.
    rng : Generator
        For the draws.
    evidence : sequence over levers of sequences of Evidence, optional
        What experiments and comparisons found a steady weekly spend to bring a week, in the unit of
        `outcome`. Variances are inflated by grade. Don't give what was worked out from these weeks.
    prior : MixPrior, optional
        Loose by default.
    level : float in (0, 1)
        Coverage wanted of the ranges.
    rounds : int
        Of the sampler; the first half is thrown away.

    Returns
    -------
    Mix or NotEnough
        NotEnough with under a year of weeks, or fewer than ten for each thing to be learned.

    Raises
    ------
    ValueError
        If shapes differ, a spend is negative, a lever was never used, the outcome never changes or
        rounds are fewer than a hundred.

    Notes
    -----
    The outcome is Zg + sum over levers of m tanh(s A(x) / 2) + noise, where A spreads a spend over
    twelve weeks, each `carried` times the one before, together 1. Baseline g and noise are
    integrated exactly under flat priors; the rest is drawn by an ensemble.
    Assumes that levers add, that nothing unseen moves with them and that errors are independent.
    Levers that always ran together cannot be told apart: then the ranges are those of the prior.
    Don't read a curve beyond the spends that were seen.
    Source: Jin et al. (2017), sections 2 and 3, with the logistic saturation of PyMC-Marketing;
    Goodman & Weare (2010) and ter Braak & Vrugt (2008) for the sampler.
    """
    seen, spends = vector("outcome", outcome), matrix("spend", spend)
    around = matrix("baseline", baseline)
    if not len(seen) == len(spends) == len(around):
        raise ValueError("outcome, spend and baseline have one row for each week")
    if (spends < 0).any() or not spends.any(axis=0).all():
        raise ValueError("each lever has spends of nought or more, and some above")
    if not np.ptp(seen):
        raise ValueError("an outcome that never changes has nothing to tell")
    levers = spends.shape[1]
    if evidence and len(evidence) != levers:
        raise ValueError("evidence needs one row of findings for each lever")
    if rounds < 100:
        raise ValueError("the sampler needs a hundred rounds or more")
    needed = max(WEEKS_NEEDED, 10 * (3 * levers + around.shape[1]))
    checked_level(level)
    if seen.size < needed:
        return NotEnough(Unit.WEEKS, have=seen.size, needed=needed)
    model = _Model.of(seen, spends, around, evidence, prior or MixPrior())
    chain = _sampled(model, rng, rounds)
    return _told(model, chain, spends, evidence, level)


def usual_baseline(weeks: int, *, first_week: int = 0) -> NDArray[np.float64]:
    """A level, a bending trend and a yearly season: what the outcome does on its own.

    Parameters
    ----------
    weeks : int
        How many.
    first_week : int
        Week of the year that the first of them is, from 0.

    Returns
    -------
    array, shape (weeks, 7)
        To be given to `response_mix`; add columns for known events.

    Raises
    ------
    ValueError
        If there are no weeks.

    Notes
    -----
    Two harmonics of a year of 52.18 weeks.
    Source: Jin et al. (2017), section 2.
    """
    if weeks < 1:
        raise ValueError("a baseline needs weeks")
    along = np.arange(weeks) / weeks
    turn = 2 * np.pi * (np.arange(weeks) + first_week) / 52.18
    season = [wave(turns * turn) for turns in (1, 2) for wave in (np.sin, np.cos)]
    return np.column_stack([np.ones(weeks), along, along**2, *season])


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """The posterior, on outcome and spends as shares of their largest.

    `lagged` has each lever's spends of so many weeks before, (levers, weeks, lags); `known` one
    row a piece of evidence: lever, spend, effect, variance.
    """

    left: NDArray[np.float64]
    plane: NDArray[np.float64]
    lagged: NDArray[np.float64]
    known: tuple[tuple[int, float, float, float], ...]
    middle: NDArray[np.float64]
    spread: NDArray[np.float64]
    unit: float
    units: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        outcome: NDArray[np.float64],
        spend: NDArray[np.float64],
        baseline: NDArray[np.float64],
        evidence: Sequence[Sequence[Evidence]],
        prior: MixPrior,
    ) -> "_Model":
        unit, units = float(np.abs(outcome).max()), spend.max(axis=0)
        plane = _plane(baseline)
        scaled = outcome / unit
        padded = np.vstack([np.zeros((LAGS - 1, spend.shape[1])), spend / units])
        lagged = np.stack(
            [padded[LAGS - 1 - lag : len(padded) - lag].T for lag in range(LAGS)], axis=2
        )
        known = tuple(
            (
                lever,
                row.spend / float(units[lever]),
                row.effect / unit,
                INFLATION[row.grade] * (row.standard_error / unit) ** 2,
            )
            for lever, rows in enumerate(evidence)
            for row in rows
        )
        pairs = np.repeat([prior.carried, prior.bend, prior.size], spend.shape[1], axis=0)
        return cls(
            left=scaled - plane @ (plane.T @ scaled),
            plane=plane,
            lagged=lagged,
            known=known,
            middle=pairs[:, 0],
            spread=pairs[:, 1],
            unit=unit,
            units=units,
        )

    @property
    def levers(self) -> int:
        return len(self.lagged)

    def parts(
        self, places: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Share carried over, bend and size of each lever, from rows of unbounded places."""
        carried, bend, size = np.split(places, 3, axis=1)
        return scipy.special.expit(carried), np.exp(bend), np.exp(size)

    def curve(self, places: NDArray[np.float64], lever: int) -> NDArray[np.float64]:
        """What one lever brings each week: (weeks, places)."""
        carried, bend, size = (part[:, lever] for part in self.parts(places))
        shares = carried ** np.arange(LAGS)[:, None]
        felt = self.lagged[lever] @ (shares / shares.sum(axis=0))
        brought: NDArray[np.float64] = size * np.tanh(bend / 2 * felt)
        return brought

    def logged(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log posterior of each row of places, but for a constant."""
        brought = self.curve(places, 0)
        for lever in range(1, self.levers):
            brought += self.curve(places, lever)
        brought -= self.plane @ (self.plane.T @ brought)
        off = ((self.left[:, None] - brought) ** 2).sum(axis=0)
        freedom = self.left.size - self.plane.shape[1]
        logged: NDArray[np.float64] = -0.5 * freedom * np.log(off)
        logged -= 0.5 * (((places - self.middle) / self.spread) ** 2).sum(axis=1)
        _, bend, size = self.parts(places)
        for lever, spend, effect, variance in self.known:
            found = size[:, lever] * np.tanh(bend[:, lever] / 2 * spend)
            logged -= 0.5 * (found - effect) ** 2 / variance
        return logged


def _plane(baseline: NDArray[np.float64]) -> NDArray[np.float64]:
    """An orthonormal basis of what the baseline can explain; columns that repeat others go."""
    left, sizes, _ = np.linalg.svd(baseline, full_matrices=False)
    basis: NDArray[np.float64] = left[:, sizes > 1e-9 * sizes[0]]
    return basis


def _sampled(model: _Model, rng: np.random.Generator, rounds: int) -> NDArray[np.float64]:
    """Places of all walkers in every fifth round of the second half: (kept, walkers, places).

    Half of the walkers move at a time, by what the other half knows: along the line to one of them
    (stretch), or by the difference of two (differential evolution), now and then a whole one.
    Walkers that got lost on the way are brought to the others before anything is kept.
    """
    size, half = model.middle.size, WALKERS // 2
    at = model.middle + 0.5 * model.spread * rng.normal(size=(WALKERS, size))
    now, kept = model.logged(at), []
    usual = 2.38 / np.sqrt(2 * size)
    for turn in range(rounds):
        if turn == rounds // 4:
            lost = now < np.median(now) - LOST
            found = rng.choice(np.flatnonzero(~lost), size=lost.sum())
            at[lost], now[lost] = at[found], now[found]
        for mine, others in ((slice(0, half), slice(half, None)), (slice(half, None), slice(half))):
            here, there = at[mine], at[others]
            if rng.random() < 0.5:
                stretch = ((rng.random(half) + 1) ** 2 / 2)[:, None]
                pivot = there[rng.integers(half, size=half)]
                new, gain = pivot + stretch * (here - pivot), (size - 1) * np.log(stretch[:, 0])
            else:
                one, two = there[rng.integers(half, size=(2, half))]
                step = np.where(rng.random((half, 1)) < 0.1, 1.0, usual)
                new, gain = here + step * (one - two), np.zeros(half)
                new += 1e-4 * rng.normal(size=new.shape)
            tried = model.logged(new)
            moved = np.log(rng.random(half)) < tried - now[mine] + gain
            at[mine] = np.where(moved[:, None], new, here)
            now[mine] = np.where(moved, tried, now[mine])
        if turn >= rounds // 2 and turn % 5 == 0:
            kept.append(at.copy())
    return np.array(kept)


def _told(
    model: _Model,
    chain: NDArray[np.float64],
    spend: NDArray[np.float64],
    evidence: Sequence[Sequence[Evidence]],
    level: float,
) -> Mix:
    places = chain.reshape(-1, model.middle.size)
    carried, bend, size = model.parts(places)
    bend, size = bend / model.units, size * model.unit
    brought = np.stack(
        [model.curve(places, lever).sum(axis=0) * model.unit for lever in range(model.levers)],
        axis=1,
    )

    def each(draws: NDArray[np.float64]) -> tuple[Estimate, ...]:
        return tuple(drawn_estimate(column, level=level) for column in draws.T)

    agree = _disagreement(chain)
    held = [any(row.grade in (Grade.A, Grade.B) for row in rows) for rows in evidence]
    return Mix(
        carried_over=each(carried),
        bend=each(bend),
        most=each(size),
        brought=each(brought),
        per_pound=each(brought / spend.sum(axis=0)),
        grade=Grade.C if held and all(held) else Grade.D,
        checks=(Check("chains_agree", agree < AGREE, agree),),
        draws_bend=bend,
        draws_most=size,
    )


def _disagreement(chain: NDArray[np.float64]) -> float:
    """How much wider all draws spread than those of one walker: near 1 where each has seen it all.

    Source: Gelman & Rubin (1992), Statistical Science 7:457-472, with each walker as a chain.
    """
    between, within = chain.mean(axis=0).var(axis=0, ddof=1), chain.var(axis=0).mean(axis=0)
    return float(np.sqrt(1 + between / within).max())
