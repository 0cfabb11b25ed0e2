"""Changing how mail is sent. What changed has to be tested anew before it counts as green."""

from datetime import datetime
from typing import Any

from django.db import transaction

from headwater.ledger.models import record_staff
from headwater.mail import verbs
from headwater.mail.models import Check, OutgoingServer
from headwater.people.models import House, Person


@transaction.atomic
def set_addresses(values: dict[str, Any], *, actor: Person, at: datetime) -> None:
    house = House.current()
    changed = [name for name, value in values.items() if getattr(house, name) != value]
    for name in changed:
        setattr(house, name, values[name])
    if not changed:
        return
    house.save(update_fields=changed)
    Check.objects.exclude(what="server").delete()
    record_staff(verbs.STAFF_READY_CHANGED, actor=actor, at=at, fields=changed)


@transaction.atomic
def set_server(values: dict[str, Any], *, actor: Person, at: datetime) -> None:
    row = OutgoingServer.objects.filter(pk=1).first() or OutgoingServer(pk=1)
    password = values.pop("password", "")
    for name, value in values.items():
        setattr(row, name, value)
    if password:
        row.password = password
    row.changed_at = at
    row.save()
    Check.objects.filter(what__in=["server", "letter", "connection"]).delete()
    record_staff(verbs.STAFF_READY_CHANGED, actor=actor, at=at, fields=[*values, "password"])


@transaction.atomic
def switch(is_on: bool, *, actor: Person, at: datetime) -> None:
    """Off: nothing leaves this machine, whatever is green."""
    OutgoingServer.objects.filter(pk=1).update(is_on=is_on)
    record_staff(verbs.STAFF_READY_CHANGED, actor=actor, at=at, fields=["is_on"])
