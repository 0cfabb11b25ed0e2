from datetime import UTC, datetime
from typing import Any

from headwater.library.models import Article, Resource, ResourceCode, Tip
from headwater.library.models.codes import code_key
from headwater.people.models import House, Person

NOON = datetime(2026, 5, 14, 12, tzinfo=UTC)


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


def tip(number: int = 47, **fields: Any) -> Tip:
    """A tip that is out since noon, unless the fields say otherwise."""
    values: dict[str, Any] = {
        "number": number,
        "title": f"Put the price in the first line {number}",
        "idea": "People decide in two seconds whether a post is for them.",
        "body": "When the price is missing, a reader has to **ask**. Most don’t.",
        "action": "Rewrite your next post so the first line says what it costs.",
        "do": "Lead with the thing, the price and the day.",
        "dont": "Don’t write “message me for the price”. Nobody does.",
        "insight": "Compare ten first lines before and after.",
        "published_at": NOON,
        "created_at": NOON,
    }
    made = Tip(**values | fields)
    made.fill_keys()
    made.save()
    return made


def article(title: str = "A goal of your own", **fields: Any) -> Article:
    values: dict[str, Any] = {
        "title": title,
        "summary": "Pick one number and read it honestly.",
        "body": "We ask you for a goal before we ask you for anything else.",
        "published_at": NOON,
        "created_at": NOON,
    }
    made = Article(**values | fields)
    made.fill_keys()
    made.save()
    return made


def resource(title: str = "Photo consent form", **fields: Any) -> Resource:
    values: dict[str, Any] = {
        "title": title,
        "kind": Resource.Kind.TEMPLATE,
        "summary": "One page to print.",
        "body": "# May we use your picture?",
        "published_at": NOON,
        "created_at": NOON,
    }
    made = Resource(**values | fields)
    made.fill_keys()
    made.save()
    return made


def code(word: str = "QUAY-47", *resources: Resource, **fields: Any) -> ResourceCode:
    made = ResourceCode.objects.create(
        **{"code": word, "key": code_key(word), "created_at": NOON} | fields
    )
    made.resources.set(resources)
    return made
