from __future__ import annotations

import hmac
from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.kit.names import email_key
from headwater.ledger.models import record
from headwater.partners import verbs
from headwater.people.models import Person


class Purpose(models.TextChoices):
    """Why we write to somebody. Each has its own lawful basis."""

    SERVICE = "service", _("What they asked for themselves")
    NEWSLETTER = "newsletter", _("The newsletter")
    SURVEYS = "surveys", _("Asking what would help")
    EVENTS = "events", _("Invitations and news of events")
    MESSAGES = "messages", _("Messages to share")
    THANKS = "thanks", _("Thanks")


class Basis(models.Model):
    """Why we may write to this person for this purpose: with wording, source and time."""

    class Ground(models.TextChoices):
        CONSENT = "consent", _("Consent")
        CONTRACT = "contract", _("Contract")
        INTEREST = "interest", _("Legitimate interest")

    person = models.ForeignKey(Person, models.CASCADE, related_name="bases")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    ground = models.CharField(max_length=10, choices=Ground.choices)
    wording = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(ended_at=None),
                name="one_standing_basis_per_purpose",
            ),
            models.CheckConstraint(
                condition=~Q(ground="interest") | ~Q(wording=""),
                name="a_legitimate_interest_gives_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}: {self.ground}"

    @classmethod
    @transaction.atomic
    def give(
        cls, person: Person, purpose: str, *, ground: str, wording: str, source: str, at: datetime
    ) -> Basis:
        """Set the standing basis for a purpose; the one before is ended and kept."""
        cls.objects.filter(person=person, purpose=purpose, ended_at=None).update(ended_at=at)
        basis = cls.objects.create(
            person=person,
            purpose=purpose,
            ground=ground,
            wording=wording,
            source=source,
            given_at=at,
        )
        if ground == cls.Ground.CONSENT:
            record(verbs.CONSENTED, person=person, subject=basis, at=at, purpose=purpose)
        return basis

    @classmethod
    @transaction.atomic
    def end(cls, person: Person, purpose: str, *, at: datetime) -> None:
        """The person asked us to stop, or took consent back. Safe to do twice."""
        if cls.objects.filter(person=person, purpose=purpose, ended_at=None).update(ended_at=at):
            record(verbs.OBJECTED, person=person, at=at, purpose=purpose)


def address_hash(address: str) -> str:
    """A keyed hash of an address: what stays in the suppression list when a person is erased."""
    key = settings.SECRET_KEY.encode()
    return hmac.digest(key, email_key(address).encode(), "sha256").hex()


class Suppression(models.Model):
    """An address we must not write to again, kept only as a keyed hash."""

    class Reason(models.TextChoices):
        UNSUBSCRIBED = "unsubscribed", _("They unsubscribed")
        BOUNCED = "bounced", _("The address doesn’t exist")
        COMPLAINED = "complained", _("They marked our mail as unwanted")
        ERASED = "erased", _("They had their data erased")
        CLEANED = "cleaned", _("Another product had given the address up")

    address_hash = models.CharField(max_length=64)
    person = models.ForeignKey(  # whose address it is now, so that audiences are one join
        Person, models.SET_NULL, null=True, related_name="suppressions"
    )
    purpose = models.CharField(max_length=20, blank=True)  # blank: for every purpose
    reason = models.CharField(max_length=20, choices=Reason.choices)
    source = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["address_hash", "purpose"], name="an_address_is_suppressed_once_per_purpose"
            )
        ]

    def __str__(self) -> str:
        return self.reason

    @classmethod
    def add(
        cls, address: str, *, reason: str, at: datetime, purpose: str = "", source: str = ""
    ) -> Suppression:
        return cls.objects.get_or_create(
            address_hash=address_hash(address),
            purpose=purpose,
            defaults={
                "reason": reason,
                "source": source,
                "at": at,
                "person": Person.objects.with_email(address).first(),
            },
        )[0]

    @classmethod
    def holds(cls, address: str, purpose: str) -> bool:
        return cls.objects.filter(
            address_hash=address_hash(address), purpose__in=["", purpose]
        ).exists()

    @classmethod
    def lift(cls, person: Person, purpose: str) -> None:
        """They want our letters again. Only their own stop goes; a dead address stays dead."""
        cls.objects.filter(
            person=person, purpose__in=["", purpose], reason=cls.Reason.UNSUBSCRIBED
        ).delete()
