from datetime import timedelta
from typing import Any

from headwater.events.models import Event
from headwater.people.tests.make import NOON, house, person, staff

__all__ = ["NOON", "event", "house", "person", "staff"]


def event(title: str = "Photograph food", **fields: Any) -> Event:
    """A published seminar a week from noon, with no limit of places unless one is given."""
    values: dict[str, Any] = {
        "slug": title.lower().replace(" ", "-"),
        "kind": Event.Kind.SEMINAR,
        "summary": "Ten photos of your own food.",
        "starts_at": NOON + timedelta(days=7),
        "ends_at": NOON + timedelta(days=7, hours=3),
        "published_at": NOON,
        "created_at": NOON,
    }
    return Event.objects.create(title=title, **values | fields)
