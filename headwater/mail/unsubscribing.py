"""Stopping letters: by the link in a letter, by a mail program's one click, by a complaint."""

from datetime import datetime

from django.db import transaction

from headwater.ledger.models import record
from headwater.mail import verbs
from headwater.mail.models import Delivery
from headwater.partners.models import Basis, Suppression, address_hash
from headwater.people.models import Person


@transaction.atomic
def stop(delivery: Delivery, at: datetime, *, source: str = "link") -> None:
    """The reader of this letter wants no more of its kind. Safe to do twice."""
    mailing = delivery.mailing
    is_new = stop_address(
        delivery.address, purpose=mailing.purpose, reason="unsubscribed", at=at, source=source
    )
    if is_new and delivery.person:
        record(verbs.UNSUBSCRIBED, person=delivery.person, subject=mailing, at=at,
               purpose=mailing.purpose)  # fmt: skip


@transaction.atomic
def stop_address(
    address: str, *, purpose: str, reason: str, at: datetime, source: str = ""
) -> bool:
    """Never write to an address again for this purpose ("" is every one). Says if that is new."""
    if (
        not address
        or Suppression.objects.filter(address_hash=address_hash(address), purpose=purpose).exists()
    ):
        return False
    Suppression.add(address, reason=reason, purpose=purpose, source=source, at=at)
    person = Person.objects.with_email(address).first()
    if person:
        for basis in Basis.objects.filter(person=person, ended_at=None):
            if purpose in ("", basis.purpose):
                Basis.end(person, basis.purpose, at=at)
    return True


@transaction.atomic
def allow_again(address: str, *, purpose: str) -> None:
    """The reader asked for it themselves, and confirmed. What bounced stays stopped."""
    Suppression.objects.filter(
        address_hash=address_hash(address), purpose=purpose, reason="unsubscribed"
    ).delete()
