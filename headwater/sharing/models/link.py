from __future__ import annotations

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.kit.names import random_code
from headwater.people.models import Person
from headwater.safeguards.models import ApprovedDomain, DomainRequest, host_of
from headwater.sharing.models.message import Message


class Link(models.Model):
    """A short address of one person for one message. Visits through it are counted, nothing else.

    `target` is its own only where the partner points it to a page of theirs; otherwise the link
    follows the message's.
    """

    code = models.CharField(max_length=20, unique=True, default=random_code)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="links")
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="links")
    target = models.URLField(_("your own page"), max_length=1000, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "message"], name="one_link_per_person_and_message"
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def path(self) -> str:
        return f"/s/{self.code}"

    @classmethod
    def of(cls, person: Person, message: Message, *, at: datetime) -> Link:
        """This person's link for this message, made when first asked for."""
        return cls.objects.get_or_create(person=person, message=message, defaults={"made_at": at})[
            0
        ]

    @transaction.atomic
    def point_to(self, address: str, *, at: datetime) -> None:
        """Let it lead to the partner's own page, within domains that staff approved; "" to ours.

        A page elsewhere is refused, and staff see on which domain it was asked for.
        """
        if address and not ApprovedDomain.allows(address):
            raise Refused(
                _("We have to look at this page first. We’ve been told, and will write to you.")
                if host_of(address)
                else _("Write the whole address of the page, beginning with https://")
            )
        self.target = address
        self.save(update_fields=["target"])

    def ask_for(self, address: str, *, at: datetime) -> None:
        """Note for staff that a page elsewhere was wanted."""
        host = host_of(address)
        if host and self.person:
            DomainRequest.objects.get_or_create(
                domain=host, person=self.person, defaults={"at": at}
            )


class VisitDay(models.Model):
    """How many people followed a link on one day, how often, and how many machines did."""

    link = models.ForeignKey(Link, models.CASCADE, related_name="days")
    day = models.DateField()
    people = models.PositiveIntegerField(default=0)
    visits = models.PositiveIntegerField(default=0)
    machines = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["link", "day"], name="one_count_per_link_and_day")
        ]
        indexes = [models.Index(fields=["day"], name="visits_by_day")]

    def __str__(self) -> str:
        return f"{self.link} {self.day}: {self.people}"


class Visitor(models.Model):
    """That somebody was there on this day, by a hash whose salt is thrown away: to count people
    and not presses. Gone after two days."""

    link = models.ForeignKey(Link, models.CASCADE, related_name="+")
    day = models.DateField(db_index=True)
    key = models.CharField(max_length=24)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["link", "day", "key"], name="a_visitor_counts_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.link_id} {self.day}"


class Spool(models.Model):
    """How far a file of visits has been read: it moves in the transaction that counts them."""

    file = models.CharField(max_length=200, unique=True)
    offset = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.file}: {self.offset}"
