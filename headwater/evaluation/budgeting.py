"""Which money to move from where to where over the coming year, from everything seen so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Min

from headwater.evaluation import activities, draws, frames, keeping, returning
from headwater.evaluation.frames.capacity import LONGEST
from headwater.evaluation.frames.versions import SPENT_STATES
from headwater.evaluation.keeping import Blocked
from headwater.evaluation.levers import Lever, campaign_lever, likely_worth, priced_campaigns
from headwater.evaluation.models import Result
from headwater.people.models import House
from headwater.programme.models import Campaign, Cost
from headwater.stats.alternatives import Evidence, return_curves
from headwater.stats.answers import Grade, NotEnough, in_words
from headwater.stats.budget import budget_advice, worth_of_test

DRAWS = 2000
YEAR = timedelta(weeks=52)
FEWEST = 2  # things to choose between


@dataclass(frozen=True)
class YearLever:
    """Somewhere the year's money can go. Spend and evidence are a year's worth, in House currency.

    `kind` is a kind of activity, or empty for campaigns. `now` is what the last year's was.
    """

    name: str
    kind: str
    now: float
    evidence: list[Evidence] = field(default_factory=list)

    @property
    def grade(self) -> str:
        return min((row.grade.value for row in self.evidence), default=Grade.D.value)

    @property
    def standard_error(self) -> float:
        return min(row.standard_error for row in self.evidence)


@keeping.heavy(Result.Question.BUDGET)
@keeping.remembered
def advice(at: datetime) -> Result | Blocked:
    """The stored advice for a year, or what stands in its way."""
    house, metric = House.current(), returning.worth_of_visits()
    since = at.date() - YEAR
    unpriced = Cost.objects.filter(on__gte=since, hours__gt=0)
    if house.hourly_rate is None and unpriced.exists():
        return Blocked("hours_unpriced")
    if metric is None or not likely_worth(metric):
        return Blocked("worth_unsaid")
    levers = [*campaign_levers(at), *kind_levers(at, likely_worth(metric))]
    if len(levers) < FEWEST or not sum(lever.now for lever in levers):
        return Blocked("few_levers")
    return keeping.kept(
        Result.Question.BUDGET,
        campaign=None,
        aim="",
        data_version=frames.version_of(levers),
        at=at,
        work_out=lambda rng: _advice(levers, rng),
    )


def campaign_levers(at: datetime) -> list[YearLever]:
    """Campaigns by their channel: what they cost and brought in a year, over at most two."""
    opened = at.date() - timedelta(weeks=LONGEST)
    by_channel: dict[str, list[tuple[Campaign, Lever]]] = {}
    for campaign in priced_campaigns(at):
        lever = campaign_lever(campaign, at)
        if lever and campaign.starts_on >= opened:
            name = campaign.channel.strip() or campaign.title
            by_channel.setdefault(name, []).append((campaign, lever))
    return [_campaign_lever(name, rows, at) for name, rows in by_channel.items()]


def _campaign_lever(name: str, rows: Sequence[tuple[Campaign, Lever]], at: datetime) -> YearLever:
    first = min(campaign.starts_on for campaign, _lever in rows)
    years = max(1.0, (at.date() - first) / YEAR)
    recent = [lever for campaign, lever in rows if campaign.starts_on >= at.date() - YEAR]
    error = float(np.sqrt(sum(lever.standard_error**2 for _campaign, lever in rows)))
    row = Evidence(
        sum(lever.spend for _campaign, lever in rows) / years,
        sum(lever.effect for _campaign, lever in rows) / years,
        error / years,
        Grade(max(lever.grade.value for _campaign, lever in rows)),
    )
    return YearLever(name, "", sum(lever.spend for lever in recent), [row])


def kind_levers(at: datetime, worth: float) -> list[YearLever]:
    """Kinds of activity that cost something and whose effect on visits was seen.

    What a draw showed stands beside what those who chose to come showed, as another piece of
    evidence about the same: visits that taking part adds in four weeks.
    """
    told = activities.activities(at)
    if told is None:
        return []
    drawn = draws.draws(at)
    lots = drawn.answer["kinds"] if drawn else {}
    found = []
    for row in told.answer["kinds"]:
        seen = [(row.get("estimate"), row.get("grade"))]
        seen.append((lots.get(row["kind"], {}).get("on_those_who_came"), Grade.A.value))
        spend, now, years = spent_on(row["kind"], at)
        known = [(one, grade) for one, grade in seen if one and one["standard_error"] > 0]
        if not known or not spend or not row["blocks_since"]:
            continue
        times = worth * row["blocks_since"] / years
        evidence = [
            Evidence(
                spend / years, one["value"] * times, one["standard_error"] * times, Grade(grade)
            )
            for one, grade in known
        ]
        found.append(YearLever(row["kind"], row["kind"], now, evidence))
    return found


def spent_on(kind: str, at: datetime) -> tuple[float, float, float]:
    """What a kind cost in the last two years, in the last, and how many years that was; priced."""
    rate = House.current().hourly_rate
    costs = Cost.objects.filter(
        activity__kind=kind, activity__state__in=SPENT_STATES, on__lte=at.date(),
        on__gte=at.date() - timedelta(weeks=LONGEST),
    )  # fmt: skip
    whole, recent = 0.0, 0.0
    for on, money, hours in costs.values_list("on", "money", "hours"):
        price = frames.price(money, hours, rate) or 0.0
        whole += price
        recent += price if on >= at.date() - YEAR else 0.0
    first = costs.aggregate(n=Min("on"))["n"] or at.date()
    return whole, recent, max(1.0, (at.date() - first) / YEAR)


def _advice(levers: Sequence[YearLever], rng: np.random.Generator) -> dict[str, Any]:
    curves = return_curves([lever.evidence for lever in levers], rng=rng, draws=DRAWS)
    if isinstance(curves, NotEnough):
        return {"method": "budget_moves", "enough": curves}
    now = np.array([lever.now for lever in levers])
    budget = float(now.sum())
    # Beyond twice what was ever seen in a year the curve would be a guess.
    seen = np.array([max(row.spend for row in lever.evidence) for lever in levers])
    found = budget_advice(
        curves, now=now, at_most=np.maximum(2 * seen, now), most=max(0.7, float(now.max()) / budget)
    )
    tests = [
        worth_of_test(
            curves, budget=budget, lever=n, spend=max(lever.now, float(seen[n])),
            standard_error=lever.standard_error,
        )
        for n, lever in enumerate(levers)
    ]  # fmt: skip
    best = int(np.argmax(tests))
    return {
        "method": "budget_moves",
        "word": in_words(found.gain.probability_positive).value if found.moves else "",
        "gain": found.gain,
        "budget": budget,
        "moves": [
            {
                "source": levers[move.source].name,
                "target": levers[move.target].name,
                "money": move.money,
                "gain": move.gain,
                "word": in_words(move.gain.probability_positive).value,
            }
            for move in found.moves
        ],
        "rows": [
            {
                "name": lever.name,
                "kind": lever.kind,
                "grade": lever.grade,
                "now": lever.now,
                "then": float(found.split[n]),
                "brings": _brings(curves.gain[:, n], curves.reach[:, n], lever, float(seen[n])),
                "test": tests[n],
            }
            for n, lever in enumerate(levers)
        ],
        "test": {"name": levers[best].name, "worth": tests[best]},
    }


def _brings(
    gain: frames.Floats, reach: frames.Floats, lever: YearLever, seen: float
) -> dict[str, float]:
    """What a hundred of the House's currency brings where the lever stands, with its range."""
    spend = lever.now or seen
    drawn = 100 * gain * -np.expm1(-spend / reach) / spend
    low, high = np.quantile(drawn, [0.05, 0.95])
    return {"value": float(drawn.mean()), "low": float(low), "high": float(high)}
