from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from headwater.events import verbs
from headwater.kit.errors import Refused
from headwater.ledger.models import record, record_staff
from headwater.listening.models import Need
from headwater.people.models import Person

REMIND_BEFORE = timedelta(days=2)


class EventQuerySet(models.QuerySet["Event"]):
    def published(self) -> Self:
        return self.exclude(published_at=None)

    def upcoming(self, at: datetime) -> Self:
        return self.published().filter(ends_at__gt=at, cancelled_at=None).order_by("starts_at")

    def past(self, at: datetime) -> Self:
        return self.published().filter(ends_at__lte=at, cancelled_at=None).order_by("-starts_at")

    def visible_to(self, person: Any) -> Self:
        return self if getattr(person, "is_staff", False) else self.published()

    def with_counts(self) -> Self:
        """How many hold a place, wait, and came, counted in the database."""
        # Here, because places and attendances know their event.
        from headwater.events.models.attendance import Attendance
        from headwater.events.models.place import Place

        def count(rows: models.QuerySet[Any]) -> Any:
            of_event = rows.filter(event=models.OuterRef("pk")).order_by().values("event")
            counted = of_event.annotate(n=models.Count("pk")).values("n")
            return models.functions.Coalesce(models.Subquery(counted), 0)

        return self.annotate(
            held_count=count(Place.objects.held()),
            waiting_count=count(Place.objects.waiting()),
            came_count=count(Attendance.objects.all()),
        )


class Event(models.Model):
    """Something partners come to: in a hall, or on a screen."""

    class Kind(models.TextChoices):
        WEBINAR = "webinar", _("Webinar")
        SEMINAR = "seminar", _("Half-day seminar")
        KEYNOTE = "keynote", _("Keynote")
        LIVE_CHAT = "live_chat", _("Live chat")

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("address"), max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    summary = models.CharField(_("what they leave with"), max_length=300)
    body = models.TextField(_("more about it"), blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    venue = models.CharField(_("where"), max_length=300, blank=True)
    online_url = models.URLField(_("link to join"), max_length=500, blank=True)
    hosts = models.CharField(_("with"), max_length=300, blank=True)
    bring = models.CharField(_("bring"), max_length=300, blank=True)
    price_note = models.CharField(_("price"), max_length=120, blank=True)
    running_order = models.TextField(_("how it runs"), blank=True)
    come_if = models.TextField(_("do come if"), blank=True)
    not_if = models.TextField(_("don’t come if"), blank=True)
    places = models.PositiveIntegerField(_("places"), null=True, blank=True)
    by_lot = models.BooleanField(_("draw lots for places"), default=False)
    drawn_on = models.DateField(_("day of the draw"), null=True, blank=True)
    lot_number_from = models.CharField(_("where the number comes from"), max_length=200, blank=True)
    second_date = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="first_dates",
        verbose_name=_("second date, for everyone not drawn"),
    )  # fmt: skip
    need = models.ForeignKey(
        Need, models.SET_NULL, null=True, blank=True, verbose_name=_("what it answers")
    )
    recording_url = models.URLField(_("recording"), max_length=500, blank=True)
    slides_url = models.URLField(_("slides"), max_length=500, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    held_count: int  # where with_counts() asked for it

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["starts_at"], name="events_by_start")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="an_event_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(places=None) | Q(places__gt=0), name="an_event_has_places_or_no_limit"
            ),
            models.CheckConstraint(
                condition=Q(by_lot=False) | Q(places__isnull=False, drawn_on__isnull=False),
                name="a_draw_has_places_and_a_day",
            ),
            models.CheckConstraint(
                condition=Q(second_date=None) | (Q(by_lot=True) & ~Q(second_date=F("pk"))),
                name="a_second_date_belongs_to_a_draw",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def local_start(self) -> datetime:
        """The clock where it is held. Without a zone, so that no template turns it again."""
        return self.starts_at.astimezone(self.zone).replace(tzinfo=None)

    @property
    def local_end(self) -> datetime:
        return self.ends_at.astimezone(self.zone).replace(tzinfo=None)

    @property
    def held(self) -> int:
        return self.place_rows.held().count()

    @property
    def places_left(self) -> int | None:
        """Free places; None where there is no limit."""
        return None if self.places is None else max(0, self.places - self.held)

    @property
    def remind_at(self) -> datetime:
        return self.starts_at - REMIND_BEFORE

    def is_over(self, at: datetime) -> bool:
        return at >= self.ends_at

    def is_open(self, at: datetime) -> bool:
        return bool(self.published_at) and not self.cancelled_at and at < self.starts_at

    def awaits_draw(self) -> bool:
        return self.by_lot and not hasattr(self, "draw")

    @transaction.atomic
    def publish(self, *, actor: Person, at: datetime) -> None:
        if not self.published_at:
            self.published_at = at
            self.save(update_fields=["published_at"])
            record_staff(
                verbs.STAFF_CHANGED, actor=actor, subject=self, at=at, fields=["published"]
            )

    @transaction.atomic
    def register(self, person: Person, *, at: datetime, to_prepare: str = "") -> Any:
        """Keep a place, or the next one on the waiting list. Asking twice changes nothing.

        Places are taken under the event's row lock, so that forty places are never forty-one.
        """
        from headwater.events.models.place import Place  # a place belongs to an event

        event = Event.objects.select_for_update().get(pk=self.pk)
        if event.cancelled_at:
            raise Refused(_("This event has been called off."))
        if not event.is_open(at):
            raise Refused(_("Places can’t be kept any more: it has begun."))
        mine = event.place_rows.filter(person=person).first()
        if mine and mine.is_standing:
            return mine
        mine = mine or Place(event=event, person=person)
        mine.asked_at, mine.to_prepare, mine.released_at = at, to_prepare, None
        if event.awaits_draw():
            mine.state, mine.position = Place.State.ASKED, None
        elif event.places_left == 0:
            mine.state, mine.position = Place.State.WAITING, event.place_rows.last_position() + 1
        else:
            mine.state, mine.position = Place.State.HELD, None
        mine.save()
        kept = mine.state == Place.State.HELD
        verb = verbs.REGISTERED if kept else verbs.WAITED
        record(verb, person=person, subject=event, at=at, need=event.need_id)
        return mine

    @transaction.atomic
    def release(self, person: Person, *, at: datetime) -> list[Person]:
        """Give a place back. Returns those who moved up from the waiting list into a place."""
        event = Event.objects.select_for_update().get(pk=self.pk)
        mine = event.place_rows.filter(person=person).standing().first()
        if not mine:
            return []
        mine.state, mine.released_at, mine.position = mine.State.RELEASED, at, None
        mine.save(update_fields=["state", "released_at", "position"])
        record(verbs.RELEASED, person=person, subject=event, at=at)
        return event.move_up(at=at)

    def move_up(self, *, at: datetime) -> list[Person]:
        """Give free places to those who wait, in the recorded order. Call it under the lock.

        Whoever moves up gives their place at the second date back, where they were given one.
        """
        if self.cancelled_at or at >= self.starts_at or self.awaits_draw():
            return []
        free = self.places_left
        waiting = list(self.place_rows.waiting().select_related("person")[:free])
        for place in waiting:
            place.state, place.position = place.State.HELD, None
            place.save(update_fields=["state", "position"])
            record(verbs.REGISTERED, person=place.person, subject=self, at=at, need=self.need_id)
            if self.second_date:
                self.second_date.release(place.person, at=at)
        return [place.person for place in waiting]

    @transaction.atomic
    def change_places(self, places: int | None, *, actor: Person, at: datetime) -> list[Person]:
        """More places let people move up; fewer never takes a place away from anybody."""
        event = Event.objects.select_for_update().get(pk=self.pk)
        event.places = places
        event.save(update_fields=["places"])
        record_staff(verbs.STAFF_CHANGED, actor=actor, subject=event, at=at, fields=["places"])
        return event.move_up(at=at)

    @transaction.atomic
    def cancel(self, *, actor: Person, at: datetime) -> None:
        if self.cancelled_at:
            return
        self.cancelled_at = at
        self.save(update_fields=["cancelled_at"])
        record_staff(verbs.STAFF_CANCELLED, actor=actor, subject=self, at=at)
