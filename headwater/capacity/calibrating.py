"""What many check-ins teach about the questions themselves: how hard and how telling each is."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from headwater.capacity import verbs
from headwater.capacity.models import CheckIn, Gauge, Item
from headwater.capacity.models.check_ins import CheckInAnswer
from headwater.ledger.models import record_staff
from headwater.people.models import Person
from headwater.stats import gauges
from headwater.stats.answers import NotEnough, Unit
from headwater.stats.calibration import PEOPLE_NEEDED, Calibration, anchored, calibrate

NEWEST = 20_000
# A question that seems to lie or to part people beyond these has been misread, not learned.
FURTHEST, SHARPNESS = 4.5, (0.3, 4.5)
THRESHOLDS_TO_ANCHOR = 3


@dataclass(frozen=True)
class Learned:
    """One question: how many answered it, and what was learned; None where it stays as it was."""

    item: Item
    answers: int
    after: gauges.Item | None


def learn(gauge: Gauge) -> list[Learned] | NotEnough:
    """Learn a gauge's questions from the newest finished check-ins, one for each person.

    A question that fewer than two hundred answered, or of which an answer was never given, keeps
    what it came with. What is learned is put on the old scale, by all the questions learned, so
    that no partner's gauge moves because the questions were measured anew.
    """
    items = list(Item.objects.in_use().filter(gauge=gauge))
    table = _answers(items)
    given = (table != gauges.SKIPPED).sum(axis=0)
    enough = [
        place for place, item in enumerate(items)
        if given[place] >= PEOPLE_NEEDED and _all_given(table[:, place], len(item.thresholds))
    ]  # fmt: skip
    places = sum(len(items[place].thresholds) for place in enough)
    found = calibrate(table[:, enough]) if places >= THRESHOLDS_TO_ANCHOR else None
    if not isinstance(found, Calibration):
        return NotEnough(Unit.ANSWERS, int(given.max(initial=0)), PEOPLE_NEEDED)
    old = tuple(items[place].scored for place in enough)
    kept = anchored(found, old, anchors=tuple(range(len(old))))
    after = dict(zip(enough, kept.items, strict=True))
    return [
        Learned(item, int(given[place]), _believable(after.get(place)))
        for place, item in enumerate(items)
    ]


@transaction.atomic
def apply(learned: list[Learned], *, actor: Person, at: datetime) -> int:
    """Ask with what was learned from now on. Readings that people have already seen stay."""
    changed = 0
    for row in learned:
        if row.after is None:
            continue
        row.item.discrimination = row.after.discrimination
        row.item.thresholds = list(row.after.thresholds)
        row.item.save(update_fields=["discrimination", "thresholds"])
        record_staff(
            verbs.STAFF_ITEM_LEARNED, actor=actor, subject=row.item, at=at,
            fields=["discrimination", "thresholds"], answers=row.answers,
        )  # fmt: skip
        changed += 1
    return changed


def _answers(items: list[Item]) -> NDArray[np.int64]:
    """Rows of people by columns of items: levels, or skipped."""
    newest: dict[int, int] = {}
    check_ins = CheckIn.objects.exclude(finished_at=None).order_by("-finished_at", "-pk")
    for pk, person in check_ins.values_list("pk", "person_id")[:NEWEST]:
        newest.setdefault(person, pk)
    rows = {pk: row for row, pk in enumerate(newest.values())}
    columns = {item.pk: column for column, item in enumerate(items)}
    table = np.full((len(rows), len(items)), gauges.SKIPPED)
    answers = CheckInAnswer.objects.filter(item__in=items).exclude(level=None).order_by("-pk")
    for pk, item, level in answers.values_list("check_in_id", "item_id", "level").iterator():
        if pk in rows:
            table[rows[pk], columns[item]] = level  # of several messages, the first that was asked
    answered: NDArray[np.int64] = table[(table != gauges.SKIPPED).any(axis=1)]
    return answered


def _all_given(column: NDArray[np.int64], most: int) -> bool:
    return set(column.tolist()) - {gauges.SKIPPED} == set(range(most + 1))


def _believable(item: gauges.Item | None) -> gauges.Item | None:
    if item is None or not SHARPNESS[0] <= item.discrimination <= SHARPNESS[1]:
        return None
    return item if max(abs(place) for place in item.thresholds) <= FURTHEST else None
