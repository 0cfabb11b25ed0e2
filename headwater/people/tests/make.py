"""Plain functions that make people and the house, with sensible defaults."""

from datetime import UTC, datetime
from typing import Any

from headwater.people.models import House, Person

AT = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)
NOON = datetime(2026, 5, 14, 12, tzinfo=UTC)


def house(**fields: Any) -> House:
    return House.objects.create(
        **{"pk": 1, "name": "Harbour Food Alliance", "created_at": AT, **fields}
    )


def person(name: str = "Adaeze Okonkwo", email: str = "", **fields: Any) -> Person:
    """A partner, with an address made from the name unless one is given."""
    first, _space, last = name.partition(" ")
    usual = "ada@a.example" if name == "Adaeze Okonkwo" else f"{first}.{last}@p.example".lower()
    fields = {"is_partner": True, "created_at": AT, "name": name, "first_name": first, **fields}
    return Person.objects.create_user(email or usual.replace(" ", "-"), **fields)


def staff(role: str = "owner", email: str = "mirela@h.example", **fields: Any) -> Person:
    return person("Mirela Ionescu", email, is_partner=False, role=role, **fields)
