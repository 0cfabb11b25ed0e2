from datetime import datetime
from typing import Any

from headwater.ledger.models import Entry
from headwater.people.models import Person


def export(person: Person) -> dict[str, Any]:
    """Everything they did here, one line a deed. What staff changed about them is in it too."""
    deeds = Entry.objects.filter(person=person).order_by("at")
    return {
        "what_you_did": [
            {"at": deed.at, "what": deed.label, "about": deed.subject_kind} for deed in deeds
        ]
    }


def erase(person: Person, at: datetime) -> None:
    """Deeds stay as counts, without whose they were: the one change an entry ever meets."""
    Entry.objects.filter(person=person).update(person=None, once=None)
