from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from headwater.stats.alternatives import (
    MOST,
    Curves,
    best_split,
    brought_on_average,
    filled,
    slices,
)
from headwater.stats.answers import Estimate
from headwater.stats.arrays import checked_level, drawn_estimate, mask, vector

# A move of less than this share of the budget is not worth anybody's meeting.
SMALLEST = 0.02
OUTCOMES = 200


@dataclass(frozen=True, slots=True)
class Move:
    """So much money from one lever (its place in the row) to another, and what that brings more.

    `gain.probability_positive` is the odds that this move pays.
    """

    source: int
    target: int
    money: float
    gain: Estimate


@dataclass(frozen=True, slots=True, eq=False)
class Advice:
    """How to move a budget: one move after the other, the most worthwhile first.

    Each move's gain counts from where the moves before it left off, so gains add up to `gain`.
    No moves: where the money goes now is as good as we can tell.
    """

    moves: tuple[Move, ...]
    split: NDArray[np.float64]
    gain: Estimate


def budget_advice(
    curves: Curves,
    *,
    now: ArrayLike,
    least: ArrayLike | None = None,
    at_most: ArrayLike | None = None,
    locked: ArrayLike | None = None,
    most: float = MOST,
    smallest: float = SMALLEST,
    level: float = 0.9,
) -> Advice:
    """Say which money to move from where to where, within what each lever may get.

    Parameters
    ----------
    curves : Curves
        Of all levers.
    now : array, shape (levers,)
        Money that each gets now.
    least, at_most : array, shape (levers,), optional
        Money that each must get, and may get at most.
    locked : bool array, shape (levers,), optional
        True where the money is promised: neither more nor less.
    most : float in (0, 1]
        Share of all the money that the advice never goes beyond for one lever.
    smallest : float in [0, 1)
        Moves of a smaller share of the money are left out.
    level : float in (0, 1)
        Coverage wanted of the ranges.

    Returns
    -------
    Advice
        Gains in the unit of the evidence, for the span of time that the evidence is about.

    Raises
    ------
    ValueError
        If lengths differ, money is negative or none, or the limits leave it nowhere to go.

    Notes
    -----
    Assumes what `return_curves` does. Never all-in: on the best ratio alone that brought less than
    half of what was possible. Show a move whose odds are under 80 in 100 as a test to make rather
    than as advice, with what the test is worth (`worth_of_test`).
    Source: as `best_split`.
    """
    spent = vector("now", now)
    if spent.size != curves.gain.shape[1] or (spent < 0).any() or spent.sum() <= 0:
        raise ValueError("now needs money for each lever, nought or more, and some in all")
    checked_level(level)
    still = np.zeros(spent.size, bool) if locked is None else mask("locked", locked)
    if still.size != spent.size:
        raise ValueError("locked needs one value for each lever")
    floor = np.zeros(spent.size) if least is None else vector("least", least)
    roof = np.full(spent.size, np.inf) if at_most is None else np.asarray(at_most, np.float64)
    if floor.size != spent.size or roof.size != spent.size:
        raise ValueError("limits need one value for each lever")
    if (~still).sum() < 2:
        return Advice((), spent, _gain(curves, spent, spent, level))
    split = best_split(
        curves,
        budget=float(spent.sum()),
        most=most,
        least=np.where(still, spent, floor),
        at_most=np.where(still, spent, roof),
    )
    moves, ends = _moves(curves, spent, split, smallest=smallest * float(spent.sum()), level=level)
    return Advice(moves, ends, _gain(curves, spent, ends, level))


def worth_of_test(
    curves: Curves,
    *,
    budget: float,
    lever: int,
    spend: float,
    standard_error: float,
    most: float = MOST,
) -> float:
    """What one more test of one lever would add, by letting the next budget be split better.

    Parameters
    ----------
    curves : Curves
        Of all levers, as known before the test.
    budget : float
        Money that will be split after it.
    lever : int
        Place of the lever that is tested.
    spend : float
        Money that the test puts into it.
    standard_error : float
        Of the effect that the test will find; `power.smallest_effect` says what is to be had.
    most : float in (0, 1]
        As in `best_split`.

    Returns
    -------
    float
        In the unit of the evidence, nought or more. Worth doing if more than it costs.

    Raises
    ------
    ValueError
        If `lever` doesn't exist, or budget, spend or standard error are not above nought.

    Notes
    -----
    Never more than `Alternatives.worth_of_knowing`, but for the cap. Assumes a randomised test with
    a normal error, and that what is learned serves one budget: over several it is worth more.
    Source: expected value of sample information, Raiffa & Schlaifer (1961), section 4.5; outcomes
    are drawn evenly, and the curves' draws weighted by how well they fit each.
    """
    if not 0 <= lever < curves.gain.shape[1]:
        raise ValueError("there is no such lever")
    if min(budget, spend, standard_error) <= 0:
        raise ValueError("budget, spend and standard error are above nought")
    none = np.zeros(curves.gain.shape[1])
    spends = slices(none, none + np.inf, budget=budget, most=most)
    table = brought_on_average(curves, spends)
    before = filled(table, spends, budget=budget)
    gain, reach = curves.gain[:, lever], curves.reach[:, lever]
    each = gain[:, None] * -np.expm1(-spends[lever] / reach[:, None])
    learned = _after_outcomes(gain * -np.expm1(-spend / reach), standard_error) @ each
    won = []
    for row in learned:
        table[lever] = row
        after = filled(table, spends, budget=budget)
        won.append(_value(table, spends, after) - _value(table, spends, before))
    return float(np.mean(won))


def _moves(
    curves: Curves,
    now: NDArray[np.float64],
    split: NDArray[np.float64],
    *,
    smallest: float,
    level: float,
) -> tuple[tuple[Move, ...], NDArray[np.float64]]:
    """Pair those that give, the least missed first, with those that gain most; and where it ends.

    A pair whose move would be too small is passed over: what it would have moved stays.
    """
    slope = (curves.gain / curves.reach * np.exp(-now / curves.reach)).mean(axis=0)
    open_change, ends = split - now, now.copy()
    moves = []
    while (open_change < 0).any() and (open_change > 0).any():
        source = int(np.where(open_change < 0, slope, np.inf).argmin())
        target = int(np.where(open_change > 0, slope, -np.inf).argmax())
        money = float(min(-open_change[source], open_change[target]))
        done = source if money == -open_change[source] else target
        open_change[source] += money
        open_change[target] -= money
        open_change[done] = 0.0
        if money < smallest:
            continue
        begins = ends.copy()
        ends[source] -= money
        ends[target] += money
        moves.append(Move(source, target, money, _gain(curves, begins, ends, level)))
    return tuple(moves), ends


def _gain(
    curves: Curves, before: NDArray[np.float64], after: NDArray[np.float64], level: float
) -> Estimate:
    return drawn_estimate(curves.brought(after) - curves.brought(before), level=level)


def _after_outcomes(expected: NDArray[np.float64], error: float) -> NDArray[np.float64]:
    """How probable each draw is after each of so many outcomes of a test: (outcomes, draws).

    Outcomes are the draws at even ranks, each with an even share of the errors in a fixed order.
    """
    steps = (np.arange(OUTCOMES) + 0.5) / OUTCOMES
    ranks = np.argsort(expected)[(steps * expected.size).astype(int)]
    mixed = scipy.special.ndtri(steps[np.arange(OUTCOMES) * 77 % OUTCOMES])  # no shared factor
    found = expected[ranks] + error * mixed
    logged = -0.5 * ((found[:, None] - expected) / error) ** 2
    odds = np.exp(logged - logged.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = odds / odds.sum(axis=1, keepdims=True)
    return shares


def _value(
    table: NDArray[np.float64], spends: NDArray[np.float64], split: NDArray[np.float64]
) -> float:
    return float(
        sum(np.interp(at, spend, row) for at, spend, row in zip(split, spends, table, strict=True))
    )
