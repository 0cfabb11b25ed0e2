"""Two records that are one partner: merged by hand, and taken apart again if it was a mistake."""

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.partners import verbs
from headwater.partners.models import (
    Basis,
    Belonging,
    Goal,
    Merge,
    Note,
    SocialAccount,
    Stewardship,
    Suppression,
    Trait,
    Twin,
)
from headwater.people.models import ExternalId, Person, Position

# What moves with a merge. The ledger and the rows of higher rooms stay with the old record, which
# points to the kept one: nothing that somebody did is written anew.
MOVES: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
    (Belonging, ("kind_id",)),
    (SocialAccount, ("network", "handle")),
    (ExternalId, ("source", "value")),
    (Position, ("organisation_id", "ended_at")),
    (Note, ("id",)),
    (Basis, ("purpose", "ended_at")),
    (Suppression, ("id",)),
    (Trait, ("name",)),
)
MOVED_MODELS: list[type[models.Model]] = [*(model for model, _same in MOVES), Stewardship, Goal]
FILLED = ("phone", "country", "place", "language", "time_zone", "first_name", "last_name")


@transaction.atomic
def merge(kept: Person, merged: Person, *, actor: Person | None, at: datetime) -> Merge:
    """Put one partner into another. What the kept one lacks is filled, nothing is overwritten."""
    for person in (kept, merged):
        if person.merged_into_id or person.erased_at or not person.is_partner:
            raise Refused(_("Only two partners who both stand can be merged."))
    if kept.pk == merged.pk:
        raise Refused(_("These are one record already."))
    if kept.is_general_contact != merged.is_general_contact:
        raise Refused(_("A person and an organisation can’t be one."))
    moved: dict[str, Any] = {"rows": move_rows(kept, merged)}
    moved["tags"] = move_tags(kept, merged)
    moved["filled"] = fill(kept, merged)
    moved["email"] = move_address(kept, merged)
    merged.merged_into = kept
    merged.is_active = False
    merged.save(update_fields=["merged_into", "is_active"])
    Person.objects.filter(merged_into=merged).update(merged_into=kept)
    record_staff(verbs.STAFF_MERGED, actor=actor, person=kept, subject=kept, at=at, other=merged.pk)
    return Merge.objects.create(kept=kept, merged=merged, moved=moved, by=actor, at=at)


def move_rows(kept: Person, merged: Person) -> dict[str, list[int]]:
    """Rows that the kept one hasn't the like of, by model."""
    moved: dict[str, list[int]] = {}
    for model, same in MOVES:
        has = set(model._base_manager.filter(person=kept).values_list(*same))
        theirs = model._base_manager.filter(person=merged)
        ids = [row[0] for row in theirs.values_list("pk", *same) if tuple(row[1:]) not in has]
        theirs.filter(pk__in=ids).update(person=kept)
        moved[model.__name__] = ids
    if not Stewardship.objects.filter(person=kept).exists():
        moved["Stewardship"] = list(
            Stewardship.objects.filter(person=merged).values_list("pk", flat=True)
        )
        Stewardship.objects.filter(person=merged).update(person=kept)
    if not Goal.objects.filter(person=kept).exists():
        moved["Goal"] = list(Goal.objects.filter(person=merged).values_list("pk", flat=True))
        Goal.objects.filter(person=merged).update(person=kept)
    return moved


def move_tags(kept: Person, merged: Person) -> list[int]:
    new = set(merged.tags.values_list("pk", flat=True)) - set(
        kept.tags.values_list("pk", flat=True)
    )
    kept.tags.add(*new)
    return sorted(new)


def fill(kept: Person, merged: Person) -> list[str]:
    filled = [name for name in FILLED if not getattr(kept, name) and getattr(merged, name)]
    for name in filled:
        setattr(kept, name, getattr(merged, name))
    kept.save(update_fields=filled or None)
    return filled


def move_address(kept: Person, merged: Person) -> dict[str, Any]:
    """The address is given up by the merged record, so that mail and sign-in find one person."""
    address, was_taken = merged.email, not kept.email
    Person.objects.filter(pk=merged.pk).update(email_key=None)
    merged.email_key = None
    if address and was_taken:
        kept.change_email(address)
    return {"address": address, "was_taken": was_taken}


@transaction.atomic
def take_back(done: Merge, *, actor: Person | None, at: datetime) -> None:
    """Take two partners apart again; what was added to the kept one since stays with them."""
    if done.taken_back_at:
        raise Refused(_("This has been taken back already."))
    kept, merged = done.kept, done.merged
    for model in MOVED_MODELS:
        ids = done.moved["rows"].get(model.__name__, [])
        model._base_manager.filter(pk__in=ids, person=kept).update(person=merged)
    kept.tags.remove(*done.moved["tags"])
    for name in done.moved["filled"]:
        setattr(kept, name, "")
    if done.moved["email"]["was_taken"]:
        kept.email, kept.email_key = "", None
    kept.save()
    merged.merged_into, merged.is_active = None, not merged.suspended_at
    merged.fill_keys()
    if Person.objects.filter(email_key=merged.email_key).exclude(pk=merged.pk).exists():
        merged.email, merged.email_key = "", None
    merged.save()
    done.taken_back_at = at
    done.save(update_fields=["taken_back_at"])
    record_staff(verbs.STAFF_MERGE_TAKEN_BACK, actor=actor, person=kept, subject=merged, at=at)


@transaction.atomic
def decide(twin: Twin, decision: str, *, actor: Person | None, at: datetime) -> Merge | None:
    """One partner or two. The older record is the one that is kept."""
    if twin.decision:
        raise Refused(_("Somebody has decided on these two already."))
    twin.decision, twin.decided_by, twin.decided_at = Twin.Decision(decision), actor, at
    twin.save(update_fields=["decision", "decided_by", "decided_at"])
    if decision == Twin.Decision.TWO:
        record_staff(verbs.STAFF_TWINS_DECIDED, actor=actor, subject=twin, at=at)
        return None
    kept, merged = sorted((twin.one, twin.other), key=lambda person: person.pk)
    return merge(kept, merged, actor=actor, at=at)
