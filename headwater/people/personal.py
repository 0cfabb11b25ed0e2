"""Who a person is. It goes last: the other rooms still need the address to find what is theirs."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress

from headwater.kit.names import random_code
from headwater.people.models import ExternalId, Person, Position, SignUp

KEPT = (
    "name", "first_name", "last_name", "email", "phone", "country", "place", "language",
    "time_zone", "role", "created_at", "last_login", "suspended_at",
)  # fmt: skip


def export(person: Person) -> dict[str, Any]:
    positions = Position.objects.filter(person=person)
    return {
        "who_you_are": {name: getattr(person, name) for name in KEPT},
        "organisations": list(
            positions.values("organisation__name", "title", "began_at", "ended_at")
        ),
        "numbers_elsewhere": list(
            ExternalId.objects.filter(person=person).values("source", "value")
        ),
        "sign_ups": list(
            SignUp.objects.filter(email_key=person.email_key or "-").values("wanted", "asked_at")
        ),
    }


def erase(person: Person, at: datetime) -> None:
    """The row stays, empty, so that what points to it doesn't fall; nobody can be told from it."""
    SignUp.objects.filter(email_key=person.email_key or "-").delete()
    EmailAddress.objects.filter(user=person).delete()
    ExternalId.objects.filter(person=person).delete()
    Position.objects.filter(person=person).delete()
    for name in ("name", "first_name", "last_name", "email", "phone", "country", "place",
                 "language", "time_zone", "name_key"):  # fmt: skip
        setattr(person, name, "")
    person.email_key = None
    person.public_id = random_code(12)
    person.is_partner = person.is_active = person.is_general_contact = False
    person.last_login = None
    person.erased_at = at
    person.save()
