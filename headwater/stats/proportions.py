from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import Estimate
from headwater.stats.arrays import checked_level, mask, normal_quantile, vector


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """Did people arrive in the arms in the shares that were promised?"""

    chi_square: float
    degrees: int
    probability: float
    is_broken: bool


def share(answered: NDArray[np.bool_], *, level: float = 0.95, of: int | None = None) -> Estimate:
    """Share who said yes, with Wilson's interval.

    Parameters
    ----------
    answered : bool array, shape (n,)
        True where the person said yes.
    level : float in (0, 1)
        Coverage wanted of the interval.
    of : int, optional
        How many people there are in all. When a good part of them answered, the range narrows
        (finite-population correction); with everybody in, it closes on the share itself.

    Returns
    -------
    Estimate
        A share from 0 to 1. `probability_positive` is the probability of more than half saying
        yes, since no share lies below nought.

    Raises
    ------
    ValueError
        If nobody answered, `of` is less than those who did, or `level` is outside (0, 1).

    Notes
    -----
    Assumes that those who answered are like those who did not; no interval mends that.
    Source: Wilson (1927), JASA 22:209-212; Newcombe (1998), Statistics in Medicine 17:857-872,
    method 3. The correction takes n(N-1)/(N-n) for n (Cochran 1977, section 2.6).
    """
    answered = mask("answered", answered)
    return share_of_counts(int(answered.sum()), answered.size, level=level, of=of)


def share_of_counts(
    successes: int, asked: int, *, level: float = 0.95, of: int | None = None
) -> Estimate:
    """`share`, from counts: so many of so many.

    Parameters
    ----------
    successes, asked : int
        How many said yes, of how many.
    level, of
        As in `share`.

    Returns
    -------
    Estimate
        As in `share`.

    Raises
    ------
    ValueError
        If nobody was asked, or more said yes than were asked.

    Notes
    -----
    Source and assumptions as in `share`.
    """
    _refuse_impossible(successes, asked)
    if of is not None and of < asked:
        raise ValueError("no more people can answer than there are")
    value = successes / asked
    if of == asked:
        return Estimate(
            value=value,
            low=value,
            high=value,
            level=checked_level(level),
            probability_positive=0.5 if value == 0.5 else float(value > 0.5),
            standard_error=0.0,
        )
    size = asked if of is None else asked * (of - 1) / (of - asked)
    low, high = _wilson(value, size, level)
    return Estimate(
        value=value,
        low=low,
        high=high,
        level=level,
        probability_positive=float(
            scipy.special.betaincc(value * size + 0.5, (1 - value) * size + 0.5, 0.5)
        ),
        standard_error=float(np.sqrt(value * (1 - value) / size)),
    )


def difference_in_proportions(
    treated: NDArray[np.bool_], control: NDArray[np.bool_], *, level: float = 0.95
) -> Estimate:
    """Share of successes among the treated, less the share among the controls.

    Parameters
    ----------
    treated, control : bool array, shapes (n_treated,) and (n_control,)
        True where the person did the thing.
    level : float in (0, 1)
        Coverage wanted of the interval.

    Returns
    -------
    Estimate
        In proportion points, from -1 to 1: 0.05 reads "five points more".

    Raises
    ------
    ValueError
        If a group is empty or `level` is outside (0, 1).

    Notes
    -----
    Assumes people answer independently; for whole teams use the clustered estimate.
    `probability_positive` is exact under two Jeffreys priors.
    Source: Newcombe (1998), Statistics in Medicine 17:873-890, method 10.
    """
    treated, control = mask("treated", treated), mask("control", control)
    return difference_of_counts(
        int(treated.sum()), treated.size, int(control.sum()), control.size, level=level
    )


def difference_of_counts(
    treated_successes: int,
    treated: int,
    control_successes: int,
    control: int,
    *,
    level: float = 0.95,
) -> Estimate:
    """`difference_in_proportions`, from counts: so many of so many in either group.

    Parameters
    ----------
    treated_successes, treated, control_successes, control : int
        Successes and people in the two groups.
    level : float in (0, 1)
        Coverage wanted of the interval.

    Returns
    -------
    Estimate
        As in `difference_in_proportions`.

    Raises
    ------
    ValueError
        If a group is empty, or has more successes than people.

    Notes
    -----
    Source and assumptions as in `difference_in_proportions`.
    """
    _refuse_impossible(treated_successes, treated)
    _refuse_impossible(control_successes, control)
    ours, theirs = treated_successes / treated, control_successes / control
    our_low, our_high = _wilson(ours, treated, level)
    their_low, their_high = _wilson(theirs, control, level)
    value = ours - theirs
    return Estimate(
        value=value,
        low=value - float(np.hypot(ours - our_low, their_high - theirs)),
        high=value + float(np.hypot(our_high - ours, theirs - their_low)),
        level=level,
        probability_positive=_is_larger(treated_successes, treated, control_successes, control),
        standard_error=float(
            np.sqrt(ours * (1 - ours) / treated + theirs * (1 - theirs) / control)
        ),
    )


def sample_ratio(
    counts: ArrayLike, *, shares: ArrayLike | None = None, threshold: float = 0.001
) -> SampleRatio:
    """Check that the arms of an experiment got the shares they were promised.

    A broken split means that something other than the lottery decided who saw what; nothing else
    about the experiment may then be believed.

    Parameters
    ----------
    counts : array, shape (arms,)
        People who arrived in each arm.
    shares : array, shape (arms,), optional
        Shares promised, summing to 1. Equal when left out.
    threshold : float in (0, 1)
        The split is broken below this probability. Low, since the check runs on every experiment.

    Returns
    -------
    SampleRatio
        Pearson's chi-square, its degrees of freedom and probability, and the verdict.

    Raises
    ------
    ValueError
        With fewer than two arms, nobody in them, negative counts, or shares that don't add up.

    Notes
    -----
    Assumes every person was assigned independently. With under five expected in an arm the
    probability is rough.
    Source: Pearson (1900); Fabijan et al. (2019), KDD, on sample ratio mismatch.
    """
    people = vector("counts", counts, at_least=2)
    if (people < 0).any() or not people.sum():
        raise ValueError("counts must be people, and there must be some")
    promised = np.full(people.size, 1 / people.size) if shares is None else vector("shares", shares)
    if promised.size != people.size or (promised <= 0).any() or abs(promised.sum() - 1) > 1e-9:
        raise ValueError("shares must be above nought, one for each arm, and sum to 1")
    expected = people.sum() * promised
    chi_square = float(((people - expected) ** 2 / expected).sum())
    degrees = people.size - 1
    probability = float(scipy.special.chdtrc(degrees, chi_square))
    return SampleRatio(chi_square, degrees, probability, probability < threshold)


def _refuse_impossible(successes: int, people: int) -> None:
    if people < 1:
        raise ValueError("a share needs at least one person")
    if not 0 <= successes <= people:
        raise ValueError("successes lie between nought and the number of people")


def _wilson(value: float, size: float, level: float) -> tuple[float, float]:
    z = normal_quantile(level)
    centre = value + z * z / (2 * size)
    reach = z * float(np.sqrt(value * (1 - value) / size + z * z / (4 * size * size)))
    scale = 1 + z * z / size
    low, high = (centre - reach) / scale, (centre + reach) / scale
    return min(max(low, 0.0), value), max(min(high, 1.0), value)


def _is_larger(ours: int, of_ours: int, theirs: int, of_theirs: int) -> float:
    """P(first share > second) for independent Beta posteriors under Jeffreys priors.

    The integral runs over quantiles of the first posterior, where it is smooth for any counts.
    """
    nodes, weights = scipy.special.roots_legendre(200)
    quantiles = scipy.special.betaincinv(ours + 0.5, of_ours - ours + 0.5, (nodes + 1) / 2)
    below = scipy.special.betainc(theirs + 0.5, of_theirs - theirs + 0.5, quantiles)
    return float(np.clip((weights / 2 * below).sum(), 0, 1))
