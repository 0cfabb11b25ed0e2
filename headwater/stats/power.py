from dataclasses import dataclass
from math import ceil

import numpy as np
import scipy
from numpy.typing import ArrayLike

from headwater.stats.answers import NotEnough
from headwater.stats.arrays import checked_level, normal_quantile
from headwater.stats.series import SeriesEffect, effect_in_series

USUAL_POWER = 0.8


@dataclass(frozen=True, slots=True)
class Sight:
    """What a comparison will be able to see before it is made.

    `smallest` is the effect it would see `power` times in a hundred; `standard_error` that of the
    effect; both in the unit of the outcome.
    """

    smallest: float
    standard_error: float
    level: float
    power: float

    def odds_of_seeing(self, effect: float) -> float:
        """Probability that a true effect of this size would show."""
        reach = normal_quantile(self.level)
        ratio = abs(effect) / self.standard_error if self.standard_error else np.inf
        return float(scipy.special.ndtr(ratio - reach) + scipy.special.ndtr(-ratio - reach))


def sight(standard_error: float, *, level: float = 0.95, power: float = USUAL_POWER) -> Sight:
    """Smallest effect visible to a comparison whose standard error is known.

    Parameters
    ----------
    standard_error : float
        Of the effect to come, in the outcome's unit.
    level : float in (0, 1)
        Coverage of the interval the effect must leave nought outside of.
    power : float in (0, 1)
        How often it should be seen.

    Returns
    -------
    Sight
        In the outcome's unit.

    Raises
    ------
    ValueError
        If the standard error is negative or infinite, or `level` or `power` outside (0, 1).

    Notes
    -----
    Assumes normal errors: with under ten in a group the truth is a little worse.
    Source: Bloom (1995), Evaluation Review 19:547-556, minimum detectable effect.
    """
    if not 0 <= standard_error < np.inf:
        raise ValueError("a standard error is nought or more")
    multiple = normal_quantile(level) + float(scipy.special.ndtri(checked_level(power)))
    return Sight(max(multiple, 0.0) * standard_error, standard_error, level, power)


def sight_of_shares(
    base: float, *, treated: int, control: int, level: float = 0.95, power: float = USUAL_POWER
) -> Sight:
    """Smallest difference of two shares that groups of these sizes would show.

    Parameters
    ----------
    base : float in (0, 1)
        Share without the effect.
    treated, control : int
        People in either group.
    level, power
        As in `sight`.

    Returns
    -------
    Sight
        In proportion points.

    Raises
    ------
    ValueError
        If a group is empty or `base` is outside (0, 1).

    Notes
    -----
    Takes the spread at `base` for both groups. Source as in `sight`.
    """
    if not 0 < base < 1:
        raise ValueError("a base share lies between 0 and 1")
    return sight_of_means(
        float(np.sqrt(base * (1 - base))),
        treated=treated,
        control=control,
        level=level,
        power=power,
    )


def sight_of_means(
    spread: float,
    *,
    treated: int,
    control: int,
    explained: float = 0.0,
    level: float = 0.95,
    power: float = USUAL_POWER,
) -> Sight:
    """Smallest difference of two averages that groups of these sizes would show.

    Parameters
    ----------
    spread : float
        Standard deviation among people (or markets), in the outcome's unit.
    treated, control : int
        People (or markets) in either group.
    explained : float in [0, 1)
        Share of the variance that earlier values tell already (R squared), when they are used.
    level, power
        As in `sight`.

    Returns
    -------
    Sight
        In the outcome's unit.

    Raises
    ------
    ValueError
        If a group is empty, `spread` is negative or `explained` outside [0, 1).

    Notes
    -----
    Assumes independent people of equal spread in both groups. Source as in `sight`.
    """
    if treated < 1 or control < 1:
        raise ValueError("both groups need somebody")
    if spread < 0 or not 0 <= explained < 1:
        raise ValueError("spread is nought or more, and explained lies from 0 to below 1")
    error = spread * float(np.sqrt((1 - explained) * (1 / treated + 1 / control)))
    return sight(error, level=level, power=power)


def sight_of_series(
    history: ArrayLike,
    *,
    weeks: int,
    rng: np.random.Generator,
    controls: ArrayLike | None = None,
    level: float = 0.95,
    power: float = USUAL_POWER,
) -> Sight | NotEnough:
    """Smallest total effect that a campaign of so many weeks would show in this series.

    Parameters
    ----------
    history : array, shape (n,)
        The outcome, week by week, up to now.
    weeks : int
        Weeks that will count.
    rng : Generator
        For the draws.
    controls : array, shape (n, p), optional
        Untouched series, if the verdict will use them.
    level, power
        As in `sight`.

    Returns
    -------
    Sight or NotEnough
        Of the effect summed over the weeks. NotEnough where too few weeks would be left before.

    Raises
    ------
    ValueError
        If `weeks` isn't between one and the weeks given.

    Notes
    -----
    Asks the verdict's own model how sure it would have been about the last `weeks` weeks, had the
    campaign begun then. Assumes the weeks to come are as noisy as those.
    Source: `series.effect_in_series`; `sight`.
    """
    values = np.asarray(history, dtype=np.float64)
    if not 1 <= weeks < values.size:
        raise ValueError("weeks must be at least one and fewer than the history has")
    effect = effect_in_series(
        values, begins=values.size - weeks, rng=rng, controls=controls, draws=2000
    )
    if not isinstance(effect, SeriesEffect):
        return effect
    return sight(effect.total.standard_error, level=level, power=power)


def people_needed(
    effect: float,
    *,
    spread: float,
    share_treated: float = 0.5,
    level: float = 0.95,
    power: float = USUAL_POWER,
) -> int:
    """How many people in all would be enough to see an effect of this size.

    Parameters
    ----------
    effect : float
        Difference hoped for, in the outcome's unit; not nought.
    spread : float
        Standard deviation among people; for a share p it is sqrt(p (1 - p)).
    share_treated : float in (0, 1)
        Share of them who get it.
    level, power
        As in `sight`.

    Returns
    -------
    int
        In both groups together, at least four.

    Raises
    ------
    ValueError
        If `effect` is nought, `spread` negative or `share_treated` outside (0, 1).

    Notes
    -----
    Source and assumptions as in `sight_of_means`.
    """
    if not effect or spread < 0:
        raise ValueError("an effect of nought is never seen, and spread is nought or more")
    if not 0 < share_treated < 1:
        raise ValueError("share_treated lies between 0 and 1")
    multiple = sight(1.0, level=level, power=power).smallest
    variance = spread**2 / (share_treated * (1 - share_treated))
    return max(4, ceil(variance * (multiple / effect) ** 2))


def enough_for(standard_error: float, *, have: int, effect: float, level: float = 0.95) -> int:
    """How many partners or weeks would make an estimate sure enough to see an effect.

    Parameters
    ----------
    standard_error : float
        Of the estimate made from what there is.
    have : int
        How many partners or weeks it was made from.
    effect : float
        The effect that should show, such as the aim; not nought.
    level : float in (0, 1)
        As in `sight`.

    Returns
    -------
    int
        Never less than `have`, for a sure answer to "how many would be enough".

    Raises
    ------
    ValueError
        If `effect` is nought or `have` less than one.

    Notes
    -----
    Assumes the error falls with the root of the number, which is hopeful for weeks that resemble
    each other.
    Source: `sight`.
    """
    if not effect or have < 1:
        raise ValueError("an effect of nought is never seen, and something must be there already")
    smallest = sight(standard_error, level=level).smallest
    return max(have, ceil(have * (smallest / effect) ** 2))
