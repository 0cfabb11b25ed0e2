"""What being drawn did: the only answers here that need no trust in who chose to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from headwater.evaluation import frames, keeping
from headwater.evaluation.frames.draws import DrawFrame, draw_frames
from headwater.evaluation.models import Result
from headwater.stats.answers import Grade, NotEnough, Unit, Word, in_words
from headwater.stats.lottery import effect_of_lottery
from headwater.stats.power import enough_for, sight_of_means

SIZES = (24, 60, 120, 240)  # people in a draw


@keeping.heavy(Result.Question.DRAW)
@keeping.remembered
def draws(at: datetime) -> Result | None:
    """The stored answer on all draws, each and together; None where none is old enough."""
    found = draw_frames(at)
    if not found:
        return None
    return keeping.kept(
        Result.Question.DRAW,
        campaign=None,
        aim="",
        data_version=frames.version_of(*(frame.version for frame in found)),
        at=at,
        work_out=lambda rng: _every_draw(found, rng),
    )


def sights(result: Result | None) -> list[tuple[int, float]]:
    """How small an effect a draw among so many people would show: visits in four weeks.

    Judged from draws that were held, as sharp as they were; none before the first.
    """
    together = result.answer["together"] if result else {}
    estimate = together.get("estimate")
    if not estimate:
        return []
    many = together["drawn"] + together["waiting"]
    share = together["drawn"] / many
    spread = estimate["standard_error"] * (many * share * (1 - share)) ** 0.5
    return [
        (asked, sight_of_means(spread, treated=asked // 2, control=asked - asked // 2).smallest)
        for asked in SIZES
    ]


def _every_draw(found: Sequence[DrawFrame], rng: np.random.Generator) -> dict[str, Any]:
    kinds = sorted({frame.kind for frame in found})
    return {
        "method": "studentised_permutation",
        "grade": Grade.A,
        "together": _asked(found, rng),
        "kinds": {kind: _asked([f for f in found if f.kind == kind], rng) for kind in kinds},
        "draws": [
            {
                "event": frame.event,
                "title": frame.title,
                "kind": frame.kind,
                "first": frame.first.isoformat(),
                "until": frame.until.isoformat(),
                "has_second": frame.has_second,
                "probability": frame.probability,
                **_asked([frame], rng),
            }
            for frame in found
        ],
    }


def _asked(found: Sequence[DrawFrame], rng: np.random.Generator) -> dict[str, Any]:
    """Several draws at once: each is a stratum, within which lots are drawn anew."""
    drawn = np.concatenate([frame.drawn for frame in found])
    counts: dict[str, Any] = {
        "drawn": int(drawn.sum()),
        "waiting": int((~drawn).sum()),
        "came": int(sum((frame.came & frame.drawn).sum() for frame in found)),
    }
    usable = [frame for frame in found if frame.drawn.any() and not frame.drawn.all()]
    if not usable:
        return counts | {"enough": NotEnough(Unit.PARTNERS, have=counts["waiting"], needed=3)}
    effect = effect_of_lottery(
        np.concatenate([frame.outcome for frame in usable]),
        drawn=np.concatenate([frame.drawn for frame in usable]),
        before=np.concatenate([frame.before for frame in usable]),
        stratum=np.concatenate([np.full(f.drawn.size, n) for n, f in enumerate(usable)]),
        came=np.concatenate([frame.came for frame in usable]),
        rng=rng,
    )
    if isinstance(effect, NotEnough):
        return counts | {"enough": effect}
    estimate, have = effect.effect, effect.drawn + effect.waiting
    told: dict[str, Any] = {
        **counts,
        "estimate": estimate,
        "on_those_who_came": effect.on_those_who_came,
        "by_luck": effect.probability_by_luck,
    }
    unsure = in_words(estimate.probability_positive) in {Word.CANNOT_TELL, Word.PROBABLY}
    if unsure and estimate.value > 0:
        needed = enough_for(estimate.standard_error, have=have, effect=estimate.value)
        told["enough"] = NotEnough(Unit.PARTNERS, have=have, needed=needed)
    return told
