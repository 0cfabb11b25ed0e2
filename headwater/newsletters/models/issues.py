from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Max, Q, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.kit.names import random_code
from headwater.ledger.models import record_staff
from headwater.mail.models import Mailing
from headwater.newsletters import verbs
from headwater.newsletters.models.lists import Newsletter
from headwater.partners.models import Segment
from headwater.people.models import Person

Block = dict[str, Any]


class IssueQuerySet(models.QuerySet["Issue"]):
    def drafts(self) -> Self:
        return self.filter(sending=None)

    def in_archive(self, at: datetime) -> Self:
        """What the public may read: sent to readers, its time come, not taken back."""
        return self.filter(
            is_public=True, sending__send_at__lte=at, sending__mailing__taking_back=None
        ).exclude(sending__mailing=None)


class Issue(models.Model):
    """One issue of a newsletter, composed of blocks; or a success blast, which is a short one."""

    class Kind(models.TextChoices):
        ISSUE = "issue", _("Issue")
        BLAST = "blast", _("Success blast")

    newsletter = models.ForeignKey(Newsletter, models.PROTECT, related_name="issues")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.ISSUE)
    number = models.PositiveIntegerField()
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(_("subject"), max_length=200)
    preheader = models.CharField(_("first line in the inbox"), max_length=200, blank=True)
    from_name = models.CharField(_("from"), max_length=120, blank=True)
    blocks = models.JSONField(default=list)
    segment = models.ForeignKey(Segment, models.SET_NULL, null=True, blank=True)
    is_public = models.BooleanField(_("stands in the web archive"), default=True)
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = IssueQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["newsletter", "number"], name="an_issues_number_is_its_own"
            )
        ]

    def __str__(self) -> str:
        return f"{self.newsletter}, no. {self.number}"

    @classmethod
    @transaction.atomic
    def begin(
        cls, newsletter: Newsletter, *, actor: Person | None, at: datetime, title: str = "",
        kind: str = Kind.ISSUE, **fields: Any,
    ) -> Issue:  # fmt: skip
        number = (newsletter.issues.aggregate(last=Max("number"))["last"] or 0) + 1
        words = slugify(title)[:60] or kind
        return cls.objects.create(
            newsletter=newsletter, number=number, kind=kind, title=title[:200],
            slug=f"{number}-{words}-{random_code(4)}", created_by=actor, created_at=at,
            changed_at=at, **fields,
        )  # fmt: skip

    @property
    def is_sent(self) -> bool:
        return hasattr(self, "sending")

    @property
    def about(self) -> str:
        return f"newsletters.issue:{self.pk}"

    def audience(self, at: datetime) -> QuerySet[Person]:
        return self.segment.people(at) if self.segment else self.newsletter.readers()

    @transaction.atomic
    def change(self, *, actor: Person, at: datetime, **fields: Any) -> None:
        self._refuse_when_sent()
        for name, value in fields.items():
            setattr(self, name, value)
        self.changed_at = at
        self.save(update_fields=[*fields, "changed_at"])
        record_staff(verbs.STAFF_ISSUE_CHANGED, actor=actor, subject=self, at=at, fields=fields)

    def block(self, ident: str) -> Block:
        for block in self.blocks:
            if block["id"] == ident:
                return dict(block)
        raise Refused(_("This part is not there any more."))

    def put_block(self, block: Block, *, actor: Person, at: datetime) -> Block:
        """Add a part at the end, or put a changed one in its old place."""
        block = {"id": random_code(6), **block}
        known = [b["id"] for b in self.blocks]
        if block["id"] in known:
            blocks = [block if b["id"] == block["id"] else b for b in self.blocks]
        else:
            blocks = [*self.blocks, block]
        self.change(actor=actor, at=at, blocks=blocks)
        return block

    def move_block(self, ident: str, by: int, *, actor: Person, at: datetime) -> None:
        blocks = list(self.blocks)
        place = blocks.index(next(b for b in blocks if b["id"] == self.block(ident)["id"]))
        other = min(max(place + by, 0), len(blocks) - 1)
        blocks.insert(other, blocks.pop(place))
        self.change(actor=actor, at=at, blocks=blocks)

    def drop_block(self, ident: str, *, actor: Person, at: datetime) -> None:
        self.change(actor=actor, at=at, blocks=[b for b in self.blocks if b["id"] != ident])

    @transaction.atomic
    def throw_away(self, *, actor: Person, at: datetime) -> None:
        self._refuse_when_sent()
        record_staff(verbs.STAFF_ISSUE_REMOVED, actor=actor, at=at, number=self.number)
        self.delete()

    def _refuse_when_sent(self) -> None:
        if self.pk and Sending.objects.filter(issue=self).exists():
            raise Refused(_("This issue is on its way, so it can’t be changed any more."))


class Sending(models.Model):
    """That an issue was sent on its way, by whom and for when.

    The post office takes it over as a mailing: at once where the audience is small, else in the
    background.
    """

    issue = models.OneToOneField(Issue, models.PROTECT, related_name="sending")
    mailing = models.OneToOneField(Mailing, models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    send_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(mailing=None), name="sendings_to_prepare")
        ]

    def __str__(self) -> str:
        return str(self.issue)


class Picture(models.Model):
    """A picture in an issue: encoded anew by us, served to anybody who has the letter."""

    public_id = models.CharField(max_length=16, unique=True)
    content = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    kept_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.public_id
