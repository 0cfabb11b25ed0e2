"""What being drawn did: the only answers here that need no trust in who chose to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.evaluation import frames, keeping
from headwater.evaluation.frames.draws import DrawFrame, draw_frames
from headwater.evaluation.models import Result
from headwater.listening.models import Gauge
from headwater.stats.answers import Grade, NotEnough, Unit, Word, in_words
from headwater.stats.lottery import LotteryEffect, effect_of_lottery
from headwater.stats.power import enough_for, sight_of_means
from headwater.stats.several import after_several_looks

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
        "gauges": _gauges(found, rng),
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


def _gauges(found: Sequence[DrawFrame], rng: np.random.Generator) -> dict[str, Any]:
    """What being drawn did to each gauge, in points, among those who checked in before and after.

    Lots decided who came first, but nobody decided who checks in. Where those drawn and those who
    waited answered about as often, little speaks against grade A; else it is B. The odds of the
    gauges are corrected for how many there are.
    """
    told = {gauge: _gauge(found, gauge.value, rng) for gauge in Gauge}
    known = [gauge for gauge, row in told.items() if "estimate" in row]
    odds = [told[gauge]["estimate"].probability_positive for gauge in known]
    if known:
        corrected = after_several_looks(odds)
        for gauge, fair, word in zip(
            known, corrected.probabilities.tolist(), corrected.words, strict=True
        ):
            told[gauge] |= {"odds": fair, "word": word}
    return {gauge.value: row for gauge, row in told.items()}


def _gauge(found: Sequence[DrawFrame], gauge: str, rng: np.random.Generator) -> dict[str, Any]:
    usable = [
        frame for frame in found
        if gauge in frame.gauges and _both(frame.drawn[frame.gauges[gauge].place])
    ]  # fmt: skip
    drawn = [frame.drawn[frame.gauges[gauge].place] for frame in usable]
    in_all = sum(int(one.sum()) for one in drawn), sum(int((~one).sum()) for one in drawn)
    row: dict[str, Any] = {"drawn": in_all[0], "waiting": in_all[1]}
    effect: LotteryEffect | NotEnough = NotEnough(Unit.PARTNERS, have=min(in_all), needed=3)
    if min(in_all) >= 3:
        effect = effect_of_lottery(
            np.concatenate([frame.gauges[gauge].after for frame in usable]),
            drawn=np.concatenate(drawn),
            before=np.concatenate([frame.gauges[gauge].before for frame in usable]),
            stratum=np.concatenate([np.full(one.size, n) for n, one in enumerate(drawn)]),
            rng=rng,
        )
    if isinstance(effect, NotEnough):
        return row | {"enough": effect}
    asked = (
        sum(int(frame.drawn.sum()) for frame in usable),
        sum(int((~frame.drawn).sum()) for frame in usable),
    )
    alike = _answered_alike(in_all, asked)
    return row | {
        "estimate": effect.effect,
        "by_luck": effect.probability_by_luck,
        "grade": Grade.A if alike else Grade.B,
    }


def _both(drawn: NDArray[np.bool_]) -> bool:
    return bool(drawn.any() and not drawn.all())


def _answered_alike(answered: tuple[int, int], asked: tuple[int, int]) -> bool:
    """Whether the drawn and the waiting checked in about as often: their shares differ by no more
    than luck makes them differ 95 times in 100."""
    shares = [n / of for n, of in zip(answered, asked, strict=True)]
    whole = sum(answered) / sum(asked)
    spread = (whole * (1 - whole) * (1 / asked[0] + 1 / asked[1])) ** 0.5
    return bool(abs(shares[0] - shares[1]) <= 1.96 * spread)
