"""What building capacity cost and what it brought, beside the campaigns on the same tail model."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np

from headwater.evaluation import activities, frames, keeping, verdicts
from headwater.evaluation.frames import BLOCK_WEEKS, CapacityFrame, Floats
from headwater.evaluation.frames.activities import activities_frame
from headwater.evaluation.keeping import Blocked
from headwater.evaluation.levers import Lever, priced_campaigns
from headwater.evaluation.models import Result
from headwater.people.models import House
from headwater.programme.models import Metric
from headwater.stats.answers import Grade, NotEnough, in_words
from headwater.stats.cohorts import summarise_blocks
from headwater.stats.imputation import pooled
from headwater.stats.returns import (
    BUILD_UP,
    HALF_LIFE,
    CumulativeReturn,
    Guess,
    cumulative_return,
    drawn_value,
    flow,
)
from headwater.stats.staggered import Controls, effects_by_cohort, overall_effect, spread_of

DRAWS = 4000
HORIZON = 13  # blocks of four weeks: a year
VISITS = "visits"  # slug of the metric whose worth prices visits through partners' links
FEWEST_PARTNERS = 30


def worth_of_visits() -> Metric | None:
    return Metric.objects.filter(slug=VISITS).first()


@keeping.heavy(Result.Question.RETURN)
@keeping.remembered
def capacity_return(at: datetime) -> Result | Blocked:
    """The stored answer on capacity, or what stands in its way."""
    frame = frames.capacity_frame(at)
    rate = House.current().hourly_rate
    metric = worth_of_visits()
    if frame is None or len(frame.begins) < FEWEST_PARTNERS or frame.reached < 10:
        return Blocked("too_few")
    if frame.hours.any() and rate is None:
        return Blocked("hours_unpriced")
    if metric is None or not (metric.worth("us") or metric.worth("partners")):
        return Blocked("worth_unsaid")
    cost = frame.cost + frame.hours * float(rate or 0)
    sides = {side: metric.worth(side) for side in ("us", "partners")}
    dose = weighed_deeds(frame, at)
    return keeping.kept(
        Result.Question.RETURN,
        campaign=None,
        aim="",
        data_version=frames.version_of(frame.version, cost, sides, dose),
        at=at,
        work_out=lambda rng: _capacity(frame, cost, sides, dose, rng),
    )


def weighed_deeds(frame: CapacityFrame, at: datetime) -> Floats:
    """What partners did in each block, each deed counting as much as its kind was seen to bring.

    A seminar isn't one tip: counted alike, a year that ends in seminars would look as if what was
    learnt faded. Where no kind is known to bring anything every deed counts alike.
    """
    told = activities.activities(at)
    deeds = activities_frame(at) if told else None
    weighed = np.zeros(len(frame.blocks))
    for row in told.answer["kinds"] if told and deeds else []:
        by_block = deeds.taken[row["kind"]].by_block() if deeds else weighed
        if row.get("estimate") and by_block.sum() and by_block.size == weighed.size:
            brings = max(row["estimate"]["value"], 0.0) * row["takers"] / by_block.sum()
            weighed = weighed + brings * by_block
    return weighed if weighed.any() else frame.deeds


def _capacity(
    frame: CapacityFrame,
    cost: Floats,
    sides: dict[str, tuple[Decimal, Decimal, Decimal] | None],
    deeds: Floats,
    rng: np.random.Generator,
) -> dict[str, Any]:
    try:
        cohorts = summarise_blocks(frame.lots())
        effects = effects_by_cohort(cohorts, controls=Controls.NOT_YET_TREATED)
        overall = overall_effect(effects)
    except ValueError:
        return {"method": "staggered", "enough": {"unit": "partners", "have": 0, "needed": 0}}
    blocks = len(frame.blocks)
    many = frame.begun_in(effects.begins) * effects.is_after
    rows = np.array([many * (effects.week == block) for block in range(blocks)])
    weight = effects.averaged(rows)
    lift = rows @ effects.value
    # Of all cohorts together: one of seven people who brought nothing is not known without error.
    covariance = spread_of(pooled(cohorts), weight, rows @ effects.mixture)
    dose = np.concatenate([deeds, np.zeros(HORIZON)])
    spent = np.concatenate([cost, np.zeros(HORIZON)])
    out: dict[str, Any] = {
        "method": "staggered",
        "grade": Grade.B,
        "per_partner_a_month": overall,
        "partners": len(frame.begins),
        "reached": frame.reached,
        "blocks": [block.isoformat() for block in frame.blocks],
        "spent": float(cost.sum()),
        "hours": float(frame.hours.sum()),
        "lift": lift,
    }
    both = sum((_worths(side, rng) for side in sides.values() if side), np.zeros(DRAWS))
    partners = len(frame.begins)
    found = _returned(lift, covariance, dose, spent, both, partners, rng)
    if isinstance(found, NotEnough):
        return out | {"enough": found}
    out |= {"both": _said(found), "per_pound_draws": found.per_pound_draws}
    for name, side in sides.items():
        if side:
            one = _returned(lift, covariance, dose, spent, _worths(side, rng), partners, rng)
            out[f"to_{name}"] = _said(one) if isinstance(one, CumulativeReturn) else None
    out["layers"] = _layers(found, deeds, frame.blocks)
    return out


def _worths(side: tuple[Decimal, Decimal, Decimal], rng: np.random.Generator) -> Floats:
    low, likely, high = (float(part) for part in side)
    return drawn_value(low, likely, high, rng=rng, draws=DRAWS)


def _returned(
    lift: Floats, covariance: Floats, dose: Floats, cost: Floats, value: Floats, partners: int,
    rng: np.random.Generator,
) -> CumulativeReturn | NotEnough:  # fmt: skip
    return cumulative_return(
        lift,
        covariance=covariance,
        dose=dose,
        cost=cost,
        value=value,
        rng=rng,
        half_life=Guess(HALF_LIFE.weeks / BLOCK_WEEKS, HALF_LIFE.spread),
        build_up=Guess(BUILD_UP.weeks / BLOCK_WEEKS, BUILD_UP.spread),
        weeks_each=BLOCK_WEEKS,
        partners=partners,
        draws=DRAWS,
    )


def _said(found: CumulativeReturn) -> dict[str, Any]:
    return {
        "expected": found.expected,
        "low": found.low,
        "high": found.high,
        "returned": found.returned,
        "in_the_end": found.in_the_end,
        "per_pound": found.per_pound,
        "break_even": found.break_even,
        "half_life_weeks": found.half_life_weeks.times(BLOCK_WEEKS),
        "told_by_data": found.told_by_data,
        "only_range": found.only_range,
    }


def _layers(found: CumulativeReturn, deeds: Floats, blocks: list[date]) -> list[dict[str, Any]]:
    """What each half-year's work brings, block by block: House currency."""
    layers = []
    for start in range(0, len(blocks), 6):
        dose = np.zeros(len(blocks))
        dose[start : start + 6] = deeds[start : start + 6]
        if dose.any():
            layers.append({"from": blocks[start].isoformat(), "values": flow(found.response, dose)})
    return layers


@keeping.remembered
def campaigns_return(at: datetime, blocks: list[date]) -> dict[str, Any] | None:
    """All campaigns together on the capacity's blocks: net return with range, in House currency.

    Each keeps its tail as far as it was counted. None where none has a price and an answer.
    """
    rate = House.current().hourly_rate
    rng = np.random.default_rng(keeping.SEED)
    net = np.zeros((DRAWS, len(blocks)))
    spent, counted, marks = 0.0, 0, []
    back = np.zeros(DRAWS)
    for campaign in priced_campaigns(at):
        result = verdicts.verdict(campaign, at)
        money, hours = campaign.costs_in_all()
        cost = frames.price(money, hours, rate)
        worth = [campaign.metric.worth(side) for side in ("us", "partners")]
        if not result or not result.answer.get("lift") or cost is None or not any(worth):
            continue
        value = sum((_worths(side, rng) for side in worth if side), np.zeros(DRAWS))
        rhythm = campaign.metric.rhythm
        lift = campaign.metric.better * np.array(result.answer["lift"])
        errors = np.array(result.answer["covariance"])
        jitter = 1e-9 * max(float(np.trace(errors)), 1.0) * np.eye(len(lift))
        draws = rng.multivariate_normal(lift, errors + jitter, size=DRAWS, method="cholesky")
        first = rhythm.first_day(campaign.starts_on)
        for n in range(len(lift)):
            block = _block(rhythm.later(first, n), blocks)
            if block is not None:
                net[:, block:] += (draws[:, n] * value)[:, None]
        start = _block(first, blocks)
        if start is None:
            continue
        net[:, start:] -= cost
        back += draws.sum(axis=1) * value
        spent, counted = spent + cost, counted + 1
        marks.append((start, campaign.title))
    if not counted:
        return None
    low, high = np.quantile(net, [0.025, 0.975], axis=0)
    return {
        "expected": net.mean(axis=0).tolist(),
        "low": low.tolist(),
        "high": high.tolist(),
        "spent": spent,
        "per_pound_draws": back / spent if spent else None,
        "count": counted,
        "marks": marks,
    }


def _block(week: date, blocks: list[date]) -> int | None:
    place = (week - blocks[0]).days // (7 * BLOCK_WEEKS)
    return place if 0 <= place < len(blocks) else None


def odds_capacity_returns_more(answer: dict[str, Any], campaigns: dict[str, Any]) -> float | None:
    """How likely a pound in capacity brought more so far than a pound in campaigns, 0 to 1."""
    ours, theirs = answer.get("per_pound_draws"), campaigns.get("per_pound_draws")
    if not ours or theirs is None:
        return None
    return float(np.mean(np.array(ours) > theirs))


def paid_for_itself(answer: dict[str, Any]) -> str:
    """Whether what came back so far is more than what it cost, on the one scale of words."""
    draws = np.array(answer.get("per_pound_draws") or [0.0])
    return str(in_words(float(np.mean(draws > 1))).value)


@keeping.remembered
def capacity_lever(at: datetime) -> Lever | None:
    """Capacity as a lever beside campaigns: what it cost and brought so far."""
    result = capacity_return(at)
    if isinstance(result, Blocked) or "both" not in result.answer or not result.answer["spent"]:
        return None
    back = result.answer["both"]["returned"]
    return Lever(
        name="capacity",
        spend=result.answer["spent"],
        effect=back["value"],
        standard_error=max(back["standard_error"], 0.01),
        grade=Grade.B,
    )
