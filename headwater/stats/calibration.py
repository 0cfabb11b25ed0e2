from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import NotEnough, Unit
from headwater.stats.gauges import SKIPPED, Item

PEOPLE_NEEDED = 200
PLACES = np.linspace(-6, 6, 61)
WEIGHTS = np.exp(-0.5 * PLACES**2) / np.exp(-0.5 * PLACES**2).sum()


@dataclass(frozen=True, slots=True)
class Calibration:
    """Item parameters learned from answers, and how probable they make the answers."""

    items: tuple[Item, ...]
    log_likelihood: float
    rounds: int
    people: int


def calibrate(
    answers: ArrayLike,
    *,
    times: ArrayLike | None = None,
    alike: bool = False,
    tolerance: float = 1e-7,
    at_most: int = 2000,
) -> Calibration | NotEnough:
    """Learn a gauge's item parameters from many people's answers.

    Parameters
    ----------
    answers : int array, shape (people, items)
        0 to k - 1; `SKIPPED` (-1) where not answered.
    times : array, shape (people,), optional
        How often each row was given, for tables of patterns.
    alike : bool
        One discrimination for all items (with two answers each: the Rasch model).
    tolerance : float
        Stop when a round improves the log-likelihood by less, as a share of it.
    at_most : int
        Rounds after which to stop in any case.

    Returns
    -------
    Calibration or NotEnough
        NotEnough with fewer than 200 people: then keep the shipped parameters and only score.

    Raises
    ------
    ValueError
        If an item's answers were not all given by somebody, or items are fewer than two.

    Notes
    -----
    The scale is set by the people: mean 0 and spread 1. When recalibrating, put the new parameters
    on the old scale (`anchored`), or partners' gauges would move when nobody did. Assumes one
    trait, normal in the population, and that skipping says nothing about it.
    Source: Bock & Aitkin (1981), Psychometrika 46:443-459, marginal maximum likelihood by EM;
    Samejima (1969) for the model; 61 equally spaced nodes from -6 to 6.
    """
    table, weights = _patterns(answers, times)
    people = float(weights.sum())
    if people < PEOPLE_NEEDED:
        return NotEnough(Unit.ANSWERS, have=int(people), needed=PEOPLE_NEEDED)
    slopes, intercepts = _start(table, weights)
    likelihood, rounds = -np.inf, 0
    for rounds in range(1, at_most + 1):
        expected, now = _expected(table, weights, slopes, intercepts)
        if alike:
            slopes, intercepts = _improved_alike(expected, slopes, intercepts)
        else:
            slopes, intercepts = _improved(expected, slopes, intercepts)
        if now - likelihood < tolerance * abs(now) and rounds > 5:
            break
        likelihood = now
    items = tuple(
        Item(float(slope), tuple((-each / slope).tolist()))
        for slope, each in zip(slopes, intercepts, strict=True)
    )
    return Calibration(items, now, rounds, int(people))


def anchored(new: Calibration, old: tuple[Item, ...], *, anchors: tuple[int, ...]) -> Calibration:
    """Put newly learned items on the old scale, by items that are thought to have stayed the same.

    Parameters
    ----------
    new : Calibration
        Learned from today's people.
    old : tuple of Item
        The items in use, in the same order.
    anchors : tuple of int
        Places of the items that stayed as they were; with three thresholds or more between them.

    Returns
    -------
    Calibration
        The same items, so that a score means what it meant.

    Raises
    ------
    ValueError
        If anchors are too few, differ in their number of answers, or don't spread at all.

    Notes
    -----
    Source: Marco (1977), Journal of Educational Measurement 14:139-160, mean and sigma linking.
    """
    if any(new.items[place].answers != old[place].answers for place in anchors):
        raise ValueError("an anchor has as many answers as it had")
    ours = np.array([at for place in anchors for at in new.items[place].thresholds])
    theirs = np.array([at for place in anchors for at in old[place].thresholds])
    if ours.size < 3 or not ours.std() or not theirs.std():
        raise ValueError("anchors need three thresholds or more, in different places")
    stretch = float(theirs.std() / ours.std())
    shift = float(theirs.mean() - stretch * ours.mean())
    items = tuple(
        Item(item.discrimination / stretch, tuple(stretch * at + shift for at in item.thresholds))
        for item in new.items
    )
    return Calibration(items, new.log_likelihood, new.rounds, new.people)


def _patterns(
    answers: ArrayLike, times: ArrayLike | None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Each pattern of answers once, and how often it was given."""
    table = np.asarray(answers)
    if table.ndim != 2 or table.shape[1] < 2 or not np.issubdtype(table.dtype, np.integer):
        raise ValueError("answers must be whole numbers, people by two items or more")
    weights = np.ones(len(table)) if times is None else np.asarray(times, dtype=np.float64)
    if weights.shape != (len(table),) or (weights < 0).any():
        raise ValueError("times needs one count for each row")
    given = table[weights > 0]
    for column in given.T:
        answered = set(column[column != SKIPPED].tolist())
        if len(answered) < 2 or answered != set(range(max(answered) + 1)):
            raise ValueError("every answer of every item must have been given by somebody")
    patterns, member = np.unique(given, axis=0, return_inverse=True)
    counts = np.bincount(member.ravel(), weights=weights[weights > 0])
    return patterns.astype(np.int64), counts.astype(np.float64)


def _start(
    table: NDArray[np.int64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], list[NDArray[np.float64]]]:
    intercepts = []
    for column in table.T:
        there = column != SKIPPED
        above = [
            np.average(column[there] >= answer, weights=weights[there])
            for answer in range(1, int(column.max()) + 1)
        ]
        share = np.clip(above, 0.005, 0.995) - 1e-4 * np.arange(len(above))
        intercepts.append(1.2 * np.log(share / (1 - share)))
    return np.ones(table.shape[1]), intercepts


def _expected(
    table: NDArray[np.int64],
    weights: NDArray[np.float64],
    slopes: NDArray[np.float64],
    intercepts: list[NDArray[np.float64]],
) -> tuple[list[NDArray[np.float64]], float]:
    """Expected number of each answer at each place, (places, answers) an item; log-likelihood."""
    logged = np.zeros((len(table), PLACES.size))
    for column, slope, each in zip(table.T, slopes, intercepts, strict=True):
        there = column != SKIPPED
        logged[there] += np.log(_chances(slope, each)[0])[:, column[there]].T
    top = logged.max(axis=1, keepdims=True)
    joint = np.exp(logged - top) * WEIGHTS
    total = joint.sum(axis=1, keepdims=True)
    likelihood = float(weights @ (np.log(total) + top)[:, 0])
    held = joint / total * weights[:, None]
    counts = []
    for column, each in zip(table.T, intercepts, strict=True):
        chosen = column[:, None] == np.arange(each.size + 1)
        counts.append(held.T @ chosen.astype(np.float64))
    return counts, likelihood


def _chances(
    slope: float, intercepts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Probability of each answer at each place, and P(answer or higher) with its two ends."""
    inner = scipy.special.expit(slope * PLACES[:, None] + intercepts)
    ends = np.ones((PLACES.size, 1))
    above = np.hstack([ends, inner, 0 * ends])
    return np.clip(above[:, :-1] - above[:, 1:], 1e-12, None), above


def _climb(
    counts: NDArray[np.float64], slope: float, intercepts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gradient and information of one item's expected log-likelihood in (slope, intercepts)."""
    chances, above = _chances(slope, intercepts)
    steep = above[:, 1:-1] * (1 - above[:, 1:-1])
    answers = intercepts.size + 1
    change = np.zeros((PLACES.size, answers, answers))
    for place in range(intercepts.size):
        for answer, sign in ((place + 1, 1.0), (place, -1.0)):
            change[:, answer, 1 + place] += sign * steep[:, place]
            change[:, answer, 0] += sign * steep[:, place] * PLACES
    gradient = np.einsum("qc,qck->k", counts / chances, change)
    scaled = change / chances[:, :, None]
    return gradient, np.einsum("q,qck,qcl->kl", counts.sum(axis=1), change, scaled)


def _improved(
    expected: list[NDArray[np.float64]],
    slopes: NDArray[np.float64],
    intercepts: list[NDArray[np.float64]],
) -> tuple[NDArray[np.float64], list[NDArray[np.float64]]]:
    """One Fisher-scoring step for every item on its own."""
    better, moved = slopes.copy(), []
    for item, counts in enumerate(expected):
        gradient, information = _climb(counts, slopes[item], intercepts[item])
        step = _step(gradient, information)
        better[item] = max(slopes[item] + step[0], 0.05)
        moved.append(_falling(intercepts[item] + step[1:]))
    return better, moved


def _improved_alike(
    expected: list[NDArray[np.float64]],
    slopes: NDArray[np.float64],
    intercepts: list[NDArray[np.float64]],
) -> tuple[NDArray[np.float64], list[NDArray[np.float64]]]:
    """One Fisher-scoring step for all items together, with one slope."""
    sizes = [each.size for each in intercepts]
    gradient, information = np.zeros(1 + sum(sizes)), np.zeros((1 + sum(sizes), 1 + sum(sizes)))
    begins = 1
    for item, counts in enumerate(expected):
        own = np.array([0, *range(begins, begins + sizes[item])])
        slope, curve = _climb(counts, slopes[item], intercepts[item])
        gradient[own] += slope
        information[np.ix_(own, own)] += curve
        begins += sizes[item]
    step = _step(gradient, information)
    parts = np.split(step[1:], np.cumsum(sizes)[:-1])
    better = np.full(len(slopes), max(slopes[0] + step[0], 0.05))
    return better, [_falling(each + part) for each, part in zip(intercepts, parts, strict=True)]


def _step(gradient: NDArray[np.float64], information: NDArray[np.float64]) -> NDArray[np.float64]:
    step = np.linalg.solve(information + 1e-9 * np.eye(len(gradient)), gradient)
    return np.clip(step, -1.0, 1.0)


def _falling(intercepts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Keep the intercepts in falling order when a step would have crossed them."""
    kept = intercepts.copy()
    for place in range(1, kept.size):
        kept[place] = min(kept[place], kept[place - 1] - 1e-3)
    return kept
