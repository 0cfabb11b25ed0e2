from __future__ import annotations

from datetime import datetime

from django.db import models, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.people.models import Person
from headwater.sharing import verbs
from headwater.sharing.models.adaptation import Share
from headwater.sharing.models.message import Message, refuse_other_domains


class Recall(models.Model):
    """A message called back: nobody can share it, its links say so, and who did share it is asked
    to take it down. Nobody loses anything for it: the mistake was ours."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="recall")
    reason = models.CharField(_("what is wrong with it"), max_length=500)
    correction = models.CharField(_("what is right"), max_length=500, blank=True)
    target = models.URLField(_("where its links lead now"), max_length=1000, blank=True)
    recalled_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.message}: {self.reason}"

    @classmethod
    @transaction.atomic
    def begin(
        cls,
        message: Message,
        *,
        reason: str,
        actor: Person,
        at: datetime,
        correction: str = "",
        target: str = "",
    ) -> Recall:
        """Call it back. Everybody who shared it is to be asked; the letters go from `chasing`."""
        if not reason.strip():
            raise Refused(_("Say what is wrong with it: those who shared it will ask."))
        if target:
            refuse_other_domains(target)
        recall, is_new = cls.objects.get_or_create(
            message=message,
            defaults={
                "reason": reason,
                "correction": correction,
                "target": target,
                "recalled_by": actor,
                "at": at,
            },
        )
        if not is_new:
            return recall
        people = Share.objects.standing().filter(message=message).values_list("person", flat=True)
        Chase.objects.bulk_create(
            Chase(recall=recall, person_id=key) for key in sorted(set(people.order_by()))
        )
        record_staff(verbs.STAFF_RECALLED, actor=actor, subject=message, at=at)
        return recall

    @transaction.atomic
    def end(self, *, actor: Person, at: datetime) -> None:
        """Stop chasing. The message stays called back."""
        self.ended_at = self.ended_at or at
        self.save(update_fields=["ended_at"])
        record_staff(verbs.STAFF_CHASED, actor=actor, subject=self, at=at, fields=["ended_at"])

    def counts(self) -> dict[str, int]:
        """How many have taken it down, read our letter, and not been reached."""
        state = Chase.State
        return self.chases.aggregate(
            all=Count("pk"),
            done=Count("pk", filter=Q(state=state.DONE)),
            read=Count("pk", filter=Q(state=state.READ)),
            asked=Count("pk", filter=Q(state=state.ASKED)),
            not_reached=Count("pk", filter=Q(state__in=[state.NOT_REACHED, state.WAITING])),
        )


class Chase(models.Model):
    """One person who shared a message that was called back, and how far we are with them."""

    class State(models.TextChoices):
        WAITING = "waiting", _("to be asked")
        ASKED = "asked", _("asked")
        READ = "read", _("has read our letter")
        DONE = "done", _("taken down or mended")
        NOT_REACHED = "not_reached", _("not reached")

    recall = models.ForeignKey(Recall, models.CASCADE, related_name="chases")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField(null=True)
    times_asked = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recall", "person"], name="a_recall_asks_a_person_once")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.state}"

    def asked(self, *, at: datetime, reached: bool) -> None:
        self.state = self.State.ASKED if reached else self.State.NOT_REACHED
        self.asked_at, self.times_asked = at, self.times_asked + 1
        self.save(update_fields=["state", "asked_at", "times_asked"])

    def read(self) -> None:
        """They have opened the page that says what is wrong."""
        if self.state in {self.State.WAITING, self.State.ASKED, self.State.NOT_REACHED}:
            self.state = self.State.READ
            self.save(update_fields=["state"])

    @transaction.atomic
    def finish(self, *, at: datetime, actor: Person | None = None) -> None:
        """The post is gone or mended: by the partner's word, or by staff who looked."""
        if self.state == self.State.DONE:
            return
        self.state, self.done_at = self.State.DONE, at
        self.save(update_fields=["state", "done_at"])
        for share in Share.objects.standing().filter(
            person=self.person, message=self.recall.message
        ):
            share.take_down(at=at)
        if actor:
            record_staff(
                verbs.STAFF_CHASED,
                actor=actor,
                person=self.person,
                subject=self.recall,
                at=at,
                fields=["state"],
            )
