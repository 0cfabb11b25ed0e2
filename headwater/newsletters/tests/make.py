from datetime import timedelta
from typing import Any

from headwater.events.models import Event
from headwater.library.models import Tip
from headwater.mail.tests.make import NOW, allow, house, person, staff
from headwater.newsletters.models import Issue, Newsletter, Subscription
from headwater.people.models import Person
from headwater.recognition.models import Story

__all__ = ["NOW", "allow", "event", "house", "issue", "person", "reader", "staff", "story", "tip"]


def issue(*blocks: dict[str, Any], **fields: Any) -> Issue:
    title = fields.pop("title", "Say what’s in the picture")
    made = Issue.begin(Newsletter.main(NOW), actor=None, at=NOW, title=title, **fields)
    made.blocks = [{"id": f"b{n}", **block} for n, block in enumerate(blocks)]
    made.save()
    return made


def reader(name: str = "Ada Okonkwo") -> Person:
    made = person(name)
    Subscription.begin(made, Newsletter.main(NOW), wording="Yes", source="test", at=NOW)
    return made


def tip(**fields: Any) -> Tip:
    defaults = {
        "slug": "say-what", "number": 48, "title": "Say what it shows", "idea": "Some listen.",
        "action": "Describe one photo.", "do": "Ten words.", "dont": "Don’t begin “picture of”.",
        "created_at": NOW, "published_at": NOW - timedelta(days=1), "language": "en-gb",
    }  # fmt: skip
    made = Tip(**{**defaults, **fields})
    made.fill_keys()
    made.save()
    return made


def event(**fields: Any) -> Event:
    defaults = {
        "slug": "photo", "title": "Photograph food", "kind": "seminar", "summary": "With your phone",
        "starts_at": NOW + timedelta(days=9), "ends_at": NOW + timedelta(days=9, hours=3),
        "published_at": NOW, "created_at": NOW, "venue": "Market Hall",
    }  # fmt: skip
    return Event.objects.create(**{**defaults, **fields})


def story(person: Person, **fields: Any) -> Story:
    defaults = {
        "words": "I wrote the price first.",
        "asked_at": NOW,
        "agreed": True,
        "answered_at": NOW,
    }
    return Story.objects.create(person=person, **{**defaults, **fields})
