"""Numbers that were looked at beside the one that decides, and what looking at many does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headwater.evaluation import keeping, verdicts
from headwater.evaluation.models import Result
from headwater.programme.models import Campaign, Watched
from headwater.stats.answers import Estimate, in_words
from headwater.stats.several import after_several_looks


@dataclass(frozen=True)
class LookedAt:
    """One watched number: its answer, the odds that it moved for the good, and the same odds and
    word once it is counted how many numbers were looked at."""

    watched: Watched
    answer: dict[str, Any]
    odds: float | None
    corrected: float | None
    word: str


@keeping.remembered
def looked_at(campaign: Campaign, deciding: Result, at: datetime) -> list[LookedAt]:
    """Every watched number, those without an answer too, each corrected for all that were seen.

    The number that decides was registered alone and stays as it is, but it counts among them.
    """
    rows = list(campaign.watched.select_related("metric", "campaign__metric"))
    answers = [verdicts.watched(row, at) for row in rows]
    odds = [_for_the_good(row, result) for row, result in zip(rows, answers, strict=True)]
    known = [one for one in odds if one is not None]
    first = deciding.answer.get("probability_met")
    several = after_several_looks([*known, *([] if first is None else [first])] or [0.5])
    corrected = iter(several.probabilities.tolist())
    found = []
    for row, result, one in zip(rows, answers, odds, strict=True):
        after = None if one is None else next(corrected)
        word = in_words(0.5 if after is None else after)
        found.append(LookedAt(row, result.answer if result else {}, one, after, word.value))
    return found


def _for_the_good(row: Watched, result: Result | None) -> float | None:
    estimate = result.answer["estimate"] if result else None
    if not estimate:
        return None
    return Estimate(**estimate).times(row.metric.better).probability_positive
