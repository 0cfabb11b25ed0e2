from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.arrays import matrix
from headwater.stats.cohorts import NEVER, ROWS, Cohorts, summarise_blocks
from headwater.stats.staggered import (
    CohortEffects,
    Contrasts,
    Controls,
    base_of,
    between,
    cells_of,
    is_beside,
)

_ALIKE = 1e10  # condition of the covariates' products beyond which they tell nothing apart


def effects_among_alike(
    outcome: ArrayLike,
    *,
    begins: ArrayLike,
    covariates: ArrayLike,
    controls: Controls = Controls.NEVER_TREATED,
) -> CohortEffects:
    """Effect on each cohort in each week, against what people like them did who had not begun.

    Parameters
    ----------
    outcome, begins : arrays, shapes (people, weeks) and (people,)
        As in `cohorts.summarise`.
    covariates : array, shape (people, covariates)
        What was known of each before anybody began: never something the activity may have changed.
    controls : Controls
        As in `staggered.effects_by_cohort`.

    Returns
    -------
    CohortEffects
        To be averaged as those without covariates. Its cohorts hold products of outcomes and
        covariates, not weeks: do not send them through `imputation.pooled`. Effects whose controls
        are fewer than the covariates, or too alike to learn from, are left out.

    Raises
    ------
    ValueError
        As in `cohorts.summarise`; if covariates are missing or of other people, or nobody is left
        to compare with.

    Notes
    -----
    Assumes that people alike in their covariates would have moved alike, and that how an outcome
    moves is linear in them. Use few: the memory grows with (weeks x covariates) squared a cohort.
    Source: Callaway & Sant'Anna (2021), equation 2.3 with the regression of Heckman, Ichimura &
    Todd (1997); errors as Sant'Anna & Zhao (2020), Journal of Econometrics 219:101-122, section
    3.1 (`reg` in R's `did` and `DRDID`).
    """
    panel, starts, kinds = np.asarray(outcome), np.asarray(begins), matrix("covariates", covariates)
    if panel.ndim != 2 or not len(panel) == len(starts) == len(kinds):
        raise ValueError("outcome, begins and covariates need one row for each person")
    weeks, many = panel.shape[1], kinds.shape[1] + 1
    starts = np.where(starts >= weeks, NEVER, starts)
    wide = summarise_blocks(_widened(panel, starts, kinds))
    mean = wide.mean.reshape(-1, many, weeks + many)
    begin, week = cells_of(wide, weeks=weeks)
    free = is_beside(wide, begin, week, controls=controls)
    products = np.tensordot(free * wide.people, mean[:, :, weeks:], axes=1)
    found = free @ wide.people > many
    found[found] = np.linalg.cond(products[found]) < _ALIKE
    if not found.any():
        raise ValueError("nobody began with a week before it and enough people unlike each other")
    begin, week, free, products = begin[found], week[found], free[found], products[found]
    line, pull = _regression(wide, mean, begin, week, free, products)
    return _influence(wide, begin, week, free, line, pull)


def _regression(
    wide: Cohorts,
    mean: NDArray[np.float64],
    begins: NDArray[np.int64],
    week: NDArray[np.int64],
    free: NDArray[np.bool_],
    products: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far a person moved beyond those like them, and how each control pulls on the line.

    The first as weights of weeks and covariates, (effects, weeks + covariates), the second of the
    covariates alone.
    """
    weeks, before = mean.shape[2] - mean.shape[1], base_of(begins, week)
    moved = (mean[:, :, week] - mean[:, :, before]).transpose(2, 0, 1)
    sums = ((free * wide.people)[:, None, :] @ moved)[:, 0, :, None]
    usual = mean[np.searchsorted(wide.begins, begins), 0, weeks:, None]
    slope, pull = np.linalg.solve(products, np.concatenate([sums, usual], axis=2)).transpose(
        2, 0, 1
    )
    line = between(week, before, columns=mean.shape[2])
    line[:, weeks:] = -slope
    return line, pull


def _influence(
    wide: Cohorts,
    begins: NDArray[np.int64],
    week: NDArray[np.int64],
    free: NDArray[np.bool_],
    line: NDArray[np.float64],
    pull: NDArray[np.float64],
) -> CohortEffects:
    """Each effect, and what people weigh in it: the treated alike, controls by their pull."""
    treated = np.zeros((begins.size, wide.weeks))
    treated[:, : line.shape[1]] = line
    control = -(pull[:, :, None] * line[:, None, :]).reshape(begins.size, -1)
    own = wide.begins == begins[:, None]
    return CohortEffects(
        cohorts=wide,
        begins=begins,
        week=week,
        value=(treated * wide.mean[own.argmax(axis=1)]).sum(axis=1),
        contrasts=Contrasts(
            effect=np.tile(np.arange(begins.size), 2),
            beside=np.vstack([own, free * wide.people]),
            across=np.vstack([treated, control]),
        ),
        mixture=np.where(free, control @ wide.mean.T, 0.0),
    )


def _widened(
    panel: NDArray[np.float64], begins: NDArray[np.int64], covariates: NDArray[np.float64]
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.int64]]]:
    """Blocks of each person's covariates (with a one before) times their weeks and covariates.

    Weeks and covariates are centred first, which changes no effect and keeps the sums exact.
    """
    usual = panel.mean(axis=0, dtype=np.float64)
    spread = covariates.std(axis=0)
    kinds = (covariates - covariates.mean(axis=0)) / np.where(spread > 0, spread, 1)
    kinds = np.column_stack([np.ones(len(kinds)), kinds])
    size = ROWS // kinds.shape[1]
    for first in range(0, len(panel), size):
        some = kinds[first : first + size]
        beside = np.column_stack([panel[first : first + size] - usual, some])
        wide = some[:, :, None] * beside[:, None, :]
        yield wide.reshape(len(some), -1), begins[first : first + size]
