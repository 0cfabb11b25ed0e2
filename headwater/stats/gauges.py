from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import isfinite

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import Estimate
from headwater.stats.arrays import checked_level, normal_estimate, student_estimate, vector

SKIPPED = -1
POINTS_PER_THETA = 50 / 3
THETA = np.linspace(-6, 6, 121)


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a gauge, as the graded-response model sees it.

    `discrimination` says how sharply it tells people apart; `thresholds`, rising, are the places
    on the scale where the next higher answer becomes as likely as not. A question with k answers,
    numbered 0 to k - 1 from least to most, has k - 1 thresholds.
    """

    discrimination: float
    thresholds: tuple[float, ...]

    def __post_init__(self) -> None:
        if not (isfinite(self.discrimination) and self.discrimination > 0):
            raise ValueError("an item's discrimination is above nought")
        if not self.thresholds or not all(isfinite(place) for place in self.thresholds):
            raise ValueError("an item needs at least one threshold")
        if any(
            high <= low for low, high in zip(self.thresholds, self.thresholds[1:], strict=False)
        ):
            raise ValueError("an item's thresholds rise")

    @property
    def answers(self) -> int:
        return len(self.thresholds) + 1


@dataclass(frozen=True, slots=True)
class Score:
    """Where one person stands on one gauge.

    `theta` and `standard_error` are on the model's scale (0 the average of the people the items
    were made with, 1 their spread); `value`, `low` and `high` are what the screens show, 0 to 100.
    """

    theta: float
    standard_error: float
    value: float
    low: float
    high: float
    level: float
    answered: int


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """`Score` for many people: every field is an array of shape (people,)."""

    theta: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    level: float
    answered: NDArray[np.int64]

    def __len__(self) -> int:
        return self.theta.size

    def __getitem__(self, person: int) -> Score:
        return Score(
            theta=float(self.theta[person]),
            standard_error=float(self.standard_error[person]),
            value=float(self.value[person]),
            low=float(self.low[person]),
            high=float(self.high[person]),
            level=self.level,
            answered=int(self.answered[person]),
        )


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"
    STEADY = "steady"  # or too little to tell


@dataclass(frozen=True, slots=True)
class Movement:
    """A change on a gauge in points, and whether it is more than noise."""

    estimate: Estimate
    direction: Direction

    @property
    def is_more_than_noise(self) -> bool:
        return self.direction is not Direction.STEADY


def points(theta: ArrayLike) -> NDArray[np.float64]:
    """The model's scale as the screens show it.

    Parameters
    ----------
    theta : array, any shape
        Places on the model's scale.

    Returns
    -------
    array of the same shape
        0 to 100: 50 is the average of the people the items were made with, and a point is the same
        step everywhere. Beyond three spreads from the average it stops at the end.

    Notes
    -----
    Straight rather than a percentile: a gauge never says how many others are below you.
    """
    return np.clip(50 + POINTS_PER_THETA * np.asarray(theta, dtype=np.float64), 0.0, 100.0)


def score(items: Sequence[Item], answers: ArrayLike, *, level: float = 0.95) -> Scores:
    """Score many people's answers: expected place, its standard error and likely range.

    Parameters
    ----------
    items : sequence of Item, length m
        The gauge's bank.
    answers : int array, shape (people, m)
        0 to k - 1 for an item with k answers; `SKIPPED` (-1) where not asked or not answered.
    level : float in (0, 1)
        Probability that the likely range holds the person's place.

    Returns
    -------
    Scores
        For someone who answered nothing: 50, and the whole range.

    Raises
    ------
    ValueError
        If a row hasn't one answer per item, or an answer doesn't exist.

    Notes
    -----
    Assumes one trait behind the items, people drawn from a normal population with mean 0 and
    spread 1, and that skipping says nothing about the trait. An expected place leans towards the
    average, the more the fewer items: don't compare people who answered few.
    Source: Samejima (1969); EAP by Bock & Mislevy (1982), Applied Psychological Measurement 6.
    """
    posterior = _posterior(items, _answers(items, answers))
    tail = (1 - checked_level(level)) / 2
    theta = posterior @ THETA
    low, high = _quantile(posterior, tail), _quantile(posterior, 1 - tail)
    return Scores(
        theta=theta,
        standard_error=np.sqrt(posterior @ THETA**2 - theta**2),
        value=points(theta),
        low=points(np.minimum(low, theta)),
        high=points(np.maximum(high, theta)),
        level=level,
        answered=(np.asarray(answers) != SKIPPED).sum(axis=1),
    )


def score_one(items: Sequence[Item], answers: ArrayLike, *, level: float = 0.95) -> Score:
    """`score` for one person: `answers` has shape (m,).

    Parameters
    ----------
    items, answers, level
        As in `score`.

    Returns
    -------
    Score
        As in `score`.

    Raises
    ------
    ValueError
        As in `score`.

    Notes
    -----
    Source and assumptions as in `score`.
    """
    return score(items, np.asarray(answers)[None, :], level=level)[0]


def information(item: Item, theta: ArrayLike) -> NDArray[np.float64]:
    """How much one more answer to an item tells, at given places on the scale.

    Parameters
    ----------
    item : Item
        Of any number of answers.
    theta : array, shape (places,)
        On the model's scale.

    Returns
    -------
    array, shape (places,)
        Fisher information: an item of information 1 brings a standard error of 1 on its own.

    Notes
    -----
    Source: Samejima (1969), equation 6.3 in van der Linden & Hambleton (1997), chapter 5.
    """
    places = np.asarray(theta, dtype=np.float64)
    above = _at_least(item, places)
    slope = item.discrimination * above * (1 - above)
    chances = np.clip(above[..., :-1] - above[..., 1:], 1e-12, None)
    told: NDArray[np.float64] = ((slope[..., :-1] - slope[..., 1:]) ** 2 / chances).sum(axis=-1)
    return told


def next_item(
    items: Sequence[Item],
    answers: ArrayLike,
    *,
    asked: ArrayLike | None = None,
    rng: np.random.Generator | None = None,
    among: int = 3,
    stop_at: float = 0.35,
    at_least: int = 4,
    at_most: int = 12,
) -> int | None:
    """Which item to ask next, or None when we know enough.

    Parameters
    ----------
    items : sequence of Item, length m
        The gauge's bank.
    answers : int array, shape (m,)
        One person's answers so far; `SKIPPED` (-1) elsewhere.
    asked : bool array, shape (m,), optional
        Items shown already, answered or skipped: they don't come again. Without it, the answered.
    rng : Generator, optional
        Chooses at random among the best few, so that not everybody gets the same items. Without
        it, the best one.
    among : int
        How many the best few are.
    stop_at : float
        Standard error, on the model's scale, at which we know enough.
    at_least, at_most : int
        Items asked before we may stop, and after which we do.

    Returns
    -------
    int or None
        The item's place in the bank.

    Raises
    ------
    ValueError
        If an answer doesn't exist, or lengths differ.

    Notes
    -----
    Assumes what `score` assumes, and that an item may come at any point: items that build on each
    other belong together outside the gauge.
    Source: maximum posterior-weighted information, van der Linden & Glas (2010), chapter 1.
    """
    given = _answers(items, np.asarray(answers)[None, :])
    shown = given[0] != SKIPPED
    if asked is not None:
        if np.shape(asked) != shown.shape:
            raise ValueError("asked needs one value for each item")
        shown = shown | np.asarray(asked, dtype=np.bool_)
    left = np.flatnonzero(~shown)
    if not left.size or shown.sum() >= at_most:
        return None
    posterior = _posterior(items, given)[0]
    spread = float(np.sqrt(posterior @ THETA**2 - (posterior @ THETA) ** 2))
    if shown.sum() >= at_least and spread <= stop_at:
        return None
    expected = np.array([posterior @ _told(items[int(place)]) for place in left])
    best = left[np.argsort(-expected, kind="stable")[:among]]
    return int(best[0] if rng is None else rng.choice(best))


def movement(before: Score, after: Score, *, level: float = 0.95) -> Movement:
    """How far one person moved between two check-ins, given how sure we were of each.

    Parameters
    ----------
    before, after : Score
        Of the same person on the same gauge.
    level : float in (0, 1)
        Coverage wanted of the range.

    Returns
    -------
    Movement
        In points of the 0 to 100 scale. Up when it is 95 in 100 or more likely that the person
        rose, down likewise, and steady otherwise: a change within the noise is not a change.

    Raises
    ------
    ValueError
        If `level` is outside (0, 1).

    Notes
    -----
    Assumes the two errors are independent (different items, or long enough between). Both scores
    lean to the average, so a change looks a little smaller than it is: it errs towards steady.
    Source: reliable change, Jacobson & Truax (1991), with each score's own standard error.
    """
    error = float(np.hypot(before.standard_error, after.standard_error))
    return _movement(
        normal_estimate(
            (after.theta - before.theta) * POINTS_PER_THETA, error * POINTS_PER_THETA, level=level
        )
    )


def group_movement(before: Scores, after: Scores, *, level: float = 0.95) -> Movement:
    """How far a group moved on average between two check-ins.

    Parameters
    ----------
    before, after : Scores
        The same people in the same order, at least two.
    level : float in (0, 1)
        Coverage wanted of the range.

    Returns
    -------
    Movement
        As in `movement`.

    Raises
    ------
    ValueError
        If the two differ in length, or hold fewer than two people.

    Notes
    -----
    People's own changes spread by both noise and truth; Student's interval on them covers both.
    Assumes independent people. Those who came to both check-ins may not be like the others.
    Source: Student (1908).
    """
    if len(before) != len(after) or len(before) < 2:
        raise ValueError("a group's movement needs the same people twice, at least two of them")
    change = (after.theta - before.theta) * POINTS_PER_THETA
    error = float(change.std(ddof=1) / np.sqrt(change.size))
    return _movement(student_estimate(float(change.mean()), error, change.size - 1, level=level))


def group_level(value: ArrayLike, *, level: float = 0.95) -> Estimate:
    """Where a group stands on a gauge: the average of its people's values with a likely range.

    Parameters
    ----------
    value : array, shape (people,), at least 2
        0 to 100, as `Scores.value` has them.
    level : float in (0, 1)
        Coverage wanted of the range.

    Returns
    -------
    Estimate
        In points, kept within 0 to 100. `probability_positive` is that of standing above 50.

    Raises
    ------
    ValueError
        With fewer than two people, or a missing value.

    Notes
    -----
    Assumes independent people. Never show it for fewer than ten: the group would give them away.
    Source: Student (1908).
    """
    values = vector("value", value, at_least=2)
    error = float(values.std(ddof=1) / np.sqrt(values.size))
    around = student_estimate(float(values.mean()) - 50, error, values.size - 1, level=level)
    return Estimate(
        value=around.value + 50,
        low=max(around.low + 50, 0.0),
        high=min(around.high + 50, 100.0),
        level=level,
        probability_positive=around.probability_positive,
        standard_error=error,
    )


def _movement(estimate: Estimate) -> Movement:
    if estimate.probability_positive >= 0.95:
        return Movement(estimate, Direction.UP)
    if estimate.probability_positive <= 0.05:
        return Movement(estimate, Direction.DOWN)
    return Movement(estimate, Direction.STEADY)


def _answers(items: Sequence[Item], answers: ArrayLike) -> NDArray[np.int64]:
    table = np.asarray(answers)
    if not len(items) or table.ndim != 2 or table.shape[1] != len(items):
        raise ValueError("answers need one value for each item")
    if table.size and not np.issubdtype(table.dtype, np.integer):
        raise ValueError("answers are whole numbers")
    most = np.array([item.answers - 1 for item in items])
    if ((table < SKIPPED) | (table > most)).any():
        raise ValueError("an answer was given that the item doesn't have")
    return table.astype(np.int64)


def _posterior(items: Sequence[Item], answers: NDArray[np.int64]) -> NDArray[np.float64]:
    """Probability of each place in THETA, shape (people, places)."""
    logged = np.tile(-0.5 * THETA**2, (answers.shape[0], 1))
    for column in np.flatnonzero((answers != SKIPPED).any(axis=0)):
        there = answers[:, column] != SKIPPED
        logged[there] += _logged_chances(items[int(column)])[answers[there, column]]
    weights = np.exp(logged - logged.max(axis=1, keepdims=True))
    posterior: NDArray[np.float64] = weights / weights.sum(axis=1, keepdims=True)
    return posterior


@lru_cache(maxsize=1024)
def _logged_chances(item: Item) -> NDArray[np.float64]:
    """Log probability of each answer at each place in THETA, shape (answers, places)."""
    above = _at_least(item, THETA)
    logged: NDArray[np.float64] = np.log(np.clip(above[:, :-1] - above[:, 1:], 1e-12, None)).T
    return logged


@lru_cache(maxsize=1024)
def _told(item: Item) -> NDArray[np.float64]:
    return information(item, THETA)


def _at_least(item: Item, theta: NDArray[np.float64]) -> NDArray[np.float64]:
    """P(answer >= 0), P(answer >= 1), ..., then nought: shape (..., answers + 1)."""
    inner = scipy.special.expit(
        item.discrimination * (theta[..., None] - np.array(item.thresholds))
    )
    ends = np.ones((*theta.shape, 1))
    return np.concatenate([ends, inner, 0 * ends], axis=-1)


def _quantile(posterior: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Place below which `share` of each posterior lies, between the grid's places if need be."""
    step = THETA[1] - THETA[0]
    below = np.cumsum(posterior, axis=1)
    place = np.argmax(below >= share, axis=1)
    rows = np.arange(posterior.shape[0])
    before = below[rows, place] - posterior[rows, place]
    within = (share - before) / posterior[rows, place]
    ends: NDArray[np.float64] = THETA[place] - step / 2 + step * within
    return ends
