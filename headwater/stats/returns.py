from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import Estimate, NotEnough, Unit
from headwater.stats.arrays import checked_level, drawn_estimate, matrix, vector

WEEKS_NEEDED = 8
FURTHEST_WEEKS = 104
PARTNERS_FOR_A_CURVE = 100
MISFITS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)  # how wrong a curve may be, as a share of itself


@dataclass(frozen=True, slots=True)
class Guess:
    """What is thought of a length of time before the data: its middle, and its spread in logs.

    A spread of 0.9 says: probably between two fifths of the middle and two and a half times it.
    """

    weeks: float
    spread: float

    def __post_init__(self) -> None:
        if self.weeks <= 0 or self.spread <= 0:
            raise ValueError("a guess has a middle and a spread above nought")


HALF_LIFE = Guess(26.0, 0.9)
BUILD_UP = Guess(4.0, 0.8)


@dataclass(frozen=True, slots=True)
class BreakEven:
    """From which week on what came back exceeds what it cost, for good within the weeks looked at.

    Weeks are places in the row of weeks. None where that is less likely than the figure asks for:
    `week` one half, `earliest` and `latest` the two ends of the range.
    """

    week: int | None
    earliest: int | None
    latest: int | None
    never: float


@dataclass(frozen=True, slots=True, eq=False)
class CumulativeReturn:
    """What something cost and what came back, week by week, added up.

    `cost`, `expected`, `low` and `high` have one value for each week, the horizon's weeks
    included: money spent so far, and the net return so far (what came back less the cost).
    `returned` and `per_pound` stand at the last week of data, `in_the_end` at the last of the
    horizon. `response[k]` is what one unit of dose brings, in money, k weeks after it.
    `told_by_data` is the share of our knowledge of the half-life that came from the data; the rest
    is the guess. `only_range` where partners are too few for a curve: show where the return may lie
    and no line through it.
    """

    cost: NDArray[np.float64]
    expected: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    returned: Estimate
    in_the_end: Estimate
    per_pound: Estimate | None
    break_even: BreakEven
    half_life_weeks: Estimate
    build_up_weeks: Estimate
    told_by_data: float
    response: NDArray[np.float64]
    per_pound_draws: NDArray[np.float64]
    only_range: bool


def cumulative_return(
    lift: ArrayLike,
    *,
    covariance: ArrayLike,
    dose: ArrayLike,
    cost: ArrayLike,
    rng: np.random.Generator,
    value: float | NDArray[np.float64] = 1.0,
    half_life: Guess = HALF_LIFE,
    build_up: Guess = BUILD_UP,
    weeks_each: int = 1,
    partners: int | None = None,
    level: float = 0.95,
    draws: int = 4000,
) -> CumulativeReturn | NotEnough:
    """What came back for what was spent, with a tail that builds up, lasts and fades.

    Campaigns and capacity take the same model: either may have a tail, and either may lose.

    Parameters
    ----------
    lift : array, shape (weeks,)
        Outcome above the comparison, week by week: what would not have come without it.
    covariance : array, shape (weeks, weeks)
        Of the errors of `lift`. `SeriesEffect.covariance`, or a diagonal of squared standard
        errors where weeks err independently.
    dose : array, shape (weeks + horizon,)
        How much of it was done each week: partners who came, posts, money. Weeks beyond those of
        `lift` are the horizon.
    cost : array, shape (weeks + horizon,)
        Money spent each week, priced hours included.
    rng : Generator
        Draws from the posterior.
    value : float or array, shape (draws,)
        What one unit of the outcome is worth; draws where it is not known for sure.
    half_life, build_up : Guess
        Before the data, in the row's steps: weeks, unless `weeks_each` is more.
    weeks_each : int
        Weeks in each step of the row, where it counts blocks of weeks.
    partners : int, optional
        How many stand behind `lift`; with under a hundred, only the range is to be shown.
    level : float in (0, 1)
        Coverage wanted of the ranges.
    draws : int
        How many draws.

    Returns
    -------
    CumulativeReturn or NotEnough
        In money. NotEnough with fewer than eight weeks since the first dose.

    Raises
    ------
    ValueError
        If lengths disagree, nothing was done within the weeks of `lift`, `cost` is negative, or the
        horizon is further than 104 weeks beyond the data.

    Notes
    -----
    One unit of dose brings A (1 - exp(-(k + 1)/b)) exp(-k/t) after k weeks. Build-up b and
    half-life t log 2 lie on a grid, A is integrated exactly. Where the curve fits worse than luck
    and the errors allow, it is held to be wrong by a share of itself in each week, as large as
    makes the fit what it should be; what came back so far then leans on what was measured rather
    than on the curve. Without that, errors that grow with the lift and hang together pull the curve
    far below all of the data. The covariance is taken at its word. Assumes that every unit does
    the same and that units add.
    What happens beyond the data rests on the curve: a half-life much longer than the data is
    mostly the guess. What a deed may bring more than 104 weeks after it is counted as nought,
    unless the data reach as far.
    Source: the response curves of Jin et al. (2017), section 2, with a conjugate amplitude;
    the misfit by moments as DerSimonian & Laird (1986), Controlled Clinical Trials 7:177-188,
    and Kennedy & O'Hagan (2001), JRSS B 63:425-464, equation 5; break-even by draws.
    """
    seen = vector("lift", lift)
    errors = matrix("covariance", covariance, columns=seen.size)
    doses, costs = vector("dose", dose), vector("cost", cost)
    if doses.size != costs.size or doses.size < seen.size or errors.shape[0] != seen.size:
        raise ValueError("dose and cost need one value for each week, and covariance one a pair")
    if (costs < 0).any():
        raise ValueError("a cost is nought or more")
    if (doses.size - seen.size) * weeks_each > FURTHEST_WEEKS:
        raise ValueError("nothing is said about more than 104 weeks beyond the data")
    if not doses[: seen.size].any():
        raise ValueError("nothing was done within the weeks of data")
    first = int(np.flatnonzero(doses)[0])
    if seen.size - first < WEEKS_NEEDED:
        return NotEnough(Unit.WEEKS, have=seen.size - first, needed=WEEKS_NEEDED)
    lags = max(FURTHEST_WEEKS // weeks_each, seen.size - first)
    tail = _Tail.of(seen, errors, doses, first, half_life=half_life, build_up=build_up, lags=lags)
    cells, amplitude = tail.draw(rng, draws)
    each = np.broadcast_to(np.asarray(value, dtype=np.float64), (draws,))
    weekly = each[:, None] * tail.came(cells, amplitude, rng)
    return _told(
        weekly,
        costs,
        weeks=seen.size,
        begins=min(first, int(np.flatnonzero(costs)[0]) if costs.any() else first),
        half_life=tail.half_lives[cells],
        build_up=tail.build_ups[cells],
        response=(amplitude * each) @ tail.shapes[cells] / draws,
        told_by_data=tail.told_by_data,
        only_range=partners is not None and partners < PARTNERS_FOR_A_CURVE,
        level=checked_level(level),
    )


def flow(response: ArrayLike, dose: ArrayLike) -> NDArray[np.float64]:
    """What one layer of work brings each week: its dose spread over time by the response.

    Parameters
    ----------
    response : array, shape (lags,)
        `CumulativeReturn.response`.
    dose : array, shape (weeks,), weeks at most lags
        This layer's dose, week by week.

    Returns
    -------
    array, shape (weeks,)
        Money expected each week. Layers of a whole sum to the whole, where the curve fits.

    Raises
    ------
    ValueError
        If there are more weeks than lags.

    Notes
    -----
    Source: `cumulative_return`.
    """
    each, doses = vector("response", response), vector("dose", dose)
    if doses.size > each.size:
        raise ValueError("dose has more weeks than the response has lags")
    return np.convolve(doses, each)[: doses.size]


def difference_per_pound(
    ours: CumulativeReturn, theirs: CumulativeReturn, *, level: float = 0.95
) -> Estimate:
    """How much more one thing returned for each pound than another did.

    Parameters
    ----------
    ours, theirs : CumulativeReturn
        Both with a cost, and with equally many draws.
    level : float in (0, 1)
        Coverage wanted of the range.

    Returns
    -------
    Estimate
        In pounds a pound, up to the last week of data of each.

    Raises
    ------
    ValueError
        If one of them cost nothing, or the draws differ in number.

    Notes
    -----
    Assumes the two errors are independent. Over different spans of time the longer one has had
    more of its tail: say so beside it.
    Source: `cumulative_return`.
    """
    if not ours.per_pound_draws.size or ours.per_pound_draws.size != theirs.per_pound_draws.size:
        raise ValueError("both need a cost, and equally many draws")
    return drawn_estimate(ours.per_pound_draws - theirs.per_pound_draws, level=level)


def drawn_value(
    low: float, likely: float, high: float, *, rng: np.random.Generator, draws: int = 4000
) -> NDArray[np.float64]:
    """Draws of a value that the organisation knows only as low, likely and high.

    Parameters
    ----------
    low, likely, high : float
        In money, rising; low and high are thought of as the ends, not to be passed.
    rng : Generator
        For the draws.
    draws : int
        How many.

    Returns
    -------
    array, shape (draws,)
        Triangular between the ends, most often near likely.

    Raises
    ------
    ValueError
        If the three don't rise.

    Notes
    -----
    Source: Johnson (1997), The Statistician 46:387-398, the triangular in risk analysis.
    """
    if not low <= likely <= high:
        raise ValueError("low, likely and high must rise")
    return np.full(draws, likely) if low == high else rng.triangular(low, likely, high, draws)


@dataclass(frozen=True, slots=True, eq=False)
class _Tail:
    """Posterior over the response curve: a grid of build-up and half-life, a normal amplitude.

    `shapes` are the curves of one unit by lag, `curves` of all the doses by week, both a row for
    each cell. `seen` are the weeks from `first` on; of how far they lie from the curve, `kept` is
    real and `unsure` the covariance of that, both nought where the curve fits.
    """

    half_lives: NDArray[np.float64]
    build_ups: NDArray[np.float64]
    shapes: NDArray[np.float64]
    curves: NDArray[np.float64]
    share: NDArray[np.float64]
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    told_by_data: float
    first: int
    seen: NDArray[np.float64]
    kept: NDArray[np.float64]
    unsure: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        lift: NDArray[np.float64],
        covariance: NDArray[np.float64],
        dose: NDArray[np.float64],
        first: int,
        *,
        half_life: Guess,
        build_up: Guess,
        lags: int,
    ) -> "_Tail":
        halves, half_prior = _grid(half_life, reach=3.0, places=61)
        builds, build_prior = _grid(build_up, reach=2.5, places=25)
        half_lives, build_ups = (axis.ravel() for axis in np.meshgrid(halves, builds))
        prior = np.add.outer(build_prior, half_prior).ravel()
        shapes = _shapes(half_lives, build_ups, dose.size)
        shapes[:, lags:] = 0.0
        weeks = np.arange(dose.size)
        turned = np.where(weeks[:, None] >= weeks, dose[weeks[:, None] - weeks], 0.0)
        curves = shapes @ turned.T
        used = slice(first, lift.size)
        size = float(np.sqrt(np.mean(lift[used] ** 2 + np.diag(covariance)[used]))) or 1.0
        middle = _shapes(np.array([half_life.weeks]), np.array([build_up.weeks]), dose.size)
        usual_curve = (middle @ turned.T)[0, used]
        usual = 3 * size / float(np.abs(usual_curve).max())
        errors, seen = _sound(covariance[used, used], size), lift[used]
        scale = usual_curve * (usual_curve @ seen) / (usual_curve @ usual_curve)
        spare = max(seen.size - 3, 1)
        by_luck = 1 + 2 * np.sqrt(2 / spare)
        for share in MISFITS:
            apart = np.diag((share * scale) ** 2)
            whiten = np.linalg.cholesky(errors + apart)
            white = np.linalg.solve(whiten, seen)
            told = np.linalg.solve(whiten, curves[:, used].T).T
            inner, cross = (told**2).sum(axis=1), told @ white
            worse = (white @ white - (cross**2 / inner).max()) / spare
            if worse <= by_luck:
                break
        worse = max(1.0, worse)
        kept = np.asarray(np.linalg.solve(errors + apart, apart).T, dtype=np.float64)
        precision = inner / worse + 1 / usual**2
        mean = cross / worse / precision
        logged = prior + 0.5 * mean**2 * precision - 0.5 * np.log(precision)
        odds = np.exp(logged - logged.max())
        odds /= odds.sum()
        before = np.exp(prior - prior.max())
        ratio = _variance(np.log(half_lives), odds) / _variance(np.log(half_lives), before)
        return cls(
            half_lives, build_ups, shapes, curves, odds, mean, precision**-0.5, 1 - min(ratio, 1.0),
            first, seen, kept, apart - kept @ apart,
        )  # fmt: skip

    def draw(
        self, rng: np.random.Generator, draws: int
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        cells = rng.choice(self.share.size, size=draws, p=self.share)
        return cells, self.mean[cells] + rng.normal(size=draws) * self.spread[cells]

    def came(
        self, cells: NDArray[np.intp], amplitude: NDArray[np.float64], rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """Outcome of each week by draws: the curve, and what was measured beside it so far."""
        weekly = amplitude[:, None] * self.curves[cells]
        if self.kept.any():
            used = slice(self.first, self.first + self.seen.size)
            weekly[:, used] += (self.seen - weekly[:, used]) @ self.kept.T
            values, axes = np.linalg.eigh(self.unsure)
            luck = rng.normal(size=(cells.size, self.seen.size))
            weekly[:, used] += luck * np.sqrt(np.clip(values, 0.0, None)) @ axes.T
        return weekly


def _grid(
    guess: Guess, *, reach: float, places: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lengths of time around a guess, and the log of how probable each was thought."""
    steps = np.linspace(-reach, reach, places)
    return guess.weeks * np.exp(steps * guess.spread), -0.5 * steps**2


def _shapes(
    half_lives: NDArray[np.float64], build_ups: NDArray[np.float64], lags: int
) -> NDArray[np.float64]:
    weeks = np.arange(lags)
    rising = 1 - np.exp(-(weeks + 1) / build_ups[:, None])
    fading: NDArray[np.float64] = np.exp2(-weeks / half_lives[:, None])
    return rising * fading


def _sound(covariance: NDArray[np.float64], size: float) -> NDArray[np.float64]:
    """The covariance, kept from claiming that some mixture of weeks is known without error."""
    floor = 1e-6 * float(np.trace(covariance)) / len(covariance) + 1e-12 * size**2
    return covariance + floor * np.eye(len(covariance))


def _variance(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    middle = float(np.average(values, weights=weights))
    return float(np.average((values - middle) ** 2, weights=weights))


def _told(
    weekly: NDArray[np.float64],
    costs: NDArray[np.float64],
    *,
    weeks: int,
    begins: int,
    half_life: NDArray[np.float64],
    build_up: NDArray[np.float64],
    response: NDArray[np.float64],
    told_by_data: float,
    only_range: bool,
    level: float,
) -> CumulativeReturn:
    came_back, spent = np.cumsum(weekly, axis=1), np.cumsum(costs)
    net = came_back - spent
    tail = (1 - level) / 2
    low, high = np.quantile(net, [tail, 1 - tail], axis=0)
    returned = came_back[:, weeks - 1]
    paid = float(spent[weeks - 1])
    per_pound = returned / paid if paid else np.empty(0)
    return CumulativeReturn(
        cost=spent,
        expected=net.mean(axis=0),
        low=low,
        high=high,
        returned=drawn_estimate(returned, level=level),
        in_the_end=drawn_estimate(came_back[:, -1], level=level),
        per_pound=drawn_estimate(per_pound, level=level) if paid else None,
        break_even=_break_even(net, begins, tail),
        half_life_weeks=drawn_estimate(half_life, level=level),
        build_up_weeks=drawn_estimate(build_up, level=level),
        told_by_data=told_by_data,
        response=response,
        per_pound_draws=per_pound,
        only_range=only_range,
    )


def _break_even(net: NDArray[np.float64], begins: int, tail: float) -> BreakEven:
    below = net < 0
    last = np.where(below.any(axis=1), net.shape[1] - 1 - below[:, ::-1].argmax(axis=1), -1)
    weeks = np.maximum(last + 1, begins)
    by_then = (weeks[:, None] <= np.arange(net.shape[1])).mean(axis=0)

    def when(odds: float) -> int | None:
        over = np.flatnonzero(by_then >= odds)
        return int(over[0]) if over.size else None

    return BreakEven(when(0.5), when(tail), when(1 - tail), never=float(1 - by_then[-1]))
