"""What is true in the demo's world, so that the evaluation can be checked against it.

The simulation draws its people's behaviour from these numbers and from nothing else. What the
screens show is worked out from the rows that came of it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

GAUGES = ("fluency", "awareness", "role", "comfort")


@dataclass(frozen=True)
class Effect:
    """What one time of an activity does to whoever took part.

    Points on each gauge and visits a week, at full strength; `build_up` and `half_life` in weeks.
    """

    kind: str
    fluency: float = 0.0
    awareness: float = 0.0
    role: float = 0.0
    comfort: float = 0.0
    visits: float = 0.0
    build_up: float = 3.0
    half_life: float = 26.0

    def response(self, weeks: int) -> NDArray[np.float64]:
        """How strong it is, from 0 to 1, so many weeks after."""
        after = np.arange(weeks)
        return (1 - np.exp(-(after + 1) / self.build_up)) * 0.5 ** (after / self.half_life)


@dataclass(frozen=True)
class CampaignEffect:
    """What a campaign does to its metric in our ports together: so many more in each week it runs,
    halving every `half_life` weeks after it."""

    slug: str
    a_week: float
    half_life: float

    def lift(self, *, runs: int, counted: int) -> NDArray[np.float64]:
        """More in each counted week than without it."""
        weeks = np.arange(counted)
        return self.a_week * 0.5 ** (np.maximum(0, weeks - runs + 1) / self.half_life)


@dataclass(frozen=True)
class Truth:
    """Everything that drives behaviour."""

    activities: tuple[Effect, ...] = (
        Effect("keynote", 0.8, 3.0, 6.0, 1.0, 0.70, 1.0, 10.0),
        Effect("webinar", 4.0, 1.0, 1.0, 1.0, 3.20, 3.0, 22.0),
        Effect("half-day-seminar", 11.0, 0.5, 1.5, 2.5, 8.50, 5.0, 36.0),
        Effect("article", 0.4, 0.6, 0.0, 0.0, 0.00, 1.0, 6.0),
        Effect("tip", 1.4, 0.1, 0.0, 0.2, 0.80, 2.0, 16.0),
        Effect("toolkit", 2.0, 0.0, 0.3, 0.3, 1.00, 4.0, 26.0),
        Effect("live-chat", 1.4, 0.5, 0.5, 2.0, 0.80, 2.0, 12.0),
        Effect("discussion", 1.8, 0.2, 0.3, 2.2, 1.00, 3.0, 20.0),
        Effect("newsletter", 0.0, 0.7, 0.2, 0.0, 0.00, 1.0, 4.0),
        Effect("challenge", 4.5, 0.3, 0.3, 1.0, 3.50, 2.0, 14.0),
    )
    campaigns: tuple[CampaignEffect, ...] = (
        CampaignEffect("know-your-boats", 26.0, 2.0),
        CampaignEffect("supper-week-before", 38.0, 1.0),
        CampaignEffect("mussel-season", 78.0, 2.0),
        CampaignEffect("supper-week-next", 60.0, 1.0),
    )
    start: dict[str, float] = field(
        default_factory=lambda: {"fluency": 42.0, "awareness": 38.0, "role": 45.0, "comfort": 52.0}
    )
    spread: float = 13.0  # of a gauge between people, in points
    sharers: float = 0.27  # share of partners who would ever share anything
    visits_before: float = 0.15  # a week, of a sharer of middling reach, before any learning
    quiet_share: float = 0.06  # that a sharer shares one message although nobody comes of it
    second_way: float = 0.15  # that whoever is offered it shares, who else wouldn't have
    answers_survey: float = 0.34
    checks_in: float = 0.55

    def effect(self, kind: str) -> Effect:
        return next(one for one in self.activities if one.kind == kind)

    def campaign(self, slug: str) -> CampaignEffect:
        return next(one for one in self.campaigns if one.slug == slug)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def table(truth: Truth) -> str:
    """The truth as a person reads it."""
    head = ["activity", *GAUGES, "visits a week", "build-up", "half-life"]
    rows = [
        [
            one.kind,
            *(f"{getattr(one, gauge):+.1f}" for gauge in GAUGES),
            f"{one.visits:+.2f}",
            f"{one.build_up:g} weeks",
            f"{one.half_life:g} weeks",
        ]
        for one in truth.activities
    ]
    lines = [
        "What one time of each activity does to whoever took part, at full strength",
        "(gauges in points of 100; visits for a partner of middling reach):",
        "",
        *_aligned([head, *rows]),
        "",
        "What each campaign brings in our ports together, for every week it runs:",
        "",
        *_aligned(
            [["campaign", "more a week", "half-life after"]]
            + [[c.slug, f"{c.a_week:+g}", f"{c.half_life:g} weeks"] for c in truth.campaigns]
        ),
        "",
        f"Before any learning a sharer of middling reach brings {truth.visits_before:g} visits a"
        f" week; {truth.sharers:.0%} of partners ever share.",
        f"{truth.answers_survey:.0%} answer a survey, {truth.checks_in:.0%} of those asked check"
        " in.",
    ]
    return "\n".join(lines)


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
