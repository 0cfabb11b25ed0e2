from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.arrays import matrix, vector

# Pulls are compared in units of the problem's own size; below this they are rounding.
TOLERANCE = 1e-10
MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True, eq=False)
class SimplexFit:
    """Weights of nought or more that add up to one, and how well they do.

    `loss` is half the sum of squared misses, the ridge included. `slack` is the most that any
    column still pulls beyond those held, in units of the problem's size: nought at the exact
    optimum (Karush, Kuhn and Tucker), more than 1e-10 only where rounding hides the rest. `steps`
    counts the columns that were tried.
    """

    weights: NDArray[np.float64]
    loss: float
    slack: float
    steps: int


def least_squares_on_simplex(
    columns: ArrayLike, target: ArrayLike, *, ridge: float = 0.0, intercept: bool = False
) -> SimplexFit:
    """Mix columns, in shares that add up to one, so that they come nearest to a target.

    Parameters
    ----------
    columns : array, shape (rows, p)
        What is mixed: a column for each market (or each week).
    target : array, shape (rows,)
        What the mixture should resemble, in the same unit.
    ridge : float
        Times half the sum of squared weights is added to the loss: more spreads the weights.
    intercept : bool
        The mixture may lie higher or lower than the target by a constant, free of charge.

    Returns
    -------
    SimplexFit
        The exact optimum. Of columns that are copies of one another, without a ridge, one is held.

    Raises
    ------
    ValueError
        If the shapes don't fit, values are missing, or `ridge` is negative.

    Notes
    -----
    Columns are taken up one at a time, the one that pulls most first, and dropped where they would
    get less than nought; each step solves the small problem of the columns held exactly, and lowers
    the loss, so it ends. A column that those held can make up (copies, collinear markets) never
    pulls, and so never enters: the problems solved are not singular.
    Source: Lawson & Hanson (1974), Solving Least Squares Problems, chapter 23, with the sum of
    weights held at one by differences from the first column (chapter 20).
    """
    table = matrix("columns", columns)
    wanted = vector("target", target)
    if wanted.size != table.shape[0]:
        raise ValueError("target needs one value for each row of columns")
    if not 0 <= ridge < np.inf:
        raise ValueError("ridge is nought or more")
    table, wanted = _reduced(table, wanted, intercept=intercept)
    problem = _Problem(table, wanted, ridge)
    size = float((table**2).sum(axis=0).max()) + float(wanted @ wanted) + ridge
    best, loss, slack, steps = problem.beginning(), np.inf, 0.0, -1
    weights = best
    while (lower := problem.loss(best)) < loss:
        weights, loss, steps = best, lower, steps + 1
        pull = problem.pull(weights)
        beyond = np.where(weights > 0, -np.inf, pull - pull @ weights)
        slack = max(float(beyond.max()) / size, 0.0) if size else 0.0
        if slack > TOLERANCE:
            best = problem.taken_up(weights, int(np.argmax(beyond)))
    return SimplexFit(weights, loss, slack, steps)


def _reduced(
    table: NDArray[np.float64], wanted: NDArray[np.float64], *, intercept: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The same problem in as few rows as it needs, with the intercept worked in."""
    if intercept:
        table, wanted = table - table.mean(axis=0), wanted - wanted.mean()
    many = table.shape[1]
    if table.shape[0] <= many + 1:
        return table, wanted
    corner = np.linalg.qr(np.column_stack([table, wanted])).R
    return corner[:, :many], corner[:, many]


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    table: NDArray[np.float64]
    wanted: NDArray[np.float64]
    ridge: float

    def loss(self, weights: NDArray[np.float64]) -> float:
        missed = self.wanted - self.table @ weights
        return float(missed @ missed + self.ridge * (weights @ weights)) / 2

    def pull(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """How fast the loss would fall, were each weight raised."""
        pull: NDArray[np.float64] = (
            self.table.T @ (self.wanted - self.table @ weights) - self.ridge * weights
        )
        return pull

    def beginning(self) -> NDArray[np.float64]:
        """Weights to begin with, near the end, so that few steps are left.

        A ridge makes columns independent and weights dense: hold all, and let go of those below
        nought until none is. Without one, or with hundreds of columns, the nearest single
        column begins.
        """
        columns = self.table.shape[1]
        weights = np.zeros(columns)
        if not self.ridge or columns > MOST_AT_ONCE:
            weights[int(np.argmin(((self.table - self.wanted[:, None]) ** 2).sum(axis=0)))] = 1.0
            return weights
        held = np.arange(columns)
        best = self.best_of(held)
        while (best < 0).any():
            held = held[best > 0]
            best = self.best_of(held)
        weights[held] = best
        return weights

    def taken_up(self, weights: NDArray[np.float64], newcomer: int) -> NDArray[np.float64]:
        """Weights after one more column is held, and those it drives below nought are let go."""
        now = weights.copy()
        held = np.append(np.flatnonzero(weights > 0), newcomer)
        while True:
            best = self.best_of(held)
            if (best >= 0).all():
                now[:] = 0.0
                now[held] = best
                return now
            here = now[held]
            reach = np.full(held.size, np.inf)
            falling = best < 0
            reach[falling] = here[falling] / (here[falling] - best[falling])
            now[held] = here + reach.min() * (best - here)
            gone = reach <= reach.min()
            now[held[gone]] = 0.0
            held = held[~gone]

    def best_of(self, held: NDArray[np.intp]) -> NDArray[np.float64]:
        """Weights that add up to one, of either sign, for columns not made of one another."""
        table, wanted = self.table[:, held], self.wanted
        if self.ridge:
            table = np.vstack([table, np.sqrt(self.ridge) * np.eye(held.size)])
            wanted = np.concatenate([wanted, np.zeros(held.size)])
        first = table[:, 0]
        others = _solved(table[:, 1:] - first[:, None], wanted - first)
        best: NDArray[np.float64] = np.concatenate([[1 - others.sum()], others])
        return best


def _solved(table: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    turned, corner = np.linalg.qr(table)
    solution: NDArray[np.float64] = np.linalg.solve(corner, turned.T @ wanted)
    return solution
