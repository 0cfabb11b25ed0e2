"""What this room keeps of a person, and how it goes."""

from datetime import datetime
from typing import Any

from django.db.models import Sum

from headwater.people.models import Person
from headwater.sharing.models import (
    Adaptation,
    Chase,
    Conversion,
    Link,
    NotForMe,
    Offer,
    Reminder,
    Share,
)


def export(person: Person) -> dict[str, Any]:
    links = Link.objects.filter(person=person).annotate(people=Sum("days__people"))
    return {
        "your_words": list(
            Adaptation.objects.filter(person=person).values("message__title", "text", "saved_at")
        ),
        "shares": list(
            Share.objects.filter(person=person).values(
                "message__title", "network", "at", "taken_down_at"
            )
        ),
        "links": list(links.values("code", "message__title", "target", "people")),
        "conversions": list(
            Conversion.objects.filter(link__person=person).values("link__code", "at", "value")
        ),
        "reminders": list(
            Reminder.objects.filter(person=person).values("message__title", "due_at", "sent_at")
        ),
        "set_aside": list(NotForMe.objects.filter(person=person).values("message__title", "at")),
        "offered_first": list(
            Offer.objects.filter(person=person).values("draw__message__title", "way__body", "at")
        ),
        "called_back": list(
            Chase.objects.filter(person=person).values("recall__message__title", "state", "done_at")
        ),
    }


def erase(person: Person, at: datetime) -> None:
    """Their words go. Their links still lead somewhere for those who have them, without a name,
    and keep what came of them."""
    Adaptation.objects.filter(person=person).delete()
    Share.objects.filter(person=person).delete()
    Reminder.objects.filter(person=person).delete()
    NotForMe.objects.filter(person=person).delete()
    Chase.objects.filter(person=person).delete()
    Offer.objects.filter(person=person).delete()
    Link.objects.filter(person=person).update(person=None, target="")
