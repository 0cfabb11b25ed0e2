from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.ledger.models import record, record_staff
from headwater.listening import verbs
from headwater.listening.models.needs import Need, Wish
from headwater.people.models import House, Person


class Conversation(models.Model):
    """A talk that a colleague logged: what the partner would like help with, and their words."""

    class Channel(models.TextChoices):
        PHONE = "phone", _("On the phone")
        VISIT = "visit", _("A visit")
        MAIL = "mail", _("By letter or e-mail")
        EVENT = "event", _("At an event")
        ONLINE = "online", _("Online")

    person = models.ForeignKey(Person, models.CASCADE, related_name="conversations")
    channel = models.CharField(_("how"), max_length=10, choices=Channel.choices)
    note = models.TextField(_("what was said"), max_length=4000, blank=True)
    quote = models.CharField(_("in their own words"), max_length=2000, blank=True)
    may_quote = models.BooleanField(_("they said we may quote this"), default=False)
    logged_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("when"))
    logged_at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_channel_display()}"

    @classmethod
    @transaction.atomic
    def log(
        cls, person: Person, *, needs: Iterable[Need], channel: str, at: datetime,
        logged_at: datetime, actor: Person | None, note: str = "", quote: str = "",
        may_quote: bool = False,
    ) -> Conversation:  # fmt: skip
        """Keep a talk. Every need ticked counts as asked for by this person."""
        if at > logged_at:
            raise Refused(_("A conversation can’t have been in the future."))
        talk = cls.objects.create(
            person=person,
            channel=channel,
            note=note,
            quote=quote,
            may_quote=may_quote,
            logged_by=actor,
            at=at,
            logged_at=logged_at,
        )
        Wish.objects.bulk_create(
            Wish(
                need=need,
                person=person,
                source=Wish.Source.CONVERSATION,
                conversation=talk,
                quote=quote,
                may_quote=may_quote,
                at=at,
            )
            for need in needs
        )
        record(verbs.TALKED, person=person, subject=talk, at=at)
        record_staff(verbs.STAFF_LOGGED, actor=actor, subject=talk, person=person, at=logged_at)
        return talk


class HandCount(models.Model):
    """A show of hands at an event: how many wanted what, without anybody's name."""

    title = models.CharField(_("where it was"), max_length=200)
    url = models.CharField(max_length=500, blank=True)
    present = models.PositiveIntegerField(_("people in the room"))
    held_on = models.DateField(_("when"))
    counted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    counted_at = models.DateTimeField()

    class Meta:
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(present__gt=0), name="somebody_raised_a_hand")
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    @transaction.atomic
    def note(
        cls, *, title: str, present: int, hands: Mapping[Need, int], held_on: date,
        actor: Person | None, at: datetime, url: str = "",
    ) -> HandCount:  # fmt: skip
        if any(count > present for count in hands.values()):
            raise Refused(_("More hands went up for one of these than there were people."))
        if not any(hands.values()):
            raise Refused(_("No hands are noted. Put a number beside at least one need."))
        count = cls.objects.create(
            title=title, url=url, present=present, held_on=held_on, counted_by=actor, counted_at=at
        )
        Wish.objects.bulk_create(
            Wish(
                need=need,
                people=people,
                source=Wish.Source.EVENT,
                hand_count=count,
                at=start_of(held_on),
            )
            for need, people in hands.items()
            if people
        )
        record_staff(verbs.STAFF_COUNTED, actor=actor, subject=count, at=at)
        return count


def start_of(day: date) -> datetime:
    """The first moment of a day in the house's zone: all that an unnamed answer keeps of time."""
    return datetime.combine(day, time.min, tzinfo=House.current().zone)
