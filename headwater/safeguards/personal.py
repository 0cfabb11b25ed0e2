"""What this room keeps of a person, and how it goes."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from headwater.people.models import Person
from headwater.safeguards.models import (
    BusyUntil,
    Catch,
    Contacted,
    DomainRequest,
    PolicyAcceptance,
    Review,
)


def export(person: Person) -> dict[str, Any]:
    reviews = Review.objects.filter(author=person).select_related("decision")
    return {
        "policies_accepted": _rows(
            PolicyAcceptance.objects.filter(person=person),
            "policy__title", "policy__version", "at",
        ),
        "drafts_that_waited_for_us": [
            {
                "title": review.title,
                "text": review.text,
                "asked_at": review.asked_at,
                "decision": getattr(getattr(review, "decision", None), "verdict", ""),
            }
            for review in reviews
        ],
        "guidelines_your_drafts_needed": _rows(
            Catch.objects.filter(person=person), "guideline__title", "at", "mended_at"
        ),
        "letters": _rows(Contacted.objects.filter(person=person), "purpose", "at"),
        "busy_until": _rows(BusyUntil.objects.filter(person=person), "until_on"),
        "pages_asked_for": _rows(DomainRequest.objects.filter(person=person), "domain", "at"),
    }  # fmt: skip


def erase(person: Person, at: datetime) -> None:
    """Their drafts go. That a guideline was needed stays, without whose draft it was."""
    Catch.objects.filter(person=person).update(person=None)
    Review.objects.filter(author=person).delete()
    PolicyAcceptance.objects.filter(person=person).delete()
    Contacted.objects.filter(person=person).delete()
    BusyUntil.objects.filter(person=person).delete()
    DomainRequest.objects.filter(person=person).delete()


def _rows(rows: QuerySet[Any], *columns: str) -> list[dict[str, Any]]:
    return list(rows.values(*columns))
