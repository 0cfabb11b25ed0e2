from datetime import datetime
from typing import Any

from headwater.ledger.models import Entry
from headwater.people.models import Person
from headwater.people.tests.make import NOON, house, person, staff
from headwater.recognition.models import Rule, Season

__all__ = ["NOON", "deed", "house", "person", "rule", "season", "staff"]


def season() -> Season:
    return Season.at(NOON)


def rule(**fields: Any) -> Rule:
    values: dict[str, Any] = {
        "slug": "tip", "verb": "library.tip_done", "label": "Trying a tip", "group": "learning",
        "points": 10, "per": 1, "cap": 30, "from_on": "2026-05-01",
    }  # fmt: skip
    return Rule.objects.create(**values | fields)


def deed(
    who: Person, verb: str = "library.tip_done", at: datetime = NOON, recorded_at: datetime = NOON
) -> Entry:
    return Entry.objects.create(person=who, verb=verb, at=at, recorded_at=recorded_at)
