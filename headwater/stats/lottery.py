from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import Estimate, NotEnough, Unit
from headwater.stats.arrays import checked_level, mask, matrix, vector

EACH_NEEDED = 3
BATCH = 250
# With so many in each group, none of them a hundredth of the spread, drawing the lottery anew shows
# the normal curve and takes minutes to do so.
MANY, MOST_OF_THE_SPREAD = 5000, 0.01


@dataclass(frozen=True, slots=True)
class LotteryEffect:
    """What being drawn did, and how often luck alone would do as much.

    `effect` compares those drawn with those who wait, whether they came or not. `on_those_who_came`
    is the effect on people who come when drawn and don't otherwise; None where it wasn't asked.
    `by_week` holds the effect in each week after, where several were given: each range is right for
    its own week, not for all at once. `left_out` had no chance of the other outcome, or nobody to
    be compared with.
    """

    effect: Estimate
    probability_by_luck: float
    drawn: int
    waiting: int
    on_those_who_came: Estimate | None
    by_week: tuple[Estimate, ...] = ()
    left_out: int = 0


def effect_of_lottery(
    outcome: ArrayLike,
    *,
    drawn: NDArray[np.bool_],
    rng: np.random.Generator,
    before: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    probability: ArrayLike | None = None,
    came: NDArray[np.bool_] | None = None,
    level: float = 0.95,
    permutations: int = 2000,
) -> LotteryEffect | NotEnough:
    """Effect of places or dates given by lot: those drawn first against those who wait.

    Parameters
    ----------
    outcome : array, shape (people,) or (people, weeks)
        After the first were served and before the others were. Of several weeks the mean counts,
        and the effect in each is told too.
    drawn : bool array, shape (people,)
        True for those drawn.
    rng : Generator
        Draws the lottery anew.
    before : array, shape (people,), optional
        The same figure before the lottery; sharpens the answer.
    stratum : array, shape (people,), optional
        Within which lots were drawn, such as the draw itself where there were several. The lottery
        is drawn anew within them.
    probability : array, shape (people,), optional
        Each person's recorded chance of being drawn. With it everybody who stood a chance counts
        alike, whatever their odds were; without it strata count by how much they tell.
    came : bool array, shape (people,), optional
        Who took part.
    level : float in (0, 1)
        Coverage wanted of the interval.
    permutations : int
        How often the lottery is drawn anew: not at all with five thousand in each group, none of
        whom makes up a hundredth of the spread, since it would show the normal curve.

    Returns
    -------
    LotteryEffect or NotEnough
        In the outcome's unit. NotEnough with fewer than three drawn or three waiting.

    Raises
    ------
    ValueError
        If lengths differ, values are missing, a probability is none, or somebody was drawn with a
        chance of nought or waits with one of one.

    Notes
    -----
    With probabilities, people weigh by the inverse of their chance, made to add up within each
    stratum and chance; the lottery is drawn anew within those. Who was sure to be drawn, or sure
    not to be, tells nothing and is left out.
    The probability by luck is exact when nobody was touched at all, and right in the long run when
    effects differ among people; the interval uses the same studentised distribution. Assumes that
    nobody's result depends on who else was drawn. Those who left must be counted as they were
    drawn. For those who came: being drawn matters only through coming, and keeps nobody away.
    Source: Horvitz & Thompson (1952), JASA 47:663-685, with Hajek's weights; Wu & Ding (2021), JASA
    116:1898-1913, studentised permutation; Lin (2013), Annals of Applied Statistics 7:295-318,
    adjustment; Wald ratio with Fieller's (1954) interval.
    """
    table = _weeks(outcome)
    lot = mask("drawn", drawn, size=len(table))
    earlier = None if before is None else vector("before", before)
    strata = np.zeros(lot.size, np.intp)
    if stratum is not None:
        strata = np.unique(np.asarray(stratum), return_inverse=True)[1]
    if strata.size != lot.size or (earlier is not None and earlier.size != lot.size):
        raise ValueError("before and stratum need one value for each person")
    kept = np.ones(lot.size, np.bool_)
    if probability is not None:
        strata, kept = _by_chance(vector("probability", probability), lot, strata)
    attended = mask("came", came, size=lot.size)[kept] if came is not None else None
    table, lot, strata = table[kept], lot[kept], strata[kept]
    fewest = int(min(lot.sum(), (~lot).sum()))
    if fewest < EACH_NEEDED:
        return NotEnough(Unit.PARTNERS, have=fewest, needed=EACH_NEEDED)
    draw = _Draw.of(
        lot, strata, None if earlier is None else earlier[kept], by_chance=probability is not None
    )
    left = draw.left(table)
    luck = draw.by_luck(left, rng, permutations)
    effects = [
        _effect(draw, left[:, column], luck[:, column], level=level)
        for column in range(left.shape[1])
    ]
    effect, reach = effects[0], float(np.quantile(np.abs(luck[:, 0]), checked_level(level)))
    on_those = None
    if attended is not None:
        coming = draw.left(attended.astype(np.float64))
        on_those = _on_those_who_came(left[:, 0], coming, draw, effect, reach)
    ratio = _ratio(effect.value, effect.standard_error)
    as_much = int((np.abs(luck[:, 0]) >= abs(ratio) - 1e-12).sum())
    return LotteryEffect(
        effect=effect,
        probability_by_luck=(1 + as_much) / (permutations + 1),
        drawn=int(lot.sum()),
        waiting=int((~lot).sum()),
        on_those_who_came=on_those,
        by_week=tuple(effects[1:]),
        left_out=int((~kept).sum()),
    )


def _weeks(outcome: ArrayLike) -> NDArray[np.float64]:
    """The mean of the weeks, and beside it each week where there are several."""
    values = np.asarray(outcome, dtype=np.float64)
    if values.ndim != 2:
        return vector("outcome", values)[:, None]
    weeks = matrix("outcome", values)
    return np.column_stack([weeks.mean(axis=1), weeks])


def _by_chance(
    chance: NDArray[np.float64], lot: NDArray[np.bool_], strata: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Strata within which all had the same chance, and who can be compared within them."""
    if chance.size != lot.size or ((chance < 0) | (chance > 1)).any():
        raise ValueError("probability needs one value from 0 to 1 for each person")
    if ((chance == 0) & lot).any() or ((chance == 1) & ~lot).any():
        raise ValueError("somebody was drawn without a chance, or waits with a sure place")
    cells = np.unique(np.column_stack([strata, chance.round(9)]), axis=0, return_inverse=True)[1]
    cells = cells.ravel()
    drawn, everybody = np.bincount(cells, weights=lot), np.bincount(cells)
    return cells, ((drawn > 0) & (drawn < everybody))[cells]


def _ratio(value: float, error: float) -> float:
    return value / error if error else np.inf * np.sign(value) if value else 0.0


def _effect(
    draw: "_Draw", left: NDArray[np.float64], luck: NDArray[np.float64], *, level: float
) -> Estimate:
    slope, spread = draw.studentised(left[:, None], draw.lot[:, None])
    value, error = float(slope[0, 0]), float(spread[0, 0])
    ratio = _ratio(value, error)
    reach = float(np.quantile(np.abs(luck), checked_level(level)))
    return Estimate(
        value=value,
        low=value - reach * error,
        high=value + reach * error,
        level=level,
        probability_positive=float(((luck < ratio).mean() + (luck <= ratio).mean()) / 2),
        standard_error=error,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Draw:
    """The lottery as it was drawn; `held` is a basis of what strata and the figure before tell.

    `up` and `down` weigh those drawn and those who wait; None where strata count by what they tell.
    """

    lot: NDArray[np.bool_]
    strata: NDArray[np.intp]
    held: NDArray[np.float64]
    up: NDArray[np.float64] | None
    down: NDArray[np.float64] | None

    @classmethod
    def of(
        cls,
        lot: NDArray[np.bool_],
        strata: NDArray[np.intp],
        before: NDArray[np.float64] | None,
        *,
        by_chance: bool,
    ) -> "_Draw":
        strata = np.unique(strata, return_inverse=True)[1]
        known = [np.eye(int(strata.max()) + 1)[strata]]
        if before is not None:
            known.append((before - before.mean())[:, None])
        basis = np.linalg.svd(np.hstack(known), full_matrices=False)
        held = basis.U[:, 1e-9 * basis.S.max() < basis.S]
        if not by_chance:
            return cls(lot, strata, held, None, None)
        everybody, drawn = np.bincount(strata), np.bincount(strata, weights=lot)
        share = everybody / lot.size
        return cls(
            lot, strata, held, (share / drawn)[strata], (share / (everybody - drawn))[strata]
        )

    def left(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """What strata and the figure before do not tell; values of shape (people, ...)."""
        left: NDArray[np.float64] = values - self.held @ (self.held.T @ values)
        return left

    def weighed(self, lots: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Each lottery, and the weights whose sum with an outcome is its effect."""
        turned = self.left(lots.astype(np.float64))
        weights = turned
        if self.up is not None and self.down is not None:
            weights = np.where(lots, self.up[:, None], -self.down[:, None])
        return turned, weights / (weights * turned).sum(axis=0)

    def studentised(
        self, left: NDArray[np.float64], lots: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Effects and their robust standard errors, shapes (lotteries, outcomes)."""
        turned, weights = self.weighed(lots)
        slope = weights.T @ left
        error = np.empty_like(slope)
        for column in range(left.shape[1]):
            misses = left[:, column, None] - turned * slope[:, column]
            error[:, column] = np.sqrt((weights**2 * misses**2).sum(axis=0))
        return slope, error

    def by_luck(
        self, left: NDArray[np.float64], rng: np.random.Generator, permutations: int
    ) -> NDArray[np.float64]:
        """Studentised effects when lots are drawn anew, within strata, and nothing happened.

        Of a great many people, so many quantiles of the normal curve these follow.
        """
        if self.follows_the_normal_curve(left):
            curve = scipy.special.ndtri((np.arange(permutations) + 0.5) / permutations)
            return np.tile(curve[:, None], left.shape[1])
        order = np.argsort(self.strata, kind="stable")
        ratios = []
        for begins in range(0, permutations, BATCH):
            count = min(BATCH, permutations - begins)
            keys = (rng.random((count, self.lot.size)), np.tile(self.strata, (count, 1)))
            lots = np.empty((self.lot.size, count), np.bool_)
            lots[order] = self.lot[np.lexsort(keys, axis=1)].T
            slope, error = self.studentised(left, lots)
            ratios.append(np.divide(slope, error, out=np.zeros_like(slope), where=error > 0))
        return np.concatenate(ratios)

    def follows_the_normal_curve(self, left: NDArray[np.float64]) -> bool:
        """Whether there are so many, and nobody among them weighs so much, that it must."""
        fewest = min(int(self.lot.sum()), int((~self.lot).sum()))
        squares = left**2
        most = squares.max(axis=0) <= MOST_OF_THE_SPREAD * squares.sum(axis=0)
        return fewest >= MANY and bool(most.all())


def _on_those_who_came(
    left: NDArray[np.float64],
    came: NDArray[np.float64],
    draw: _Draw,
    effect: Estimate,
    reach: float,
) -> Estimate | None:
    """Wald ratio, with Fieller's interval; None where being drawn brought nobody."""
    lots, shares = draw.weighed(draw.lot[:, None])
    turned, weights = lots[:, 0], shares[:, 0]
    more_came = float(came @ weights)
    if more_came <= 0:
        return None
    ours, theirs = left - turned * effect.value, came - turned * more_came
    both = float((weights**2 * ours * theirs).sum())
    coming = float((weights**2 * theirs**2).sum())
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
