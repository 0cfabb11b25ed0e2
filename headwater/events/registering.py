"""Keeping a place and giving it back, for partners and for guests we don't know yet."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.events import telling
from headwater.events.models import Event, Place
from headwater.jobs.models import Attempt, IdempotencyKey
from headwater.kit.errors import Refused
from headwater.kit.names import email_key
from headwater.mail import personal_links
from headwater.mail.writing import write
from headwater.partners.models import Purpose
from headwater.people.models import Person, SignUp

KEPT_FOR = timedelta(days=7)


@transaction.atomic
def keep_place(event: Event, person: Person, *, at: datetime, to_prepare: str = "") -> Place:
    """Keep a place for somebody and write to them where they stand; once, however often asked."""
    before = event.place_rows.filter(person=person).standing().exists()
    place: Place = event.register(person, at=at, to_prepare=to_prepare)
    if not before:
        telling.confirm_place(place, at=at)
    return place


@transaction.atomic
def give_back(event: Event, person: Person, *, at: datetime) -> None:
    telling.tell_moved_up(event, event.release(person, at=at), at=at)


def ask_as_guest(
    event: Event,
    *,
    name: str,
    email: str,
    at: datetime,
    to_prepare: str = "",
    website: str = "",
    key: str = "",
) -> None:
    """Write to a guest whose address we don't trust yet. The page answers the same to everybody.

    A filled-in hidden field, a form sent twice and a flood to one address all end in no letter.
    """
    if not event.is_open(at):
        raise Refused(_("Places can’t be kept any more."))
    if website or not IdempotencyKey.is_new(f"guest:{key}" if key else "", at):
        return
    if not Attempt.is_allowed("events.guest", email_key(email), at=at, times=3):
        return
    first, _space, last = name.strip().partition(" ")
    sign_up = SignUp.ask(
        email, wanted="event", at=at, first_name=first, last_name=last,
        event=event.pk, to_prepare=to_prepare,
    )  # fmt: skip
    write(
        to=sign_up.email,
        template="events/mail/guest",
        context={"event": event, "sign_up": sign_up, "base": personal_links.base_url()},
        purpose=Purpose.SERVICE,
        at=at,
        about=f"events.event:{event.pk}",
    )


@transaction.atomic
def confirm_guest(sign_up: SignUp, event: Event, *, at: datetime) -> Place:
    if at > sign_up.asked_at + KEPT_FOR:
        raise Refused(_("This link is more than a week old. Ask for a place once more."))
    details: dict[str, Any] = sign_up.details
    return keep_place(event, sign_up.confirm(at), at=at, to_prepare=details.get("to_prepare", ""))


def in_words(place: Place) -> str:
    """Where somebody stands, as a sentence."""
    if place.state == Place.State.HELD:
        return _("We’ve kept you a place. The door time is in your mail.")
    if place.state == Place.State.ASKED:
        return _("You’re in the draw, with the same chance as everyone else.")
    return _("It’s full. You’re on the waiting list and move up by yourself.")
