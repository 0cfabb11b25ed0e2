from datetime import datetime
from typing import Any

from headwater.kit.names import email_key
from headwater.newsletters.models import Issue, Picture, Sending, Subscription
from headwater.newsletters.subscribing import WANTED
from headwater.people.models import Person, SignUp


def export(person: Person) -> dict[str, Any]:
    rows = Subscription.objects.filter(person=person).select_related("newsletter")
    return {
        "subscriptions": [
            {
                "newsletter": row.newsletter.name,
                "wording": row.wording,
                "source": row.source,
                "confirmed_at": row.confirmed_at.isoformat(),
                "ended_at": row.ended_at.isoformat() if row.ended_at else None,
            }
            for row in rows
        ],
        "issues_made": Issue.objects.filter(created_by=person).count(),
        "issues_sent": Sending.objects.filter(asked_by=person).count(),
        "pictures_kept": Picture.objects.filter(kept_by=person).count(),
    }


def erase(person: Person, at: datetime) -> None:
    """Subscriptions go; that somebody on our staff made an issue stays with the issue."""
    SignUp.objects.filter(wanted=WANTED, email_key=email_key(person.email)).delete()
    Subscription.objects.filter(person=person).delete()
