"""The team and the house, changed by owners and written into the audit trail."""

from datetime import datetime
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.partners import verbs
from headwater.people.logos import redrawn
from headwater.people.models import House, Person, Role


@transaction.atomic
def invite(*, name: str, email: str, role: str, url: str, actor: Person, at: datetime) -> Person:
    """Ask somebody into the team. They sign in with a code sent to this very address."""
    person = Person.objects.with_email(email).first()
    if person and person.role:
        raise Refused(_("%(name)s is in the team already.") % {"name": person.name})
    if person and person.is_partner:
        raise Refused(
            _("%(name)s is a partner with this address. Colleagues need one of their own.")
            % {"name": person.name}
        )
    if person is None:
        person = Person.objects.create_user(email, name=name.strip(), created_at=at)
    person.take_role(Role(role))
    record_staff(verbs.STAFF_INVITED, actor=actor, person=person, subject=person, at=at, role=role)
    context = {"person": person, "house": House.current(), "actor": actor, "url": url}
    text = render_to_string("partners/mail/invited.txt", context)
    subject, _blank, body = text.partition("\n")
    message = EmailMessage(subject.removeprefix("Subject: ").strip(), body.strip(), to=[email])
    transaction.on_commit(message.send)
    return person


@transaction.atomic
def change_role(person: Person, role: str, *, actor: Person, at: datetime) -> None:
    """Give a colleague another part, or (with an empty one) take them out of the team."""
    person.take_role(role)
    record_staff(
        verbs.STAFF_ROLE_CHANGED, actor=actor, person=person, subject=person, at=at, role=role
    )


@transaction.atomic
def change_house(*, logo: Any, actor: Person, at: datetime, **fields: Any) -> None:
    """Change the house as it is stored, whatever copy of it the request has read."""
    house = House.objects.select_for_update().get(pk=1)
    changed = [name for name, value in fields.items() if getattr(house, name) != value]
    for name in changed:
        setattr(house, name, fields[name])
    if logo:
        picture = redrawn(logo)
        house.mark.save(str(picture.name), picture, save=False)
        changed.append("mark")
    house.save()
    if changed:
        record_staff(verbs.STAFF_HOUSE_CHANGED, actor=actor, subject=house, at=at, fields=changed)
