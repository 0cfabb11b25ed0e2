from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.stats.answers import Answer, Change, Check, Grade, NotEnough, Unit, Word
from headwater.stats.power import enough_for
from headwater.stats.series import (
    Placebos,
    SeriesEffect,
    effect_in_series,
    placebo_dates,
)

METHOD = "structural_time_series"
ALWAYS = ("nothing_else_began", "weeks_before_tell_the_usual")
WITH_CONTROLS = ("controls_untouched", "controls_keep_their_relation")
ALONE = ("no_season_or_event",)


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """The answer to "was it a success?", with what the screen draws beside it.

    `effect` and `placebos` are None where there is too little to go by.
    """

    answer: Answer
    effect: SeriesEffect | None
    placebos: Placebos | None


def success_in_series(
    outcome: ArrayLike,
    *,
    begins: int,
    rng: np.random.Generator,
    ends: int | None = None,
    aim: float | None = None,
    controls: ArrayLike | None = None,
    observed: NDArray[np.bool_] | None = None,
    level: float = 0.95,
) -> Verdict:
    """Was a campaign a success, judged from one series and the weeks before?

    Parameters
    ----------
    outcome, begins, rng, ends, controls, observed, level
        As in `series.effect_in_series`.
    aim : float, optional
        What was registered: so much more in all over the counted weeks (negative: so much less).

    Returns
    -------
    Verdict
        Its answer's estimate is the total over the counted weeks, in the outcome's unit;
        `probability` is that of more than nought, `probability_met` that of the aim. Grade C with
        controls, D without them or where a check failed. Where it cannot tell, `enough` says how
        many counted weeks like these would, if they fall short.

    Raises
    ------
    ValueError
        As in `series.effect_in_series`.

    Notes
    -----
    The design of last resort: `designs.success` takes a better one where there is one. Six placebo
    dates are asked the same; the check fails when more than one claims an effect.
    Source: `series.effect_in_series` and `series.placebo_dates`.
    """
    effect = effect_in_series(
        outcome,
        begins=begins,
        ends=ends,
        rng=rng,
        controls=controls,
        observed=observed,
        level=level,
    )
    grade = Grade.D if controls is None else Grade.C
    if isinstance(effect, NotEnough):
        return Verdict(Answer(method=METHOD, grade=grade, enough=effect), None, None)
    placebos = placebo_dates(
        outcome,
        begins=begins,
        ends=ends,
        rng=rng,
        controls=controls,
        observed=observed,
        level=level,
    )
    answer = answer_of(
        effect,
        placebos,
        method=METHOD,
        grade=grade,
        aim=aim,
        assumptions=ALWAYS + (ALONE if controls is None else WITH_CONTROLS),
    )
    return Verdict(answer, effect, placebos)


def answer_of(
    effect: SeriesEffect,
    placebos: Placebos,
    *,
    method: str,
    grade: Grade,
    aim: float | None,
    assumptions: tuple[str, ...],
) -> Answer:
    """The answer that an effect and its placebo dates give: whatever the design, told alike."""
    honest = placebos.false_alarms <= 1
    changes = []
    if effect.total.excludes_nought:
        nearest = effect.total.low if effect.total.low > 0 else effect.total.high
        changes.append(Change("something_else_explains", nearest))
    if aim is not None:
        changes.append(Change("aim", float(np.median(effect.total_draws))))
    answer = Answer(
        method=method,
        grade=grade if honest else Grade.D,
        estimate=effect.total,
        probability_met=None if aim is None else effect.probability_of(aim),
        assumptions=assumptions,
        checks=(Check("placebo_dates", honest, float(placebos.false_alarms)),),
        would_change=tuple(changes),
        figures={
            "weeks_before": effect.weeks_before,
            "weeks_counted": effect.weeks_counted,
            "placebo_dates": len(placebos.effects),
        },
    )
    if answer.word is not Word.CANNOT_TELL:
        return answer
    return replace(answer, enough=_enough(effect, aim))


def _enough(effect: SeriesEffect, aim: float | None) -> NotEnough | None:
    """Weeks such as these that would show the aim; without one, the effect that was read."""
    have, total = effect.weeks_counted, effect.total
    needed = enough_for(
        total.standard_error, have=have, effect=aim or total.value, level=total.level
    )
    return NotEnough(Unit.WEEKS, have=have, needed=needed) if needed > have else None
