from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.kit.markdown import as_text
from headwater.kit.names import random_code
from headwater.ledger.models import record
from headwater.library import verbs
from headwater.library.models.pieces import Piece, PieceQuerySet, has_words
from headwater.people.models import House, Person


class ResourceQuerySet(PieceQuerySet["Resource"]):
    def open_to_all(self) -> Self:
        return self.filter(is_bonus=False)

    def bonus(self) -> Self:
        return self.filter(is_bonus=True)

    def opened_by(self, person: Person | None, codes: Iterable[int] = ()) -> Self:
        """Bonus material this person, or this visit, has opened with a code."""
        opened = Q(codes__in=list(codes))
        if person is not None:
            opened |= Q(codes__uses__person=person)
        return self.filter(opened).distinct()

    def within_reach(self, person: Any, at: datetime, codes: Iterable[int] = ()) -> Self:
        """What may be taken: the toolkit for all, bonus material with its code, staff anything."""
        if getattr(person, "is_staff", False):
            return self
        known = person if getattr(person, "is_authenticated", False) else None
        opened = Resource.objects.opened_by(known, codes).values("pk")
        return self.published(at).filter(Q(is_bonus=False) | Q(pk__in=opened))

    def with_download_counts(self) -> Self:
        return self.annotate(download_count=Count("downloads", distinct=True))


def file_path(resource: Resource, name: str) -> str:
    """Where an uploaded file is kept: under a name nobody can guess, and no web server serves."""
    return f"library/{random_code(24)}"


class Resource(Piece):
    """Something to take away and use: a file that staff uploaded, or a text kept here."""

    class Kind(models.TextChoices):
        TEMPLATE = "template", _("Template")
        CHECKLIST = "checklist", _("Checklist")
        WORKSHEET = "worksheet", _("Worksheet")
        GUIDE = "guide", _("Guide")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    summary = models.CharField(_("in one or two sentences"), max_length=300)
    dont = models.TextField(_("don’t"), max_length=1000, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes to fill in"), null=True, blank=True)
    is_bonus = models.BooleanField(_("only with a code"), default=False)
    file = models.FileField(_("file"), upload_to=file_path, blank=True)
    file_name = models.CharField(_("name of the file"), max_length=160, blank=True)
    file_size = models.PositiveBigIntegerField(default=0, editable=False)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="guide") | Q(has_words("dont")), name="a_guide_has_its_dont"
            ),
            models.CheckConstraint(
                condition=~Q(file="") | Q(has_words("body")),
                name="a_resource_holds_a_file_or_a_text",
            ),
        ]

    @property
    def preview(self) -> str:
        return self.summary

    def searched(self) -> Iterable[str]:
        texts = [self.summary, as_text(self.body), self.dont, self.need_name]
        return [self.title, *texts]

    def fill_keys(self) -> None:
        super().fill_keys()
        if self.kind == self.Kind.GUIDE and not self.dont.strip():
            raise Refused(_("Every how-to has its don’t. Write one, with its reason."))
        if not self.file and not self.body.strip():
            raise Refused(_("Give it a file, or write its text here."))
        if not self.file:
            self.file_name = self.file_name or f"{self.slug}.md"
            self.file_size = len(self.body.encode())

    @transaction.atomic
    def note_download(self, person: Person | None, at: datetime) -> None:
        """One row a download; a partner's deed counts once a day."""
        Download.objects.create(resource=self, person=person, at=at)
        if person is not None and person.is_partner:
            day = at.astimezone(House.current().zone).date()
            once = f"{verbs.RESOURCE_DOWNLOADED}:{self.pk}:{person.pk}:{day}"
            record(verbs.RESOURCE_DOWNLOADED, person=person, subject=self, at=at, once=once)


class Download(models.Model):
    resource = models.ForeignKey(Resource, models.CASCADE, related_name="downloads")
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="downloads"
    )
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["resource", "at"], name="downloads_of_a_resource")]

    def __str__(self) -> str:
        return f"{self.resource_id}"
