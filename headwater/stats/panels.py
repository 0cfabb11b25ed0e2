from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import Estimate, NotEnough, Unit
from headwater.stats.arrays import drawn_estimate, mask, student_estimate
from headwater.stats.series import SeriesEffect

# Beyond this, markets are compared in shares of their own usual week, not in counts.
ALIKE_IN_SIZE = 2.0
MOST_MISSING = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Markets in one unit, and which weeks are used.

    `treated` has shape (weeks, k), `donors` (weeks, p). Ours together are `treated @ parts` times
    `unit`; `per_market` turns the panel's unit into the outcome's, for one market.
    """

    treated: NDArray[np.float64]
    donors: NDArray[np.float64]
    kept: NDArray[np.intp]
    all_donors: int
    parts: NDArray[np.float64]
    unit: float
    before: NDArray[np.intp]
    counted: NDArray[np.intp]
    seen: NDArray[np.bool_]
    begins: int
    in_shares: bool

    @classmethod
    def of(
        cls,
        outcome: ArrayLike,
        untouched: ArrayLike,
        *,
        begins: int,
        ends: int | None,
        observed: NDArray[np.bool_] | None,
        untouched_observed: NDArray[np.bool_] | None,
        in_shares: bool | None,
    ) -> "Panel":
        ours, others = _table("outcome", outcome), _table("untouched", untouched)
        weeks = len(ours)
        if len(others) != weeks:
            raise ValueError("untouched needs one row for each week")
        end = weeks if ends is None else ends
        if not 0 < begins < end <= weeks:
            raise ValueError("begins and ends must lie within the weeks")
        seen = np.ones(weeks, np.bool_)
        if observed is not None:
            seen = mask("observed", observed, size=weeks)
        known = _known(untouched_observed, others, seen)
        kept = np.flatnonzero((~known[seen]).mean(axis=0) <= MOST_MISSING)
        used = seen & known[:, kept].all(axis=1)
        ours = np.where(seen[:, None], ours, 0.0)
        others = _bridged(others[:, kept], known[:, kept])
        if not (np.isfinite(ours).all() and np.isfinite(others).all()):
            raise ValueError("outcome or untouched has missing values that are called observed")
        if not np.ptp(others[used], axis=0).any() and kept.size:
            raise ValueError("no untouched market ever changes, so none can tell of ours")
        before = np.flatnonzero(used[:begins])
        usual, usual_others = _usual(ours[before], others[before], in_shares)
        return cls(
            treated=ours / usual,
            donors=others / usual_others,
            kept=kept,
            all_donors=known.shape[1],
            parts=usual / usual.sum(),
            unit=float(usual.sum()),
            before=before,
            counted=begins + np.flatnonzero(used[begins:end]),
            seen=seen,
            begins=begins,
            in_shares=bool((usual != 1).any()),
        )

    @property
    def per_market(self) -> float:
        return self.unit / len(self.parts)

    def weeks_missing(self, needed: int) -> NotEnough | None:
        """How many weeks before there are where a design needs more."""
        if self.before.size < needed:
            return NotEnough(Unit.WEEKS, have=int(self.before.size), needed=needed)
        if not self.counted.size:
            return NotEnough(Unit.WEEKS, have=0, needed=1)
        return None

    def told_as_series(
        self,
        gap: NDArray[np.float64],
        covariance: NDArray[np.float64],
        *,
        degrees: float,
        total: Estimate,
        totals: NDArray[np.float64],
        weights: ArrayLike,
        weeks_before: int,
    ) -> SeriesEffect:
        """The effect of all our markets together, as a series' effect is told.

        `gap` (weeks,), its `covariance` and the draws `totals` are in the outcome's unit; `weights`
        are of the donors that were kept.
        """
        actual = self.treated @ self.parts * self.unit
        usual = actual[self.counted].sum() - totals
        width = student_estimate(0.0, 1.0, degrees, level=total.level).high
        reach = width * np.sqrt(np.diag(covariance))
        leaned_on = np.zeros(self.all_donors)
        leaned_on[self.kept] = weights
        relative = drawn_estimate(totals / usual, level=total.level) if (usual > 0).all() else None
        return SeriesEffect(
            per_week=total.times(1 / self.counted.size),
            total=total,
            relative=relative,
            expected=actual - gap,
            low=actual - gap - reach,
            high=actual - gap + reach,
            lift=np.where(self.seen, gap, 0.0),
            covariance=covariance,
            total_draws=totals,
            leaned_on=leaned_on,
            weeks_before=weeks_before,
            weeks_counted=int(self.counted.size),
        )


def _table(name: str, values: ArrayLike) -> NDArray[np.float64]:
    table = np.asarray(values, dtype=np.float64)
    if table.ndim == 1:
        table = table[:, None]
    if table.ndim != 2 or not table.size:
        raise ValueError(f"{name} needs one column for each market, and at least one")
    return table


def _known(
    observed: NDArray[np.bool_] | None, others: NDArray[np.float64], seen: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    if not seen.any():
        raise ValueError("no week of the outcome is known")
    if observed is None:
        return np.ones(others.shape, np.bool_)
    known = np.asarray(observed)
    if known.shape != others.shape or known.dtype != np.bool_:
        raise ValueError("untouched_observed needs a yes or no for each week and market")
    return known


def _bridged(others: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Unknown weeks drawn as a straight line between their neighbours: shown, never counted."""
    bridged = others.copy()
    weeks = np.arange(len(others))
    for column in range(others.shape[1]):
        here = known[:, column]
        bridged[~here, column] = np.interp(weeks[~here], weeks[here], others[here, column])
    return bridged


def _usual(
    ours: NDArray[np.float64], others: NDArray[np.float64], in_shares: bool | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A usual week of each market, to compare in shares of it; ones to compare as they are."""
    plain = np.ones(ours.shape[1]), np.ones(others.shape[1])
    if in_shares is False or not len(ours) or not others.size:
        return plain
    usual, usual_others = ours.mean(axis=0), others.mean(axis=0)
    is_possible = bool((usual > 0).all() and (usual_others > 0).all())
    if in_shares and not is_possible:
        raise ValueError("shares of a usual week need one above nought in every market")
    if not is_possible:
        return plain
    ratio = float(np.median(usual_others) / usual.mean())
    is_alike = 1 / ALIKE_IN_SIZE <= ratio <= ALIKE_IN_SIZE
    return plain if is_alike and not in_shares else (usual, usual_others)
