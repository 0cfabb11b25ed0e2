from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.ledger.models import Entry, record, void
from headwater.people.models import Person
from headwater.safeguards.models import refuse_while_held
from headwater.safeguards.relationships import CHOICES as RELATIONSHIPS
from headwater.sharing import verbs
from headwater.sharing.models.message import Message
from headwater.sharing.networks import CHOICES as NETWORKS


class Adaptation(models.Model):
    """A message in a partner's own words: kept as they go, for one network or for all."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="adaptations")
    message = models.ForeignKey(Message, models.CASCADE, related_name="adaptations")
    network = models.CharField(max_length=20, blank=True)
    text = models.TextField(_("your words"), max_length=5000)
    relationship = models.CharField(max_length=20, choices=RELATIONSHIPS, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "message", "network"], name="one_adaptation_per_network"
            )
        ]
        indexes = [models.Index(fields=["message", "-saved_at"], name="newest_words_of_others")]

    def __str__(self) -> str:
        return self.text[:40]

    @classmethod
    @transaction.atomic
    def keep(
        cls,
        *,
        person: Person,
        message: Message,
        text: str,
        at: datetime,
        network: str = "",
        relationship: str = "",
    ) -> Adaptation:
        """Keep a draft as it stands. That a message was adapted is noted once."""
        adaptation, _is_new = cls.objects.update_or_create(
            person=person,
            message=message,
            network=network,
            defaults={"text": text, "relationship": relationship, "saved_at": at},
        )
        if text.split() != message.body.split():
            once = f"adapted:{message.pk}:{person.pk}"
            record(verbs.ADAPTED, person=person, subject=message, at=at, once=once)
        return adaptation


class ShareQuerySet(models.QuerySet["Share"]):
    def standing(self) -> Self:
        return self.filter(taken_down_at=None)


class Share(models.Model):
    """That a partner shared a message: what they told us, or what came through an open protocol."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="shares")
    message = models.ForeignKey(Message, models.PROTECT, related_name="shares")
    network = models.CharField(_("where"), max_length=20, choices=NETWORKS)
    at = models.DateTimeField(db_index=True)
    self_reported = models.BooleanField(default=True)
    address = models.URLField(_("address of the post"), max_length=500, blank=True)
    taken_down_at = models.DateTimeField(null=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "message", "network"],
                condition=Q(taken_down_at=None),
                name="a_message_is_shared_once_per_network",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.network}"

    @classmethod
    @transaction.atomic
    def say(
        cls, *, person: Person, message: Message, network: str, at: datetime, address: str = ""
    ) -> Share:
        """A partner says "I shared it". Saying it twice for one network counts once."""
        refuse_while_held()
        if message.is_recalled:
            raise Refused(_("This message was called back. Please don’t share it."))
        if message.embargo_until and at < message.embargo_until:
            raise Refused(_("It isn’t time yet. People promised each other to hear it together."))
        if not message.is_published:
            raise Refused(_("This message isn’t out yet."))
        share, is_new = cls.objects.get_or_create(
            person=person,
            message=message,
            network=network,
            taken_down_at=None,
            defaults={"at": at, "address": address},
        )
        if is_new:
            record(
                verbs.SHARED,
                person=person,
                subject=message,
                at=at,
                once=f"shared:{share.pk}",
                network=network,
            )
        return share

    @transaction.atomic
    def take_back(self, *, at: datetime) -> None:
        """They pressed it by mistake: as if it had never been said."""
        for entry in Entry.objects.filter(once=f"shared:{self.pk}"):
            void(entry, actor=None, at=at)
        self.delete()

    @transaction.atomic
    def take_down(self, *, at: datetime) -> None:
        """The post is gone from the network, as we asked."""
        self.taken_down_at = at
        self.save(update_fields=["taken_down_at"])
        record(
            verbs.UNSHARED,
            person=self.person,
            subject=self.message,
            at=at,
            once=f"taken_down:{self.pk}",
        )


class NotForMe(models.Model):
    """A partner set a message aside. Nobody asks why."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, models.CASCADE, related_name="set_aside")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "message"], name="a_message_is_set_aside_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.message}"

    @classmethod
    @transaction.atomic
    def say(cls, *, person: Person, message: Message, at: datetime) -> None:
        cls.objects.get_or_create(person=person, message=message, defaults={"at": at})
        once = f"declined:{message.pk}:{person.pk}"
        record(verbs.DECLINED, person=person, subject=message, at=at, once=once)


class Reminder(models.Model):
    """A partner would like to be reminded at a time of their own, by e-mail."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    due_at = models.DateTimeField(db_index=True)
    keeps_text = models.BooleanField(default=True)
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "message"],
                condition=Q(sent_at=None),
                name="one_reminder_waits_per_message",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.due_at}"

    @classmethod
    @transaction.atomic
    def ask(
        cls, *, person: Person, message: Message, due_at: datetime, keeps_text: bool, at: datetime
    ) -> Reminder:
        if due_at <= at:
            raise Refused(_("Choose a time that is still to come."))
        if message.expires_at and due_at >= message.expires_at:
            raise Refused(_("By then this message is over. Choose an earlier time."))
        cls.objects.filter(person=person, message=message, sent_at=None).delete()
        return cls.objects.create(
            person=person, message=message, due_at=due_at, keeps_text=keeps_text, asked_at=at
        )
