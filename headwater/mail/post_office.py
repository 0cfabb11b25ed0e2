"""What staff do with letters that stand here, and with the ones nobody can be sure of."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.mail import verbs
from headwater.mail.models import Delivery, Outgoing, State
from headwater.mail.writing import ring
from headwater.partners.models import Suppression
from headwater.people.models import Person


@transaction.atomic
def send_standing(deliveries: list[int], *, actor: Person, at: datetime) -> int:
    """Let letters go that stood here while no mail server was set."""
    if Outgoing.current() is None:
        raise Refused(_("There is no mail server to send them by yet."))
    standing = Delivery.objects.filter(pk__in=deliveries, state=State.STANDS)
    count = standing.update(state=State.WAITING, due_at=at, at=at, sent_at=None)
    record_staff(verbs.STAFF_RELEASED, actor=actor, at=at, letters=count)
    ring(single=True)
    ring(single=False)
    return count


@transaction.atomic
def throw_away(delivery: Delivery, *, actor: Person, at: datetime) -> None:
    """Take a letter that has not left out of its sending. The row stays, and says so."""
    kept = Delivery.objects.filter(pk=delivery.pk, state__in=[State.STANDS, State.WAITING])
    if not kept.update(state=State.EXCLUDED, reason="thrown_away", at=at):
        raise Refused(_("This letter has left already."))
    record_staff(verbs.STAFF_THROWN_AWAY, actor=actor, subject=delivery.mailing, at=at)


@transaction.atomic
def lift(suppression: Suppression, *, actor: Person, at: datetime) -> None:
    """Use an address again that bounced. Whoever asked us to stop can alone undo that."""
    if suppression.reason not in {"bounced", "cleaned"}:
        raise Refused(_("Only they themselves can undo this."))
    record_staff(verbs.STAFF_SUPPRESSION_LIFTED, actor=actor, person=suppression.person, at=at)
    suppression.delete()
