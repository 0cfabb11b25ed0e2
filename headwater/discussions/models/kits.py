from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThan
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from headwater.discussions import verbs
from headwater.kit.errors import Refused
from headwater.kit.names import random_code
from headwater.ledger.models import Entry, record, record_staff, void
from headwater.people.models import Person


class Network(models.TextChoices):
    LINKEDIN = "linkedin", "LinkedIn"
    FACEBOOK = "facebook", "Facebook"
    X = "x", "X"
    BLUESKY = "bluesky", "Bluesky"
    MASTODON = "mastodon", "Mastodon"
    THREADS = "threads", "Threads"
    INSTAGRAM = "instagram", "Instagram"
    WHATSAPP = "whatsapp", "WhatsApp"
    ELSEWHERE = "elsewhere", _("Elsewhere")


class KitQuerySet(models.QuerySet["Kit"]):
    def announced(self, at: datetime) -> Self:
        return self.filter(published_at__lte=at, starts_at__isnull=False)

    def upcoming(self, at: datetime) -> Self:
        """Announced and not over yet, what comes next first."""
        return self.announced(at).filter(ends_at__gt=at).order_by("starts_at", "pk")

    def past(self, at: datetime) -> Self:
        return self.announced(at).filter(ends_at__lte=at).order_by("-starts_at", "-pk")

    def visible_to(self, person: Any, at: datetime) -> Self:
        return self if getattr(person, "is_staff", False) else self.announced(at)

    def with_summary(self) -> Self:
        """Those of which partners may read what came of them."""
        return self.filter(
            published_at__isnull=False, transcript__summary_published_at__isnull=False
        )

    def waiting_for_a_summary(self, at: datetime) -> Self:
        return self.past(at).filter(Q(transcript=None) | Q(transcript__summary_published_at=None))


class Kit(models.Model):
    """What it takes to hold a conversation elsewhere: a question, a place, a host, a time, a don't.

    Without a time it is a template to start from.
    """

    class Kind(models.TextChoices):
        DISCUSSION = "discussion", _("Discussion")
        LIVE_CHAT = "live_chat", _("Live chat")

    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=160)
    question = models.TextField(_("the question"), max_length=1000)
    network = models.CharField(_("network"), max_length=12, choices=Network.choices)
    group = models.CharField(_("group or page there"), max_length=200, blank=True)
    link = models.URLField(_("link to it"), max_length=500, blank=True)
    hashtag = models.CharField(_("hashtag"), max_length=60, blank=True)
    host = models.CharField(_("host"), max_length=160, blank=True)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    minutes = models.PositiveIntegerField(_("how long, in minutes"), default=60)
    need_slug = models.SlugField(max_length=80, blank=True, db_index=True)
    need_name = models.CharField(max_length=200, blank=True)
    before = models.TextField(_("beforehand"), max_length=2000, blank=True)
    do = models.TextField(_("do"), max_length=1000)
    dont = models.TextField(_("don’t"), max_length=1000)
    after = models.TextField(_("afterwards"), max_length=2000, blank=True)
    language = models.CharField(_("language"), max_length=20, default="en-gb")
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = KitQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=GreaterThan(Length(Trim("dont")), 0), name="a_kit_has_its_dont"
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None) | Q(ends_at__gt=models.F("starts_at")),
                name="a_conversation_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(starts_at__isnull=False),
                name="an_announced_conversation_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def place(self) -> str:
        """Where it is held: the network and the group there."""
        network = str(self.get_network_display())
        return f"{network}, {self.group}" if self.group else network

    def local(self, moment: datetime | None) -> datetime | None:
        """The clock where it is held. Without a zone, so that no template turns it again."""
        return moment.astimezone(self.zone).replace(tzinfo=None) if moment else None

    @property
    def local_start(self) -> datetime | None:
        return self.local(self.starts_at)

    @property
    def local_end(self) -> datetime | None:
        return self.local(self.ends_at)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def is_over(self, at: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= at

    def is_now(self, at: datetime) -> bool:
        if self.starts_at is None or self.ends_at is None:
            return False
        return self.starts_at <= at < self.ends_at

    def at_minute(self, minute: int) -> datetime | None:
        """The moment of a step, on the clock."""
        return self.starts_at + timedelta(minutes=minute) if self.starts_at else None

    @transaction.atomic
    def keep(
        self, *, actor: Person | None, at: datetime, fields: Iterable[str] = (),
        steps: Iterable[tuple[int, str]] | None = None,
    ) -> None:  # fmt: skip
        """Store what staff wrote. The end follows from the start and the length."""
        if not (self.dont or "").strip():
            raise Refused(_("Every how-to has its don’t. Write one, with its reason."))
        self.slug = self.slug or self._free_slug()
        self.created_at = self.created_at or at
        self.ends_at = self.at_minute(self.minutes)
        if self.published_at and self.starts_at is None:
            raise Refused(_("It has been announced, so it needs its time."))
        self.save()
        if steps is not None:
            self.steps.all().delete()
            Step.objects.bulk_create(
                [Step(kit=self, minute=minute, text=text) for minute, text in steps]
            )
        record_staff(verbs.STAFF_CHANGED, actor=actor, subject=self, at=at, fields=fields)

    def _free_slug(self) -> str:
        slug = slugify(self.title)[:110].strip("-") or random_code(8)
        taken = Kit.objects.filter(slug=slug).exists()
        return f"{slug}-{random_code(4)}" if taken else slug

    @transaction.atomic
    def announce(self, *, actor: Person | None, at: datetime) -> None:
        if self.starts_at is None:
            raise Refused(_("Say when it starts before you announce it."))
        self.published_at = at
        self.save(update_fields=["published_at"])
        record_staff(verbs.STAFF_PUBLISHED, actor=actor, subject=self, at=at)

    @transaction.atomic
    def withdraw(self, *, actor: Person, at: datetime) -> None:
        self.published_at = None
        self.save(update_fields=["published_at"])
        record_staff(verbs.STAFF_PUBLISHED, actor=actor, subject=self, at=at, fields=["withdrawn"])

    @transaction.atomic
    def copy(self, *, actor: Person | None, at: datetime) -> Kit:
        """The same again, without time, talk and helpers: a beginning for the next one."""
        steps = [(step.minute, step.text) for step in self.steps.all()]
        again = Kit.objects.get(pk=self.pk)
        again.pk = None
        again._state.adding = True
        again.slug, again.link = "", ""
        again.starts_at = again.ends_at = again.published_at = None
        again.created_at = at
        again.keep(actor=actor, at=at, fields=["new"], steps=steps)
        return again

    @transaction.atomic
    def credit(self, person: Person, *, helped: bool, actor: Person | None, at: datetime) -> Part:
        """That somebody took part, and whether they helped. It counts from when it was held."""
        if self.starts_at is None or self.starts_at > at:
            raise Refused(_("It hasn’t been held yet."))
        part, _is_new = Part.objects.get_or_create(kit=self, person=person, defaults={"at": at})
        if part.helped != helped:
            part.helped = helped
            part.save(update_fields=["helped"])
        part.write_down(actor=actor, at=self.starts_at)
        record_staff(
            verbs.STAFF_CREDITED, actor=actor, subject=self, at=at, person=person, helped=helped
        )
        return part

    @transaction.atomic
    def uncredit(self, person: Person, *, actor: Person, at: datetime) -> None:
        for part in self.parts.filter(person=person):
            part.strike(actor=actor, at=at)
            part.delete()
        record_staff(
            verbs.STAFF_CREDITED, actor=actor, subject=self, at=at, person=person, helped=False
        )


class Step(models.Model):
    """One thing to say or do, so many minutes after the start."""

    kit = models.ForeignKey(Kit, models.CASCADE, related_name="steps")
    minute = models.PositiveIntegerField(_("minute"))
    text = models.TextField(_("what to say or do"), max_length=1000)

    class Meta:
        ordering = ["minute", "pk"]

    def __str__(self) -> str:
        return f"{self.minute}"

    @property
    def moment(self) -> datetime | None:
        return self.kit.at_minute(self.minute)


class Part(models.Model):
    """That somebody took part in a conversation, and whether they helped others in it."""

    kit = models.ForeignKey(Kit, models.CASCADE, related_name="parts")
    person = models.ForeignKey(Person, models.CASCADE, related_name="parts_in_talk")
    helped = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kit", "person"], name="one_part_a_conversation")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kit_id}"

    def write_down(self, *, actor: Person | None, at: datetime) -> None:
        """Bring the ledger to what stands here; a credit taken back is voided, not deleted."""
        wanted = {verbs.TOOK_PART, verbs.HELPED} if self.helped else {verbs.TOOK_PART}
        standing = {entry.verb: entry for entry in self._entries()}
        for verb in wanted:
            if verb.name not in standing and self.person.is_partner:
                record(verb, person=self.person, subject=self.kit, at=at)
        if not self.helped and verbs.HELPED.name in standing:
            void(standing[verbs.HELPED.name], actor=actor, at=at)

    def strike(self, *, actor: Person, at: datetime) -> None:
        for entry in self._entries():
            void(entry, actor=actor, at=at)

    def _entries(self) -> Any:
        return (
            Entry.objects.standing()
            .did(verbs.TOOK_PART, verbs.HELPED)
            .about(self.kit)
            .filter(person=self.person)
        )
