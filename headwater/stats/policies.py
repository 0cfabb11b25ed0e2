"""Who should get which arm, and what was left on the table by not doing so."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats.answers import Estimate, NotEnough
from headwater.stats.arrays import checked_level, matrix, normal_estimate, vector
from headwater.stats.cells import Cells, Floats, Labels
from headwater.stats.experiments import segment_lifts
from headwater.stats.shrinkage import Shrunk

HALVES = (0, 1)


@dataclass(frozen=True, slots=True)
class Policy:
    """The best arm for each segment, as far as can be told, and what it is worth.

    `choices` pairs segments and arms, learned from everybody; `best_arm` is the best one for all.
    The estimates are a person, in the outcome's unit less cost. They are honest: learned on one
    half of the people and valued on the other, both ways. `left` is the policy's value less that of
    what was done, `left_by_one_arm` the same had everybody got the best arm.
    """

    choices: tuple[tuple[int, int], ...]
    best_arm: int
    done: float
    value: Estimate
    left: Estimate
    left_by_one_arm: Estimate


def best_policy(
    cells: Cells,
    *,
    shares: ArrayLike,
    rng: np.random.Generator,
    costs: ArrayLike | None = None,
    level: float = 0.95,
) -> Policy | None:
    """Could it have done better, with these arms?

    Parameters
    ----------
    cells : Cells
        What came of it. Without halves, counts of successes are halved by lot here.
    shares : array, shape (arms,)
        Chance everybody had of each arm, summing to 1.
    rng : Generator
        For the halves, where there are none.
    costs : array, shape (arms,), optional
        Of giving one person an arm, in the outcome's unit (money divided by what one more is
        worth). Nought when left out.
    level : float in (0, 1)
        Coverage wanted of the intervals.

    Returns
    -------
    Policy or None
        None where an arm has nobody in one of the halves.

    Raises
    ------
    ValueError
        If shares or costs don't fit the arms, or amounts come without halves.

    Notes
    -----
    Assumes the split was as promised: check `experiments.split_as_promised` first. Within a half
    the base is its best arm; a segment leaves it for another whose lift there, shrunk towards that
    arm's lift elsewhere, is above nought. Values come from cross-fitted augmented inverse-
    probability scores, with errors by cluster where there are clusters. What is found is a floor:
    the best policy of all may be better than the one that could be learned.
    Source: Robins, Rotnitzky & Zhao (1994); Athey & Wager (2021), Econometrica 89:133-161,
    equations 2.5 to 2.7; shrinkage by Morris (1983). With nothing to find, two halves taken as
    independent claimed something 8 times in 100 instead of 2 or 3; so their errors are added up.
    """
    chance = vector("shares", shares, at_least=cells.arms)
    if chance.size != cells.arms or (chance <= 0).any() or abs(chance.sum() - 1) > 1e-9:
        raise ValueError("shares must be above nought, one for each arm, and sum to 1")
    cost = np.zeros(cells.arms) if costs is None else vector("costs", costs)
    if cost.size != cells.arms:
        raise ValueError("costs need one value for each arm")
    checked_level(level)
    halved = cells if cells.half is not None else _halved(cells, rng)
    half = np.zeros(0, np.int64) if halved.half is None else halved.half
    if any(np.unique(halved.arm[half == side]).size < cells.arms for side in HALVES):
        return None
    parts: list[_Part] = []
    for side in HALVES:
        learned, tried = halved.where(half != side), halved.where(half == side)
        choice, best = _learned(learned, cost)
        means = _means(learned)
        parts.append(_Part(tried, choice, best, means))
    done = float((cells.total.sum() - cost[cells.arm] @ cells.count) / cells.count.sum())
    left = _valued(parts, chance, cost, level, by_segment=True)
    choice, best = _learned(halved, cost)
    return Policy(
        choices=tuple(sorted(choice.items())),
        best_arm=best,
        done=done,
        value=_value(parts, chance, cost, level),
        left=left,
        left_by_one_arm=_valued(parts, chance, cost, level, by_segment=False),
    )


def augmented_scores(
    outcome: ArrayLike,
    *,
    arm: ArrayLike,
    shares: ArrayLike,
    half: ArrayLike,
    covariates: ArrayLike | None = None,
    ridge: float = 1.0,
) -> Floats:
    """What each person would have done in each arm, right on average whatever the model.

    Parameters
    ----------
    outcome : array, shape (n,)
        What each did.
    arm : int array, shape (n,)
        What each got, from nought.
    shares : array, shape (arms,) or (n, arms)
        Chance of each arm.
    half : array, shape (n,)
        0 or 1, drawn by lot: the model of one half scores the other.
    covariates : array, shape (n, p), optional
        Known of each before the lots.
    ridge : float, at least 0
        Pull of the coefficients towards nought, in people.

    Returns
    -------
    array, shape (n, arms)
        Average any column, or pick a column for each person, to value an arm or a policy that was
        not learned from these people.

    Raises
    ------
    ValueError
        If lengths differ, or an arm has nobody in a half.

    Notes
    -----
    Source: Robins, Rotnitzky & Zhao (1994), Journal of the American Statistical Association
    89:846-866; cross-fitting as in Chernozhukov et al. (2018).
    """
    values, fold = vector("outcome", outcome), np.asarray(half)
    given = np.asarray(arm)
    chance = np.atleast_2d(np.asarray(shares, dtype=np.float64))
    design = np.ones((values.size, 1))
    if covariates is not None:
        design = np.column_stack([design, matrix("covariates", covariates)])
    if given.shape != values.shape or fold.shape != values.shape:
        raise ValueError("everybody needs an arm and a half")
    pull = ridge * np.eye(design.shape[1])
    pull[0, 0] = 0.0
    expected = np.zeros((values.size, chance.shape[1]))
    for side in HALVES:
        for place in range(chance.shape[1]):
            learned = (fold != side) & (given == place)
            if not learned.any():
                raise ValueError("each arm needs somebody in both halves")
            known = design[learned]
            slope = np.linalg.pinv(known.T @ known + pull) @ (known.T @ values[learned])
            expected[fold == side, place] = design[fold == side] @ slope
    was_given = given[:, None] == np.arange(chance.shape[1])
    scores: Floats = expected + was_given / chance * (values[:, None] - expected)
    return scores


def value_of(scores: Floats, choice: ArrayLike, *, level: float = 0.95) -> Estimate:
    """What a policy brings a person, from scores it was not learned from.

    Parameters
    ----------
    scores : array, shape (n, arms)
        From `augmented_scores`.
    choice : int array, shape (n,)
        The arm the policy gives each.
    level : float in (0, 1)
        Coverage wanted of the interval.

    Returns
    -------
    Estimate
        In the outcome's unit, a person.

    Raises
    ------
    ValueError
        If `level` is outside (0, 1).

    Notes
    -----
    Source: Athey & Wager (2021), equation 2.7.
    """
    picked = scores[np.arange(scores.shape[0]), np.asarray(choice)]
    error = float(picked.std(ddof=1) / np.sqrt(picked.size))
    return normal_estimate(float(picked.mean()), error, level=level)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One half with what the other half taught: an arm for each segment, and expected averages."""

    cells: Cells
    choice: dict[int, int]
    best: int
    means: dict[tuple[int, int], float]


def _halved(cells: Cells, rng: np.random.Generator) -> Cells:
    """Successes and failures dealt into two halves by lot, as if people themselves were."""
    if not cells.is_share:
        raise ValueError("amounts can only be halved before they are summed")
    if cells.cluster is not None:
        names, member = np.unique(cells.cluster, return_inverse=True)
        return replace(cells, half=rng.permutation(np.arange(names.size) % 2)[member])
    count, total = cells.count.astype(np.int64), cells.total.astype(np.int64)
    first = (count + rng.integers(0, 2, count.size)) // 2  # an odd one falls either way
    did = rng.hypergeometric(total, count - total, first)
    both = [(first, did), (count - first, total - did)]
    parts = []
    for people, successes in both:
        filled = people > 0
        part = cells.where(filled)
        amounts = successes[filled].astype(np.float64)
        parts.append(
            replace(
                part,
                count=people[filled].astype(np.float64),
                total=amounts,
                squares=amounts,
            )
        )
    one, other = parts
    return Cells(
        arm=np.concatenate([one.arm, other.arm]),
        segment=np.concatenate([one.segment, other.segment]),
        cluster=None,
        half=np.repeat([0, 1], [one.arm.size, other.arm.size]),
        count=np.concatenate([one.count, other.count]),
        total=np.concatenate([one.total, other.total]),
        squares=np.concatenate([one.squares, other.squares]),
    )


def _means(cells: Cells) -> dict[tuple[int, int], float]:
    """Expected outcome by segment and arm, leaning by one person on the arm's own average."""
    average = cells.by_arm(cells.total) / cells.people
    segments, segment = np.unique(cells.segment, return_inverse=True)
    place = segment * cells.arms + cells.arm
    size = segments.size * cells.arms
    count = np.bincount(place, weights=cells.count, minlength=size)
    total = np.bincount(place, weights=cells.total, minlength=size)
    leaning = (total + np.tile(average, segments.size)) / (count + 1)
    found = {
        (int(segments[n // cells.arms]), n % cells.arms): float(leaning[n]) for n in range(size)
    }
    return found | {(-1, arm): float(average[arm]) for arm in range(cells.arms)}


def _learned(cells: Cells, cost: Floats) -> tuple[dict[int, int], int]:
    """The best arm for each segment and for all, as these people show it."""
    net = cells.by_arm(cells.total) / cells.people - cost
    best = int(net.argmax())
    gain = {int(segment): 0.0 for segment in np.unique(cells.segment)}
    choice = dict.fromkeys(gain, best)
    if len(gain) < 2:
        return choice, best
    for arm in range(cells.arms):
        lifts = segment_lifts(cells, arm, against=best) if arm != best else None
        if lifts is None or isinstance(lifts, NotEnough):
            continue
        dearer = float(cost[arm] - cost[best])
        leaning = lifts.shrunk
        for place, segment in enumerate(lifts.segments):
            if isinstance(leaning, Shrunk):
                lift = leaning.estimates[place].value - dearer
            else:
                seen = lifts.seen[place]
                lift = seen.value - dearer if seen.low - dearer > 0 else 0.0
            if lift > gain[int(segment)]:
                gain[int(segment)], choice[int(segment)] = lift, arm
    return choice, best


def _scores(
    part: _Part, chance: Floats, cost: Floats, *, by_segment: bool, less_done: bool
) -> tuple[Floats, Floats]:
    """For each cell the sum, and the sum of squares, of people's scores under the policy.

    With `less_done` each person's score is taken less what they did and cost.
    """
    cells = part.cells
    chosen: Labels = np.array(
        [part.choice.get(int(s), part.best) if by_segment else part.best for s in cells.segment]
    )
    expected = np.array(
        [
            part.means.get((int(s), int(arm)), part.means[-1, int(arm)])
            for s, arm in zip(cells.segment, chosen, strict=True)
        ]
    )
    got = cells.arm == chosen
    beyond = cells.total - cells.count * expected
    squares = np.maximum(cells.squares - 2 * expected * cells.total + cells.count * expected**2, 0)
    if less_done:
        # Their score less what they did: with r = done - expected, r (1/p - 1), or -r elsewhere.
        factor = np.where(got, 1 / chance[chosen] - 1, -1.0)
        fixed = cost[cells.arm] - cost[chosen]
    else:
        factor = np.where(got, 1 / chance[chosen], 0.0)
        fixed = expected - cost[chosen]
    sums = factor * beyond + fixed * cells.count
    powers = factor**2 * squares + 2 * factor * fixed * beyond + fixed**2 * cells.count
    return sums, powers


def _valued(
    parts: list[_Part], chance: Floats, cost: Floats, level: float, *, by_segment: bool
) -> Estimate:
    return _averaged(
        parts,
        [_scores(p, chance, cost, by_segment=by_segment, less_done=True) for p in parts],
        level,
    )


def _value(parts: list[_Part], chance: Floats, cost: Floats, level: float) -> Estimate:
    return _averaged(
        parts, [_scores(p, chance, cost, by_segment=True, less_done=False) for p in parts], level
    )


def _averaged(parts: list[_Part], scores: list[tuple[Floats, Floats]], level: float) -> Estimate:
    """Average score over both halves; within a half people (or clusters) are independent.

    The halves taught each other, so their errors lean the same way where the best arm is in doubt:
    they are added up as if they did so wholly, which is never too narrow.
    """
    everybody = sum(float(part.cells.count.sum()) for part in parts)
    value = sum(float(sums.sum()) for sums, _powers in scores) / everybody
    error = 0.0
    for part, (sums, powers) in zip(parts, scores, strict=True):
        people = float(part.cells.count.sum())
        mean = float(sums.sum()) / people
        if part.cells.cluster is None:
            spread = max(float(powers.sum()) - people * mean**2, 0.0)
            variance = spread * people / max(people - 1, 1)
        else:
            member = np.unique(part.cells.cluster, return_inverse=True)[1]
            apart = np.bincount(member, weights=sums - part.cells.count * mean)
            variance = apart.size / max(apart.size - 1, 1) * float((apart**2).sum())
        error += float(np.sqrt(variance)) / everybody
    return normal_estimate(value, error, level=level)
