from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.events.models import lot
from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.people.models import House, Person
from headwater.programme.models import Campaign
from headwater.sharing import verbs
from headwater.sharing.models.message import Message

MOST_WAYS = 4
DIGITS = 13  # of the lot: as many as a number between 0 and 1 holds exactly


class WaysDraw(models.Model):
    """Two or more ways to say one message; lots decide which each partner is offered first.

    The way follows from the number and the partner's public id, so anybody who has both can work it
    out again. Whoever likes another way better takes that one.
    """

    message = models.OneToOneField(Message, models.CASCADE, related_name="draw")
    campaign = models.ForeignKey(
        Campaign, models.SET_NULL, null=True, blank=True, related_name="ways_draws"
    )
    number = models.CharField(_("the number"), max_length=100)
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.message}: {self.number}"

    @classmethod
    @transaction.atomic
    def hold(
        cls,
        message: Message,
        *,
        words: Iterable[str],
        number: str,
        is_about_safety: bool,
        actor: Person,
        at: datetime,
        campaign: Campaign | None = None,
    ) -> WaysDraw:
        """Set the ways and the number, before anybody has seen the message."""
        bodies = [message.body, *(text.strip() for text in words if text.strip())]
        if not House.current().lotteries_allowed:
            raise Refused(_("Draws are switched off. An owner can switch them on in Settings."))
        if is_about_safety:
            raise Refused(
                _("What people need to be safe is said to everybody, in the best way you know.")
            )
        if message.is_published:
            raise Refused(_("Some have seen it already. Try two ways with the next message."))
        if hasattr(message, "draw"):
            raise Refused(_("Its ways are set already. Take them back first."))
        if len({" ".join(body.split()) for body in bodies}) < len(bodies) or len(bodies) < 2:
            raise Refused(_("Write at least one other way to say it, and each one different."))
        if len(bodies) > MOST_WAYS:
            raise Refused(_("More than four ways need more partners than anybody has."))
        if not number.strip():
            raise Refused(_("Write the number that the draw is made with."))
        draw = cls.objects.create(
            message=message, campaign=campaign, number=number.strip(), drawn_at=at, drawn_by=actor
        )
        for position, body in enumerate(bodies):
            draw.ways.create(position=position, body=body, share=1 / len(bodies))
        record_staff(verbs.STAFF_WAYS_DRAWN, actor=actor, subject=message, at=at, ways=len(bodies))
        return draw

    @transaction.atomic
    def take_back(self, *, actor: Person, at: datetime) -> None:
        """Say it in one way after all, as long as nobody has seen it."""
        if self.message.is_published:
            raise Refused(_("It is out. Its ways stay as they were drawn."))
        record_staff(verbs.STAFF_WAYS_TAKEN_BACK, actor=actor, subject=self.message, at=at)
        self.delete()

    def way_of(self, person: Person) -> Way:
        """The way lots give this person, whether they have looked or not."""
        return way_at(list(self.ways.all()), place_of(self.number, person.public_id))

    @transaction.atomic
    def offer(self, person: Person, *, at: datetime) -> Way:
        """The way this person sees first. That it was offered is noted once."""
        way = self.way_of(person)
        Offer.objects.get_or_create(draw=self, person=person, defaults={"way": way, "at": at})
        return way


class Way(models.Model):
    """One way to say it, word for word as it is offered, and its promised share of partners."""

    draw = models.ForeignKey(WaysDraw, models.CASCADE, related_name="ways")
    position = models.PositiveSmallIntegerField()
    body = models.TextField(_("words"), max_length=5000)
    share = models.FloatField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "position"], name="one_way_in_each_place"),
            models.CheckConstraint(condition=Q(share__gt=0), name="a_way_is_promised_somebody"),
        ]

    def __str__(self) -> str:
        return self.body[:40]

    @property
    def letter(self) -> str:
        """A, B, C: how it is called beside the others."""
        return chr(ord("A") + self.position)


class Offer(models.Model):
    """That a partner opened the message and was offered this way first."""

    draw = models.ForeignKey(WaysDraw, models.CASCADE, related_name="offers")
    way = models.ForeignKey(Way, models.CASCADE, related_name="offers")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "person"], name="a_way_is_offered_first_once")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.way}"


def way_at(ways: list[Way], place: float) -> Way:
    """The way whose share, counted from the top, this place falls into."""
    reached = 0.0
    for way in ways:
        reached += way.share
        if place < reached:
            return way
    return ways[-1]


def place_of(number: str, public_id: str) -> float:
    """A partner's lot as a number from 0 up to 1."""
    return int(lot(number, public_id)[:DIGITS], 16) / float(16**DIGITS)
