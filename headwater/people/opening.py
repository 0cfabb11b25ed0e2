"""The first run: our own organisation gets its row, and the person who set it up its ownership."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kit.errors import Refused
from headwater.people.logos import redrawn
from headwater.people.models import House, Person, Role


@transaction.atomic
def open_house(
    *,
    name: str,
    colour: str,
    logo: Any,
    time_zone: str,
    owner_name: str,
    owner_email: str,
    at: datetime,
) -> Person:
    """Open the one house and give it its owner. It happens once."""
    if House.objects.select_for_update().filter(pk=1).exists():
        raise Refused(_("This has been done already. Sign in instead."))
    house = House(pk=1, name=name.strip(), colour=colour, time_zone=time_zone, created_at=at)
    if logo:
        picture = redrawn(logo)
        house.mark.save(str(picture.name), picture, save=False)
    house.save(force_insert=True)
    return make_owner(name=owner_name, email=owner_email, at=at)


@transaction.atomic
def make_owner(*, name: str, email: str, at: datetime) -> Person:
    """Give a new or a known person the ownership of the house."""
    owner = Person.objects.with_email(email).first()
    if owner is None:
        return Person.objects.create_user(email, name=name.strip(), role=Role.OWNER, created_at=at)
    owner.is_partner = False
    owner.is_active, owner.suspended_at = True, None
    owner.save(update_fields=["is_partner", "is_active", "suspended_at"])
    owner.take_role(Role.OWNER)
    return owner
