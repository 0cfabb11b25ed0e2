from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import Estimate, Grade, NotEnough, Unit
from headwater.stats.arrays import checked_level, drawn_estimate, matrix, vector

# Evidence of a weaker design may be wrong by more than its error says: variances are multiplied.
INFLATION = {Grade.A: 1.0, Grade.B: 1.5, Grade.C: 2.5, Grade.D: 5.0}
SLICES = 400
# All in on the best ratio brought 42 to 47 in 100 of the optimum in simulation: never advised.
MOST = 0.7


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one campaign or activity told about its lever: so much spent, so much effect."""

    spend: float
    effect: float
    standard_error: float
    grade: Grade

    def __post_init__(self) -> None:
        if not self.spend > 0 or not self.standard_error > 0:
            raise ValueError("evidence needs a spend and a standard error above nought")


@dataclass(frozen=True, slots=True)
class CurvePrior:
    """What is thought of any lever before its evidence, as medians and spreads in logs.

    `gain` is what it could bring at most, `reach` the spend that brings 63 in 100 of that.
    """

    gain: float
    gain_spread: float
    reach: float
    reach_spread: float

    def __post_init__(self) -> None:
        if min(self.gain, self.gain_spread, self.reach, self.reach_spread) <= 0:
            raise ValueError("a prior's medians and spreads are above nought")


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Draws of every lever's return curve, gain (1 - exp(-spend / reach)): (draws, levers)."""

    gain: NDArray[np.float64]
    reach: NDArray[np.float64]

    def brought(self, split: NDArray[np.float64]) -> NDArray[np.float64]:
        """What a split of money over the levers brings in all, shape (draws,)."""
        total: NDArray[np.float64] = (self.gain * -np.expm1(-split / self.reach)).sum(axis=1)
        return total


@dataclass(frozen=True, slots=True, eq=False)
class Alternatives:
    """What else the same money could have done.

    `split` is the best split on average, `brings` and `did_bring` what it and what was done bring.
    `better_by` is the difference, and its `probability_positive` the odds that the alternative
    is better. `left_on_the_table` is what was lost against whatever is truly best, which nobody
    knows: its low end may be nought and never less. `worth_of_knowing` is how much of that perfect
    knowledge would win back: the most that tests can be worth.
    """

    split: NDArray[np.float64]
    brings: Estimate
    did_bring: Estimate
    better_by: Estimate
    left_on_the_table: Estimate
    worth_of_knowing: float


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several choices: what it brings, how often it is the best, what it costs not to know.

    `regret` is what choosing it loses on average against whatever turns out best.
    """

    brings: Estimate
    probability_best: float
    regret: float


def return_curves(
    evidence: Sequence[Sequence[Evidence]],
    *,
    rng: np.random.Generator,
    prior: CurvePrior | None = None,
    draws: int = 4000,
) -> Curves | NotEnough:
    """Draw every lever's return curve, given what was seen of it.

    Parameters
    ----------
    evidence : sequence over levers of sequences of Evidence
        A lever is a campaign's channel or a kind of activity. Effects in one unit for all.
    rng : Generator
        For the draws.
    prior : CurvePrior, optional
        Without it, the middle of all the evidence, held loosely.
    draws : int
        How many.

    Returns
    -------
    Curves or NotEnough
        NotEnough unless every lever has evidence, and there are two levers: what was never tried
        cannot be compared.

    Raises
    ------
    ValueError
        If there is no lever.

    Notes
    -----
    Assumes that more money never harms, that each pound brings less than the one before, and that
    levers neither help nor hinder each other. Don't use it far beyond the spends that were seen:
    there the curve is a guess. Variances are inflated by grade.
    Source: the saturating response of Jin et al. (2017), section 2; the posterior is on a grid over
    reach and the effect at a usual spend, refined twice.
    """
    if not evidence:
        raise ValueError("there is no lever to compare")
    known = sum(bool(rows) for rows in evidence)
    if known < len(evidence) or known < 2:
        return NotEnough(Unit.EVIDENCE, have=known, needed=max(len(evidence), 2))
    thought = prior or _usual([row for rows in evidence for row in rows])
    drawn = [_drawn_curve(rows, thought, rng, draws) for rows in evidence]
    gain = np.stack([lever[0] for lever in drawn], axis=1)
    return Curves(gain, np.stack([lever[1] for lever in drawn], axis=1))


def alternatives(
    curves: Curves, *, done: ArrayLike, most: float = MOST, level: float = 0.9
) -> Alternatives:
    """Compare what was done with the best split of the same money.

    Parameters
    ----------
    curves : Curves
        Of all levers.
    done : array, shape (levers,)
        Money that went to each.
    most : float in (0, 1]
        Share of the money that no single lever may exceed in the advice. What was done may.
    level : float in (0, 1)
        Coverage wanted of the ranges.

    Returns
    -------
    Alternatives
        Splits in money, effects in the unit of the evidence.

    Raises
    ------
    ValueError
        If `done` has another number of levers, is negative or in all nought, or `most` leaves part
        of the money nowhere to go.

    Notes
    -----
    Assumes what `return_curves` does. The split is best on average over the draws, so it spreads
    where we are unsure. Regret counts only money and not time: say beside it when each would pay.
    Source: water-filling, Boyd & Vandenberghe (2004), example 5.2; expected regret and the value of
    perfect information, Raiffa & Schlaifer (1961).
    """
    spent = vector("done", done)
    levers, budget = curves.gain.shape[1], float(spent.sum())
    if spent.size != levers or (spent < 0).any() or budget <= 0:
        raise ValueError("done needs money for each lever, nought or more, and some in all")
    if not 1 / levers <= most <= 1:
        raise ValueError("most must leave room for all the money")
    checked_level(level)
    split = best_split(curves, budget=budget, most=most)
    brings, did_bring = curves.brought(split), curves.brought(spent)
    # Neither cap nor average can bring more than the best of each draw; its sums may by rounding.
    truly_best = np.maximum(_best_of_each(curves, budget), np.maximum(brings, did_bring))
    return Alternatives(
        split=split,
        brings=drawn_estimate(brings, level=level),
        did_bring=drawn_estimate(did_bring, level=level),
        better_by=drawn_estimate(brings - did_bring, level=level),
        left_on_the_table=drawn_estimate(truly_best - did_bring, level=level),
        worth_of_knowing=float((truly_best - brings).mean()),
    )


def best_split(
    curves: Curves,
    *,
    budget: float,
    most: float = MOST,
    least: ArrayLike | None = None,
    at_most: ArrayLike | None = None,
) -> NDArray[np.float64]:
    """Split of money that brings most on average over the draws.

    Parameters
    ----------
    curves : Curves
        Of all levers.
    budget : float
        Money in all.
    most : float in (0, 1]
        Share of it that no single lever may exceed, unless `least` gives it more.
    least, at_most : array, shape (levers,), optional
        Money that each lever gets in any case, and that it never exceeds.

    Returns
    -------
    array, shape (levers,)
        Summing to `budget`.

    Raises
    ------
    ValueError
        If the limits cross, ask for more than there is, or leave money nowhere to go.

    Notes
    -----
    Each slice of money goes where it brings most; since every curve flattens, that is optimal to a
    four-hundredth of a lever's room.
    Source: Fox (1966), Management Science 13:210-216, discrete marginal allocation.
    """
    spends = slices(
        np.zeros(curves.gain.shape[1]) if least is None else vector("least", least),
        np.full(curves.gain.shape[1], np.inf) if at_most is None else np.asarray(at_most, float),
        budget=budget,
        most=most,
    )
    return filled(brought_on_average(curves, spends), spends, budget=budget)


def slices(
    least: NDArray[np.float64], at_most: NDArray[np.float64], *, budget: float, most: float
) -> NDArray[np.float64]:
    """Each lever's room, from the least to the most it may get, in steps: (levers, steps)."""
    if least.shape != at_most.shape or (least < 0).any() or not (least <= at_most).all():
        raise ValueError("each lever needs a least of nought or more, and a most that isn't less")
    caps = np.minimum(at_most, np.maximum(least, most * budget))
    if least.sum() > budget * (1 + 1e-9) or caps.sum() < budget * (1 - 1e-9):
        raise ValueError("limits must leave room for all the money, and ask for no more")
    return least[:, None] + (caps - least)[:, None] * np.linspace(0, 1, SLICES + 1)


def brought_on_average(curves: Curves, spends: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each lever brings on average over the draws at each of its spends: (levers, steps)."""
    return np.stack(
        [
            (gain[:, None] * -np.expm1(-spend / reach[:, None])).mean(axis=0)
            for gain, reach, spend in zip(curves.gain.T, curves.reach.T, spends, strict=True)
        ]
    )


def filled(
    brought: NDArray[np.float64], spends: NDArray[np.float64], *, budget: float
) -> NDArray[np.float64]:
    """Money poured where each step brings most for a pound, until there is none left: (levers,)."""
    sizes = np.diff(spends, axis=1)
    rates = np.diff(brought, axis=1) / np.where(sizes > 0, sizes, np.inf)
    order = np.argsort(-rates.ravel(), kind="stable")
    asked = sizes.ravel()[order]
    room = budget - spends[:, 0].sum()
    taken = np.clip(room - (np.cumsum(asked) - asked), 0, asked)
    lever = order // sizes.shape[1]
    return spends[:, 0] + np.bincount(lever, weights=taken, minlength=len(spends))


def weigh(outcomes: ArrayLike, *, level: float = 0.9) -> tuple[Choice, ...]:
    """Weigh choices against each other by draws of what each would bring.

    Parameters
    ----------
    outcomes : array, shape (draws, choices)
        Row by row one way the world may be; "do nothing" may be a column of noughts.
    level : float in (0, 1)
        Coverage wanted of the ranges.

    Returns
    -------
    tuple of Choice
        In the order of the columns. Chances of being best sum to one; equals share.

    Raises
    ------
    ValueError
        If there is no draw or no choice, or a value is missing.

    Notes
    -----
    Assumes the draws of one row belong together, as those of `Curves.brought` do.
    Source: Raiffa & Schlaifer (1961), expected opportunity loss.
    """
    table = matrix("outcomes", outcomes)
    best = table.max(axis=1, keepdims=True)
    is_best = table == best
    chance = (is_best / is_best.sum(axis=1, keepdims=True)).mean(axis=0)
    regret = (best - table).mean(axis=0)
    return tuple(
        Choice(drawn_estimate(column, level=level), float(odds), float(loss))
        for column, odds, loss in zip(table.T, chance, regret, strict=True)
    )


def _usual(rows: Sequence[Evidence]) -> CurvePrior:
    """A loose prior in the middle of all the evidence; effects of nought or less count as small."""
    reach = float(np.median([row.spend for row in rows]))
    floor = float(np.median([row.standard_error for row in rows]))
    gains = [max(row.effect, floor) / -np.expm1(-row.spend / reach) for row in rows]
    return CurvePrior(float(np.median(gains)), 1.2, reach, 1.0)


def _drawn_curve(
    rows: Sequence[Evidence], prior: CurvePrior, rng: np.random.Generator, draws: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draws of gain and reach for one lever.

    The grid lies over log reach and the log effect at a usual spend, not over gain: one piece of
    evidence tells much about that effect and little about how gain and reach share it.
    """
    spend = np.array([row.spend for row in rows])
    effect = np.array([row.effect for row in rows])
    variance = np.array([row.standard_error**2 * INFLATION[row.grade] for row in rows])
    usual = float(np.exp(np.average(np.log(spend), weights=1 / variance)))
    reaches = np.log(prior.reach) + np.linspace(-3.5, 3.5, 81) * prior.reach_spread
    middle = np.log(prior.gain) + np.log(-np.expm1(-usual / prior.reach))
    wide = 5 * prior.gain_spread + 3 * prior.reach_spread
    low, high = middle - wide, middle + wide
    for _ in range(3):
        sizes = np.linspace(low, high, 161)
        logged = _logged(sizes, reaches, usual, (spend, effect, variance), prior)
        share = np.exp(logged - logged.max())
        share /= share.sum()
        held = np.flatnonzero(share.sum(axis=1) > 1e-6)
        step = sizes[1] - sizes[0]
        low, high = sizes[held[0]] - step, sizes[held[-1]] + step
    rows_drawn, columns = np.divmod(
        rng.choice(share.size, size=draws, p=share.ravel()), reaches.size
    )
    jitter = rng.uniform(-0.5, 0.5, size=(2, draws))
    size = np.exp(sizes[rows_drawn] + jitter[0] * step)
    reach = np.exp(reaches[columns] + jitter[1] * (reaches[1] - reaches[0]))
    return size / -np.expm1(-usual / reach), reach


def _logged(
    sizes: NDArray[np.float64],
    reaches: NDArray[np.float64],
    usual: float,
    seen: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    prior: CurvePrior,
) -> NDArray[np.float64]:
    """Log posterior over log effect at the usual spend (rows) and log reach (columns)."""
    gain = sizes[:, None] - np.log(-np.expm1(-usual / np.exp(reaches)))
    logged: NDArray[np.float64] = -0.5 * ((gain - np.log(prior.gain)) / prior.gain_spread) ** 2
    logged = logged - 0.5 * ((reaches - np.log(prior.reach)) / prior.reach_spread) ** 2
    for spend, effect, variance in zip(*seen, strict=True):
        curve = np.exp(gain) * -np.expm1(-spend / np.exp(reaches))
        logged = logged - 0.5 * (effect - curve) ** 2 / variance
    return logged


def _best_of_each(curves: Curves, budget: float) -> NDArray[np.float64]:
    """What the best split of each draw would bring, by halving the price of money; (draws,)."""
    slope = np.log(curves.gain / curves.reach)
    low = slope.min(axis=1) - budget / curves.reach.min(axis=1)
    high = slope.max(axis=1)
    for _ in range(60):
        price = (low + high) / 2
        asked = np.clip(curves.reach * (slope - price[:, None]), 0, budget).sum(axis=1)
        low, high = np.where(asked > budget, price, low), np.where(asked > budget, high, price)
    split = np.clip(curves.reach * (slope - high[:, None]), 0, budget)
    return curves.brought(split)
