from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.mail import verbs
from headwater.mail.models.mailings import Mailing
from headwater.people.models import Person
from headwater.safeguards import contact

REASONS = {
    **contact.REASONS,
    "same_address": _("have an address that is in this sending already"),
    "taken_back": _("were not written to when you took it back"),
    "thrown_away": _("had a letter that you threw away"),
}


class State(models.TextChoices):
    WAITING = "waiting", _("waiting")
    CLAIMED = "claimed", _("going out now")
    STANDS = "stands", _("stands here")
    SENT = "sent", _("went")
    EXCLUDED = "excluded", _("left out")
    FAILED = "failed", _("refused")
    UNKNOWN = "unknown", _("unknown, you decide")
    CAME_BACK = "came_back", _("came back")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, at: datetime) -> Self:
        """What may leave now: waiting, its moment come, its mailing not stopped."""
        return self.filter(state=State.WAITING, due_at__lte=at).exclude(
            mailing__in=Mailing.objects.stopped()
        )

    def undecided(self) -> Self:
        return self.filter(state=State.UNKNOWN)

    def standing_here(self) -> Self:
        return self.filter(state=State.STANDS)


class Delivery(models.Model):
    """One recipient of one mailing, and how it stands with them.

    At any moment, after any crash, a mailing's audience is the sum of its deliveries' states. A
    claimed one belongs to one connection, whose journal tells what became of it.
    """

    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="deliveries")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="letters")
    address = models.CharField(max_length=254, blank=True)
    name = models.CharField(max_length=300, blank=True)
    merge = models.JSONField(default=dict)
    is_single = models.BooleanField(default=False)  # as its mailing's: the lane it goes by
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=300, blank=True)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    connection = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    at = models.DateTimeField()  # since when it stands like this
    sent_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "is_single", "due_at"], name="letters_that_are_due"),
            models.Index(fields=["mailing", "state"], name="how_a_mailing_stands"),
            models.Index(
                fields=["connection"], condition=Q(state="claimed"), name="claims_by_connection"
            ),
            models.Index(fields=["address", "-sent_at"], name="letters_by_address"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["mailing", "person"], name="a_mailing_writes_to_a_person_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="claimed") | ~Q(connection=""),
                name="a_claim_belongs_to_a_connection",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mailing} to {self.address}"

    @property
    def why(self) -> str:
        """The reason in words: ours where we left somebody out, else the mail server's own."""
        return str(REASONS.get(self.reason, self.reason))

    @transaction.atomic
    def send_again(self, actor: Person, at: datetime) -> None:
        """Staff chose to risk a double rather than a miss."""
        self._decide("waiting", actor, at, reason="sent again by choice")

    @transaction.atomic
    def count_as_gone(self, actor: Person, at: datetime) -> None:
        """Staff chose to risk a miss rather than a double."""
        self._decide("sent", actor, at, reason="counted as gone by choice")

    def _decide(self, state: str, actor: Person, at: datetime, *, reason: str) -> None:
        changed = Delivery.objects.filter(pk=self.pk, state=State.UNKNOWN).update(
            state=state, reason=reason, due_at=at, at=at, connection="", sent_at=self.sent_at or at
        )
        if not changed:
            raise Refused(_("Somebody has decided about this letter already."))
        record_staff(
            verbs.STAFF_DECIDED, actor=actor, subject=self.mailing, at=at, delivery=self.pk
        )
        self.refresh_from_db()
