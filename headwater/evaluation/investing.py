"""A campaign's third question: should the money have gone somewhere completely different?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from headwater.evaluation import budgeting, frames, keeping, returning
from headwater.evaluation.frames import Floats
from headwater.evaluation.levers import Lever, campaign_lever, likely_worth, priced_campaigns
from headwater.evaluation.models import Result
from headwater.programme.models import Activity, Campaign
from headwater.stats.alternatives import (
    Curves,
    Evidence,
    alternatives,
    return_curves,
    weigh,
)
from headwater.stats.answers import NotEnough, in_words
from headwater.stats.budget import worth_of_test

SHAPE = 4  # of what is stored: raised when an answer holds more, or is worked out otherwise
DRAWS = 4000


@keeping.remembered
def elsewhere(campaign: Campaign, at: datetime) -> Result | NotEnough | None:
    """The same money over every lever there is evidence about: other campaigns, what was chosen
    beforehand as the alternative, and where nothing was, capacity work as a whole.

    None while hours or outcomes have no price: without one there is nothing to compare.
    """
    levers = [lever for c in priced_campaigns(at) if (lever := campaign_lever(c, at))]
    ours = next((n for n, lever in enumerate(levers) if lever.name == campaign.title), None)
    if ours is None:
        return None
    chosen, unseen = chosen_beforehand(campaign, at)
    capacity = None if chosen else returning.capacity_lever(at)  # which they are a part of
    levers += [*chosen, *([capacity] if capacity else [])]
    if len(levers) < 2:
        return None
    levers = [lever.scaled_to(levers[ours].spend) for lever in levers]
    return keeping.kept(
        Result.Question.ELSEWHERE,
        campaign=campaign,
        aim="",
        data_version=frames.version_of(SHAPE, levers, unseen),
        at=at,
        work_out=lambda rng: _elsewhere(levers, ours, rng) | {"unseen": unseen},
    )


@keeping.remembered
def chosen_beforehand(campaign: Campaign, at: datetime) -> tuple[list[Lever], list[str]]:
    """What was written down at registration as what else it could have been: levers by what their
    kind was seen to bring, and the titles of those whose kind nothing is known about yet.

    Two of a kind rest on the same evidence, so they are one lever.
    """
    titles: dict[str, list[str]] = {}
    for activity in campaign.alternatives.order_by("pk"):
        titles.setdefault(Activity.Kind(activity.kind).value, []).append(activity.title)
    if not titles:
        return [], []
    metric = returning.worth_of_visits()
    worth = likely_worth(metric) if metric else 0.0
    seen = {row.kind: row for row in budgeting.kind_levers(at, worth)} if worth else {}
    levers, unseen = [], []
    for kind, names in titles.items():
        if kind not in seen:
            unseen += names
            continue
        best = min(seen[kind].evidence, key=lambda row: (row.grade.value, row.standard_error))
        levers.append(
            Lever(
                ", ".join(dict.fromkeys(names)), best.spend, best.effect, best.standard_error,
                best.grade, is_chosen=True,
            )
        )  # fmt: skip
    return levers, unseen


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
            "is_chosen": 0 < n <= len(levers) and levers[n - 1].is_chosen,
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
