"""Plain functions that make people and the house, with sensible defaults."""

from datetime import UTC, datetime
from typing import Any

from headwater.people.models import House, Person

AT = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)


def house(**fields: Any) -> House:
    return House.objects.create(
        **{"pk": 1, "name": "Harbour Food Alliance", "created_at": AT, **fields}
    )


def person(name: str = "Adaeze Okonkwo", email: str = "ada@a.example", **fields: Any) -> Person:
    fields = {"is_partner": True, "created_at": AT, "name": name, **fields}
    return Person.objects.create_user(email, **fields)


def staff(role: str = "owner", email: str = "mirela@h.example", **fields: Any) -> Person:
    return person("Mirela Ionescu", email, is_partner=False, role=role, **fields)
