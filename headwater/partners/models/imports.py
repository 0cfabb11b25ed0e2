from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.jobs.models import Job
from headwater.people.models import Person

KEPT_DAYS = 30


class ImportQuerySet(models.QuerySet["Import"]):
    def left_behind(self, at: datetime) -> Self:
        """Running, but silent for a minute: whoever ran it has died."""
        minute_ago = at - timedelta(seconds=60)
        return self.filter(state=Import.State.RUNNING, beat_at__lt=minute_ago)

    def of_file(self, digest: str) -> Self:
        """Imports of these very bytes that still stand, or are on their way."""
        return self.filter(digest=digest, state__in=[Import.State.DONE, Import.State.RUNNING])


class Import(models.Model):
    """One list brought in: the file, what its columns mean, how far it is, what came of it.

    `done_rows` moves in the same transaction as the rows themselves, so that a run that was
    killed goes on exactly where it stopped.
    """

    class State(models.TextChoices):
        NEW = "new", _("Being looked at")
        LOOKING = "looking", _("Being tried out")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")
        UNDONE = "undone", _("Taken back out")

    name = models.CharField(max_length=200)
    file = models.CharField(max_length=300)
    digest = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    shape = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    preview = models.JSONField(default=dict)
    rows = models.IntegerField(default=0)
    done_rows = models.IntegerField(default=0)
    created = models.IntegerField(default=0)
    updated = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    flagged = models.IntegerField(default=0)
    suppressed = models.IntegerField(default=0)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone = models.JSONField(default=dict)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def counts(self) -> dict[str, int]:
        names = ("rows", "created", "updated", "refused", "flagged")
        return {name: getattr(self, name) for name in names}

    @property
    def undo_until(self) -> datetime | None:
        return self.ended_at + timedelta(days=KEPT_DAYS) if self.ended_at else None

    def may_be_undone(self, at: datetime) -> bool:
        until = self.undo_until
        done = {self.State.DONE, self.State.STOPPED}
        return self.state in done and until is not None and at < until

    def drop_file(self) -> None:
        if self.file and default_storage.exists(self.file):
            default_storage.delete(self.file)


class RefusedRow(models.Model):
    """A row that could not be taken, as it stood, with its number in the file and the reason."""

    of = models.ForeignKey(Import, models.CASCADE, related_name="refused_rows")
    number = models.IntegerField()
    cells = models.JSONField(default=list)
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["number", "pk"]

    def __str__(self) -> str:
        return f"{self.number}: {self.reason}"


class Change(models.Model):
    """What a partner was like before an import touched them. Kept for thirty days, for the undo."""

    of = models.ForeignKey(Import, models.CASCADE, related_name="changes")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    added = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.of_id}: {self.person_id}"


class Choices(models.Model):
    """What somebody said the columns of a heading mean, remembered for the next such file."""

    heading = models.CharField(max_length=64, unique=True)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    used_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.heading
