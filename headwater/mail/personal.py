from datetime import datetime
from typing import Any

from headwater.mail.models import Attachment, Bounce, Delivery, Mailing
from headwater.people.models import Person


def export(person: Person) -> dict[str, Any]:
    letters = Delivery.objects.filter(person=person).select_related("mailing").order_by("pk")
    return {
        "letters": [
            {
                "subject": "" if row.mailing.is_secret else row.mailing.subject,
                "purpose": row.mailing.purpose,
                "address": row.address,
                "state": row.state,
                "reason": row.why,
                "at": row.at.isoformat(),
                "filled_in": {} if row.mailing.is_secret else row.merge,
                "text": row.mailing.text if row.is_single and not row.mailing.is_secret else "",
            }
            for row in letters.iterator()
        ],
        "returned": [
            {"kind": bounce.kind, "said": bounce.said, "at": bounce.at.isoformat()}
            for bounce in Bounce.objects.filter(delivery__person=person)
        ],
    }


def erase(person: Person, at: datetime) -> None:
    """The rows stay, so that each sending still adds up, but nothing in them tells who it was."""
    theirs = Delivery.objects.filter(person=person)
    singles = Mailing.objects.filter(is_single=True, deliveries__person=person)
    Attachment.objects.filter(mailing__in=singles).delete()
    Bounce.objects.filter(delivery__person=person).update(address="", said="")
    singles.update(title="", subject="", preview="", text="", body="")
    theirs.filter(state__in=["waiting", "stands"]).update(state="excluded", reason="erased", at=at)
    theirs.update(address="", name="", merge={}, person=None)
