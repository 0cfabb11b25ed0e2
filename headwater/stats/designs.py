from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import Answer, Change, Check, Grade, NotEnough, Unit
from headwater.stats.markets import (
    effect_of_drawn_markets,
    placebo_dates_of_drawn_markets,
)
from headwater.stats.synthetic import (
    AgainstUntouched,
    Design,
    PoorFit,
    effect_against_untouched,
    placebo_dates_against_untouched,
)
from headwater.stats.verdicts import Verdict, answer_of, success_in_series

BY_LOT = "markets_drawn_by_lot"
LOT_KEPT = ("draw_was_kept_to", "waiting_markets_not_reached", "effect_alike_in_drawn_markets")
UNTOUCHED = ("nothing_else_began", "untouched_not_reached", "untouched_go_on_moving_alike")

Found = TypeVar("Found", covariant=True)


class _Question(Protocol[Found]):
    """What can be asked of markets, some treated and some untouched."""

    def __call__(
        self,
        outcome: ArrayLike,
        *,
        untouched: ArrayLike,
        begins: int,
        rng: np.random.Generator,
        ends: int | None,
        observed: NDArray[np.bool_] | None,
        untouched_observed: NDArray[np.bool_] | None,
        level: float,
    ) -> Found: ...


@dataclass(frozen=True, slots=True, eq=False)
class _Markets:
    """What is known of them, to put several questions to; as in `success`."""

    outcome: ArrayLike
    untouched: ArrayLike
    begins: int
    rng: np.random.Generator
    ends: int | None
    observed: NDArray[np.bool_] | None
    untouched_observed: NDArray[np.bool_] | None
    level: float

    def asked(self, question: _Question[Found]) -> Found:
        return question(
            self.outcome,
            untouched=self.untouched,
            begins=self.begins,
            rng=self.rng,
            ends=self.ends,
            observed=self.observed,
            untouched_observed=self.untouched_observed,
            level=self.level,
        )


def success(
    outcome: ArrayLike,
    *,
    begins: int,
    rng: np.random.Generator,
    ends: int | None = None,
    aim: float | None = None,
    untouched: ArrayLike | None = None,
    untouched_observed: NDArray[np.bool_] | None = None,
    by_lot: bool = False,
    controls: ArrayLike | None = None,
    observed: NDArray[np.bool_] | None = None,
    level: float = 0.95,
) -> Verdict:
    """Was a campaign a success, by the best design that what is known allows?

    Parameters
    ----------
    outcome : array, shape (weeks,) or (weeks, k)
        Our markets, week by week: apart where they are known apart, since that tells more.
    begins, rng, ends, observed, level
        As in `series.effect_in_series`.
    aim : float, optional
        What was registered: so much more in all over the counted weeks (negative: so much less).
    untouched, untouched_observed : arrays, shape (weeks, p), optional
        Markets in which nothing was done, as in `synthetic.effect_against_untouched`.
    by_lot : bool
        Ours were drawn by lot among ours and the untouched.
    controls : array, shape (weeks, q), optional
        Other series that move as ours do and were not touched, such as search interest.

    Returns
    -------
    Verdict
        By lot (grade A), else against untouched markets (B), else from the weeks before with
        controls (C) or without (D). Where a better design was there and gave no answer,
        `would_change` says what it lacks: `markets_in_the_draw` or `untouched_markets` (how many
        would be enough), or `untouched_that_move_alike` (ours is fitted so many times worse).

    Raises
    ------
    ValueError
        As in `synthetic.effect_against_untouched` and `series.effect_in_series`.

    Notes
    -----
    The choice rests on what was arranged and on the weeks before, never on the effect that a
    design would show.
    Source: the order is that of Imbens & Rubin (2015), chapter 3, by how well it is known why some
    were treated.
    """
    lacking: list[Change] = []
    together = np.asarray(outcome, dtype=np.float64)
    if untouched is not None:
        markets = _Markets(
            outcome, untouched, begins, rng, ends, observed, untouched_observed, level
        )
        for design in (_by_lot, _with_untouched) if by_lot else (_with_untouched,):
            verdict = design(markets, aim)
            if verdict.answer.estimate:
                return _and_lacking(verdict, lacking)
            lacking += verdict.answer.would_change
    beside = [
        part for part in (_whole(untouched, untouched_observed), controls) if part is not None
    ]
    verdict = success_in_series(
        together.sum(axis=1) if together.ndim == 2 else together,
        begins=begins,
        rng=rng,
        ends=ends,
        aim=aim,
        controls=np.column_stack(beside) if beside else None,
        observed=observed,
        level=level,
    )
    return _and_lacking(verdict, lacking)


def success_with_untouched(
    outcome: ArrayLike,
    *,
    untouched: ArrayLike,
    begins: int,
    rng: np.random.Generator,
    ends: int | None = None,
    aim: float | None = None,
    observed: NDArray[np.bool_] | None = None,
    untouched_observed: NDArray[np.bool_] | None = None,
    level: float = 0.95,
) -> Verdict:
    """Was a campaign a success, judged from markets that it didn't reach?

    Parameters
    ----------
    outcome, untouched, begins, rng, ends, observed, untouched_observed, level
        As in `synthetic.effect_against_untouched`. With fewer than five weeks before nothing can be
        mixed, and the untouched are compared by plain differences.
    aim : float, optional
        As in `success`.

    Returns
    -------
    Verdict
        Its answer's estimate is the total over our markets and the counted weeks. Grade B where
        ours was fitted before as other markets are (check `fits_before`) and at most one of six
        placebo dates claims an effect (`placebo_dates`); C where it wasn't fitted, or no date could
        be asked; D where the dates claim effects. `drift_a_week` in `would_change` is how much ours
        would have to drift from the others each week to explain it all.

    Raises
    ------
    ValueError
        As in `synthetic.effect_against_untouched`.

    Notes
    -----
    Which markets were treated was chosen, not drawn: where it was drawn, see `success`.
    Source: `synthetic.effect_against_untouched`.
    """
    return _with_untouched(
        _Markets(outcome, untouched, begins, rng, ends, observed, untouched_observed, level), aim
    )


def _with_untouched(markets: _Markets, aim: float | None) -> Verdict:
    """Grade B, or C where ours wasn't fitted, unless placebo dates claim effects."""
    found = markets.asked(effect_against_untouched)
    if isinstance(found, NotEnough) and found.unit is Unit.WEEKS and found.have:
        plain = markets.asked(partial(effect_against_untouched, design=Design.DIFFERENCES))
        found = plain if isinstance(plain, AgainstUntouched) else found
    if not isinstance(found, AgainstUntouched):
        return _no_answer(str(Design.SYNTHETIC_DIFFERENCES), found)
    placebos = markets.asked(partial(placebo_dates_against_untouched, design=found.design))
    fits = Check("fits_before", found.fits, found.fit_error)
    answer = answer_of(
        found.effect,
        placebos,
        method=str(found.design),
        grade=Grade.B if found.fits and placebos.effects else Grade.C,
        aim=aim,
        assumptions=UNTOUCHED,
    )
    luck = found.probability_by_luck
    figures = {
        "untouched_markets": float(found.untouched),
        "heaviest_weight": found.heaviest,
        "fit_error": found.fit_error,
        "usual_fit_error": found.usual_fit_error,
        "in_shares": float(found.in_shares),
    } | ({} if luck is None else {"probability_by_luck": luck})
    drift = tuple(
        Change("drift_a_week", change.at / found.weeks_of_drift)
        for change in answer.would_change
        if change.name == "something_else_explains" and change.at is not None
    )
    answer = replace(
        answer,
        checks=(fits, *answer.checks),
        would_change=answer.would_change + drift,
        figures=answer.figures | figures,
    )
    return Verdict(answer, found.effect, placebos)


def _by_lot(markets: _Markets, aim: float | None) -> Verdict:
    """Grade A, unless placebo dates claim effects: then the draw wasn't what it is called."""
    found = markets.asked(effect_of_drawn_markets)
    if isinstance(found, NotEnough):
        return _no_answer(BY_LOT, found)
    placebos = markets.asked(placebo_dates_of_drawn_markets)
    answer = answer_of(
        found.effect, placebos, method=BY_LOT, grade=Grade.A, aim=aim, assumptions=LOT_KEPT
    )
    figures = {
        "possible_draws": float(found.possible_draws),
        "probability_by_luck": found.probability_by_luck,
        "markets_drawn": float(found.drawn),
        "markets_waiting": float(found.waiting),
        "in_shares": float(found.in_shares),
    }
    return Verdict(replace(answer, figures=answer.figures | figures), found.effect, placebos)


def _no_answer(method: str, found: NotEnough | PoorFit) -> Verdict:
    """Why not, as an answer, and as what would change the next best one."""
    grade = Grade.A if method == BY_LOT else Grade.B
    if isinstance(found, PoorFit):
        usual = found.usual_fit_error
        change = Change("untouched_that_move_alike", found.fit_error / usual if usual else None)
        enough = NotEnough(Unit.GROUPS, have=found.untouched, needed=found.untouched + 1)
        answer = Answer(method=method, grade=grade, enough=enough, would_change=(change,))
        return Verdict(answer, None, None)
    changes: tuple[Change, ...] = ()
    if found.unit is Unit.GROUPS:
        name = "markets_in_the_draw" if method == BY_LOT else "untouched_markets"
        changes = (Change(name, float(found.needed)),)
    answer = Answer(method=method, grade=grade, enough=found, would_change=changes)
    return Verdict(answer, None, None)


def _and_lacking(verdict: Verdict, lacking: list[Change]) -> Verdict:
    would_change = verdict.answer.would_change + tuple(lacking)
    return replace(verdict, answer=replace(verdict.answer, would_change=would_change))


def _whole(
    untouched: ArrayLike | None, observed: NDArray[np.bool_] | None
) -> NDArray[np.float64] | None:
    """Untouched markets known in every week, to stand beside the series; None without any."""
    if untouched is None:
        return None
    table = np.asarray(untouched, dtype=np.float64)
    if observed is not None:
        table = table[:, observed.all(axis=0)]
    return table if table.size else None
