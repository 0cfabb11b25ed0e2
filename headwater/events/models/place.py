from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from headwater.events import verbs
from headwater.events.models.event import Event
from headwater.kit.errors import Refused
from headwater.ledger.models import record, record_staff
from headwater.people.models import House, Person


class PlaceQuerySet(models.QuerySet["Place"]):
    def held(self) -> Self:
        return self.filter(state=Place.State.HELD)

    def waiting(self) -> Self:
        return self.filter(state=Place.State.WAITING).order_by("position", "pk")

    def standing(self) -> Self:
        return self.exclude(state=Place.State.RELEASED)

    def last_position(self) -> int:
        return self.aggregate(last=Max("position"))["last"] or 0


class Place(models.Model):
    """One person's place at one event: asked for, held, waited for, or given back."""

    class State(models.TextChoices):
        ASKED = "asked", _("In the draw")
        HELD = "held", _("Coming")
        WAITING = "waiting", _("Waiting")
        RELEASED = "released", _("Gave it back")

    event = models.ForeignKey(Event, models.CASCADE, related_name="place_rows")
    person = models.ForeignKey(Person, models.CASCADE, related_name="places")
    state = models.CharField(max_length=10, choices=State.choices)
    position = models.PositiveIntegerField(null=True, blank=True)
    to_prepare = models.CharField(_("to get ready"), max_length=300, blank=True)
    asked_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["event", "state", "position"], name="waiting_in_order")]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "person"], name="one_place_a_person_at_an_event"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", position__isnull=False)
                | (~Q(state="waiting") & Q(position=None)),
                name="those_who_wait_have_a_position",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.state}"

    @property
    def is_standing(self) -> bool:
        return self.state != self.State.RELEASED


def lot(number: str, person_public_id: str) -> str:
    """Where somebody stands in a draw: anybody who knows the number can work it out again."""
    return hashlib.sha256(f"{number.strip()}:{person_public_id}".encode()).hexdigest()


class Draw(models.Model):
    """A fair draw of places: the number nobody knew before, and the order it gave.

    Those who missed out last time for the same need come first. The rest follow the number; whoever
    is not drawn waits, in the recorded order.
    """

    event = models.OneToOneField(Event, models.CASCADE, related_name="draw")
    number = models.CharField(_("the number"), max_length=100)
    asked = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField()
    came_first = models.PositiveIntegerField(default=0)
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.event}: {self.number}"

    @property
    def probability(self) -> float | None:
        """The chance each of those drawn by lot had, between 0 and 1: what an evaluation needs."""
        by_lot = self.asked - self.came_first
        return (self.drawn - self.came_first) / by_lot if by_lot > 0 else None

    @classmethod
    @transaction.atomic
    def hold(cls, event: Event, *, number: str, actor: Person, at: datetime) -> Draw:
        event = Event.objects.select_for_update().get(pk=event.pk)
        if not House.current().lotteries_allowed:
            raise Refused(_("Draws are switched off. An owner can switch them on in Settings."))
        if not event.by_lot or not event.awaits_draw():
            raise Refused(_("There is no draw to hold for this event."))
        if event.drawn_on and at.astimezone(event.zone).date() < event.drawn_on:
            raise Refused(_("People may ask until the day of the draw. It can be held from then."))
        if not number.strip():
            raise Refused(_("Write the number that the draw is made with."))
        asked = list(event.place_rows.filter(state=Place.State.ASKED).select_related("person"))
        missed = cls._missed_out_before(event)
        asked.sort(key=lambda p: (p.person_id not in missed, lot(number, p.person.public_id)))
        drawn = min(event.places or 0, len(asked))
        cls._check_everyone_gets_a_date(event, len(asked) - drawn)
        draw = cls.objects.create(
            event=event, number=number.strip(), asked=len(asked), drawn=drawn, drawn_at=at,
            drawn_by=actor, came_first=min(drawn, sum(p.person_id in missed for p in asked)),
        )  # fmt: skip
        Lot.objects.bulk_create(
            Lot(
                draw=draw, person=place.person, rank=rank, is_drawn=rank <= drawn,
                came_first=place.person_id in missed,
            )
            for rank, place in enumerate(asked, start=1)
        )  # fmt: skip
        for rank, place in enumerate(asked, start=1):
            won = rank <= drawn
            place.state = Place.State.HELD if won else Place.State.WAITING
            place.position = None if won else rank - drawn
            place.save(update_fields=["state", "position"])
            if won:
                record(
                    verbs.REGISTERED, person=place.person, subject=event, at=at, need=event.need_id
                )
            elif event.second_date:
                event.second_date.register(place.person, at=at, to_prepare=place.to_prepare)
        record_staff(verbs.STAFF_DRAWN, actor=actor, subject=event, at=at, asked=len(asked))
        return draw

    @classmethod
    def _check_everyone_gets_a_date(cls, event: Event, waiting: int) -> None:
        """A second date was promised to all who are not drawn: without a place each, no draw."""
        second = event.second_date
        if second is None:
            return
        left = second.places_left
        if second.cancelled_at or (left is not None and left < waiting):
            raise Refused(
                _(
                    "Everyone was promised a date, and the second has %(left)d places for the "
                    "%(waiting)d who won’t be drawn. Give it more places first."
                )
                % {"left": 0 if second.cancelled_at else left, "waiting": waiting}
            )

    @classmethod
    def _missed_out_before(cls, event: Event) -> set[int]:
        """Who waited in vain at the last drawn event that answered the same need."""
        if not event.need_id:
            return set()
        last = (
            cls.objects.filter(event__need=event.need_id, event__starts_at__lt=event.starts_at)
            .order_by("-event__starts_at")
            .first()
        )
        if last is None:
            return set()
        return set(last.event.place_rows.waiting().values_list("person_id", flat=True))


class Lot(models.Model):
    """Where the draw put one person, as it was that day: what an evaluation and an audit go by.

    Places change after a draw, since people give theirs back; this never does. Of somebody who was
    erased only the rank stays.
    """

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="lots")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="lots")
    rank = models.PositiveIntegerField()
    is_drawn = models.BooleanField()
    came_first = models.BooleanField(default=False)

    class Meta:
        ordering = ["draw", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "rank"], name="one_person_a_rank_in_a_draw")
        ]

    def __str__(self) -> str:
        return f"{self.draw}: {self.rank}"
