from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.db.models import Count, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.kit.names import random_code
from headwater.ledger.models import record, record_staff
from headwater.library import verbs
from headwater.library.models.resources import Resource
from headwater.people.models import House, Person


def code_key(typed: str) -> str:
    """The form in which two ways of typing one code are the same: FIRST-40, “first 40”."""
    plain = unicodedata.normalize("NFKC", typed).casefold()
    return "".join(letter for letter in plain if letter.isalnum())[:40]


class ResourceCodeQuerySet(models.QuerySet["ResourceCode"]):
    def with_use_counts(self) -> Self:
        return self.annotate(use_count=Count("uses", distinct=True))


class ResourceCode(models.Model):
    """A word from a slide or a letter that opens bonus material, and may stand for having come."""

    code = models.CharField(_("code"), max_length=40)
    key = models.CharField(max_length=40, unique=True, editable=False)
    resources = models.ManyToManyField(Resource, related_name="codes", verbose_name=_("opens"))
    hint = models.CharField(_("where people find it"), max_length=200, blank=True)
    expires_at = models.DateTimeField(_("works until"), null=True, blank=True)
    uses_allowed = models.PositiveIntegerField(
        _("how many people may use it"), null=True, blank=True
    )
    event_id = models.BigIntegerField(_("number of the event"), null=True, blank=True)
    event_title = models.CharField(max_length=200, blank=True)
    event_url = models.CharField(max_length=300, blank=True)
    counts_as_attendance = models.BooleanField(_("using it counts as having come"), default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = ResourceCodeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(key=""), name="a_code_has_letters_or_figures"),
            models.CheckConstraint(
                condition=Q(counts_as_attendance=False) | Q(event_id__isnull=False),
                name="a_code_that_counts_names_its_event",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @transaction.atomic
    def keep(
        self, *, actor: Person | None, at: datetime, resources: Iterable[Resource] | None = None,
        fields: Iterable[str] = (),
    ) -> None:  # fmt: skip
        self.code = self.code.strip() or random_code(6).upper()
        self.key = code_key(self.code)
        if len(self.key) < 4:
            raise Refused(_("A code needs four letters or figures, or it is guessed too soon."))
        if ResourceCode.objects.filter(key=self.key).exclude(pk=self.pk).exists():
            raise Refused(_("There is a code like this already."))
        if self.counts_as_attendance and self.event_id is None:
            raise Refused(_("Say which event it counts for."))
        self.created_at = self.created_at or at
        self.save()
        if resources is not None:
            self.resources.set(resources)
        record_staff(verbs.STAFF_CODE_CHANGED, actor=actor, subject=self, at=at, fields=fields)

    @transaction.atomic
    def end(self, *, actor: Person, at: datetime) -> None:
        self.ended_at = at
        self.save(update_fields=["ended_at"])
        record_staff(verbs.STAFF_CODE_CHANGED, actor=actor, subject=self, at=at, fields=["ended"])

    @classmethod
    @transaction.atomic
    def open(
        cls, typed: str, *, person: Person | None, at: datetime, opened: Iterable[int] = ()
    ) -> ResourceCode:
        """Open what a code opens: once a person, until it ends, as often as it may be used.

        A wrong code gets no hint. Who has opened a code keeps what it opened; `opened` names the
        codes that somebody without an account has opened on this visit.
        """
        code = cls.objects.select_for_update().filter(key=code_key(typed)).first()
        if code is None:
            raise Refused(_("We don’t know this code. Look at it once more where you found it."))
        if code._stands_open_for(person, opened):
            return code
        code.check_that_it_works(at)
        CodeUse.objects.create(code=code, person=person, at=at)
        if person is not None and person.is_partner:
            code._write_down(person, at)
        return code

    def _stands_open_for(self, person: Person | None, opened: Iterable[int]) -> bool:
        if person is None:
            return self.pk in opened
        return self.uses.filter(person=person).exists()

    def check_that_it_works(self, at: datetime) -> None:
        until = min((moment for moment in (self.expires_at, self.ended_at) if moment), default=None)
        if until is not None and until <= at:
            day = date_format(until.astimezone(House.current().zone), "j F")
            raise Refused(_("This code worked until %(day)s.") % {"day": day})
        if self.uses_allowed is not None and self.uses.count() >= self.uses_allowed:
            raise Refused(_("This code has been used as often as it may be."))

    def _write_down(self, person: Person, at: datetime) -> None:
        event = {"event": self.event_id} if self.counts_as_attendance else {}
        record(
            verbs.CODE_OPENED, person=person, subject=self, at=at,
            once=f"{verbs.CODE_OPENED}:{self.pk}:{person.pk}", **event,
        )  # fmt: skip


class CodeUse(models.Model):
    code = models.ForeignKey(ResourceCode, models.CASCADE, related_name="uses")
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="codes_opened"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "person"], name="a_code_opens_once_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.code_id}"
