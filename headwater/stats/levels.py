"""A level that wanders, with controls: what a series would have done, from the weeks before."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

MOST_SUBSETS_OF = 8
# Steps of the level, in standard deviations of a week's noise: from none to speak of to no noise.
RATIOS = np.exp(np.linspace(np.log(0.003), np.log(20), 60))
CONTROLS_EXPECTED = 3.0
# Google's default: controls tell four fifths of what moves a series, as sure as from 50 weeks.
NOISE_VARIANCE, NOISE_DEGREES = 0.2, 50.0
SMALLEST = 1e-12


@dataclass(frozen=True, slots=True)
class Drift:
    """What is thought beforehand of how much the level wanders.

    Steps of so many standard deviations of the outcome before, as sure as from so many weeks.
    """

    steps: float
    degrees: float


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """The posterior over noise, drift and controls, given the weeks before.

    Outcome and controls are in standard deviations of the weeks before. The random walk is turned
    to its own axes once (`axes`, with `lengths`): there the weeks err apart for every ratio of its
    steps to the noise. `fits` holds one item for each number of controls.
    """

    outcome: NDArray[np.float64]
    controls: NDArray[np.float64]
    before: NDArray[np.intp]
    axes: NDArray[np.float64]
    lengths: NDArray[np.float64]
    fits: tuple["_Fits", ...]
    shape: float
    centre: float
    scale: float

    @classmethod
    def of(
        cls,
        values: NDArray[np.float64],
        table: NDArray[np.float64],
        before: NDArray[np.intp],
        *,
        drift: Drift | None = None,
    ) -> "Level":
        """From all weeks, shapes (weeks,) and (weeks, p), and the places of those before.

        Without `drift` nothing is claimed beforehand of the size of the noise (Jeffreys), nor of
        the level's share in what one week adds: Jeffreys's prior of a share, Beta(1/2, 1/2).
        """
        spread = float(values[before].std(ddof=1))
        # Weeks that never differed are no proof that none will: one more counts that did.
        shape, rate = (0.0, np.zeros(RATIOS.size)) if spread else (0.5, np.full(RATIOS.size, 0.5))
        logged = np.log(RATIOS / (1 + RATIOS**2))
        if drift:
            shape += (NOISE_DEGREES + drift.degrees) / 2
            wander = drift.degrees * drift.steps**2 / RATIOS**2
            rate = rate + (NOISE_DEGREES * NOISE_VARIANCE + wander) / 2
            logged = -drift.degrees * np.log(RATIOS)
        scale = spread or float(values.std()) or 1.0
        centre = float(values[before].mean())
        outcome, controls = (values - centre) / scale, _standardised(table, before)
        lengths, axes = np.linalg.eigh(np.minimum.outer(before, before).astype(np.float64))
        lengths = np.clip(lengths, 0, None)
        table = axes.T @ np.column_stack([np.ones(before.size), controls[before], outcome[before]])
        seen = _Seen.of(table, lengths)
        shape += (before.size - 1) / 2
        fits = tuple(
            _Fits.of(seen, members, logged + seen.logged, shape, rate, before.size)
            for members in _members(controls.shape[1])
        )
        return cls(outcome, controls, before, axes, lengths, fits, shape, centre, scale)

    @property
    def shares(self) -> list[NDArray[np.float64]]:
        """How probable each ratio with each set of controls is, for each number of controls."""
        most = max(fit.logged.max() for fit in self.fits)
        shares = [np.exp(fit.logged - most) for fit in self.fits]
        whole = sum(float(share.sum()) for share in shares)
        return [share / whole for share in shares]

    @property
    def leaned_on(self) -> NDArray[np.float64]:
        """Probability of each control, shape (p,)."""
        needed = np.zeros(self.controls.shape[1])
        for fit, share in zip(self.fits, self.shares, strict=True):
            np.add.at(needed, fit.members, share.sum(axis=0)[:, None])
        return needed

    def draw(self, rng: np.random.Generator, draws: int) -> NDArray[np.float64]:
        """Weeks as they would have been, in the outcome's own unit, shape (draws, weeks)."""
        shares = self.shares
        times = rng.multinomial(draws, np.concatenate([share.ravel() for share in shares]))
        ends = np.cumsum([share.size for share in shares])[:-1]
        drawn = [
            fit.draw(rng, cells, self.shape, self.controls.shape[1])
            for fit, cells in zip(self.fits, np.split(times, ends), strict=True)
        ]
        ratio, noise, weights = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
        paths = self._paths(rng, ratio, noise, weights @ self.controls.T)
        return paths * self.scale + self.centre

    def _paths(
        self,
        rng: np.random.Generator,
        ratio: NDArray[np.float64],
        noise: NDArray[np.float64],
        told: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Weeks given what controls have `told` of them: invented ones, set right by those seen.

        Source: Durbin & Koopman (2002), Biometrika 89:603-615: an invented level plus what the
        weeks seen say of its error has the law of the level given those weeks.
        """
        size = told.shape
        level = np.cumsum(rng.normal(size=size), axis=1) * (ratio * noise)[:, None]
        before, squared = self.before, ratio[:, None] ** 2
        invented = level[:, before] + rng.normal(size=(size[0], before.size)) * noise[:, None]
        apart = (self.outcome[before] - told[:, before] - invented) @ self.axes
        sureness = 1 / (1 + squared * self.lengths)
        ones = self.axes.sum(axis=0)
        start = (apart * sureness) @ ones / (sureness @ ones**2)
        apart = (apart - start[:, None] * ones) * sureness * squared
        reach = self.axes.T @ np.minimum.outer(before, np.arange(size[1]))
        level += start[:, None] + apart @ reach
        return told + level + rng.normal(size=size) * noise[:, None]


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What the weeks before say for each ratio, whatever the first level was.

    `inner` (ratios, p, p) are products of controls, `cross` (ratios, p) of these with the outcome,
    `own` (ratios,) of the outcome with itself; `logged` is the likelihood's part common to all.
    """

    inner: NDArray[np.float64]
    cross: NDArray[np.float64]
    own: NDArray[np.float64]
    logged: NDArray[np.float64]

    @classmethod
    def of(cls, table: NDArray[np.float64], lengths: NDArray[np.float64]) -> "_Seen":
        """From ones, controls and outcome, turned to the axes of the walk."""
        sureness = 1 / (1 + RATIOS[:, None] ** 2 * lengths)
        products = (sureness[:, None, :] * table.T) @ table
        ones, level = products[:, 0, 0], products[:, :1, 1:]
        rest = products[:, 1:, 1:] - level.swapaxes(1, 2) * level / ones[:, None, None]
        return cls(
            inner=rest[:, :-1, :-1],
            cross=rest[:, :-1, -1],
            own=rest[:, -1, -1],
            logged=(np.log(sureness).sum(axis=1) - np.log(ones)) / 2,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Fits:
    """All sets of so many controls, shape (sets, k), at each ratio.

    `logged` (ratios, sets) is the log of the posterior, up to a constant; the noise's variance is
    inverse gamma with `rate`; given it, the controls' weights lie around `value` with the noise's
    variance times the inverse of `root` by itself turned round.
    """

    members: NDArray[np.intp]
    logged: NDArray[np.float64]
    rate: NDArray[np.float64]
    value: NDArray[np.float64]
    root: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        seen: _Seen,
        members: NDArray[np.intp],
        logged: NDArray[np.float64],
        shape: float,
        rate: NDArray[np.float64],
        weeks: int,
    ) -> "_Fits":
        """The prior of the weights is worth one week: half as controls go together, half apart."""
        controls, k = seen.cross.shape[1], members.shape[1]
        inner = seen.inner[:, members[:, :, None], members[:, None, :]]
        own = inner * np.eye(k)
        prior: NDArray[np.float64] = (inner + own) / (2 * weeks) + 1e-9 * np.eye(k)
        root = _rooted(inner + prior)
        alone = _rooted(prior)
        cross = seen.cross[:, members]
        half = np.linalg.solve(root, cross[..., None])[..., 0]
        left = np.maximum(seen.own[:, None] - (half**2).sum(axis=-1), SMALLEST)
        rate = rate[:, None] + left / 2
        odds = min(CONTROLS_EXPECTED / max(controls, 1), 0.999)
        return cls(
            members=members,
            logged=logged[:, None]
            + _log_root(alone)
            - _log_root(root)
            - shape * np.log(rate)
            + k * np.log(odds)
            + (controls - k) * np.log(1 - odds),
            rate=rate,
            value=np.linalg.solve(root.swapaxes(-1, -2), half[..., None])[..., 0],
            root=root,
        )

    def draw(
        self, rng: np.random.Generator, times: NDArray[np.int64], shape: float, controls: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Ratios, noises and weights of all controls, each cell so many times."""
        cells = np.repeat(np.arange(times.size), times)
        place, chosen = np.divmod(cells, len(self.members))
        noise = np.sqrt(self.rate[place, chosen] / rng.gamma(shape, size=cells.size))
        turned = self.root[place, chosen].swapaxes(-1, -2)
        off = np.linalg.solve(turned, rng.normal(size=(*turned.shape[:2], 1)))[..., 0]
        weights = np.zeros((cells.size, controls))
        np.put_along_axis(
            weights,
            self.members[chosen],
            self.value[place, chosen] + off * noise[:, None],
            axis=1,
        )
        return RATIOS[place], noise, weights


def _standardised(table: NDArray[np.float64], before: NDArray[np.intp]) -> NDArray[np.float64]:
    """Controls in standard deviations of the weeks before; one that never changed tells nothing."""
    spread = table[before].std(axis=0, ddof=1)
    moved = (table - table[before].mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.where(spread > 0, moved, 0.0)


def _members(controls: int) -> list[NDArray[np.intp]]:
    """Which controls go together: for each number of them, shape (sets, number)."""
    if controls > MOST_SUBSETS_OF:
        return [np.arange(controls)[None, :]]
    return [
        np.array(list(combinations(range(controls), size)), np.intp).reshape(-1, size)
        if size
        else np.zeros((1, 0), np.intp)
        for size in range(controls + 1)
    ]


def _rooted(squares: NDArray[np.float64]) -> NDArray[np.float64]:
    root: NDArray[np.float64] = np.linalg.cholesky(squares).astype(np.float64, copy=False)
    return root


def _log_root(root: NDArray[np.float64]) -> NDArray[np.float64]:
    """Half the log determinant of what `root` is the root of."""
    logged: NDArray[np.float64] = np.log(np.diagonal(root, axis1=-2, axis2=-1)).sum(axis=-1)
    return logged
