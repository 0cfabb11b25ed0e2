from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats.answers import Change, NotEnough
from headwater.stats.power import USUAL_POWER, Sight, sight, sight_of_series
from headwater.stats.synthetic import AgainstUntouched, PoorFit, effect_against_untouched

MOST_WEEKS = 104
MOST_PLACES = 1_000_000
TIMES_AS_LONG = (2, 3, 4, 6, 8)


@dataclass(frozen=True, slots=True)
class LotteryOfDates:
    """A lottery of dates as it is planned: so many are served first, the others wait.

    `spread` is the standard deviation of one week's figure among people, `correlation` that of one
    person's weeks with one another. Weeks before and after the draw are averaged; `weeks_after`
    are those in which the others still wait.
    """

    spread: float
    correlation: float
    places: int
    waiting: int
    weeks_before: int
    weeks_after: int

    def __post_init__(self) -> None:
        if self.spread < 0 or not 0 <= self.correlation < 1:
            raise ValueError("spread is nought or more, and correlation from 0 to below 1")
        if min(self.places, self.waiting, self.weeks_after) < 1 or self.weeks_before < 0:
            raise ValueError("a lottery needs places, people who wait, and a week after")

    @property
    def standard_error(self) -> float:
        """Of the effect, in the unit of the outcome.

        Source: Frison & Pocock (1992), Statistics in Medicine 11:1685-1704, equation 5, analysis of
        covariance on the mean of the weeks before.
        """
        after = (1 + (self.weeks_after - 1) * self.correlation) / self.weeks_after
        told = 0.0
        if self.weeks_before:
            before = 1 + (self.weeks_before - 1) * self.correlation
            told = self.weeks_before * self.correlation**2 / before
        each = 1 / self.places + 1 / self.waiting
        return self.spread * float(np.sqrt((after - told) * each))

    def sight(self, *, level: float = 0.95, power: float = USUAL_POWER) -> Sight:
        """Smallest effect it would show, as `power.sight`."""
        return sight(self.standard_error, level=level, power=power)


@dataclass(frozen=True, slots=True)
class Needed:
    """What would be enough, each alone, all else as planned; None where it alone never would.

    `places` come with as many more who wait.
    """

    places: int | None
    weeks_after: int | None
    weeks_before: int | None


def lottery_needs(
    effect: float, *, plan: LotteryOfDates, level: float = 0.95, power: float = USUAL_POWER
) -> Needed:
    """How many places, or how many weeks, a lottery of dates needs to show an effect.

    Parameters
    ----------
    effect : float
        Difference hoped for in a person's usual week, in the outcome's unit; not nought.
    plan : LotteryOfDates
        As it stands. What it has already is never taken away.
    level, power
        As in `power.sight`.

    Returns
    -------
    Needed
        The fewest places, weeks after and weeks before. Weeks up to 104: more weeks don't bring
        people nearer to one another, so where people differ lastingly no number may do.

    Raises
    ------
    ValueError
        If `effect` is nought, or `level` or `power` outside (0, 1).

    Notes
    -----
    Assumes weeks of one person that all hang together alike, and normal errors: with fewer than ten
    places the truth is a little worse.
    Source: `LotteryOfDates.standard_error`; `power.sight`.
    """
    if not effect:
        raise ValueError("an effect of nought is never seen")

    def shows(changed: LotteryOfDates) -> bool:
        return changed.sight(level=level, power=power).smallest <= abs(effect) * (1 + 1e-12)

    return Needed(
        places=_fewest(
            lambda many: shows(
                replace(plan, places=many, waiting=ceil(plan.waiting * many / plan.places - 1e-9))
            ),
            plan.places,
            MOST_PLACES,
        ),
        weeks_after=_fewest(
            lambda many: shows(replace(plan, weeks_after=many)), plan.weeks_after, MOST_WEEKS
        ),
        weeks_before=_fewest(
            lambda many: shows(replace(plan, weeks_before=many)), plan.weeks_before, MOST_WEEKS
        ),
    )


def halving_lottery(plan: LotteryOfDates, *, level: float = 0.95) -> tuple[Change, ...]:
    """What would halve the smallest effect that a lottery of dates will show.

    Parameters
    ----------
    plan : LotteryOfDates
        As it stands.
    level : float in (0, 1)
        As in `power.sight`.

    Returns
    -------
    tuple of Change
        `places` (with as many more who wait), `weeks_after`, `weeks_before`: each with the number
        that would do it alone, those that cannot left out.

    Raises
    ------
    ValueError
        If nothing is left to halve, since there is no spread, or `level` is outside (0, 1).

    Notes
    -----
    Source: as in `lottery_needs`.
    """
    found = lottery_needs(plan.sight(level=level).smallest / 2, plan=plan, level=level)
    return _named(
        places=found.places, weeks_after=found.weeks_after, weeks_before=found.weeks_before
    )


def sight_of_markets(
    history: ArrayLike,
    *,
    untouched: ArrayLike,
    weeks: int,
    rng: np.random.Generator,
    level: float = 0.95,
    power: float = USUAL_POWER,
) -> Sight | NotEnough | PoorFit:
    """Smallest total effect that a campaign in some markets would show against untouched ones.

    Parameters
    ----------
    history : array, shape (n,) or (n, k)
        The markets that will have it, week by week, up to now.
    untouched : array, shape (n, p)
        Those that won't.
    weeks : int
        Weeks that will count.
    rng : Generator
        For the draws.
    level, power
        As in `power.sight`.

    Returns
    -------
    Sight, NotEnough or PoorFit
        Of the effect summed over our markets and the weeks; else why the verdict will not be made
        that way.

    Raises
    ------
    ValueError
        If `weeks` isn't between one and the weeks given, and as in
        `synthetic.effect_against_untouched`.

    Notes
    -----
    Asks how far apart markets drifted by themselves in the last `weeks` weeks, with the verdict's
    own method. Assumes that the weeks to come are as noisy as those.
    Source: `synthetic.effect_against_untouched`; `power.sight`.
    """
    ours = np.asarray(history, dtype=np.float64)
    if not 1 <= weeks < len(ours):
        raise ValueError("weeks must be at least one and fewer than the history has")
    found = effect_against_untouched(
        ours, untouched=untouched, begins=len(ours) - weeks, rng=rng, level=level, draws=100
    )
    if not isinstance(found, AgainstUntouched):
        return found
    return sight(found.effect.total.standard_error, level=level, power=power)


def halving_markets(
    history: ArrayLike, *, untouched: ArrayLike, weeks: int, rng: np.random.Generator
) -> tuple[Change, ...]:
    """What would halve the smallest effect per market and week to be seen against the untouched.

    Parameters
    ----------
    history, untouched, weeks, rng
        As in `sight_of_markets`.

    Returns
    -------
    tuple of Change
        `markets` of ours (taken from the untouched in their order) and `weeks_counted`: each with
        the number that would do it alone, as tried on the history; those that don't left out.

    Raises
    ------
    ValueError
        As in `sight_of_markets`.

    Notes
    -----
    Source: `sight_of_markets`.
    """
    table = np.asarray(history, dtype=np.float64)
    ours = table[:, None] if table.ndim == 1 else table
    others = np.asarray(untouched, dtype=np.float64)
    together, k = np.hstack([ours, others]), ours.shape[1]

    def smallest(markets: int, counted: int) -> float:
        found = sight_of_markets(
            together[:, :markets], untouched=together[:, markets:], weeks=counted, rng=rng
        )
        return found.smallest / markets / counted if isinstance(found, Sight) else np.inf

    half = smallest(k, weeks) / 2
    if not np.isfinite(half):
        return ()
    markets = _first(lambda many: smallest(many, weeks) <= half, range(k + 1, together.shape[1]))
    longer = [weeks * times for times in TIMES_AS_LONG if weeks * times < len(ours)]
    counted = _first(lambda many: smallest(k, many) <= half, longer)
    return _named(markets=markets, weeks_counted=counted)


def halving_series(
    history: ArrayLike,
    *,
    weeks: int,
    rng: np.random.Generator,
    controls: ArrayLike | None = None,
) -> tuple[Change, ...]:
    """What would halve the smallest effect per week that a series will show.

    Parameters
    ----------
    history, weeks, rng, controls
        As in `power.sight_of_series`.

    Returns
    -------
    tuple of Change
        `weeks_counted`, as tried on the history, and without controls `share_told_by_controls`:
        how much of what the series does unforeseen a control would have to do too. Those that
        don't do it are left out.

    Raises
    ------
    ValueError
        As in `power.sight_of_series`.

    Notes
    -----
    Source: `power.sight_of_series`; that the error falls with the root of the variance left.
    """
    values = np.asarray(history, dtype=np.float64)

    def smallest(counted: int) -> float:
        found = sight_of_series(values, weeks=counted, rng=rng, controls=controls)
        return found.smallest / counted if isinstance(found, Sight) else np.inf

    half = smallest(weeks) / 2
    if not np.isfinite(half):
        return ()
    longer = [weeks * times for times in TIMES_AS_LONG if weeks * times < values.size]
    counted = _first(lambda many: smallest(many) <= half, longer)
    told = Change("share_told_by_controls", 0.75)
    return _named(weeks_counted=counted) + ((told,) if controls is None else ())


def _named(**numbers: int | None) -> tuple[Change, ...]:
    return tuple(Change(name, float(many)) for name, many in numbers.items() if many is not None)


def _first(is_enough: Callable[[int], bool], tried: Iterable[int]) -> int | None:
    return next((many for many in tried if is_enough(many)), None)


def _fewest(is_enough: Callable[[int], bool], least: int, most: int) -> int | None:
    """The smallest number from `least` to `most` that is enough, where more never is less."""
    if least > most or not is_enough(most):
        return None
    while least < most:
        middle = (least + most) // 2
        least, most = (least, middle) if is_enough(middle) else (middle + 1, most)
    return least
