"""Campaigns as somewhere money can go: what they cost, and what they brought in money."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from headwater.evaluation import frames, keeping
from headwater.evaluation.verdicts import LOWER, verdict
from headwater.people.models import House
from headwater.programme.models import Campaign, Metric
from headwater.stats.answers import Grade


@dataclass(frozen=True)
class Lever:
    """Somewhere money can go: what went there, what came of it (House currency), and the grade."""

    name: str
    spend: float
    effect: float
    standard_error: float
    grade: Grade
    is_chosen: bool = False  # beforehand, as what the money could have done instead

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
