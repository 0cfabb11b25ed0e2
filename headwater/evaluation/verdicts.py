"""A campaign's three questions: was it a success, could it have done better, and elsewhere?"""

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
from headwater.people.models import House
from headwater.programme.models import Campaign, Metric, Watched
from headwater.stats.alternatives import (
    Curves,
    Evidence,
    alternatives,
    return_curves,
    weigh,
)
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
from headwater.stats.budget import worth_of_test
from headwater.stats.designs import BY_LOT, success
from headwater.stats.series import WEEKS_NEEDED, Placebos, SeriesEffect
from headwater.stats.verdicts import Verdict

DRAWS = 4000
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


@dataclass(frozen=True)
class Lever:
    """Somewhere money can go: what went there, what came of it (House currency), and the grade."""

    name: str
    spend: float
    effect: float
    standard_error: float
    grade: Grade

    def scaled_to(self, spend: float) -> Lever:
        """The same return a pound for less money, where much more was spent than is in question.

        A curve read far below the spends that were seen would be a guess; that half the money does
        half as much is a plain assumption, said on the page, and costs one grade.
        """
        if self.spend <= 2 * spend:
            return self
        part = spend / self.spend
        return replace(
            self,
            spend=spend,
            effect=self.effect * part,
            standard_error=self.standard_error * part,
            grade=LOWER[self.grade],
        )


@keeping.remembered
def elsewhere(
    campaign: Campaign, at: datetime, *, capacity: Lever | None
) -> Result | NotEnough | None:
    """The third question: the same money over every lever there is evidence about.

    None while hours or outcomes have no price: without one there is nothing to compare.
    """
    levers = [lever for c in priced_campaigns(at) if (lever := campaign_lever(c, at))]
    ours = next((n for n, lever in enumerate(levers) if lever.name == campaign.title), None)
    if capacity:
        levers.append(capacity)
    if ours is None or len(levers) < 2:
        return None
    levers = [lever.scaled_to(levers[ours].spend) for lever in levers]
    return keeping.kept(
        Result.Question.ELSEWHERE,
        campaign=campaign,
        aim="",
        data_version=frames.version_of(SHAPE, levers),
        at=at,
        work_out=lambda rng: _elsewhere(levers, ours, rng),
    )


def _elsewhere(levers: Sequence[Lever], ours: int, rng: np.random.Generator) -> dict[str, Any]:
    evidence = [[Evidence(v.spend, v.effect, v.standard_error, v.grade)] for v in levers]
    curves = return_curves(evidence, rng=rng, draws=DRAWS)
    if isinstance(curves, NotEnough):
        return {"method": "concave_curves", "enough": curves}
    done = np.array([lever.spend if n == ours else 0.0 for n, lever in enumerate(levers)])
    found = alternatives(curves, done=done, most=max(0.7, 1 / len(levers)))
    return {
        "method": "concave_curves",
        "word": in_words(found.better_by.probability_positive).value,
        "better_by": found.better_by,
        "left_on_the_table": found.left_on_the_table,
        "worth_of_knowing": found.worth_of_knowing,
        "worth_of_test": _worth_of_test(curves, levers, ours),
        "did_bring": found.did_bring,
        "brings": found.brings,
        "split": [
            {"name": lever.name, "money": float(part), "is_ours": n == ours, "grade": lever.grade}
            for n, (lever, part) in enumerate(zip(levers, found.split, strict=True))
        ],
        "rows": _choices(curves, levers, ours, found.split),
    }


def _choices(
    curves: Curves, levers: Sequence[Lever], ours: int, best: Floats
) -> list[dict[str, Any]]:
    """Each thing the same money could have done: what it brings, how often that is the most of
    all, and what is left on the table by it on average."""
    money = levers[ours].spend
    splits = [best, *(money * np.eye(len(levers))), np.zeros(len(levers))]
    used = [lever.grade for lever, part in zip(levers, best, strict=True) if part > 0]
    grades = [max(used), *(lever.grade for lever in levers), ""]  # a chain of its weakest link
    names = ["best split", *(lever.name for lever in levers), "nothing"]
    weighed = weigh(np.column_stack([curves.brought(split) for split in splits]))
    return [
        {
            "name": name,
            "effect": choice.brings.value,
            "low": choice.brings.low,
            "high": choice.brings.high,
            "best": choice.probability_best,
            "left": choice.regret,
            "grade": grade,
            "is_ours": n == ours + 1,
        }
        for n, (name, choice, grade) in enumerate(zip(names, weighed, grades, strict=True))
    ]


def _worth_of_test(curves: Curves, levers: Sequence[Lever], ours: int) -> dict[str, Any]:
    """The test that would add most to how the same money is split next: each, tried by lot once
    more with half of it, and read as surely as it was read before."""
    money = levers[ours].spend
    worths = [
        (worth_of_test(curves, budget=money, lever=n, spend=money / 2, standard_error=error), n)
        for n, error in enumerate(lever.standard_error for lever in levers)
    ]
    worth, best = max(worths)
    return {"name": levers[best].name, "money": money / 2, "worth": worth}


@keeping.remembered
def priced_campaigns(at: datetime) -> list[Campaign]:
    over = Campaign.objects.over(at.date()).select_related("metric")
    return list(over.prefetch_related("costs"))


@keeping.remembered
def campaign_lever(campaign: Campaign, at: datetime) -> Lever | None:
    """A campaign as a lever: its cost and what it brought in money, both sides added up."""
    result = verdict(campaign, at)
    money, hours = campaign.costs_in_all()
    spend = frames.price(money, hours, House.current().hourly_rate)
    worth = likely_worth(campaign.metric)
    estimate = result.answer.get("estimate") if result else None
    if not result or not estimate or not spend or not worth:
        return None
    # The worth of a level is that of one more in one period: its average effect held for several.
    times = result.answer["figures"]["weeks_counted"] if result.answer["is_level"] else 1
    return Lever(
        name=campaign.title,
        spend=spend,
        effect=estimate["value"] * worth * campaign.metric.better * times,
        standard_error=max(abs(estimate["standard_error"] * worth * times), 0.01),
        grade=Grade(result.answer["grade"]),
    )


def likely_worth(metric: Metric) -> float:
    """What one more is most likely worth, to us and to partners together, in House currency."""
    sides = [metric.worth(side) for side in (Metric.Worth.US, Metric.Worth.PARTNERS)]
    return float(sum((side[1] for side in sides if side), Decimal(0)))


def is_ready(campaign: Campaign, day: date) -> bool:
    """Whether all the weeks that count are over and nothing is left to wait for."""
    return campaign.is_locked and campaign.counted_until < day
