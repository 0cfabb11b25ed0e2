"""A campaign's three questions: was it a success, could it have done better, and elsewhere?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np

from headwater.evaluation import frames, keeping
from headwater.evaluation.models import Result
from headwater.people.models import House
from headwater.programme.models import Campaign, Metric
from headwater.stats.alternatives import Evidence, alternatives, return_curves
from headwater.stats.answers import (
    Answer,
    Check,
    Estimate,
    Grade,
    NotEnough,
    Unit,
    Word,
    in_words,
)
from headwater.stats.series import WEEKS_NEEDED
from headwater.stats.verdicts import success_in_series

DRAWS = 4000
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
            frame.version, str(wanted), metric.measure, metric.better, campaign.is_looked_back
        ),
        at=at,
        work_out=lambda rng: _success(campaign, frame, float(wanted), rng),
    )


def _success(
    campaign: Campaign, frame: frames.CampaignFrame, aim: float, rng: np.random.Generator
) -> dict[str, Any]:
    metric = campaign.metric
    if frame.is_constant:
        return _untellable(campaign, frame)
    counted = int(frame.observed[frame.begins : frame.ends].sum())
    each = 1 / counted if metric.is_level and counted else 1.0  # a level's effect is an average
    found = success_in_series(
        frame.outcome,
        begins=frame.begins,
        ends=frame.ends,
        aim=metric.better * aim / each,
        controls=frame.controls,
        observed=frame.observed,
        rng=rng,
    )
    answer = _graded(found.answer, campaign)
    if answer.estimate:
        answer = replace(answer, estimate=answer.estimate.times(each))
    effect = found.effect
    first = max(0, frame.begins - SHOWN_BEFORE)
    series = _series(frame, first)
    if effect:
        series |= {
            "expected": effect.expected[first:],
            "low": effect.low[first:],
            "high": effect.high[first:],
        }
    return {
        **keeping.plain(answer),
        "word": _word(answer.estimate, answer.probability_met, better=metric.better),
        **_told(campaign, frame),
        "series": series,
        "lift": effect.lift[frame.begins :] if effect else [],
        "covariance": effect.covariance[frame.begins :, frame.begins :] if effect else [],
    }


def _untellable(campaign: Campaign, frame: frames.CampaignFrame) -> dict[str, Any]:
    """Counts that never varied say nothing of luck, and so nothing of what is more than luck."""
    enough = NotEnough(Unit.WEEKS, have=0, needed=WEEKS_NEEDED)
    answer = _graded(Answer(method="none", grade=Grade.D, enough=enough), campaign)
    return {
        **keeping.plain(answer),
        "word": Word.CANNOT_TELL.value,
        **_told(campaign, frame),
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
        "is_level": campaign.metric.is_level,
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
    """What the design adds to the grade, and what choosing the aim afterwards takes from it."""
    if campaign.comparison == Campaign.Comparison.LOT and answer.grade is Grade.C:
        return replace(answer, grade=Grade.A)  # who starts later was drawn: no one chose
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
        data_version=frames.version_of(levers),
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
        "did_bring": found.did_bring,
        "brings": found.brings,
        "split": [
            {"name": lever.name, "money": float(part), "is_ours": n == ours, "grade": lever.grade}
            for n, (lever, part) in enumerate(zip(levers, found.split, strict=True))
        ],
        "rows": [
            {
                "name": lever.name,
                "spend": lever.spend,
                "effect": lever.effect,
                "low": lever.effect - 1.96 * lever.standard_error,
                "high": lever.effect + 1.96 * lever.standard_error,
                "grade": lever.grade,
                "is_ours": n == ours,
            }
            for n, lever in enumerate(levers)
        ],
    }


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
