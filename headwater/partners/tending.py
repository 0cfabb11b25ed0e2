"""What staff do to partners by hand: add, change, note, tag, suspend. All of it is audited."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from headwater.kit.errors import Refused
from headwater.ledger.models import record, record_staff
from headwater.partners import verbs
from headwater.partners.models import Belonging, Kind, Note, Stewardship, Tag
from headwater.people.models import Organisation, Person, Position

EDITABLE = ("name", "first_name", "last_name", "phone", "country", "place", "language", "time_zone")


@transaction.atomic
def add_partner(
    *, name: str, email: str, kinds: Iterable[Kind], actor: Person, at: datetime, **fields: Any
) -> Person:
    """One partner by hand, a person or (with `is_organisation`) an organisation."""
    is_organisation = bool(fields.pop("is_organisation", False))
    if email and (known := Person.objects.with_email(email).first()):
        raise Refused(_("%(name)s has this address already.") % {"name": known.name})
    person = Person.objects.create_user(
        email, name=name.strip(), is_partner=True, is_general_contact=is_organisation,
        created_at=at, **fields,
    )  # fmt: skip
    if is_organisation:
        organisation = Organisation.objects.create(name=name.strip(), created_at=at)
        organisation.rename(name)
        Position.objects.create(person=person, organisation=organisation, began_at=at)
    Belonging.objects.bulk_create(Belonging(person=person, kind=kind) for kind in kinds)
    record(verbs.JOINED, person=person, subject=person, at=at, once=f"joined:{person.pk}")
    record_staff(verbs.STAFF_ADDED, actor=actor, person=person, subject=person, at=at)
    return person


@transaction.atomic
def change_partner(
    person: Person, *, actor: Person, at: datetime, email: str, kinds: Iterable[Kind], **fields: Any
) -> list[str]:
    """Change what stands about a partner; the audit trail keeps which fields, never the values."""
    changed = [
        name for name in EDITABLE if name in fields and getattr(person, name) != fields[name]
    ]
    for name in changed:
        setattr(person, name, fields[name])
    if email.strip() != person.email:
        person.change_email(email)
        changed.append("email")
    person.fill_keys()
    person.save()
    if person.is_general_contact and "name" in changed:
        for position in person.positions.filter(ended_at=None).select_related("organisation"):
            position.organisation.rename(person.name)
    if set(kinds) != set(Kind.objects.filter(belongings__person=person)):
        person.belongings.all().delete()
        Belonging.objects.bulk_create(Belonging(person=person, kind=kind) for kind in kinds)
        changed.append("kinds")
    if changed:
        record_staff(
            verbs.STAFF_CHANGED, actor=actor, person=person, subject=person, at=at, fields=changed
        )
    return changed


@transaction.atomic
def write_note(person: Person, text: str, *, is_contact: bool, actor: Person, at: datetime) -> Note:
    note = Note.objects.create(
        person=person, author=actor, text=text.strip(), is_contact=is_contact, at=at
    )
    record_staff(verbs.STAFF_NOTED, actor=actor, person=person, subject=note, at=at)
    return note


@transaction.atomic
def hand_to(person: Person, steward: Person | None, *, actor: Person, at: datetime) -> None:
    """Say which colleague looks after a partner, or that nobody does."""
    if steward is None:
        Stewardship.objects.filter(person=person).delete()
    else:
        Stewardship.objects.update_or_create(
            person=person, defaults={"steward": steward, "since": at}
        )
    record_staff(
        verbs.STAFF_CHANGED, actor=actor, person=person, subject=person, at=at, fields=["steward"]
    )


@transaction.atomic
def suspend(person: Person, *, actor: Person, at: datetime) -> None:
    person.suspend(at)
    record_staff(verbs.STAFF_SUSPENDED, actor=actor, person=person, subject=person, at=at)


@transaction.atomic
def let_back(person: Person, *, actor: Person, at: datetime) -> None:
    person.let_back()
    record_staff(verbs.STAFF_LET_BACK, actor=actor, person=person, subject=person, at=at)


@transaction.atomic
def tag(people: QuerySet[Person], name: str, *, actor: Person, at: datetime) -> int:
    """Put a tag on many at once."""
    name = " ".join(name.split())
    if not name or len(name) > 80:
        raise Refused(_("A tag is a word or two, of 80 letters at most."))
    made = Tag.objects.get_or_create(name=name)[0]
    through = Tag.people.through
    ids = list(people.values_list("pk", flat=True))
    through.objects.bulk_create(
        (through(person_id=pk, tag_id=made.pk) for pk in ids),
        batch_size=2000, ignore_conflicts=True,
    )  # fmt: skip
    record_staff(verbs.STAFF_TAGGED, actor=actor, subject=made, at=at, people=len(ids))
    return len(ids)


@transaction.atomic
def give_kind(people: QuerySet[Person], kind: Kind, *, actor: Person, at: datetime) -> int:
    ids = list(people.values_list("pk", flat=True))
    Belonging.objects.bulk_create(
        (Belonging(person_id=pk, kind=kind) for pk in ids), batch_size=2000, ignore_conflicts=True
    )
    record_staff(verbs.STAFF_KIND_GIVEN, actor=actor, subject=kind, at=at, people=len(ids))
    return len(ids)


@transaction.atomic
def begin_position(
    person: Person, organisation: Organisation, title: str, *, actor: Person, at: datetime
) -> Position:
    if person.positions.filter(organisation=organisation, ended_at=None).exists():
        raise Refused(_("They stand there already."))
    position = Position.objects.create(
        person=person, organisation=organisation, title=title.strip(), began_at=at
    )
    record_staff(
        verbs.STAFF_CHANGED, actor=actor, person=person, subject=position, at=at,
        fields=["position"],
    )  # fmt: skip
    return position


@transaction.atomic
def end_position(position: Position, *, actor: Person, at: datetime) -> None:
    """They have left: the place is ended and kept, so that whoever follows can see the handover."""
    if position.ended_at:
        raise Refused(_("This has ended already."))
    position.ended_at = at
    position.save(update_fields=["ended_at"])
    record_staff(
        verbs.STAFF_CHANGED, actor=actor, person=position.person, subject=position, at=at,
        fields=["position"],
    )  # fmt: skip
