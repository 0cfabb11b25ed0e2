from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from headwater.partners.models import Basis, Kind
from headwater.people.models import Person
from headwater.safeguards.models import Guideline

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
numbers = count(1)


def person(name: str = "Ada", *, partner: bool = True, role: str = "", email: str = "") -> Person:
    return Person.objects.create_user(
        email or f"{name.lower().replace(' ', '.')}{next(numbers)}@example.org",
        name=name,
        is_partner=partner and not role,
        role=role,
        created_at=AT,
    )


def staff(name: str = "Mirela", role: str = "owner") -> Person:
    return person(name, role=role)


def may_write(person: Person, purpose: str = "messages") -> Person:
    Basis.give(person, purpose, ground="consent", wording="Yes", source="a test", at=AT)
    return person


def kind(slug: str = "members") -> Kind:
    return Kind.objects.get_or_create(slug=slug, defaults={"name": slug, "plural": slug})[0]


def guideline(**fields: Any) -> Guideline:
    return Guideline.write(
        actor=None,
        at=AT,
        **{
            "title": "Claims",
            "level": "stop",
            "do": "Say what can be checked.",
            "dont": "Don’t write freshest.",
            "why": "Nobody can check it, so nobody believes it.",
            "mend": "Landed this morning.",
            "patterns": [{"kind": "words", "value": "the freshest fish", "replacement": ""}],
            **fields,
        },
    )
