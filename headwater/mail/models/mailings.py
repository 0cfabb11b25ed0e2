from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.kit.names import random_code
from headwater.ledger.models import record_staff
from headwater.mail import verbs
from headwater.partners.models import Purpose
from headwater.people.models import Person

if TYPE_CHECKING:
    from headwater.mail.models.deliveries import DeliveryQuerySet

TIME_TO_TAKE_BACK = timedelta(minutes=10)
MANY = 25


def public_id() -> str:
    return random_code(12)


class MailingQuerySet(models.QuerySet["Mailing"]):
    def to_many(self) -> Self:
        return self.filter(is_single=False)

    def stopped(self) -> Self:
        """Paused or taken back: nothing of it may leave now."""
        pauses = Pause.objects.filter(mailing=OuterRef("pk"), ended_at=None)
        returns = TakingBack.objects.filter(mailing=OuterRef("pk"))
        return self.filter(Exists(pauses) | Exists(returns))

    def about(self, about: str) -> Self:
        return self.filter(about=about)


class Mailing(models.Model):
    """One sending: the words, once, and (as deliveries) everybody they are for.

    The words hold `[[placeholders]]` that each delivery fills. A letter to one person is a mailing
    of one (`is_single`).
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    title = models.CharField(_("title"), max_length=300)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    about = models.CharField(max_length=120, blank=True, db_index=True)
    url = models.CharField(max_length=300, blank=True)  # where staff see what it is about
    is_single = models.BooleanField(default=False)
    is_secret = models.BooleanField(default=False)  # holds a code only its reader may see
    subject = models.CharField(_("subject"), max_length=300)
    preview = models.CharField(_("first line in the inbox"), max_length=300, blank=True)
    text = models.TextField(blank=True)
    body = models.TextField(blank=True)  # MJML sections; the base letter is put around them
    from_name = models.CharField(max_length=200, blank=True)
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    send_at = models.DateTimeField()

    objects = MailingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["is_single", "-send_at"], name="newest_mailings_first")]

    def __str__(self) -> str:
        return self.title

    if TYPE_CHECKING:
        deliveries: DeliveryQuerySet

    @property
    def standing_pause(self) -> Pause | None:
        return next((pause for pause in self.pauses.all() if pause.ended_at is None), None)

    @property
    def is_taken_back(self) -> bool:
        return TakingBack.objects.filter(mailing=self).exists()

    def counts(self) -> dict[str, int]:
        """How many deliveries stand in each state; together they are the audience."""
        rows = self.deliveries.order_by().values_list("state").annotate(times=Count("pk"))
        return dict(rows)

    def may_be_taken_back(self, at: datetime) -> bool:
        return not self.is_taken_back and self.deliveries.filter(state="waiting").exists()

    @transaction.atomic
    def pause(self, actor: Person | None, at: datetime, *, reason: str = "") -> None:
        """Stop between two letters. Pausing a paused sending changes nothing."""
        if self.is_taken_back:
            raise Refused(_("This sending was taken back."))
        _pause, is_new = Pause.objects.get_or_create(
            mailing=self, ended_at=None, defaults={"paused_by": actor, "at": at, "reason": reason}
        )
        if is_new:
            record_staff(verbs.STAFF_PAUSED, actor=actor, subject=self, at=at)

    @transaction.atomic
    def resume(self, actor: Person, at: datetime) -> None:
        if self.is_taken_back:
            raise Refused(_("This sending was taken back."))
        if self.pauses.filter(ended_at=None).update(ended_at=at, ended_by=actor):
            record_staff(verbs.STAFF_RESUMED, actor=actor, subject=self, at=at)

    @transaction.atomic
    def take_back(self, actor: Person, at: datetime) -> int:
        """Stop for good: whoever has not been written to yet will not be. Says how many."""
        TakingBack.objects.get_or_create(mailing=self, defaults={"actor": actor, "at": at})
        left = self.deliveries.filter(state__in=["waiting", "stands"])
        count = left.update(state="excluded", reason="taken_back", at=at)
        record_staff(verbs.STAFF_TAKEN_BACK, actor=actor, subject=self, at=at)
        return count


class Pause(models.Model):
    """That a sending stood still, from when to when, and whose doing it was."""

    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="pauses")
    reason = models.CharField(max_length=200, blank=True)
    paused_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mailing"], condition=Q(ended_at=None), name="one_standing_pause_a_mailing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mailing} paused"


class TakingBack(models.Model):
    mailing = models.OneToOneField(Mailing, models.CASCADE, related_name="taking_back")
    actor = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.mailing} taken back"


class Attachment(models.Model):
    """A small file that goes with every letter of a mailing: a calendar entry, a certificate."""

    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=120)
    content = models.BinaryField()
    kind = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.name
