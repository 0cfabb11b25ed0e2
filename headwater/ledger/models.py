from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from headwater.ledger.verbs import Verb, declared
from headwater.people.models import Person


class EntryQuerySet(models.QuerySet["Entry"]):
    def standing(self) -> Self:
        """Deeds that count: neither voided nor the note that voids another."""
        return self.filter(voids=None, voided_by=None)

    def did(self, *verbs: Verb) -> Self:
        return self.filter(verb__in=[verb.name for verb in verbs])

    def between(self, start: datetime, end: datetime) -> Self:
        return self.filter(at__gte=start, at__lt=end)

    def about(self, subject: models.Model) -> Self:
        return self.filter(subject_kind=kind_of(subject), subject_id=subject.pk)

    def by_staff(self) -> Self:
        """The audit trail: what staff changed."""
        return self.filter(verb__startswith="staff.")


class Entry(models.Model):
    """One row a deed: who did what, when, to what. Never edited, never deleted.

    It keeps that a person did a thing, never what they wrote: there is no free text in it. A
    correction is an entry that voids another.
    """

    person = models.ForeignKey(  # found by the timeline's index
        Person, models.PROTECT, null=True, related_name="deeds", db_index=False
    )
    actor = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="entries_as_staff", db_index=False
    )
    verb = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    once = models.CharField(max_length=120, null=True)
    voids = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="voided_by", db_index=False
    )
    data = models.JSONField(default=dict)

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["verb", "at", "person"], name="deeds_by_verb"),
            models.Index(fields=["person", "at"], name="a_persons_timeline"),
            models.Index(fields=["subject_kind", "subject_id"], name="deeds_about_a_thing"),
            models.Index(
                fields=["actor", "at"], name="what_staff_did", condition=Q(actor__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(once=""), name="once_is_absent_or_a_key"),
            # Only of the few rows that have one: an index full of nulls costs each deed a write,
            # and SQLite would search it for "voids is null", which is nearly every row.
            models.UniqueConstraint(
                fields=["once"], condition=Q(once__isnull=False), name="a_key_is_written_once"
            ),
            models.UniqueConstraint(
                fields=["voids"], condition=Q(voids__isnull=False), name="a_deed_is_voided_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.verb} {self.subject_kind}:{self.subject_id}"

    @property
    def label(self) -> str:
        verb = declared.get(self.verb)
        return str(verb.label) if verb else self.verb


def kind_of(subject: models.Model) -> str:
    return subject._meta.label_lower


def record(
    verb: Verb,
    *,
    person: Person | None,
    at: datetime,
    subject: models.Model | None = None,
    once: str = "",
    **data: str | int | float | bool | None,
) -> Entry:
    """Write down a deed, in the same transaction as the deed. The same `once` writes nothing twice.

    `data` holds keys and numbers for readers above, never words a person wrote.
    """
    values = {
        "person": person,
        "verb": verb.name,
        "subject_kind": kind_of(subject) if subject else "",
        "subject_id": subject.pk if subject else None,
        "at": at,
        "recorded_at": now(),
        "data": data,
    }
    if not once:
        return Entry.objects.create(**values)
    return Entry.objects.get_or_create(once=once, defaults=values)[0]


def record_many(entries: Iterable[Entry]) -> None:
    """Write many deeds at once; those whose `once` stands already are passed over."""
    Entry.objects.bulk_create(entries, batch_size=2000, ignore_conflicts=True)


def void(entry: Entry, *, actor: Person | None, at: datetime) -> Entry:
    """Take a deed back without deleting it: readers of standing deeds no longer see it."""
    return Entry.objects.get_or_create(
        voids=entry,
        defaults={
            "person": entry.person,
            "actor": actor,
            "verb": entry.verb,
            "subject_kind": entry.subject_kind,
            "subject_id": entry.subject_id,
            "at": at,
            "recorded_at": now(),
        },
    )[0]


def record_staff(
    verb: Verb,
    *,
    actor: Person | None,
    at: datetime,
    subject: models.Model | None = None,
    person: Person | None = None,
    fields: Iterable[str] = (),
    **data: Any,
) -> Entry:
    """Write a change by staff into the audit trail: who, what, which fields, never their values.

    The verb is declared as `staff.thing_done`.
    """
    if not verb.name.startswith("staff."):
        raise ValueError(f"{verb} is not a staff verb")
    return Entry.objects.create(
        person=person,
        actor=actor,
        verb=verb.name,
        subject_kind=kind_of(subject) if subject else "",
        subject_id=subject.pk if subject else None,
        at=at,
        recorded_at=now(),
        data={"fields": sorted(fields), **data} if fields else data,
    )
