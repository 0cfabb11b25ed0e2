from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import Estimate, NotEnough, Unit
from headwater.stats.arrays import checked_level, mask, vector

EACH_NEEDED = 3
BATCH = 250


@dataclass(frozen=True, slots=True)
class LotteryEffect:
    """What being drawn did, and how often luck alone would do as much.

    `effect` compares those drawn with those who wait, whether they came or not. `on_those_who_came`
    is the effect on people who come when drawn and don't otherwise; None where it wasn't asked.
    """

    effect: Estimate
    probability_by_luck: float
    drawn: int
    waiting: int
    on_those_who_came: Estimate | None


def effect_of_lottery(
    outcome: ArrayLike,
    *,
    drawn: NDArray[np.bool_],
    rng: np.random.Generator,
    before: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    came: NDArray[np.bool_] | None = None,
    level: float = 0.95,
    permutations: int = 2000,
) -> LotteryEffect | NotEnough:
    """Effect of places or dates given by lot: those drawn first against those who wait.

    Parameters
    ----------
    outcome : array, shape (people,)
        After the first were served and before the others were.
    drawn : bool array, shape (people,)
        True for those drawn.
    rng : Generator
        Draws the lottery anew.
    before : array, shape (people,), optional
        The same figure before the lottery; sharpens the answer.
    stratum : array, shape (people,), optional
        Within which lots were drawn. The lottery is drawn anew within them.
    came : bool array, shape (people,), optional
        Who took part.
    level : float in (0, 1)
        Coverage wanted of the interval.
    permutations : int
        How often the lottery is drawn anew.

    Returns
    -------
    LotteryEffect or NotEnough
        In the outcome's unit. NotEnough with fewer than three drawn or three waiting.

    Raises
    ------
    ValueError
        If lengths differ or values are missing.

    Notes
    -----
    The probability by luck is exact when nobody was touched at all, and right in the long run when
    effects differ among people; the interval uses the same studentised distribution. Assumes that
    nobody's result depends on who else was drawn. Those who left must be counted as they were
    drawn. For those who came: being drawn matters only through coming, and keeps nobody away.
    Source: Wu & Ding (2021), JASA 116:1898-1913, studentised permutation; Lin (2013), Annals of
    Applied Statistics 7:295-318, adjustment; Wald ratio with Fieller's (1954) interval.
    """
    values = vector("outcome", outcome)
    lot = mask("drawn", drawn, size=values.size)
    fewest = int(min(lot.sum(), (~lot).sum()))
    if fewest < EACH_NEEDED:
        return NotEnough(Unit.PARTNERS, have=fewest, needed=EACH_NEEDED)
    strata = np.zeros(values.size, dtype=np.intp)
    if stratum is not None:
        strata = np.unique(np.asarray(stratum), return_inverse=True)[1]
    known = [np.eye(int(strata.max()) + 1)[strata]]
    if before is not None:
        earlier = vector("before", before)
        known.append((earlier - earlier.mean())[:, None])
    if any(len(column) != values.size for column in known):
        raise ValueError("before and stratum need one value for each person")
    basis = np.linalg.svd(np.hstack(known), full_matrices=False)
    held = basis.U[:, 1e-9 * basis.S.max() < basis.S]
    left = _left(values, held)
    value, error = (float(part[0]) for part in _studentised(left, lot[:, None].astype(float), held))
    ratio = value / error if error else np.inf * np.sign(value) if value else 0.0
    luck = _by_luck(left, lot, held, strata, rng, permutations)
    reach = float(np.quantile(np.abs(luck), checked_level(level)))
    as_much = int((np.abs(luck) >= abs(ratio) - 1e-12).sum())
    effect = Estimate(
        value=value,
        low=value - reach * error,
        high=value + reach * error,
        level=level,
        probability_positive=float(((luck < ratio).mean() + (luck <= ratio).mean()) / 2),
        standard_error=error,
    )
    on_those = None
    if came is not None:
        attended = mask("came", came, size=values.size).astype(np.float64)
        on_those = _on_those_who_came(left, _left(attended, held), lot, held, effect, reach)
    return LotteryEffect(
        effect=effect,
        probability_by_luck=(1 + as_much) / (permutations + 1),
        drawn=int(lot.sum()),
        waiting=int((~lot).sum()),
        on_those_who_came=on_those,
    )


def _left(values: NDArray[np.float64], held: NDArray[np.float64]) -> NDArray[np.float64]:
    """What strata and the figure before do not tell; values of shape (people, ...)."""
    left: NDArray[np.float64] = values - held @ (held.T @ values)
    return left


def _studentised(
    left: NDArray[np.float64], lots: NDArray[np.float64], held: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Effect and its robust standard error for each column of lots, shape (people, lotteries)."""
    turned = _left(lots, held)
    inner = (turned**2).sum(axis=0)
    slope = left @ turned / inner
    misses = left[:, None] - turned * slope
    return slope, np.sqrt((turned**2 * misses**2).sum(axis=0)) / inner


def _by_luck(
    left: NDArray[np.float64],
    lot: NDArray[np.bool_],
    held: NDArray[np.float64],
    strata: NDArray[np.intp],
    rng: np.random.Generator,
    permutations: int,
) -> NDArray[np.float64]:
    """Studentised effects when the lottery is drawn anew, within strata, and nothing happened."""
    order = np.argsort(strata, kind="stable")
    ratios = []
    for begins in range(0, permutations, BATCH):
        count = min(BATCH, permutations - begins)
        shuffled = np.lexsort((rng.random((count, lot.size)), np.tile(strata, (count, 1))), axis=1)
        lots = np.empty((lot.size, count))
        lots[order] = lot[shuffled].T
        slope, error = _studentised(left, lots, held)
        ratios.append(np.divide(slope, error, out=np.zeros(count), where=error > 0))
    return np.concatenate(ratios)


def _on_those_who_came(
    left: NDArray[np.float64],
    came: NDArray[np.float64],
    lot: NDArray[np.bool_],
    held: NDArray[np.float64],
    effect: Estimate,
    reach: float,
) -> Estimate | None:
    """Wald ratio, with Fieller's interval; None where being drawn brought nobody."""
    turned = _left(lot.astype(np.float64), held)
    inner = float(turned @ turned)
    more_came = float(came @ turned) / inner
    if more_came <= 0:
        return None
    ours, theirs = left - turned * effect.value, came - turned * more_came
    both = float((turned**2 * ours * theirs).sum()) / inner**2
    coming = float((turned**2 * theirs**2).sum()) / inner**2
    value = effect.value / more_came
    square = more_came**2 - reach**2 * coming
    middle = effect.value * more_came - reach**2 * both
    rest = effect.value**2 - reach**2 * effect.standard_error**2
    low, high = -np.inf, np.inf
    if square > 0:
        root = float(np.sqrt(max(middle**2 - square * rest, 0.0)))
        low, high = (middle - root) / square, (middle + root) / square
    variance = effect.standard_error**2 - 2 * value * both + value**2 * coming
    return Estimate(
        value=value,
        low=min(low, value),
        high=max(high, value),
        level=effect.level,
        probability_positive=effect.probability_positive,
        standard_error=float(np.sqrt(max(variance, 0.0))) / more_came,
    )
