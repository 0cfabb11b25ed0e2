from datetime import datetime
from typing import Any

from headwater.evaluation.models import Debrief
from headwater.people.models import Person


def export(person: Person) -> dict[str, Any]:
    """What they said about campaigns. Results hold sums of groups and nobody's name."""
    return {
        "debriefs": [
            {
                "campaign": row.campaign.title,
                "went_well": row.went_well,
                "differently": row.differently,
                "at": row.at.isoformat(),
            }
            for row in Debrief.objects.filter(partner=person).select_related("campaign")
        ]
    }


def erase(person: Person, at: datetime) -> None:
    Debrief.objects.filter(partner=person).delete()
