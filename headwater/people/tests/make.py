from datetime import UTC, datetime
from typing import Any

from headwater.people.models import House, Organisation, Person, Role

NOON = datetime(2026, 5, 14, 12, tzinfo=UTC)


def person(name: str = "Ada Okafor", **fields: Any) -> Person:
    """A partner, with an address of their own unless one is given."""
    first, _space, last = name.partition(" ")
    values: dict[str, Any] = {
        "email": f"{name.lower().replace(' ', '.')}@example.org",
        "name": name,
        "first_name": first,
        "last_name": last,
        "is_partner": True,
        "created_at": NOON,
    }
    return Person.objects.create_user(**values | fields)


def staff(name: str = "Mirela Ionescu", role: str = Role.OWNER, **fields: Any) -> Person:
    return person(name, **{"role": role, "is_partner": False} | fields)


def organisation(name: str = "Inisheer Salt", **fields: Any) -> Organisation:
    made = Organisation(name=name, created_at=NOON, **fields)
    made.save()
    made.rename(name)
    return made


def house(**fields: Any) -> House:
    values: dict[str, Any] = {"name": "Harbour Food Alliance", "created_at": NOON}
    return House.objects.create(pk=1, **values | fields)
