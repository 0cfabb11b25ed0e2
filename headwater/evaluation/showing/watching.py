"""The numbers looked at beside the one that decides, as the page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.evaluation.showing.words import SUCCESS
from headwater.evaluation.watching import LookedAt
from headwater.programme.models import Metric


@dataclass(frozen=True)
class Beside:
    """One other number: how far it moved, the odds that it was for the good, and what stays of
    them once it is counted how many were looked at."""

    metric: Metric
    estimate: dict[str, float] | None
    odds: float | None
    corrected: float | None
    said: str
    grade: str
    is_chosen_before: bool


def watched(rows: list[LookedAt]) -> list[Beside]:
    return [
        Beside(
            row.watched.metric,
            row.answer.get("estimate"),
            row.odds,
            row.corrected,
            str(SUCCESS[row.word]),
            row.answer.get("grade", ""),
            row.watched.is_chosen_before,
        )
        for row in rows
    ]
