"""Several trials of one campaign: what each says, and what they say together.

Trials whose lots were drawn apart and that count the same are added up, errors and all. What counts
something else, or the same people a second time, is listed beside it with its odds corrected for
how many were looked at. Which measure speaks is decided by how many people were in its trials, so
that no outcome has a say in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist
from typing import Any

from headwater.evaluation.models import Trial
from headwater.stats.answers import Estimate, Grade, Word, in_words
from headwater.stats.several import after_several_looks

Answered = tuple[Trial, dict[str, Any]]
LEVEL = 0.95
ASSUMPTIONS = ("lots_decided", "one_way_each", "lots_drawn_apart")


def combined(answered: Sequence[Answered]) -> dict[str, Any]:
    """The second answer from several trials that are over, oldest first."""
    read = [(trial, answer) for trial, answer in answered if "estimate" in answer]
    if not read:  # each is broken or too small: the largest says which, and the rest are listed
        _trial, answer = max(answered, key=lambda one: (one[0].people, -one[0].pk))
        return answer | {"tried": _rows(answered, {}, set())}
    speaking = _speaking(read)
    odds = [answer["estimate"]["probability_positive"] for _trial, answer in read]
    corrected = after_several_looks(odds).probabilities.tolist()
    looked_at = {trial.pk: odds for (trial, _answer), odds in zip(read, corrected, strict=True)}
    added = {trial.pk for trial, _answer in speaking}
    tried = _rows(answered, looked_at, added)
    if len(speaking) == 1:
        return speaking[0][1] | {"tried": tried}
    total = _added_up([answer["left_in_all"] for _trial, answer in speaking])
    largest, _answer = max(speaking, key=lambda one: (one[0].people, -one[0].pk))
    return {
        "method": "trials_added_up",
        "grade": Grade.A,
        "word": in_words(total.probability_positive),
        "trial": largest.pk,
        "success": largest.success,
        "people": sum(trial.people for trial, _answer in speaking),
        "summed": len(speaking),
        "estimate": total,
        "tried": tried,
        "checks": [],
        "assumptions": ASSUMPTIONS,
    }


def lot_of(trial: Trial) -> str:
    """Which lot decided: a draw of our own is read as several trials of the same people."""
    kind, _colon, rest = trial.key.partition(":")
    return f"{kind}:{rest.split(':')[0]}" if kind == Trial.Source.DRAW else trial.key


def _speaking(read: Sequence[Answered]) -> list[Answered]:
    """The trials of one measure, each by a lot of its own: of that with most people."""
    by_measure: dict[tuple[object, ...], dict[str, Answered]] = {}
    for trial, answer in read:
        said = trial.success.strip().casefold()
        measure = (said, trial.is_share) if said else ("", trial.pk)  # unsaid: like nothing else
        by_measure.setdefault(measure, {}).setdefault(lot_of(trial), (trial, answer))
    most = max(
        by_measure.values(),
        key=lambda lots: (
            sum(trial.people for trial, _answer in lots.values()),
            -min(trial.pk for trial, _answer in lots.values()),
        ),
    )
    return list(most.values())


def _added_up(parts: Sequence[dict[str, float]]) -> Estimate:
    """A sum of independent estimates: their values added, and the squares of their errors."""
    value = sum(part["value"] for part in parts)
    error = sqrt(sum(part["standard_error"] ** 2 for part in parts))
    reach = NormalDist().inv_cdf(0.5 + LEVEL / 2) * error
    return Estimate(
        value=value,
        low=value - reach,
        high=value + reach,
        level=LEVEL,
        probability_positive=NormalDist().cdf(value / error) if error else float(value > 0),
        standard_error=error,
    )


def _rows(
    answered: Sequence[Answered], looked_at: dict[int, float], added: set[int]
) -> list[dict[str, Any]]:
    return [
        {
            "trial": trial.pk,
            "title": trial.title,
            "varied": trial.varied,
            "success": trial.success,
            "is_share": trial.is_share,
            "people": trial.people,
            "method": answer["method"],
            "left": answer.get("estimate"),
            "in_all": answer.get("left_in_all"),
            "odds": looked_at.get(trial.pk),
            "word": in_words(looked_at[trial.pk])
            if trial.pk in looked_at else Word.CANNOT_TELL,
            "is_added": trial.pk in added,
        }
        for trial, answer in answered
    ]  # fmt: skip
