from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.kit.names import random_code
from headwater.ledger.models import record_staff
from headwater.partners.models import Belonging, Segment, matching
from headwater.people.models import Person
from headwater.safeguards.models import ApprovedDomain, host_of, refuse_while_held
from headwater.safeguards.relationships import CHOICES as RELATIONSHIPS
from headwater.sharing import verbs

SLOT = re.compile(r"\[([^\[\]\n]{1,60})\]")
LINK_SLOT = "your link"


class MessageQuerySet(models.QuerySet["Message"]):
    def published(self) -> Self:
        return self.filter(publication__isnull=False)

    def open(self, at: datetime) -> Self:
        """Messages that may be shared now: published, begun, not over and not called back."""
        return self.published().filter(
            Q(starts_at=None) | Q(starts_at__lte=at),
            Q(expires_at=None) | Q(expires_at__gt=at),
            recall=None,
        )

    def visible_to(self, person: Person, at: datetime) -> Self:
        """Open messages whose audience holds this person."""
        return self.filter(pk__in=[one.pk for one in self.meant_for(person, at)])

    def meant_for(self, person: Person, at: datetime) -> list[Message]:
        """The same, read: in three queries at most, however many messages there are."""
        messages = list(self.open(at).select_related("publication", "recall", "segment", "draw"))
        segments = {one.segment.pk: one.segment for one in messages if one.segment}
        mine = _segments_of(person, segments, at)
        kinds: set[str] = set()
        if any(one.kinds for one in messages):
            rows = Belonging.objects.filter(person=person)
            kinds = set(rows.values_list("kind__slug", flat=True))
        return [
            one
            for one in messages
            if (not one.kinds or kinds & set(one.kinds))
            and (one.segment is None or one.segment.pk in mine)
        ]

    def not_set_aside_by(self, person: Person) -> Self:
        return self.exclude(set_aside__person=person)

    def soonest_first(self) -> Self:
        return self.order_by(F("expires_at").asc(nulls_last=True), "-pk")


class Message(models.Model):
    """Something we would like partners to say in their own words, or by their own hand."""

    class Kind(models.TextChoices):
        MESSAGE = "message", _("Words to make their own")
        REPOST = "repost", _("A post of ours to repost")
        BY_HAND = "by_hand", _("A poster, or word of mouth")

    public_id = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    kind = models.CharField(
        _("what it is"), max_length=10, choices=Kind.choices, default=Kind.MESSAGE
    )
    title = models.CharField(_("title"), max_length=160)
    occasion = models.CharField(_("occasion"), max_length=160, blank=True)
    body = models.TextField(_("the message"), max_length=5000)
    benefit = models.CharField(_("what partners get from it"), max_length=300, blank=True)
    picture = models.ImageField(_("picture"), upload_to="sharing/", blank=True)
    picture_description = models.CharField(_("the picture in words"), max_length=500, blank=True)
    target = models.URLField(_("where the link leads"), max_length=1000, blank=True)
    post_url = models.URLField(_("our post"), max_length=1000, blank=True)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    expires_at = models.DateTimeField(_("until"), null=True, blank=True)
    embargo_until = models.DateTimeField(_("not to be shared before"), null=True, blank=True)
    relationship = models.CharField(
        _("what stands between whoever shares it and us"),
        max_length=20,
        choices=RELATIONSHIPS,
        blank=True,
    )
    must_stay = models.JSONField(_("words that have to stay"), default=list, blank=True)
    kinds = models.JSONField(_("kinds of partner"), default=list, blank=True)
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, blank=True, related_name="+")
    written_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    own_code: str | None  # these five are there after drafting.with_work_of()
    kept_text: str | None
    kept_relationship: str | None
    reminded_at: datetime | None
    is_held: bool

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(picture="") | ~Q(picture_description=""),
                name="a_picture_is_described_in_words",
            ),
            models.CheckConstraint(
                condition=Q(target="") | Q(target__startswith="https://"),
                name="a_link_leads_to_https",
            ),
            models.CheckConstraint(
                condition=~Q(kind="repost") | ~Q(post_url=""), name="a_repost_names_the_post"
            ),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(starts_at=None) | Q(expires_at__gt=F("starts_at")),
                name="a_message_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def about(self) -> str:
        """How rooms below name it."""
        return f"sharing.message:{self.pk}"

    @property
    def slots(self) -> list[str]:
        """What partners fill in: the words in square brackets, once each."""
        return list(dict.fromkeys(SLOT.findall(self.body)))

    @property
    def is_published(self) -> bool:
        return hasattr(self, "publication")

    @property
    def is_recalled(self) -> bool:
        return hasattr(self, "recall")

    @property
    def has_draw(self) -> bool:
        """Whether lots decide which of several ways a partner is offered first."""
        return hasattr(self, "draw")

    @property
    def texts(self) -> list[str]:
        ways = [way.body for way in self.draw.ways.all()] if self.has_draw else []
        return [self.body, *[variant.body for variant in self.variants.all()], *ways]

    def state(self, at: datetime) -> str:
        if self.is_recalled:
            return "recalled"
        if not self.is_published:
            return "draft"
        if self.starts_at and self.starts_at > at:
            return "waiting"
        return "over" if self.expires_at and self.expires_at <= at else "open"

    def is_open(self, at: datetime) -> bool:
        return self.state(at) == "open"

    def audience(self, at: datetime) -> QuerySet[Person]:
        """The partners it is meant for: those of its kinds who stand in its segment."""
        people = matching({"kinds": self.kinds}, at)
        return (
            people.filter(pk__in=self.segment.people(at).values("pk")) if self.segment else people
        )

    def draft_for(self, person: Person, link: str, words: str = "") -> str:
        """Our words with what we know filled in; the other slots are the partner's.

        `words` are those of the way this partner is offered, where there are several.
        """
        known = {LINK_SLOT: link, "your name": person.name, "your town": person.place}
        text = SLOT.sub(lambda slot: known.get(slot[1].lower(), "") or slot[0], words or self.body)
        return text if not self.target or link in text else f"{text.rstrip()} {link}"

    @classmethod
    @transaction.atomic
    def write(cls, *, actor: Person, at: datetime, **fields: Any) -> Message:
        message = cls(written_by=actor, written_at=at, changed_at=at, **fields)
        message._refuse_what_cannot_be()
        message.save()
        record_staff(verbs.STAFF_WRITTEN, actor=actor, subject=message, at=at, fields=fields)
        return message

    @transaction.atomic
    def change(self, *, actor: Person, at: datetime, **fields: Any) -> None:
        """Change it; earlier words are kept. Links of shared copies follow a changed target."""
        changed = [name for name, value in fields.items() if getattr(self, name) != value]
        if not changed:
            return
        if self.is_recalled:
            raise Refused(_("This message was called back. Write a new one."))
        if "body" in changed and self.has_draw:
            raise Refused(_("Lots decide between these words. Take its ways back first."))
        if "body" in changed:
            self.revisions.create(body=self.body, changed_by=actor, at=at)
        for name in changed:
            setattr(self, name, fields[name])
        self._refuse_what_cannot_be()
        self.changed_at = at
        self.save()
        record_staff(verbs.STAFF_CHANGED, actor=actor, subject=self, at=at, fields=changed)

    @transaction.atomic
    def publish(self, *, actor: Person, at: datetime) -> Publication:
        """Let partners see it. A second press changes nothing."""
        refuse_while_held()
        if self.is_recalled:
            raise Refused(_("This message was called back. Write a new one."))
        if self.expires_at and self.expires_at <= at:
            raise Refused(_("Its last day has passed. Give it a later one first."))
        self._refuse_what_cannot_be()
        publication, is_new = Publication.objects.get_or_create(
            message=self, defaults={"published_by": actor, "at": at}
        )
        if is_new:
            record_staff(verbs.STAFF_PUBLISHED, actor=actor, subject=self, at=at)
        return publication

    def _refuse_what_cannot_be(self) -> None:
        if self.picture and not self.picture_description.strip():
            raise Refused(_("Describe the picture in words, for those who can’t see it."))
        if self.kind == self.Kind.REPOST and not self.post_url:
            raise Refused(_("Give the address of the post to repost."))
        if self.expires_at and self.starts_at and self.expires_at <= self.starts_at:
            raise Refused(_("It has to end after it begins."))
        if self.target:
            refuse_other_domains(self.target)


class Publication(models.Model):
    message = models.OneToOneField(Message, models.CASCADE, related_name="publication")
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.message} {self.at:%Y-%m-%d}"


class Revision(models.Model):
    """Words a message had before, and who changed them."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="revisions")
    body = models.TextField()
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.body[:40]


class Variant(models.Model):
    """Another way to say it: shorter, for another network, or in another language."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="variants")
    label = models.CharField(_("for"), max_length=60)
    body = models.TextField(_("words"), max_length=5000)
    language = models.CharField(_("language"), max_length=20, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label


def refuse_other_domains(address: str) -> None:
    if not address.startswith("https://"):
        raise Refused(_("Links lead only to pages whose address begins with https://."))
    if not ApprovedDomain.allows(address):
        domain = host_of(address)
        raise Refused(
            _("%(domain)s isn’t approved yet, and links lead only where somebody looked first.")
            % {"domain": domain},
            mend=("studio:safeguards:rest", _("Approve it in Protect")),
        )


def _segments_of(person: Person, segments: dict[int, Segment], at: datetime) -> set[int]:
    if not segments:
        return set()
    names = {f"in_{key}": key for key in segments}
    holds = {
        name: Exists(segments[key].people(at).filter(pk=OuterRef("pk")))
        for name, key in names.items()
    }
    row = Person.objects.filter(pk=person.pk).annotate(**holds).values(*names).first()
    return {names[name] for name, is_in in (row or {}).items() if is_in}
