from __future__ import annotations

import secrets
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.evaluation import verbs
from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.people.models import House, Person

LONGEST = timedelta(days=366)


class BoardLinkQuerySet(models.QuerySet["BoardLink"]):
    def open(self, at: datetime) -> Self:
        return self.filter(ended_at=None, closes_at__gt=at)

    def with_token(self, token: str) -> Self:
        return self.filter(token_hash=BoardLink.hash_of(token))


class BoardLink(models.Model):
    """An address at which the board reads the report without signing in, until it closes.

    Only the hash of its token is kept, so it is shown once. It opens the report and nothing else.
    """

    name = models.CharField(gettext_lazy("who it is for"), max_length=100)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = BoardLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("made_at")), name="a_board_link_closes_after_it_is_made"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def hash_of(token: str) -> str:
        return sha256(token.encode()).hexdigest()

    @classmethod
    @transaction.atomic
    def make(
        cls, name: str, *, last_day: date, actor: Person, at: datetime
    ) -> tuple[BoardLink, str]:
        """A new link, good to the end of its last day, and its token, which nobody can read again.

        Refused for a day that is over, and for more than a year: a link that everybody forgot is
        a door that nobody shuts.
        """
        zone = House.current().zone
        today = at.astimezone(zone).date()
        if last_day < today:
            raise Refused(_("That day is over. Choose today or a later one."))
        if last_day > today + LONGEST:
            raise Refused(_("A link may stay open for a year at most. Choose an earlier day."))
        token = secrets.token_urlsafe(32)
        link = cls.objects.create(
            name=name.strip(),
            token_hash=cls.hash_of(token),
            made_by=actor,
            made_at=at,
            closes_at=datetime.combine(last_day + timedelta(days=1), time(), tzinfo=zone),
        )
        record_staff(verbs.STAFF_BOARD_LINK_MADE, actor=actor, subject=link, at=at)
        return link, token

    @transaction.atomic
    def end(self, *, actor: Person, at: datetime) -> None:
        """Shut it at once, for everybody who has it. Ended twice, the first time stands."""
        if self.ended_at:
            return
        self.ended_at = at
        self.save(update_fields=["ended_at"])
        record_staff(verbs.STAFF_BOARD_LINK_ENDED, actor=actor, subject=self, at=at)

    @property
    def last_day(self) -> date:
        return (self.closes_at.astimezone(House.current().zone) - timedelta(days=1)).date()
