from datetime import datetime
from typing import Any

from headwater.events.models import Attendance, Lot, Place, Pulse, Unmatched
from headwater.people.models import Person


def export(person: Person) -> dict[str, Any]:
    """Places, attendances, and what they said afterwards."""
    return {
        "places": [
            {
                "event": place.event.title,
                "state": place.state,
                "to_prepare": place.to_prepare,
                "asked_at": place.asked_at.isoformat(),
            }
            for place in Place.objects.filter(person=person).select_related("event")
        ],
        "draws": [
            {"event": row.draw.event.title, "rank": row.rank, "drawn": row.is_drawn}
            for row in Lot.objects.filter(person=person).select_related("draw__event")
        ],
        "came_to": [
            {"event": row.event.title, "minutes": row.minutes, "how_we_know": row.source}
            for row in Attendance.objects.filter(person=person).select_related("event")
        ],
        "said_afterwards": [
            {"event": pulse.event.title, "useful": pulse.useful, "will_do": pulse.will_do}
            for pulse in Pulse.objects.filter(person=person).select_related("event")
        ],
    }


def erase(person: Person, at: datetime) -> None:
    """Their places, attendances and answers go; so do lines of guest lists with their address.

    In a draw their rank stays without them, so that it can still be checked.
    """
    Lot.objects.filter(person=person).update(person=None)
    Pulse.objects.filter(person=person).delete()
    Attendance.objects.filter(person=person).delete()
    Place.objects.filter(person=person).delete()
    if person.email:
        Unmatched.objects.filter(email__iexact=person.email).delete()
