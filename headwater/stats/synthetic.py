from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import NotEnough, Unit
from headwater.stats.arrays import checked_level, student_estimate
from headwater.stats.panels import Panel
from headwater.stats.series import Placebos, SeriesEffect, placebos_before
from headwater.stats.simplex import least_squares_on_simplex

# So many untouched markets must be left to compare with when others stand in for ours.
CONTROLS_LEFT = 4
TREATED_FOR_JACKKNIFE = 5
MOST_PLACEBOS = 100
# Fitted three times as badly as markets usually are, ours is like none of them; twice is a warning.
POOR_FIT, DOUBTFUL_FIT = 3.0, 2.0
ROUNDING = 1e-9
WEEKS_TO_MIX_BY, WEEKS_TO_DIFFER_BY = 5, 2


class Design(StrEnum):
    """How the untouched markets are mixed into "without it"."""

    SYNTHETIC_CONTROL = "synthetic_control"
    SYNTHETIC_DIFFERENCES = "synthetic_difference_in_differences"
    DIFFERENCES = "difference_in_differences"


@dataclass(frozen=True, slots=True, eq=False)
class AgainstUntouched:
    """What happened in our markets, less what the untouched ones say would have.

    `effect` is of all our markets together, and is drawn as one of a series; its `leaned_on` holds
    the weights of the untouched markets. `week_weights` say which weeks before set the level.
    `placebos` are the effects per market and week read where nothing was done. `fit_error` is how
    far off the mixture was in the weeks before (root mean square, per market), `usual_fit_error`
    the same for markets that stood in. `probability_by_luck` is the share of markets, ours among
    them, that look at least as moved; None where the error comes from leaving out one at a time.
    `weeks_of_drift` turns a drift apart of so much a week into what it would add to the total.
    """

    effect: SeriesEffect
    design: Design
    week_weights: NDArray[np.float64]
    placebos: NDArray[np.float64]
    fit_error: float
    usual_fit_error: float
    probability_by_luck: float | None
    in_shares: bool
    untouched: int
    weeks_of_drift: float

    @property
    def fits(self) -> bool:
        """Whether ours was mixed about as well before as other markets are."""
        return self.fit_error <= DOUBTFUL_FIT * self.usual_fit_error

    @property
    def heaviest(self) -> float:
        """Weight of the untouched market most leaned on: near one, it all hangs on that."""
        return float(self.effect.leaned_on.max())


@dataclass(frozen=True, slots=True)
class PoorFit:
    """Why there is no answer: no mixture of the untouched markets moved as ours did before."""

    fit_error: float
    usual_fit_error: float
    untouched: int


def effect_against_untouched(
    outcome: ArrayLike,
    *,
    untouched: ArrayLike,
    begins: int,
    rng: np.random.Generator,
    ends: int | None = None,
    observed: NDArray[np.bool_] | None = None,
    untouched_observed: NDArray[np.bool_] | None = None,
    design: Design = Design.SYNTHETIC_DIFFERENCES,
    in_shares: bool | None = None,
    level: float = 0.95,
    draws: int = 4000,
) -> AgainstUntouched | NotEnough | PoorFit:
    """Effect of something that began in some markets, judged from markets it didn't reach.

    Parameters
    ----------
    outcome : array, shape (weeks,) or (weeks, k)
        Our markets, week by week.
    untouched : array, shape (weeks, p)
        Markets in which nothing was done.
    begins : int
        Place of the first week that may be touched by it, the same for all of ours.
    rng : Generator
        Draws the total, and which markets stand in where there are too many ways to try.
    ends : int, optional
        Place after the last week that counts. Later weeks are shown and not counted.
    observed : bool array, shape (weeks,), optional
        False in weeks in which ours are not known. Such a week is not nought.
    untouched_observed : bool array, shape (weeks, p), optional
        False where an untouched market isn't known. One that misses more than a tenth of the weeks
        is left out; a week that one of the rest misses is not used.
    design : Design
        Synthetic difference-in-differences unless asked otherwise.
    in_shares : bool, optional
        Compare each market in shares of its own usual week. Without it: only where the untouched
        are usually more than twice ours in size, or less than half, and none is nought or less.
    level : float in (0, 1)
        Coverage wanted of the ranges.
    draws : int
        How many draws of the total.

    Returns
    -------
    AgainstUntouched, NotEnough or PoorFit
        Effects in the unit of `outcome`, summed over our markets. NotEnough with fewer than five
        weeks before (two for plain differences), no counted week, or too few untouched markets
        (ours and four, or two where five or more are ours). PoorFit where no mixture moved as ours
        did before.

    Raises
    ------
    ValueError
        If `begins` or `ends` lie outside the weeks, shapes differ, values are missing that are
        called observed, or no untouched market ever changes.

    Notes
    -----
    Assumes that the untouched were not reached (nobody reads across the border), that nothing else
    began in ours alone, and that they would have gone on moving together. The error is what the
    same sum reads in markets where nothing was done, with Student's t on as many degrees as there
    are untouched markets less ours; it is widened by as much as ours is fitted worse than they.
    With few of them left, and five of ours or more, markets are left out one at a time instead.
    Source: Arkhangelsky et al. (2021), American Economic Review 111:4088-4118, algorithms 1, 3 and
    4; Abadie, Diamond & Hainmueller (2010), JASA 105:493-505, equation 2 and section 3.4, here on
    outcomes alone.
    """
    checked_level(level)
    panel = Panel.of(
        outcome,
        untouched,
        begins=begins,
        ends=ends,
        observed=observed,
        untouched_observed=untouched_observed,
        in_shares=in_shares,
    )
    missing = _missing(panel, design)
    if missing:
        return missing
    ours, k, p = panel.treated @ panel.parts, panel.treated.shape[1], panel.donors.shape[1]
    fit = _Mixture.of(ours, panel.donors, panel, design, markets=k)
    by_placebo = p >= k + CONTROLS_LEFT
    stand_ins = _stand_ins(panel, design, k if by_placebo else 1, rng)
    usual = float(np.median([one.fit_error for one in stand_ins]))
    if not by_placebo and fit.weights.max() > 1 - ROUNDING:
        return NotEnough(Unit.GROUPS, have=p, needed=k + CONTROLS_LEFT)
    if fit.fit_error > POOR_FIT * usual:
        return PoorFit(fit.fit_error * panel.per_market, usual * panel.per_market, p)
    apart = np.array([one.gap for one in stand_ins])
    degrees = float(p - k)
    errors = apart * max(1.0, fit.fit_error / usual if usual else 1.0) / np.sqrt(len(apart))
    if not by_placebo:
        errors, degrees = _left_out_by_turns(fit, panel), float(k - 1)
    return AgainstUntouched(
        effect=_as_series(fit, errors, degrees, panel, rng, level=level, draws=draws),
        design=design,
        week_weights=fit.week_weights,
        placebos=apart[:, panel.counted].mean(axis=1) * panel.per_market,
        fit_error=fit.fit_error * panel.per_market,
        usual_fit_error=usual * panel.per_market,
        probability_by_luck=_by_luck(fit, stand_ins, panel, design) if by_placebo else None,
        in_shares=panel.in_shares,
        untouched=p,
        weeks_of_drift=float((panel.counted - fit.week_weights @ panel.before).sum()),
    )


def placebo_dates_against_untouched(
    outcome: ArrayLike,
    *,
    untouched: ArrayLike,
    begins: int,
    rng: np.random.Generator,
    ends: int | None = None,
    observed: NDArray[np.bool_] | None = None,
    untouched_observed: NDArray[np.bool_] | None = None,
    design: Design = Design.SYNTHETIC_DIFFERENCES,
    level: float = 0.95,
    dates: int = 6,
) -> Placebos:
    """Ask for the effect at dates before anything happened; it should be nought.

    Parameters
    ----------
    outcome, untouched, begins, rng, ends, observed, untouched_observed, design, level
        As in `effect_against_untouched`. Only the weeks before `begins` are used.
    dates : int
        How many dates, evenly spread. Fewer are returned where the weeks don't suffice.

    Returns
    -------
    Placebos
        Where each began, and its effect per week.

    Raises
    ------
    ValueError
        As in `effect_against_untouched`.

    Notes
    -----
    As in `series.placebo_dates`, whose source it shares.
    """
    table, others = np.asarray(outcome, np.float64), np.asarray(untouched, np.float64)

    def ask(place: int, stop: int) -> SeriesEffect | None:
        result = effect_against_untouched(
            table[:stop],
            untouched=others[:stop],
            begins=place,
            rng=rng,
            observed=None if observed is None else observed[:stop],
            untouched_observed=None if untouched_observed is None else untouched_observed[:stop],
            design=design,
            level=level,
            draws=100,
        )
        return result.effect if isinstance(result, AgainstUntouched) else None

    return placebos_before(begins, len(table) if ends is None else ends, ask, dates=dates)


@dataclass(frozen=True, slots=True, eq=False)
class _Mixture:
    """One market (or several, averaged) against a mixture of others; `gap` is week by week."""

    weights: NDArray[np.float64]
    week_weights: NDArray[np.float64]
    gap: NDArray[np.float64]
    fit_error: float

    @classmethod
    def of(
        cls,
        ours: NDArray[np.float64],
        donors: NDArray[np.float64],
        panel: Panel,
        design: Design,
        *,
        markets: int,
    ) -> "_Mixture":
        before, counted, many = panel.before, panel.counted, donors.shape[1]
        early = donors[before]
        if design is Design.DIFFERENCES:
            weights, weeks = np.full(many, 1 / many), np.full(before.size, 1 / before.size)
        else:
            noise = float(np.diff(early, axis=0).std(ddof=1))
            is_plain = design is Design.SYNTHETIC_CONTROL
            spread = 1e-6 if is_plain else (markets * counted.size) ** 0.25
            weights = least_squares_on_simplex(
                early,
                ours[before],
                ridge=(spread * noise) ** 2 * before.size,
                intercept=not is_plain,
            ).weights
            weeks = np.zeros(before.size)
            if not is_plain:
                weeks = least_squares_on_simplex(
                    early.T,
                    donors[counted].mean(axis=0),
                    ridge=(1e-6 * noise) ** 2 * many,
                    intercept=True,
                ).weights
        apart = ours - donors @ weights
        level = 0.0 if design is Design.SYNTHETIC_CONTROL else apart[before].mean()
        error = float(np.sqrt(np.mean((apart[before] - level) ** 2)))
        error *= error > ROUNDING * float(np.abs(early).max())
        return cls(weights, weeks, apart - weeks @ apart[before], error)


def _missing(panel: Panel, design: Design) -> NotEnough | None:
    """What there is too little of to go on."""
    k, p = panel.treated.shape[1], panel.donors.shape[1]
    needed = 2 if k >= TREATED_FOR_JACKKNIFE else k + CONTROLS_LEFT
    if p < needed:
        return NotEnough(Unit.GROUPS, have=p, needed=needed)
    mixes = design is not Design.DIFFERENCES
    return panel.weeks_missing(WEEKS_TO_MIX_BY if mixes else WEEKS_TO_DIFFER_BY)


def _stand_ins(
    panel: Panel, design: Design, markets: int, rng: np.random.Generator
) -> list[_Mixture]:
    """The same sum with untouched markets in the place of ours, so many at a time."""
    many = panel.donors.shape[1]
    if comb(many, markets) <= MOST_PLACEBOS:
        chosen = [list(some) for some in combinations(range(many), markets)]
    else:
        chosen = [
            rng.choice(many, size=markets, replace=False).tolist() for _ in range(MOST_PLACEBOS)
        ]
    return [
        _Mixture.of(
            panel.donors[:, some].mean(axis=1),
            np.delete(panel.donors, some, axis=1),
            panel,
            design,
            markets=markets,
        )
        for some in chosen
    ]


def _left_out_by_turns(fit: _Mixture, panel: Panel) -> NDArray[np.float64]:
    """How the gap moves when each market is left out, weights held; rows to square and add."""
    ours = panel.treated @ panel.parts
    mixed = panel.donors @ fit.weights
    gaps = []
    for place, part in enumerate(panel.parts):
        rest = (ours - part * panel.treated[:, place]) / (1 - part)
        gaps.append(rest - mixed)
    for place in range(fit.weights.size):
        weight = fit.weights[place]
        gaps.append(ours - (mixed - weight * panel.donors[:, place]) / (1 - weight))
    apart = np.array(gaps)
    apart = apart - (apart[:, panel.before] @ fit.week_weights)[:, None] - fit.gap
    many = len(apart)
    moved: NDArray[np.float64] = apart * np.sqrt((many - 1) / many)
    return moved


def _by_luck(fit: _Mixture, stand_ins: list[_Mixture], panel: Panel, design: Design) -> float:
    """Share of markets, ours among them, that look at least as moved as ours."""
    smallest = ROUNDING * float(np.abs(panel.donors[panel.before]).max())

    def moved(one: _Mixture) -> float:
        if design is Design.SYNTHETIC_CONTROL:  # in units of its own misses before
            late = float(np.sqrt(np.mean(one.gap[panel.counted] ** 2)))
            return late / max(one.fit_error, smallest)
        return abs(float(one.gap[panel.counted].mean()))

    least = moved(fit) * (1 - 1e-9)
    return (1 + sum(moved(one) >= least for one in stand_ins)) / (1 + len(stand_ins))


def _as_series(
    fit: _Mixture,
    errors: NDArray[np.float64],
    degrees: float,
    panel: Panel,
    rng: np.random.Generator,
    *,
    level: float,
    draws: int,
) -> SeriesEffect:
    """The effect of all our markets together, as a series' effect is told."""
    counted, unit = panel.counted, panel.unit
    gap = fit.gap * unit
    total = student_estimate(
        float(gap[counted].sum()),
        float(np.sqrt((errors[:, counted].sum(axis=1) ** 2).sum())) * unit,
        degrees,
        level=level,
    )
    return panel.told_as_series(
        gap,
        _steadied(errors.T @ errors, panel.begins, len(errors)) * unit**2,
        degrees=degrees,
        total=total,
        totals=total.value + total.standard_error * rng.standard_t(degrees, draws),
        weights=fit.weights,
        weeks_before=int(panel.before.size),
    )


def _steadied(covariance: NDArray[np.float64], begins: int, markets: int) -> NDArray[np.float64]:
    """Covariance of few markets' errors, drawn to one in which all later weeks err alike.

    Fewer markets than weeks would claim that some mixtures of weeks are known without error. The
    variance of the sum over the later weeks stays as it is, where they err together at all.
    """
    late = covariance[begins:, begins:]
    weeks = len(late)
    own = float(np.diag(late).mean())
    shared = max((float(late.sum()) - weeks * own) / max(weeks * (weeks - 1), 1), 0.0)
    alike = np.full((weeks, weeks), shared) + (own - shared) * np.eye(weeks)
    drawn_to = weeks / (weeks + markets)
    steady = covariance.copy()
    steady[begins:, begins:] = (1 - drawn_to) * late + drawn_to * alike
    return steady
