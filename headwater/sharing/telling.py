"""Letters about messages: that there is one, the reminder a partner asked for, and a recall."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.kit.errors import Refused
from headwater.mail.models import Mailing
from headwater.mail.personal_links import base_url
from headwater.mail.writing import write, write_to_many
from headwater.partners.models import Purpose
from headwater.people.models import Person
from headwater.safeguards.models import Hold, refuse_while_held
from headwater.sharing.models import Adaptation, Chase, Message, Reminder

ASK_AGAIN_AFTER = (timedelta(hours=4), timedelta(hours=24))


def tell_audience(message: Message, *, actor: Person, at: datetime) -> Mailing:
    """Write to everybody a published message is meant for, once."""
    refuse_while_held()
    if not message.is_published:
        raise Refused(_("Publish it first: the letter leads to its page."))
    if Mailing.objects.filter(about=message.about, purpose=Purpose.MESSAGES).exists():
        raise Refused(_("A letter about this message went already."))
    return write_to_many(
        title=message.title,
        template="sharing/mail/message",
        context={"message": message, "url": page_of(message)},
        people=message.audience(at),
        purpose=Purpose.MESSAGES,
        at=at,
        about=message.about,
        asked_by=actor,
    )


def send_reminders(at: datetime) -> int:
    """Send what is due. A hold, or a message that is over, lets reminders pass unsent."""
    if Hold.is_standing():
        return 0
    due = Reminder.objects.filter(due_at__lte=at, sent_at=None).values_list("pk", flat=True)
    return sum(_remind(pk, at) for pk in list(due[:500]))


@transaction.atomic
def _remind(pk: int, at: datetime) -> bool:
    reminder = Reminder.objects.select_for_update().filter(pk=pk, sent_at=None).first()
    if reminder is None:
        return False
    reminder.sent_at = at
    reminder.save(update_fields=["sent_at"])
    if not reminder.message.is_open(at):
        return False
    words = Adaptation.objects.filter(person=reminder.person, message=reminder.message).first()
    write(
        to=reminder.person,
        template="sharing/mail/reminder",
        context={
            "message": reminder.message,
            "words": words.text if words and reminder.keeps_text else "",
            "url": page_of(reminder.message),
        },
        purpose=Purpose.SERVICE,
        at=at,
        about=reminder.message.about,
    )
    return True


def chase_recalls(at: datetime) -> int:
    """Ask whoever shared a recalled message to take it down: at once, and twice more."""
    first, second = ASK_AGAIN_AFTER
    due = Chase.objects.filter(
        Q(times_asked=0)
        | Q(times_asked=1, asked_at__lte=at - first)
        | Q(times_asked=2, asked_at__lte=at - second),
        recall__ended_at=None,
    ).exclude(state=Chase.State.DONE)
    return sum(_ask(pk, at) for pk in list(due.values_list("pk", flat=True)[:500]))


@transaction.atomic
def _ask(pk: int, at: datetime) -> bool:
    """Written as a service: whoever shared it has to hear, whatever else they hear from us."""
    rows = Chase.objects.select_for_update(of=("self",)).select_related("recall__message", "person")
    chase = rows.get(pk=pk)
    was_read = chase.state == Chase.State.READ
    delivery = write(
        to=chase.person,
        template="sharing/mail/recall",
        context={
            "recall": chase.recall,
            "message": chase.recall.message,
            "is_first": chase.times_asked == 0,
            "url": page_of(chase.recall.message),
        },
        purpose=Purpose.SERVICE,
        at=at,
        about=chase.recall.message.about,
    )
    chase.asked(at=at, reached=delivery is not None)
    if was_read:
        chase.read()
    return True


def page_of(message: Message) -> str:
    return base_url() + reverse("portal:sharing:message", args=[message.pk])
