from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from headwater.people.models import Person


class Job(models.Model):
    """Long work that shows how far it is, can be left alone, and is found again after a crash."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped by an error")

    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    about = models.CharField(max_length=80, blank=True, db_index=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    problem = models.CharField(max_length=500, blank=True)
    result = models.JSONField(default=dict)
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="jobs_asked_for")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED}

    @property
    def share(self) -> float | None:
        return min(1.0, self.done / self.total) if self.total else None

    def begin(self, at: datetime) -> None:
        self.state, self.started_at = self.State.RUNNING, self.started_at or at
        self.save(update_fields=["state", "started_at"])

    def step(self, done: int, total: int | None = None) -> None:
        self.done = done
        self.total = total if total is not None else self.total
        self.save(update_fields=["done", "total"])

    def finish(self, at: datetime, **result: object) -> None:
        self.state, self.ended_at, self.result = self.State.DONE, at, result
        self.save(update_fields=["state", "ended_at", "result"])

    def fail(self, problem: str, at: datetime) -> None:
        self.state, self.ended_at, self.problem = self.State.FAILED, at, problem[:500]
        self.save(update_fields=["state", "ended_at", "problem"])


class Lease(models.Model):
    """Who may do a piece of work now. It runs out by itself, so a crash blocks nobody for long."""

    name = models.CharField(max_length=120, primary_key=True)
    holder = models.CharField(max_length=40)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


@contextmanager
def lease(name: str, *, seconds: int = 60) -> Iterator[bool]:
    """Hold a piece of work alone. Gives False, and does no harm, when somebody else has it."""
    holder = secrets.token_hex(12)
    taken = _take(name, holder, now(), seconds)
    try:
        yield taken
    finally:
        if taken:
            Lease.objects.filter(name=name, holder=holder).delete()


def _take(name: str, holder: str, at: datetime, seconds: int) -> bool:
    until = at + timedelta(seconds=seconds)
    free = Lease.objects.filter(Q(until__lt=at) | Q(holder=holder), name=name)
    if free.update(holder=holder, until=until):
        return True
    try:
        with transaction.atomic():
            Lease.objects.create(name=name, holder=holder, until=until)
    except IntegrityError:
        return False
    return True


class Heartbeat(models.Model):
    """That a process was alive at this moment; the doctor and the studio look at it."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def beat(cls, name: str, at: datetime) -> None:
        cls.objects.update_or_create(name=name, defaults={"at": at})


class IdempotencyKey(models.Model):
    """That this form was sent: the same form sent twice does nothing twice."""

    key = models.CharField(max_length=80, primary_key=True)
    answer = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key

    @classmethod
    def is_new(cls, key: str, at: datetime) -> bool:
        """Claim a key; False when it was claimed before. An empty key is always new."""
        if not key:
            return True
        try:
            with transaction.atomic():
                cls.objects.create(key=key[:80], at=at)
        except IntegrityError:
            return False
        return True


class Attempt(models.Model):
    """How often something that may be guessed was tried in a window, by a hash of who tried."""

    key = models.CharField(max_length=64)
    what = models.CharField(max_length=40)
    window = models.DateTimeField()
    times = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["what", "key", "window"], name="one_count_per_window")
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.times}"

    @classmethod
    def is_allowed(
        cls, what: str, who: str, *, at: datetime, times: int, seconds: int = 3600
    ) -> bool:
        """Count one try and say whether it is still within `times` in `seconds`."""
        window = datetime.fromtimestamp(at.timestamp() // seconds * seconds, tz=at.tzinfo)
        key = hashlib.sha256(f"{what}:{who}:{window:%Y%m%d%H%M}".encode()).hexdigest()
        row, is_new = cls.objects.get_or_create(what=what, key=key, window=window)
        if not is_new:
            cls.objects.filter(pk=row.pk).update(times=F("times") + 1)
            row.refresh_from_db(fields=["times"])
        return row.times <= times
