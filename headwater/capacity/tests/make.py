from datetime import UTC, datetime, timedelta
from typing import Any

from headwater.capacity.models import CheckIn, MessageToRecall, Reading
from headwater.capacity.starting import load_starter
from headwater.partners.models import Basis, Belonging, Kind, Purpose
from headwater.people.models import House, Person

AT = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(days=120)
count = iter(range(1, 1_000_000))


def house() -> House:
    values = {"name": "Harbour Food Alliance", "time_zone": "Europe/London", "created_at": AT}
    return House.objects.update_or_create(pk=1, defaults=values)[0]


def person(name: str = "Ada Okafor", *, reachable: bool = False, **fields: Any) -> Person:
    values: dict[str, Any] = {
        "email": f"someone{next(count)}@example.org" if reachable else "",
        "name": name,
        "is_partner": True,
        "created_at": AT,
    }
    someone = Person.objects.create_user(**(values | fields))
    if reachable:
        Basis.give(
            someone, Purpose.SURVEYS, ground="interest", wording="Asking", source="test", at=AT
        )
    return someone


def kind(slug: str = "member", people: list[Person] | None = None, **fields: Any) -> Kind:
    values: dict[str, Any] = {"name": slug, "plural": f"{slug}s", "modules": ["gauges"]}
    found = Kind.objects.get_or_create(slug=slug, defaults=values | fields)[0]
    Belonging.objects.bulk_create(Belonging(person=p, kind=found) for p in people or [])
    return found


def bank() -> None:
    load_starter(AT)


def message(title: str = "Mussel season", *keywords: str, **fields: Any) -> MessageToRecall:
    values: dict[str, Any] = {"text": f"{title} has begun", "created_at": AT}
    words = list(keywords or ["mussel"])
    return MessageToRecall.objects.create(title=title, keywords=words, **(values | fields))


def reading(
    person: Person, score: float, *, gauge: str = "fluency", at: datetime = AT,
    before: float | None = None, error: float = 6.0,
) -> Reading:  # fmt: skip
    check_in = CheckIn.objects.create(person=person, started_at=at, finished_at=at)
    return Reading.objects.create(
        check_in=check_in,
        person=person,
        gauge=gauge,
        score=score,
        low=max(0.0, score - 2 * error),
        high=min(100.0, score + 2 * error),
        standard_error=error,
        answered=6,
        at=at,
        score_before=before,
    )


def group(size: int, *, middle: float = 50, before: float | None = None) -> list[Person]:
    """So many people with readings spread evenly around a middle."""
    people = [person(f"P{i}") for i in range(size)]
    for i, someone in enumerate(people):
        shift = (i - (size - 1) / 2) % 7 - 3
        was = None if before is None else before + shift + (i % 3 - 1)
        reading(someone, middle + shift, before=was)
    return people
