from datetime import datetime
from typing import Any

from headwater.people.models import Person
from headwater.programme.models import Amendment, Lesson


def export(person: Person) -> dict[str, Any]:
    """Corrections and lessons this person wrote as staff. The plan itself holds nobody's data."""
    return {
        "corrections_written": [
            {"campaign": row.campaign.title, "field": row.field, "reason": row.reason}
            for row in Amendment.objects.filter(who=person).select_related("campaign")
        ],
        "lessons_written": [
            {"campaign": row.campaign.title, "lesson": row.text}
            for row in Lesson.objects.filter(who=person).select_related("campaign")
        ],
    }


def erase(person: Person, at: datetime) -> None:
    """A correction stays, and who brought an `OutcomeFile` in: both are part of the record. The
    name goes with the person."""
