from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import Estimate, NotEnough, Unit
from headwater.stats.arrays import checked_level, student_estimate

FEWEST = 10  # people who began, and people who had not when others did
MANY = 1000  # who tell what another thing brings: then nobody alone matters to it
AT_ONCE = 2000
_LEAST_LEFT = 0.1  # of what somebody's own weeks differ by, where they taught it themselves
_FAINT = 1e-9  # share of a column's size below which its variation is rounding

Lot = tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class EffectApart:
    """What beginning one thing did, told apart from other things people did as well.

    `since` are weeks since the beginning, with `value` and `standard_error` of each; `overall` the
    average over every person's every week since. `others`, shape (columns,), is what one more of
    each other thing brings a week, nought where it couldn't be learnt. `people` began and `seen`
    of their weeks count; `left_out` of them don't, having nothing to be told apart by.
    """

    since: NDArray[np.int64]
    value: Floats
    standard_error: Floats
    overall: Estimate
    others: Floats
    people: int
    seen: int
    left_out: int
    weeks_since: float


def effect_apart(
    lots: Callable[[], Iterable[Lot]], *, level: float = 0.95
) -> EffectApart | NotEnough:
    """Effect of beginning one thing, when people do other things too, before and after.

    Parameters
    ----------
    lots : function that gives an iterable of (outcome, begins, others, observed)
        Some people at a time, the same each time it is called. Shapes (people, weeks), (people,),
        (people, weeks, columns) and (people, weeks): the outcome, the place of the week in which
        each began (`NEVER` for those who didn't), how much of each other thing they had done by
        each week, and whether the week counts. Everybody needs a week that counts before they
        began; weeks that don't, such as those not counted, are not looked at.
    level : float in (0, 1)
        Coverage wanted of the ranges.

    Returns
    -------
    EffectApart or NotEnough
        In the outcome's unit, a week. NotEnough below ten who began with somebody to compare with,
        or below ten who hadn't.

    Raises
    ------
    ValueError
        If somebody has no week before the beginning, shapes differ, a value is missing or `level`
        is outside (0, 1).

    Notes
    -----
    What would have been is learnt from weeks in which people hadn't begun: a level for each person,
    a height for each week, and so much for each other thing. Assumes that but for these people
    would have moved alike; that other things bring the same to those who began and those who
    didn't; and that beginning this doesn't make people do more of the others, else that part is
    counted with the others. People choose what they begin: grade B at best.
    Weeks of other things that fewer than ten untouched people ever did, or weeks in which all had
    begun, are left out: what two or three teach would be carried to everybody. Errors are by person
    and hold for people like these; each person's are taken from what everybody else's weeks say,
    where under a thousand taught it, and their reach is Student's, with as many degrees of freedom
    as people carry the error.
    Source: Borusyak, Jaravel & Spiess (2024), Review of Economic Studies 91:3253-3285, theorem 1
    with time-varying covariates; the errors are the influence of each person, as in their equation
    8 with one average effect, each person left out as in MacKinnon, Nielsen & Webb (2023), Journal
    of Applied Econometrics 38:671-694 (CV3); the degrees of freedom match the spread of that
    sum, as Satterthwaite (1946), Biometrics Bulletin 2:110-114.
    """
    checked_level(level)
    sums = _Untouched.of(lots())
    if min(sums.began, sums.had_not) < FEWEST:
        return NotEnough(Unit.PARTNERS, have=min(sums.began, sums.had_not), needed=FEWEST)
    first = _Since.of(lots(), sums)
    if first.people < FEWEST:
        return NotEnough(Unit.PARTNERS, have=first.people, needed=FEWEST)
    value = np.divide(first.total, first.many, out=np.zeros(sums.weeks), where=first.many > 0)
    every = float(first.total.sum() / first.many.sum())
    each = first.pull / np.maximum(first.many, 1)[:, None]
    whole = first.pull.sum(axis=0) / first.many.sum()
    lines = np.vstack([each, whole]) @ sums.inverse
    squares, fourths, everybody = np.zeros(sums.weeks + 1), 0.0, 0
    for lot in lots():
        part = _Part.of(lot)
        left, seen = part.since(sums)
        share = seen / np.maximum(first.many, 1)
        own = np.hstack([
            (left - value) * share, ((left - every) * seen).sum(axis=1, keepdims=True)
            / first.many.sum(),
        ])  # fmt: skip
        each_squared = (own - part.scores(sums) @ lines.T) ** 2
        squares += each_squared.sum(axis=0)
        fourths += float((each_squared[:, -1] ** 2).sum())
        everybody += len(each_squared)
    errors = np.sqrt(squares * first.people / (first.people - 1))
    shown = np.flatnonzero(first.many >= FEWEST)
    return EffectApart(
        since=shown,
        value=value[shown],
        standard_error=errors[shown],
        overall=student_estimate(
            every, float(errors[-1]), _freedom(float(squares[-1]), fourths, everybody), level=level
        ),
        others=sums.theta[sums.weeks :],
        people=first.people,
        seen=int(first.many.sum()),
        left_out=first.left_out,
        weeks_since=float(first.many @ (np.arange(sums.weeks) + 1) / first.many.sum()),
    )


def _freedom(squares: float, fourths: float, people: int) -> float:
    """How well the error itself is known: two degrees where one person carries it all, and no more
    than there are people."""
    uneven = fourths / squares**2 - 1 / people if squares else 0.0
    return min(2 / uneven, people) if uneven > 0 else float(people)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Some people: outcome and others less their own averages over untouched weeks."""

    free: Floats
    observed: NDArray[np.bool_]
    begins: NDArray[np.int64]
    outcome: Floats
    others: Floats
    deeds: Floats  # others as they are

    @classmethod
    def of(cls, lot: Lot) -> "_Part":
        outcome, others = (np.asarray(part, dtype=np.float64) for part in (lot[0], lot[2]))
        begins, observed = np.asarray(lot[1]), np.asarray(lot[3], dtype=np.bool_)
        if (
            not others.shape[:2]
            == outcome.shape
            == observed.shape
            == (*begins.shape, *outcome.shape[1:])
        ):
            raise ValueError("outcome, begins, others and observed need the same people and weeks")
        if not (np.isfinite(outcome).all() and np.isfinite(others).all()):
            raise ValueError("outcome and others need a value for each person and week")
        free = ((np.arange(outcome.shape[1]) < begins[:, None]) & observed).astype(np.float64)
        if not free.any(axis=1).all():
            raise ValueError("whoever has no week before the beginning has nothing to compare with")
        share = free / free.sum(axis=1, keepdims=True)
        return cls(
            free=free,
            observed=observed,
            begins=begins,
            outcome=outcome - (share * outcome).sum(axis=1, keepdims=True),
            others=others - np.einsum("it,itp->ip", share, others)[:, None],
            deeds=others,
        )

    def since(self, sums: "_Untouched") -> tuple[Floats, Floats]:
        """What lies above the expected by weeks since the beginning, and where it is seen."""
        apart = self.outcome - self.expected(sums)
        strange = (self.deeds[:, :, ~sums.learnt] != 0).any(axis=2)
        lost = strange | ~sums.compared | ~self.observed
        left, seen = np.zeros_like(apart), np.zeros_like(apart)
        for lag in range(sums.weeks):
            rows = np.flatnonzero(self.begins + lag < sums.weeks)
            week = self.begins[rows] + lag
            left[rows, lag] = np.where(lost[rows, week], 0.0, apart[rows, week])
            seen[rows, lag] = ~lost[rows, week]
        return left, seen

    def expected(self, sums: "_Untouched") -> Floats:
        height = sums.theta[: sums.weeks]
        share = self.free / self.free.sum(axis=1, keepdims=True)
        told: Floats = height - share @ height[:, None] + self.others @ sums.theta[sums.weeks :]
        return told

    def left_alone(self, sums: "_Untouched") -> Floats:
        """How far each lies from what untouched weeks of everybody else say.

        Somebody who nearly alone taught what a thing brings seems to fit it.
        """
        left: Floats = (self.outcome - self.expected(sums)) * self.free
        rare = self.others[:, :, sums.learnt & (sums.known_by < MANY)]
        doers = np.flatnonzero((rare * self.free[..., None]).any(axis=(1, 2)))
        for start in range(0, doers.size, AT_ONCE):
            rows = doers[start : start + AT_ONCE]
            free = self.free[rows]
            weeks = np.eye(sums.weeks) - (free / free.sum(axis=1, keepdims=True))[:, None, :]
            own = np.concatenate([weeks, self.others[rows]], axis=2) * free[..., None]
            weight, axes = np.linalg.eigh(own @ sums.inverse @ own.transpose(0, 2, 1))
            turned = np.einsum("its,it->is", axes, left[rows])
            turned /= np.maximum(1 - weight, _LEAST_LEFT)
            left[rows] = np.einsum("its,is->it", axes, turned)
        return left

    def scores(self, sums: "_Untouched") -> Floats:
        """How each person pulls on what was learnt from untouched weeks."""
        left = self.left_alone(sums)
        return np.hstack([left, np.einsum("it,itp->ip", left, self.others)])


@dataclass(frozen=True, slots=True, eq=False)
class _Untouched:
    """What untouched weeks tell: heights of the weeks and what others bring, `theta`."""

    weeks: int
    theta: Floats
    inverse: Floats
    learnt: NDArray[np.bool_]
    known_by: Floats  # people
    compared: NDArray[np.bool_]
    began: int
    had_not: int

    @classmethod
    def of(cls, lots: Iterable[Lot]) -> "_Untouched":
        inner, cross, many, sizes = np.zeros((0, 0)), np.zeros(0), np.zeros(0), np.zeros(0)
        known_by = np.zeros(0)
        began, had_not, weeks = 0, 0, 0
        for lot in lots:
            part = _Part.of(lot)
            weeks, columns = part.outcome.shape[1], part.others.shape[2]
            if not inner.size:
                inner = np.zeros((weeks + columns, weeks + columns))
                cross, many, sizes = np.zeros(weeks + columns), np.zeros(weeks), np.zeros(columns)
                known_by = np.zeros(columns)
            free = part.free
            held = part.others * free[..., None]
            both = held.sum(axis=0)
            inner[:weeks, :weeks] += (
                np.diag(free.sum(axis=0)) - (free / free.sum(axis=1, keepdims=True)).T @ free
            )
            inner[:weeks, weeks:] += both
            inner[weeks:, :weeks] += both.T
            inner[weeks:, weeks:] += np.einsum("itp,itq->pq", held, held, optimize=True)
            cross[:weeks] += (part.outcome * free).sum(axis=0)
            cross[weeks:] += np.einsum("it,itp->p", part.outcome, held)
            many += free.sum(axis=0)
            sizes += (part.deeds**2).sum(axis=(0, 1))
            known_by += (np.abs(held) > _FAINT).any(axis=1).sum(axis=0)
            touched = (part.begins < weeks) & (part.observed & (free == 0)).any(axis=1)
            began, had_not = began + int(touched.sum()), had_not + int((~touched).sum())
        if not inner.size:
            raise ValueError("there are no people to look at")
        spread = np.diag(inner)[weeks:]
        learnt = (spread > _FAINT * np.maximum(sizes, 1e-300)) & (known_by >= FEWEST)
        used = np.concatenate([np.ones(weeks, bool), learnt])
        inverse = np.zeros_like(inner)
        known = np.ix_(used, used)
        inverse[known] = np.linalg.pinv(inner[known], rcond=1e-10, hermitian=True)
        return cls(weeks, inverse @ cross, inverse, learnt, known_by, many > 0, began, had_not)


@dataclass(frozen=True, slots=True, eq=False)
class _Since:
    """By weeks since the beginning: effects added up, how many, and how they hang on `theta`."""

    total: Floats
    many: Floats
    pull: Floats
    people: int
    left_out: int

    @classmethod
    def of(cls, lots: Iterable[Lot], sums: _Untouched) -> "_Since":
        total, many = np.zeros(sums.weeks), np.zeros(sums.weeks)
        pull = np.zeros((sums.weeks, sums.theta.size))
        people, all_weeks = 0, 0
        for lot in lots:
            part = _Part.of(lot)
            left, seen = part.since(sums)
            total += left.sum(axis=0)
            many += seen.sum(axis=0)
            people += int(seen.any(axis=1).sum())
            all_weeks += int((part.observed & (part.free == 0)).sum())
            share = part.free / part.free.sum(axis=1, keepdims=True)
            for lag in range(sums.weeks):
                rows = np.flatnonzero(seen[:, lag])
                week = part.begins[rows] + lag
                pull[lag, : sums.weeks] += np.bincount(week, minlength=sums.weeks)
                pull[lag, : sums.weeks] -= share[rows].sum(axis=0)
                pull[lag, sums.weeks :] += part.others[rows, week].sum(axis=0)
        return cls(total, many, pull, people, all_weeks - int(many.sum()))
