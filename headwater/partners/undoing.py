"""Take an import back out: fields unchanged since go back, people nobody has referred to go."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from headwater.kit.errors import Refused
from headwater.ledger.models import Entry, kind_of, record_staff
from headwater.partners import verbs
from headwater.partners.bulk import within
from headwater.partners.models import (
    Basis,
    Belonging,
    Change,
    Import,
    SocialAccount,
    Suppression,
    Tag,
    Twin,
)
from headwater.people.models import ExternalId, Organisation, Person, Position

# Rows that an import itself writes about a newcomer. Any other row that points to them means
# that they have been referred to since, and stay.
OWN = (Belonging, SocialAccount, Basis, ExternalId, Position, Twin, Suppression, Change)


@transaction.atomic
def undo(of: Import, *, actor: Person | None, at: datetime) -> dict[str, Any]:
    """Take a whole list back out. Suppressions stay; who has been referred to is listed."""
    standing = Import.objects.select_for_update().get(pk=of.pk)
    if not standing.may_be_undone(at):
        raise Refused(_("This import can no longer be taken back out."))
    newcomers = Person.objects.filter(pk__in=joined_by(of).values("person_id"))
    unused = unreferred(newcomers, of)
    kept = list(newcomers.exclude(pk__in=unused.values("pk")).values_list("pk", flat=True))
    left = remove(list(unused.values_list("pk", flat=True)), of)
    returned, differing = put_back(of, at)
    result = {"left": left, "kept": kept[:200], "kept_count": len(kept)}
    result |= {"returned": returned, "changed_since": differing[:200]}
    of.state, of.undone_at, of.undone_by = Import.State.UNDONE, at, actor
    of.undone = result
    of.save(update_fields=["state", "undone_at", "undone_by", "undone"])
    record_staff(verbs.STAFF_IMPORT_UNDONE, actor=actor, subject=of, at=at, left=left)
    return result


def joined_by(of: Import) -> QuerySet[Entry]:
    return Entry.objects.filter(
        verb=verbs.JOINED.name, subject_kind=kind_of(of), subject_id=of.pk
    ).exclude(
        person_id__in=Change.objects.filter(of=of, after__is_partner=True).values("person_id")
    )


def unreferred(newcomers: QuerySet[Person], of: Import) -> QuerySet[Person]:
    """Those to whom nothing points but what this import wrote itself."""
    people = newcomers.filter(merged_into=None, role="", last_login=None)
    for relation in Person._meta.related_objects:
        model, column = relation.related_model, relation.field.name
        if model in OWN or model is Entry or relation.many_to_many:
            continue
        people = people.exclude(Exists(model._base_manager.filter(**{column: OuterRef("pk")})))
    consents = Basis.objects.filter(source=of.name[:200]).values("pk")
    others = Entry.objects.filter(person=OuterRef("pk")).exclude(
        verb=verbs.JOINED.name, subject_kind=kind_of(of), subject_id=of.pk
    )
    others = others.exclude(verb=verbs.CONSENTED.name, subject_id__in=consents)
    later = Basis.objects.filter(person=OuterRef("pk")).exclude(source=of.name[:200])
    ended = Basis.objects.filter(person=OuterRef("pk"), ended_at__isnull=False)
    places = Position.objects.filter(
        organisation__positions__person=OuterRef("pk"), began_at__gt=of.begun_at
    )
    people = people.exclude(Exists(others)).exclude(Exists(later)).exclude(Exists(ended))
    return people.exclude(Exists(places))


def remove(people: list[int], of: Import) -> int:
    """Delete newcomers with all that the import wrote of them, that they joined included."""
    for some in within(people, 500):
        organisations = list(
            Position.objects.filter(person__in=some).values_list("organisation_id", flat=True)
        )
        Suppression.objects.filter(person__in=some).update(person=None)
        Tag.people.through.objects.filter(person__in=some).delete()
        Change.objects.filter(person__in=some, of=of).delete()
        for model in (Belonging, SocialAccount, Basis, ExternalId, Position):
            raw_delete(model._base_manager.filter(person__in=some))
        raw_delete(Twin.objects.filter(models.Q(one__in=some) | models.Q(other__in=some)))
        raw_delete(Entry.objects.filter(person__in=some))
        raw_delete(Person.objects.filter(pk__in=some))
        remove_empty(organisations, of)
    return len(people)


def remove_empty(organisations: Iterable[int], of: Import) -> None:
    """Organisations that this import brought and where nobody is left."""
    there = Position.objects.filter(organisation=OuterRef("pk"))
    empty = Organisation.objects.filter(pk__in=list(organisations), created_at=of.begun_at)
    empty.exclude(Exists(there)).delete()


def raw_delete(rows: QuerySet[Any]) -> None:
    """Delete without collecting: what would cascade has been deleted by name already."""
    rows._raw_delete(rows.db)


def put_back(of: Import, at: datetime) -> tuple[int, list[int]]:
    """Give the known partners back what the import changed, where it still stands so."""
    returned, differing = 0, []
    for change in of.changes.select_related("person").iterator(chunk_size=500):
        person = change.person
        fields = [n for n in change.before if getattr(person, n) == change.after.get(n)]
        if len(fields) < len(change.before):
            differing.append(person.pk)
        for name in fields:
            setattr(person, name, change.before[name])
        person.fill_keys()
        person.save(update_fields=[*fields, "name_key", "email_key"])
        if "is_partner" in fields:
            raw_delete(joined_entries(person, of))
        if "name" in fields and person.is_general_contact:
            for position in person.positions.filter(ended_at=None).select_related("organisation"):
                position.organisation.rename(person.name)
        take_away(person, change.added, at)
        returned += 1
    return returned, differing


def joined_entries(person: Person, of: Import) -> QuerySet[Entry]:
    return Entry.objects.filter(
        person=person, verb=verbs.JOINED.name, subject_kind=kind_of(of), subject_id=of.pk
    )


def take_away(person: Person, added: dict[str, list[Any]], at: datetime) -> None:
    Belonging.objects.filter(person=person, kind__in=added.get("kinds", [])).delete()
    person.tags.remove(*added.get("tags", []))
    ExternalId.objects.filter(person=person, value__in=added.get("external_ids", [])).delete()
    Position.objects.filter(person=person, organisation__in=added.get("positions", [])).delete()
    for network, handle in added.get("accounts", []):
        SocialAccount.objects.filter(person=person, network=network, handle=handle).delete()
    Basis.objects.filter(
        person=person, purpose__in=added.get("purposes", []), ended_at=None
    ).update(ended_at=at)


def forget_old_images(at: datetime) -> int:
    """Before-images are kept for thirty days and no longer."""
    old = [i.pk for i in Import.objects.filter(ended_at__isnull=False) if not i.may_be_undone(at)]
    return Change.objects.filter(of__in=old).delete()[0]
