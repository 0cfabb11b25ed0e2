"""What conversations keep of one person, to hand out or to forget."""

from datetime import datetime
from typing import Any

from headwater.discussions.models import Part
from headwater.people.models import Person


def export(person: Person) -> dict[str, Any]:
    rows = Part.objects.filter(person=person).select_related("kit")
    return {
        "conversations": [
            {"title": row.kit.title, "held_at": row.kit.starts_at, "helped": row.helped}
            for row in rows
        ]
    }


def erase(person: Person, at: datetime) -> None:
    """Their credits go. Words of theirs in a transcript are staff's to take out: it has no keys."""
    Part.objects.filter(person=person).delete()
