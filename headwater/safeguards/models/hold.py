from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.people.models import Person
from headwater.safeguards import verbs


class HoldQuerySet(models.QuerySet["Hold"]):
    def standing(self) -> Self:
        return self.filter(released_at=None)


class Hold(models.Model):
    """A crisis hold: while one stands, nothing is sent and nothing is shared."""

    reason = models.CharField(_("why"), max_length=300)
    held_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    held_at = models.DateTimeField()
    released_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(released_at=None), name="one_hold_stands_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return self.reason

    @classmethod
    def is_standing(cls) -> bool:
        return cls.objects.standing().exists()

    @classmethod
    @transaction.atomic
    def begin(cls, *, reason: str, actor: Person, at: datetime) -> Hold:
        """Stop every sending and share with one press. A second press changes nothing."""
        standing = cls.objects.standing().first()
        if standing:
            return standing
        hold = cls.objects.create(reason=reason, held_by=actor, held_at=at)
        record_staff(verbs.STAFF_HELD, actor=actor, subject=hold, at=at)
        return hold

    @transaction.atomic
    def release(self, *, actor: Person, at: datetime) -> None:
        self.released_by, self.released_at = actor, at
        self.save(update_fields=["released_by", "released_at"])
        record_staff(verbs.STAFF_RELEASED, actor=actor, subject=self, at=at)


def refuse_while_held() -> None:
    if Hold.is_standing():
        raise Refused(_("Everything is on hold. Somebody has to let it go on first, in Protect."))
