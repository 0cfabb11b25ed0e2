from datetime import datetime
from typing import Any

from headwater.jobs.models import Job
from headwater.people.models import Person


def export(person: Person) -> dict[str, Any]:
    asked = Job.objects.filter(asked_by=person)
    return {"work_you_asked_for": list(asked.values("title", "asked_at", "ended_at"))}


def erase(person: Person, at: datetime) -> None:
    """Only staff ask for jobs: who did stays, as the emptied record of a colleague."""
