from datetime import UTC, datetime, timedelta
from typing import Any

from headwater.discussions.models import Kit
from headwater.people.models import House, Person

NOON = datetime(2026, 5, 14, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def house(**fields: Any) -> House:
    values: dict[str, Any] = {"name": "Harbour Food Alliance", "created_at": NOON}
    return House.objects.create(pk=1, **values | fields)


def person(name: str = "Ada Okafor", **fields: Any) -> Person:
    values: dict[str, Any] = {
        "email": f"{name.lower().replace(' ', '.')}@example.org",
        "name": name,
        "is_partner": True,
        "created_at": NOON,
    }
    return Person.objects.create_user(**values | fields)


def staff(name: str = "Mirela Ionescu", role: str = "owner") -> Person:
    return person(name, is_partner=False, role=role)


def kit(title: str = "What did you try?", steps: Any = (), **fields: Any) -> Kit:
    """An announced live chat that was held for an hour from noon."""
    values: dict[str, Any] = {
        "kind": Kit.Kind.LIVE_CHAT,
        "question": "What did you try this month, and what came of it?",
        "network": "bluesky",
        "hashtag": "#HarbourTable",
        "do": "Answer with a question of your own.",
        "dont": "Don’t praise only the successes: nobody will tell you anything else.",
        "starts_at": NOON,
        "minutes": 60,
    }
    made = Kit(title=title, **values | fields)
    made.keep(actor=None, at=NOON - HOUR, steps=steps)
    if made.starts_at:
        made.announce(actor=None, at=NOON - HOUR)
    return made
