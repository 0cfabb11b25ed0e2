"""What each kind of activity does to visits and gauges, told apart from the others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.evaluation import frames, keeping
from headwater.evaluation.frames import Floats
from headwater.evaluation.frames.activities import (
    LARGE,
    ActivitiesFrame,
    GaugeFrame,
    activities_frame,
    gauge_frame,
)
from headwater.evaluation.models import Result
from headwater.listening.models import Gauge
from headwater.stats.answers import Estimate, Grade, NotEnough, Unit, Word, in_words
from headwater.stats.changes import effect_on_change
from headwater.stats.cohorts import NEVER, summarise_blocks
from headwater.stats.imputation import pooled
from headwater.stats.overlapping import FEWEST, effect_apart
from headwater.stats.power import enough_for
from headwater.stats.pretrends import Leads, leads
from headwater.stats.several import after_several_looks
from headwater.stats.shrinkage import Shrunk, shrunk
from headwater.stats.staggered import effects_by_cohort, overall_effect

GAUGES = [str(gauge) for gauge in Gauge.values]
LIKELY_BY_LUCK = 0.05


@keeping.heavy(Result.Question.ACTIVITIES)
@keeping.remembered
def activities(at: datetime) -> Result | None:
    """The stored answer on every kind that anybody took part in; None where nothing was counted."""
    frame = activities_frame(at)
    if frame is None or not frame.taken:
        return None
    gauges = {gauge: gauge_frame(frame, gauge) for gauge in GAUGES}
    return keeping.kept(
        Result.Question.ACTIVITIES,
        campaign=None,
        aim="",
        data_version=frames.version_of(frame.version, *(g.version for g in gauges.values())),
        at=at,
        work_out=lambda _rng: _every_kind(frame, gauges),
    )


def _every_kind(frame: ActivitiesFrame, gauges: dict[str, GaugeFrame]) -> dict[str, Any]:
    kinds = {kind: _on_visits(frame, kind) for kind in frame.taken}
    moved = {
        kind: {gauge: _on_gauge(seen, kind) for gauge, seen in gauges.items()}
        for kind in frame.taken
    }
    for told in (kinds, *({kind: moved[kind][gauge] for kind in kinds} for gauge in GAUGES)):
        _lean(told)
        _count_the_looks(told)
        _say_what_would_be_enough(told)
    return {
        "method": "imputation_apart",
        "blocks": [block.isoformat() for block in frame.panel.blocks],
        "partners": int(frame.panel.people.size),
        "kinds": [
            {"kind": kind, **kinds[kind], "gauges": moved[kind]}
            for kind in sorted(kinds, key=lambda kind: _by_effect(kinds[kind]))
        ],
    }


def _by_effect(answer: dict[str, Any]) -> float:
    estimate = answer.get("estimate")
    return -estimate.value if estimate else np.inf


def _on_visits(frame: ActivitiesFrame, kind: str) -> dict[str, Any]:
    """Visits a partner brings in four weeks since the first time, more than they would have."""
    begins = frame.begins(kind)
    since = np.clip(len(frame.panel.blocks) - np.maximum(begins, 0), 0, None)
    told: dict[str, Any] = {
        "takers": int((begins < NEVER).sum()),
        "blocks_since": int(since[begins < NEVER].sum()),
    }
    found = effect_apart(lambda: frame.lots(kind)) if told["takers"] else _nobody()
    if isinstance(found, NotEnough):
        return told | {"enough": found}
    beside, early = _beside(frame, kind, found.others)
    passed = early is None or early.probability >= LIKELY_BY_LUCK
    return told | {
        "grade": (Grade.B if passed and early else Grade.D),
        "estimate": found.overall,
        "beside": beside,
        "by_block": {
            "since": found.since,
            "value": found.value,
            "low": found.value - 1.96 * found.standard_error,
            "high": found.value + 1.96 * found.standard_error,
        },
        "people": found.people,
        "left_out": found.left_out,
        "early": early,
        "undone_by": abs(found.overall.value) / found.weeks_since,
    }


def _nobody() -> NotEnough:
    return NotEnough(Unit.PARTNERS, have=0, needed=FEWEST)


def _beside(
    frame: ActivitiesFrame, kind: str, others: Floats
) -> tuple[Estimate | None, Leads | None]:
    """The same by cohorts against those not yet there, others' part taken off, and the weeks
    before: of those whose every block counts."""

    def whole() -> Iterator[tuple[Floats, NDArray[np.int64]]]:
        for outcome, begins, deeds, observed in frame.lots(kind):
            rows = observed.all(axis=1)
            yield outcome[rows] - deeds[rows] @ others, begins[rows]

    try:
        cohorts = pooled(summarise_blocks(whole()))
        effects = effects_by_cohort(cohorts)
        return overall_effect(effects), leads(effects)
    except ValueError:
        return None, None


def _on_gauge(seen: GaugeFrame, kind: str) -> dict[str, Any]:
    """Points that taking part between two check-ins added, at the second; groups of ten or more."""
    if not seen.change.size:
        return {"takers": 0, "enough": _nobody()}
    column = seen.kinds.index(kind)
    took = seen.between[:, column] > 0
    people = int(np.unique(seen.person[took]).size)
    others = np.hstack([np.delete(seen.between, column, axis=1), seen.before])
    found = effect_on_change(
        seen.change, took=took, others=others, span=seen.round, person=seen.person
    )
    if isinstance(found, NotEnough):
        return {"takers": people, "enough": found}
    return {
        "takers": people,
        "grade": Grade.B,
        "estimate": found,
        "people": people,
    }


def _count_the_looks(kinds: dict[str, dict[str, Any]]) -> None:
    """The odds of each kind, now that several stand side by side and one may look good by luck."""
    known = [answer for answer in kinds.values() if answer.get("estimate")]
    if known:
        seen = after_several_looks([one["estimate"].probability_positive for one in known])
        for answer, odds in zip(known, seen.probabilities.tolist(), strict=True):
            answer["odds"] = odds


def _say_what_would_be_enough(kinds: dict[str, dict[str, Any]]) -> None:
    """Where we can't tell: how many partners would let an effect as large as is usual here show."""
    found = {kind: answer for kind, answer in kinds.items() if answer.get("estimate")}
    usual = float(np.median([abs(answer["estimate"].value) for answer in found.values()] or [0.0]))
    for answer in found.values():
        estimate, have = answer["estimate"], answer["people"]
        if usual and in_words(answer["odds"]) is Word.CANNOT_TELL:
            needed = enough_for(estimate.standard_error, have=have, effect=usual)
            if needed > have:
                answer["enough"] = NotEnough(Unit.PARTNERS, have=have, needed=needed)
                answer["usual"] = usual


def _lean(kinds: dict[str, dict[str, Any]]) -> None:
    """Let the smaller kinds' estimates lean on each other: a few people say little about one alone.

    What asks hours is known beforehand to do more than what asks minutes, and leans on nobody.
    """
    known = [kind for kind in kinds if kinds[kind].get("estimate") and kind not in LARGE]
    found = [kinds[kind]["estimate"] for kind in known]
    errors = [one.standard_error for one in found]
    if not known or min(errors) <= 0:
        return
    leaning = shrunk([one.value for one in found], errors)
    if isinstance(leaning, Shrunk):
        for n, kind in enumerate(known):
            kinds[kind]["leaning"] = leaning.estimates[n]
            kinds[kind]["borrowed"] = float(leaning.borrowed[n])
