"""Could it have done better? Read from trials alone: what was never varied cannot be known."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import Count

from headwater.evaluation import keeping
from headwater.evaluation.combining import combined
from headwater.evaluation.frames.versions import version_of
from headwater.evaluation.models import Arm, Result, Trial
from headwater.people.models import Person
from headwater.programme.models import Campaign
from headwater.sharing.models import Share
from headwater.stats.answers import Grade, NotEnough, Unit, Word, in_words
from headwater.stats.cells import Cells
from headwater.stats.experiments import (
    SegmentLifts,
    adjusted_difference,
    average,
    difference,
    segment_lifts,
    split_as_promised,
)
from headwater.stats.policies import Policy, best_policy
from headwater.stats.power import people_needed, sight_of_shares
from headwater.stats.several import after_several_looks
from headwater.stats.shrinkage import Shrunk

USUAL_SHARE = 0.1  # where nobody has shared anything yet, the cheapest test is planned on this
WORTH_SEEING = 0.25  # a quarter more is worth a test; less would ask for too many partners
ASSUMPTIONS = ("lots_decided", "one_way_each", "alike_next_time")


@keeping.remembered
def better(campaign: Campaign, at: datetime) -> Result | None:
    """The second answer: the lift of the best way tried, or that none was and what would do.

    Trials that still run say nothing: whoever looks often enough finds something by luck. Several
    that are over are combined. None while nobody could have been offered anything.
    """
    trials = list(Trial.objects.filter(campaign=campaign).order_by("pk"))
    over = [trial for trial in trials if not trial.is_running]
    if len(over) == 1:
        return answer_of(over[0], at)
    if over:
        return _several(campaign, over, at)
    if trials:
        return keeping.kept(
            Result.Question.BETTER,
            campaign=campaign,
            aim="running",
            data_version=version_of([trial.pk for trial in trials]),
            at=at,
            work_out=lambda rng: _still_running(trials),
        )
    planned = _planned(campaign)
    return keeping.kept(
        Result.Question.BETTER,
        campaign=campaign,
        aim="never",
        data_version=version_of(planned),
        at=at,
        work_out=lambda rng: _never_varied(*planned),
    )


def _several(campaign: Campaign, over: list[Trial], at: datetime) -> Result:
    results = [answer_of(trial, at) for trial in over]
    answered = [(trial, one.answer) for trial, one in zip(over, results, strict=True)]
    return keeping.kept(
        Result.Question.BETTER,
        campaign=campaign,
        aim="together",
        data_version=version_of([one.data_version for one in results], [t.pk for t in over]),
        at=at,
        work_out=lambda rng: combined(answered),
    )


def _still_running(trials: list[Trial]) -> dict[str, Any]:
    return {
        "method": "still_running",
        "word": Word.CANNOT_TELL,
        "grade": Grade.A,
        "trial": trials[0].pk,
        "people": max(trial.people for trial in trials),
        "checks": [],
        "assumptions": [],
    }


@keeping.remembered
def answer_of(trial: Trial, at: datetime) -> Result:
    """One trial's answer, from what is kept of it now."""
    arms = list(trial.arms.all())
    return keeping.kept(
        Result.Question.BETTER,
        campaign=trial.campaign,
        aim=trial.about,
        data_version=version_of(
            trial.version, trial.title, trial.success, trial.worth, [arm.cost for arm in arms]
        ),
        at=at,
        work_out=lambda rng: _answer(trial, arms, rng),
    )


def _answer(trial: Trial, arms: list[Arm], rng: np.random.Generator) -> dict[str, Any]:
    cells, segments = trial.summed()
    shares = np.array([arm.share for arm in arms])
    split = split_as_promised(cells, shares=shares)
    answer: dict[str, Any] = {
        "grade": Grade.A,
        "trial": trial.pk,
        "title": trial.title,
        "success": trial.success,
        "is_share": trial.is_share,
        "people": trial.people,
        "checks": [
            {
                "name": "sample_ratio",
                "passed": not split.ratio.is_broken,
                "value": split.ratio.probability,
            }
        ],
        "split": {
            "counts": split.counts,
            "shares": shares,
            "by_luck": split.ratio.probability,
            "is_by_cluster": split.is_by_cluster,
            "is_broken": split.ratio.is_broken,
        },
        "arms": [{"label": arm.label, "people": arm.people, "share": arm.share} for arm in arms],
        "assumptions": ASSUMPTIONS,
    }
    if split.ratio.is_broken:  # something other than lots decided: nothing else may be believed
        return answer | {"method": "broken_split", "word": Word.CANNOT_TELL}
    answer["arms"] = _arms(cells, arms)
    answer |= {"against": arms[0].label, "by_luck": trial.by_luck}
    costs = _costs(trial, arms)
    policy = best_policy(cells, shares=shares, rng=rng, costs=costs)
    if policy is None:
        enough = NotEnough(Unit.PARTNERS, have=trial.people, needed=4 * len(arms))
        return answer | {"method": "too_few", "word": Word.CANNOT_TELL, "enough": enough}
    best = arms[policy.best_arm].label
    answer |= _segments(cells, segments, arms, policy)
    answer |= {
        "method": "best_policy",
        "word": in_words(policy.left.probability_positive),
        "best": best,
        "best_place": policy.best_arm,
        "by_segment": len({arm for _segment, arm in policy.choices}) > 1,
        "done": policy.done,
        "value": policy.value,
        "estimate": policy.left,
        "left_by_one_arm": policy.left_by_one_arm,
        "left_in_all": policy.left.times(trial.people),
        "counts_cost": costs is not None,
    }
    if policy.left.word is Word.CANNOT_TELL and trial.is_share:
        answer["enough"] = _enough(policy, cells)
    return answer


def _arms(cells: Cells, arms: list[Arm]) -> list[dict[str, Any]]:
    """What came of each, and what it did more than the first, corrected for several looks."""
    lifts = [difference(cells, n) for n in range(1, len(arms))]
    odds = [lift.probability_positive if lift else 0.5 for lift in lifts]
    corrected = after_several_looks(odds)
    rows = []
    for n, arm in enumerate(arms):
        row: dict[str, Any] = {
            "label": arm.label,
            "people": arm.people,
            "share": arm.share,
            "total": arm.total,
            "rate": average(cells, n),
        }
        if n:
            row |= {
                "lift": lifts[n - 1],
                "adjusted": adjusted_difference(cells, n)
                if np.unique(cells.segment).size > 1 else None,
                "odds": float(corrected.probabilities[n - 1]),
                "word": corrected.words[n - 1],
            }  # fmt: skip
        rows.append(row)
    return rows


def _segments(cells: Cells, names: list[str], arms: list[Arm], policy: Policy) -> dict[str, Any]:
    """What the best way did more than the one before it, in each segment, shrunk."""
    if len(names) < 2:
        return {"segments": []}
    rates = cells.by_arm(cells.total) / cells.people
    other = int(max((n for n in range(len(arms)) if n != policy.best_arm), key=lambda n: rates[n]))
    lifts = segment_lifts(cells, policy.best_arm, against=other)
    if not isinstance(lifts, SegmentLifts):
        return {"segments": []}
    choices = dict(policy.choices)
    leaning = lifts.shrunk if isinstance(lifts.shrunk, Shrunk) else None
    rows = [
        {
            "name": names[segment],
            "people": int(cells.count[cells.segment == segment].sum()),
            "seen": lifts.seen[n],
            "shrunk": leaning.estimates[n] if leaning else None,
            "borrowed": float(leaning.borrowed[n]) if leaning else None,
            "best": arms[choices[int(segment)]].label,
        }
        for n, segment in enumerate(lifts.segments)
    ]
    return {"segments": rows, "segments_against": arms[other].label}


def _costs(trial: Trial, arms: list[Arm]) -> list[float] | None:
    """What an arm costs a person, in successes; None without costs or a worth to divide by."""
    costs = [arm.cost or Decimal(0) for arm in arms]
    if not trial.worth or not any(costs):
        return None
    return [float(cost / trial.worth) for cost in costs]


def _enough(policy: Policy, cells: Cells) -> NotEnough | None:
    """How many people would show a lift of the size that was seen between best and done."""
    base = float(cells.total.sum() / cells.count.sum())
    seen = float((cells.by_arm(cells.total) / cells.people)[policy.best_arm]) - base
    if seen <= 0 or not 0 < base < 1:
        return None
    needed = people_needed(seen, spread=float(np.sqrt(base * (1 - base))))
    have = int(cells.count.sum())
    return NotEnough(Unit.PARTNERS, have=have, needed=max(needed, have))


# ---- Where nothing was varied ----


def _planned(campaign: Campaign) -> tuple[int, int]:
    """Partners there are, and how many of them shared something while it ran."""
    partners = Person.objects.partners().count()
    during = Share.objects.filter(
        at__date__gte=campaign.starts_on, at__date__lte=campaign.counted_until
    )
    shared = during.filter(person__is_partner=True).aggregate(n=Count("person", distinct=True))
    return partners, min(int(shared["n"] or 0), partners)


def _never_varied(partners: int, shared: int) -> dict[str, Any]:
    """Nothing to read from; the cheapest test next time, and how many partners it would need."""
    is_guess = not 0 < shared < partners
    base = USUAL_SHARE if is_guess else shared / partners
    lift = base * WORTH_SEEING
    needed = people_needed(lift, spread=float(np.sqrt(base * (1 - base))))
    visible = None
    if partners >= 4:
        half = partners // 2
        visible = sight_of_shares(base, treated=half, control=partners - half).smallest
    return {
        "method": "never_varied",
        "word": Word.CANNOT_TELL,
        "grade": Grade.D,
        "enough": NotEnough(Unit.PARTNERS, have=partners, needed=needed),
        "test": {
            "base": base,
            "is_guess": is_guess,
            "lift": lift,
            "wanted": base + lift,
            "needed": needed,
            "partners": partners,
            "visible": visible if visible is None else min(visible, 1 - base),
        },
        "checks": [],
        "assumptions": [],
    }
