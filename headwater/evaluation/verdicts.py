"""A campaign's first question: was it a success?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np

from headwater.evaluation import frames, keeping
from headwater.evaluation.frames import Floats
from headwater.evaluation.models import Result
from headwater.programme.models import Campaign, Metric, Watched
from headwater.stats.answers import (
    Answer,
    Change,
    Check,
    Estimate,
    Grade,
    NotEnough,
    Unit,
    Word,
    in_words,
)
from headwater.stats.designs import BY_LOT, success
from headwater.stats.series import WEEKS_NEEDED, Placebos, SeriesEffect
from headwater.stats.verdicts import Verdict

SHAPE = 3  # of what is stored: raised when an answer holds more, or is worked out otherwise
SHOWN_BEFORE = 12  # periods before it on the chart
LOWER = {Grade.A: Grade.B, Grade.B: Grade.C, Grade.C: Grade.D, Grade.D: Grade.D}


@dataclass(frozen=True)
class Said:
    """One answer as the page says it: the word, the figures, and how sure."""

    word: Word
    answer: dict[str, Any]

    @property
    def estimate(self) -> dict[str, Any] | None:
        return self.answer.get("estimate")


@keeping.remembered
def verdict(campaign: Campaign, at: datetime, aim: Decimal | None = None) -> Result | None:
    """The stored answer to the first question, on the registered aim or on an amended one.

    None before the first week that counts is over.
    """
    frame = frames.campaign_frame(campaign, at.date())
    if frame is None or frame.ends <= frame.begins:
        return None
    wanted = campaign.aim if aim is None else aim
    metric = campaign.metric
    return keeping.kept(
        Result.Question.SUCCESS,
        campaign=campaign,
        aim="first" if aim is None else str(wanted),
        data_version=frames.version_of(
            SHAPE, frame.version, str(wanted), str(metric.measure), metric.better,
            campaign.is_looked_back,
        ),
        at=at,
        work_out=lambda rng: _success(campaign, frame, float(wanted), rng, metric=metric),
    )  # fmt: skip


@keeping.remembered
def watched(watching: Watched, at: datetime) -> Result | None:
    """The stored answer on a number that was looked at beside the one that decides: it has no aim,
    so the question is whether it moved for the good."""
    campaign, metric = watching.campaign, watching.metric
    frame = frames.campaign_frame(campaign, at.date(), metric)
    if frame is None or frame.ends <= frame.begins:
        return None
    return keeping.kept(
        Result.Question.SUCCESS,
        campaign=campaign,
        aim=f"watched {metric.pk}",
        data_version=frames.version_of(
            SHAPE, frame.version, str(metric.measure), metric.better, campaign.is_looked_back
        ),
        at=at,
        work_out=lambda rng: _success(campaign, frame, None, rng, metric=metric),
    )


def _success(
    campaign: Campaign,
    frame: frames.CampaignFrame,
    aim: float | None,
    rng: np.random.Generator,
    *,
    metric: Metric,
) -> dict[str, Any]:
    if frame.is_constant or not frame.is_counted:
        return _untellable(campaign, frame)
    counted = int(frame.observed[frame.begins : frame.ends].sum())
    share = 1 / frame.ours.shape[1] if metric.is_level else 1.0  # a level is averaged over places
    each = share / counted if metric.is_level else 1.0  # and its effect over periods
    wanted = None if aim is None else metric.better * aim / each
    found = _by_the_best_design(frame, wanted, rng)
    answer = _graded(found.answer, campaign)
    if answer.estimate:
        answer = replace(
            answer,
            estimate=answer.estimate.times(each),
            would_change=_in_the_metrics_unit(answer.would_change, metric, each, share),
        )
    effect = found.effect
    first = max(0, frame.begins - SHOWN_BEFORE)
    series = _series(frame, first)
    if effect:
        series |= {
            "expected": effect.expected[first:] * share,
            "low": effect.low[first:] * share,
            "high": effect.high[first:] * share,
        }
    lift: Floats | list[float] = effect.lift[frame.begins :] * share if effect else []
    errors: Floats | list[float] = []
    if effect:
        errors = effect.covariance[frame.begins :, frame.begins :] * share**2
    return {
        **keeping.plain(answer),
        "word": _word(answer.estimate, answer.probability_met, better=metric.better),
        **_told(campaign, frame),
        "leaned_on": _leaned_on(effect, answer, frame),
        "placebos": _placebos(found.placebos, frame, share),
        "series": series,
        "lift": lift,
        "covariance": errors,
    }


def _by_the_best_design(
    frame: frames.CampaignFrame, aim: float | None, rng: np.random.Generator
) -> Verdict:
    """By lot among the places that were in the draw; else against all that were not reached."""

    def asked(untouched: Floats | None, **design: Any) -> Verdict:
        return success(
            frame.ours,
            begins=frame.begins,
            ends=frame.ends,
            aim=aim,
            observed=frame.observed,
            untouched=untouched,
            rng=rng,
            **design,
        )

    if frame.controls is None or not np.ptp(frame.controls[frame.observed], axis=0).any():
        return asked(None)
    if not frame.waiting.any():
        return asked(frame.controls)
    drawn = asked(frame.controls[:, frame.waiting], by_lot=True)
    if drawn.answer.method == BY_LOT:
        return drawn
    found = asked(frame.controls)
    lacking = tuple(c for c in drawn.answer.would_change if c.name == "markets_in_the_draw")
    changes = found.answer.would_change + lacking
    return replace(found, answer=replace(found.answer, would_change=changes))


def _in_the_metrics_unit(
    changes: Sequence[Change], metric: Metric, each: float, share: float
) -> tuple[Change, ...]:
    """What the sums say of all markets and periods together, as the metric is told."""
    factors = {"something_else_explains": each, "aim": each * metric.better, "drift_a_week": share}
    return tuple(
        replace(change, at=change.at * factors.get(change.name, 1.0))
        if change.at is not None
        else change
        for change in changes
    )


def _leaned_on(
    effect: SeriesEffect | None, answer: Answer, frame: frames.CampaignFrame
) -> list[dict[str, Any]]:
    """How far each place compared with was leaned on, heaviest first: shares that add up to one,
    or for a series the odds that it needs the place at all."""
    if effect is None or not effect.leaned_on.size:
        return []
    names = frame.control_names
    if answer.method == BY_LOT:
        names = [name for name, waits in zip(names, frame.waiting, strict=True) if waits]
    rows = zip(names, effect.leaned_on.tolist(), strict=True)
    return [{"name": n, "weight": w} for n, w in sorted(rows, key=lambda row: -row[1])]


def _placebos(
    placebos: Placebos | None, frame: frames.CampaignFrame, share: float
) -> list[dict[str, Any]]:
    """The dates before it at which the same was asked, and what each claimed a period."""
    if placebos is None:
        return []
    return [
        {
            "on": frame.periods[place].isoformat(),
            "claims": effect.excludes_nought,
            "estimate": effect.times(share),
        }
        for place, effect in zip(placebos.begins, placebos.effects, strict=True)
    ]


def _untellable(campaign: Campaign, frame: frames.CampaignFrame) -> dict[str, Any]:
    """Counts that never varied say nothing of luck, and so nothing of what is more than luck; and
    without a count of all our places from either side of its beginning there is nothing to say."""
    enough = NotEnough(Unit.WEEKS, have=0, needed=WEEKS_NEEDED)
    answer = _graded(Answer(method="none", grade=Grade.D, enough=enough), campaign)
    return {
        **keeping.plain(answer),
        "word": Word.CANNOT_TELL.value,
        **_told(campaign, frame),
        "leaned_on": [],
        "placebos": [],
        "series": _series(frame, max(0, frame.begins - SHOWN_BEFORE)),
        "lift": [],
        "covariance": [],
    }


def _told(campaign: Campaign, frame: frames.CampaignFrame) -> dict[str, Any]:
    """What the page says beside any answer to the first question."""
    return {
        "controls": frame.control_names,
        "noted_afterwards": campaign.is_looked_back,
        "lacks": _lacks(campaign, frame),
        "is_level": frame.is_level,
    }


def _series(frame: frames.CampaignFrame, first: int) -> dict[str, Any]:
    return {
        "weeks": [period.isoformat() for period in frame.periods[first:]],
        "rhythm": frame.rhythm,
        "actual": [
            float(v) if seen else None
            for v, seen in zip(frame.outcome[first:], frame.observed[first:], strict=True)
        ],
        "window": [frame.begins - first, frame.campaign_ends - 1 - first],
    }


def _graded(answer: Answer, campaign: Campaign) -> Answer:
    """What choosing the aim afterwards takes from the grade that the design earned."""
    if not campaign.is_looked_back:
        return answer
    return replace(
        answer,
        grade=LOWER[answer.grade],
        checks=(*answer.checks, Check("registered_before", passed=False)),
    )


def _lacks(campaign: Campaign, frame: frames.CampaignFrame) -> list[str]:
    """What would have made the answer surer and was not there: slugs for the page to put."""
    lacks = []
    if campaign.comparison != Campaign.Comparison.BEFORE and frame.controls is None:
        lacks.append("gaps_where_compared" if frame.left_out else "nothing_to_compare")
    if campaign.comparison == Campaign.Comparison.LOT and not frame.waiting.any():
        lacks.append("draw_not_kept")
    if frame.is_constant:
        lacks.append("always_the_same")
    if not frame.observed[frame.begins : frame.ends].all():
        lacks.append("gaps_while_it_ran")
    if frame.is_cut:
        lacks.append("too_long_alone")
    return lacks


def _word(estimate: Estimate | None, met: float | None, *, better: int) -> str:
    """Success means the registered aim: the word is that of having met it."""
    if estimate is None:
        return Word.CANNOT_TELL.value
    return in_words(met if met is not None else estimate.times(better).probability_positive).value


def amended_aims(campaign: Campaign) -> list[Decimal]:
    """Aims that were written beside the first after registration, oldest first."""
    found = []
    for amendment in campaign.amendments.filter(field="aim"):
        try:
            found.append(Decimal(amendment.after))
        except InvalidOperation:
            continue
    return [aim for aim in found if aim > 0]


def is_ready(campaign: Campaign, day: date) -> bool:
    """Whether all the weeks that count are over and nothing is left to wait for."""
    return campaign.is_locked and campaign.counted_until < day
