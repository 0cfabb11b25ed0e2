from __future__ import annotations

from datetime import datetime

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.events import verbs
from headwater.events.models.event import Event
from headwater.kit.errors import Refused
from headwater.ledger.models import Entry, record, record_staff, void
from headwater.people.models import Person


class Attendance(models.Model):
    """That somebody came, how we know, and for how long where a meeting tool told us."""

    class Source(models.TextChoices):
        HAND = "hand", _("Ticked at the door")
        CODE = "code", _("By the code on the last slide")
        FILE = "file", _("From the meeting tool’s file")

    event = models.ForeignKey(Event, models.CASCADE, related_name="attendances")
    person = models.ForeignKey(Person, models.CASCADE, related_name="attendances")
    source = models.CharField(max_length=10, choices=Source.choices)
    minutes = models.PositiveIntegerField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "person"], name="who_came_counts_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} at {self.event}"

    @classmethod
    @transaction.atomic
    def note(
        cls, event: Event, person: Person, *, source: str, at: datetime, minutes: int | None = None
    ) -> Attendance:
        """Note that somebody came. Noted twice, by whatever way, it counts once."""
        attendance, is_new = cls.objects.get_or_create(
            event=event, person=person, defaults={"source": source, "minutes": minutes, "at": at}
        )
        if minutes and not attendance.minutes:
            attendance.minutes = minutes
            attendance.save(update_fields=["minutes"])
        if is_new:
            record(
                verbs.ATTENDED,
                person=person,
                subject=event,
                at=min(at, event.ends_at),
                need=event.need_id,
                kind=event.kind,
                source=source,
            )
        return attendance

    @classmethod
    @transaction.atomic
    def take_back(cls, event: Event, person: Person, *, actor: Person, at: datetime) -> None:
        """They were ticked by mistake. The deed is voided, not deleted."""
        deleted, _rows = cls.objects.filter(event=event, person=person).delete()
        if deleted:
            came = Entry.objects.standing().did(verbs.ATTENDED).about(event).filter(person=person)
            for entry in came:
                void(entry, actor=actor, at=at)
            record_staff(verbs.STAFF_ATTENDANCE_TAKEN, actor=actor, subject=event, at=at)


class Unmatched(models.Model):
    """A line of a meeting tool's file that fits nobody we know: it waits for a person to decide."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="unmatched")
    name = models.CharField(max_length=300, blank=True)
    email = models.CharField(max_length=254, blank=True)
    minutes = models.PositiveIntegerField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "name", "email"], name="an_unknown_guest_waits_once"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @transaction.atomic
    def link(self, person: Person, *, at: datetime) -> None:
        Attendance.note(
            self.event, person, source=Attendance.Source.FILE, minutes=self.minutes, at=at
        )
        self.delete()


class Pulse(models.Model):
    """Two questions after an event: how useful it was, and what they will do with it."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="pulses")
    person = models.ForeignKey(Person, models.CASCADE, related_name="pulses")
    useful = models.PositiveSmallIntegerField(_("how useful was it"), null=True, blank=True)
    will_do = models.TextField(_("what will you do with it"), max_length=1000, blank=True)
    may_quote = models.BooleanField(_("you may quote me"), default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "person"], name="one_pulse_each"),
            models.CheckConstraint(
                condition=Q(useful=None) | Q(useful__lte=10), name="useful_runs_from_0_to_10"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.useful}"

    @classmethod
    @transaction.atomic
    def answer(
        cls,
        event: Event,
        person: Person,
        *,
        useful: int | None,
        will_do: str,
        may_quote: bool,
        at: datetime,
    ) -> Pulse:
        """Keep both answers; both may be left out, and a second answer replaces the first."""
        if at < event.starts_at:
            raise Refused(_("It hasn’t begun yet."))
        pulse, _new = cls.objects.update_or_create(
            event=event,
            person=person,
            defaults={"useful": useful, "will_do": will_do, "may_quote": may_quote, "at": at},
        )
        once = f"pulse:{event.pk}:{person.pk}"
        record(verbs.PULSE_ANSWERED, person=person, subject=event, at=at, once=once)
        return pulse


class Notice(models.Model):
    """That a letter about an event went to everybody it was for: each kind goes once."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("Reminder")
        THANKS = "thanks", _("Thank-you")
        CANCELLED = "cancelled", _("Called off")

    event = models.ForeignKey(Event, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "kind"], name="each_notice_goes_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.event}"
