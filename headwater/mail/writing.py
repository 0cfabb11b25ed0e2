"""How every room writes letters: `write` to one, `write_to_many` to an audience.

Both only put letters into the post office, inside the caller's transaction. What leaves, when, and
what became of it is the business of `sending`.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from headwater.kit.errors import Refused
from headwater.kit.names import email_key
from headwater.mail import tasks
from headwater.mail.models import Attachment, Delivery, Mailing, Outgoing, State
from headwater.mail.models.mailings import MANY, TIME_TO_TAKE_BACK
from headwater.mail.wording import Words, one_line, words
from headwater.partners.models import Purpose, Suppression
from headwater.people.models import Person
from headwater.safeguards import contact
from headwater.safeguards.contact import audience
from headwater.safeguards.models import Hold

BATCH = 1000
File = tuple[str, bytes, str]
Merge = Callable[[Person], dict[str, str]]


@transaction.atomic
def write(
    *, to: Person | str, template: str, context: dict[str, Any], purpose: str, at: datetime,
    about: str = "", attachments: Sequence[File] = (), merge: dict[str, str] | None = None,
    is_secret: bool = False,
) -> Delivery | None:  # fmt: skip
    """Write one letter. Gives None, and keeps the reason, when we may not write to them."""
    return write_words(
        to, words(template, {"to": to, **context}), purpose=purpose, at=at, about=about,
        attachments=attachments, merge=merge, is_secret=is_secret,
    )  # fmt: skip


@transaction.atomic
def write_words(
    to: Person | str, letter: Words, *, purpose: str, at: datetime, about: str = "",
    attachments: Sequence[File] = (), merge: dict[str, str] | None = None, is_secret: bool = False,
) -> Delivery | None:  # fmt: skip
    """`write` for words that are there already: a note typed by staff, a test of an issue."""
    mailing = _mailing(
        letter, title=letter.subject, purpose=purpose, about=about, at=at, send_at=at,
        is_single=True, is_secret=is_secret, attachments=attachments,
    )  # fmt: skip
    reason = _why_not(to, purpose, at)
    delivery = _delivery(mailing, to, merge or {}, at=at, reason=reason)
    is_held = purpose != Purpose.SERVICE and Hold.is_standing()  # then it waits like all others
    if not reason and not is_held and Outgoing.current() is None:
        delivery.state, delivery.sent_at = State.STANDS, at
        if delivery.person:
            contact.note(delivery.person, purpose=purpose, at=at)
    delivery.save()
    if reason:
        return None
    ring(single=True)
    return delivery


@transaction.atomic
def write_to_many(
    *, title: str, template: str, context: dict[str, Any], people: QuerySet[Person],
    purpose: str, at: datetime, about: str = "", merge: Merge | None = None,
    send_at: datetime | None = None, asked_by: Person | None = None, url: str = "",
    attachments: Sequence[File] = (),
) -> Mailing:  # fmt: skip
    """Write to an audience: one row for everybody asked for, those left out with their reason.

    Unless told when, a letter to more than 25 people waits ten minutes, in which it can be taken
    back. `merge(person)` fills the template's `[[placeholders]]`; `[[name]]`, `[[greeting]]` and
    `[[unsubscribe]]` are always there.
    """
    return mail_words(
        words(template, context), title=title, people=people, purpose=purpose, at=at, about=about,
        merge=merge, send_at=send_at, asked_by=asked_by, url=url, attachments=attachments,
    )  # fmt: skip


@transaction.atomic
def mail_words(
    letter: Words, *, title: str, people: QuerySet[Person], purpose: str, at: datetime,
    about: str = "", merge: Merge | None = None, send_at: datetime | None = None,
    asked_by: Person | None = None, url: str = "", attachments: Sequence[File] = (),
    from_name: str = "",
) -> Mailing:  # fmt: skip
    reached = audience(people, purpose=purpose, at=at)
    wait = TIME_TO_TAKE_BACK if reached.count > MANY else at - at
    mailing = _mailing(
        letter, title=title, purpose=purpose, about=about, at=at, send_at=send_at or at + wait,
        asked_by=asked_by, url=url, attachments=attachments, from_name=from_name,
    )  # fmt: skip
    seen: set[str] = set()
    _keep(_to_reached(mailing, reached.people, merge, seen, at))
    for reason, those in reached.left_out.items():
        _keep(_delivery(mailing, person, {}, at=at, reason=reason) for person in _each(those))
    ring(single=False)
    return mailing


def ring(*, single: bool) -> None:
    """Wake the sender once what was written is really there. Late or lost, the sweep finds it."""
    transaction.on_commit(tasks.send_letters if single else tasks.send_mailings)


def _mailing(
    letter: Words, *, at: datetime, attachments: Sequence[File] = (), **fields: Any
) -> Mailing:
    fields["title"] = one_line(fields["title"])[:300]
    mailing = Mailing.objects.create(
        subject=one_line(letter.subject)[:300], preview=letter.preview[:300], text=letter.text,
        body=letter.body, asked_at=at, **fields,
    )  # fmt: skip
    Attachment.objects.bulk_create(
        Attachment(mailing=mailing, name=one_line(name)[:120], content=content, kind=kind)
        for name, content, kind in attachments
    )
    return mailing


def _delivery(
    mailing: Mailing, to: Person | str, merge: dict[str, str], *, at: datetime, reason: str = ""
) -> Delivery:
    person = to if isinstance(to, Person) else None
    name, greeting = (person.name, person.greeting) if person else ("", "")
    return Delivery(
        mailing=mailing, person=person, address=person.email if person else str(to).strip(),
        name=one_line(name)[:300], is_single=mailing.is_single,
        merge={} if reason else {"greeting": greeting, **merge},
        state=State.EXCLUDED if reason else State.WAITING, reason=reason, at=at,
        due_at=mailing.send_at,
    )  # fmt: skip


def _to_reached(
    mailing: Mailing, people: QuerySet[Person], merge: Merge | None, seen: set[str], at: datetime
) -> Iterator[Delivery]:
    for person in _each(people):
        key = email_key(person.email)
        reason = "same_address" if key in seen else ""
        seen.add(key)
        filled = merge(person) if merge and not reason else {}
        yield _delivery(mailing, person, filled, at=at, reason=reason)


def _each(people: QuerySet[Person]) -> Iterator[Person]:
    return people.order_by("pk").iterator(chunk_size=BATCH)


def _keep(deliveries: Iterator[Delivery]) -> None:
    Delivery.objects.bulk_create(deliveries, batch_size=BATCH)


def _why_not(to: Person | str, purpose: str, at: datetime) -> str:
    if isinstance(to, Person):
        them = Person.objects.filter(pk=to.pk)
        return next(iter(audience(them, purpose=purpose, at=at).excluded), "")
    try:
        validate_email(to.strip())
    except ValidationError:
        raise Refused(_("That isn’t an e-mail address.")) from None
    return "suppressed" if Suppression.holds(to, purpose) else ""
