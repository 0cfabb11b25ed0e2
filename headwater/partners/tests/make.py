"""Plain functions that make rows with sensible defaults, for tests of this room and those above."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from headwater.partners import importing
from headwater.partners.models import Belonging, Import, Kind
from headwater.people.models import House, Organisation, Person, Position

AT = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)


def house(**fields: Any) -> House:
    return House.objects.create(
        **{"pk": 1, "name": "Harbour Food Alliance", "created_at": AT, **fields}
    )


def person(name: str = "Adaeze Okonkwo", email: str = "", **fields: Any) -> Person:
    fields = {"is_partner": True, "created_at": AT, "name": name, **fields}
    return Person.objects.create_user(email, **fields)


def staff(role: str = "owner", email: str = "mirela@harbour.example", **fields: Any) -> Person:
    return person("Mirela Ionescu", email, is_partner=False, role=role, **fields)


def kind(slug: str = "member", **fields: Any) -> Kind:
    fields = {"name": slug.title(), "plural": f"{slug.title()}s", **fields}
    return Kind.objects.create(slug=slug, **fields)


def member(name: str = "Adaeze Okonkwo", email: str = "", slug: str = "member") -> Person:
    made = person(name, email)
    of = Kind.objects.filter(slug=slug).first() or kind(slug)
    Belonging.objects.create(person=made, kind=of)
    return made


def organisation(name: str = "Okonkwo Smokehouse", *people: Person) -> Organisation:
    made = Organisation.objects.create(name=name, created_at=AT)
    made.rename(name)
    for one in people:
        Position.objects.create(person=one, organisation=made, began_at=AT)
    return made


def list_file(folder: Path, text: str | bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def looked_at(path: Path, actor: Person | None = None, **chosen: Any) -> Import:
    of = importing.look_at(path, name=path.name, actor=actor, at=AT)
    importing.choose(of, chosen.pop("columns", {}), **chosen)
    return of


def imported(path: Path, **chosen: Any) -> Import:
    of = looked_at(path, **chosen)
    importing.start(of, actor=None, at=AT)
    return importing.run(of)
