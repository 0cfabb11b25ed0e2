from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

import numpy as np
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.evaluation import verbs
from headwater.ledger.models import record_staff
from headwater.people.models import Person
from headwater.programme.models import Campaign
from headwater.stats.cells import Cells, cells_of_sums
from headwater.stats.experiments import Split, any_difference, split_as_promised
from headwater.stats.many import benjamini_hochberg

STANDS = 0.05
SHOWN_PROBLEMS = 100


@dataclass(frozen=True)
class Sums:
    """People of one arm, and perhaps of one segment, cluster and half, summed up."""

    arm: int
    count: int
    total: float
    squares: float
    segment: str = ""
    cluster: int | None = None
    half: int | None = None


@dataclass(frozen=True)
class Found:
    """A trial as it was read or counted, before it is kept."""

    key: str
    name: str
    title: str
    arms: list[str]
    cells: list[Sums]
    shares: list[float]

    @property
    def version(self) -> str:
        held = (self.title, self.arms, [asdict(cell) for cell in self.cells], self.shares)
        return hashlib.sha256(repr(held).encode()).hexdigest()


class TrialFile(models.Model):
    """A file of trials: what its columns mean, and what came of it. Once read, the file goes."""

    name = models.CharField(max_length=200)
    file = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField(default=0)
    shape = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    samples = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    rows = models.IntegerField(default=0)
    created = models.IntegerField(default=0)
    updated = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    problems = models.JSONField(default=list)
    begun_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-begun_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def counts(self) -> dict[str, int]:
        names = ("rows", "created", "updated", "unchanged", "refused")
        return {name: getattr(self, name) for name in names}


class TrialQuerySet(models.QuerySet["Trial"]):
    def holding(self) -> Self:
        """Those that are over and whose split is as promised: the only ones that are read."""
        return self.filter(is_broken=False, is_running=False)

    def standing(self) -> set[int]:
        """Keys of those whose arms differ, once it is counted how many were looked at."""
        rows = list(self.holding().order_by("pk").values_list("pk", "by_luck"))
        if not rows:
            return set()
        corrected = benjamini_hochberg([by_luck for _pk, by_luck in rows])
        return {pk for (pk, _by), odds in zip(rows, corrected, strict=True) if odds < STANDS}


class Trial(models.Model):
    """Something that was done in two ways or more, with lots deciding who got which.

    Only sums are kept: so many people in an arm, so many of them did it. `key` says where it came
    from, so that the same file or draw brings it up to date and never makes it twice.
    """

    class Varied(models.TextChoices):
        AUDIENCE = "audience", _("who was asked")
        TIMING = "timing", _("when")
        MESSAGE = "message", _("the words")
        CHANNEL = "channel", _("the channel")

    class Source(models.TextChoices):
        FILE = "file", _("a file")
        DRAW = "draw", _("a draw of our own")

    key = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=200, blank=True)
    title = models.CharField(_("title"), max_length=200)
    varied = models.CharField(
        _("what was varied"), max_length=10, choices=Varied.choices, default=Varied.MESSAGE
    )
    success = models.CharField(_("what one success is"), max_length=120, blank=True)
    campaign = models.ForeignKey(
        Campaign, models.SET_NULL, null=True, blank=True, related_name="trials",
        verbose_name=_("campaign it belongs to"),
    )  # fmt: skip
    worth = models.DecimalField(
        _("what one more success is worth"), max_digits=12, decimal_places=4, null=True, blank=True
    )
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.FILE)
    file = models.ForeignKey(TrialFile, models.SET_NULL, null=True, related_name="trials")
    is_share = models.BooleanField(default=True)
    is_running = models.BooleanField(default=False)
    version = models.CharField(max_length=64)
    people = models.BigIntegerField(default=0)
    is_broken = models.BooleanField(default=False, db_index=True)
    split_by_luck = models.FloatField(default=1.0)
    by_luck = models.FloatField(default=1.0)
    changed_at = models.DateTimeField()

    objects = TrialQuerySet.as_manager()

    class Meta:
        ordering = ["-people", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def about(self) -> str:
        """Under which aim its answer is stored."""
        return f"trial:{self.pk}"

    def summed(self) -> tuple[Cells, list[str]]:
        """Its cells for the sums, and the names of its segments by number."""
        rows = list(self.cells.order_by("pk"))
        names = sorted({row.segment for row in rows})
        number = {name: n for n, name in enumerate(names)}
        return _cells(rows, number, is_share=self.is_share), names

    @transaction.atomic
    def change(self, *, actor: Person, at: datetime, costs: dict[int, Any], **fields: Any) -> None:
        """What staff say of it: what it belongs to, what a success is, what an arm costs."""
        changed = [name for name, value in fields.items() if getattr(self, name) != value]
        for name in changed:
            setattr(self, name, fields[name])
        for arm in self.arms.all():
            if arm.position in costs and arm.cost != costs[arm.position]:
                arm.cost = costs[arm.position]
                arm.save(update_fields=["cost"])
                changed.append("costs")
        if changed:
            self.changed_at = at
            self.save()
            record_staff(verbs.STAFF_TRIAL_CHANGED, actor=actor, subject=self, at=at,
                         fields=sorted(set(changed)))  # fmt: skip

    @classmethod
    @transaction.atomic
    def keep(cls, found: Iterable[Found], *, at: datetime, **fields: Any) -> tuple[int, int, int]:
        """Keep trials as read; (new, brought up to date, unchanged). Safe to run twice."""
        batch = {one.key: one for one in found}
        versions = {key: one.version for key, one in batch.items()}
        old = {trial.key: trial for trial in cls.objects.select_for_update().filter(key__in=batch)}
        same = {key for key, trial in old.items() if trial.version == versions[key]}
        changed = [trial for key, trial in old.items() if key not in same]
        kept = []
        for key, one in batch.items():
            if key in same:
                continue
            trial = old.get(key) or cls(key=key, **fields)
            trial.title, trial.name, trial.version = one.title[:200], one.name[:200], versions[key]
            trial.changed_at = at
            trial._look_at(one)
            kept.append(trial)
        Arm.objects.filter(trial__in=changed).delete()
        Cell.objects.filter(trial__in=changed).delete()
        cls.objects.bulk_create([trial for trial in kept if trial.pk is None])
        for trial in changed:
            trial.save()
        arms, cells = [], []
        for trial in kept:
            one = batch[trial.key]
            arms += [
                Arm(
                    trial=trial, position=n, label=label[:500], share=one.shares[n],
                    people=sum(c.count for c in one.cells if c.arm == n),
                    total=sum(c.total for c in one.cells if c.arm == n),
                )
                for n, label in enumerate(one.arms)
            ]  # fmt: skip
            cells += [Cell(trial=trial, **asdict(cell)) for cell in one.cells]
        Arm.objects.bulk_create(arms, batch_size=2000)
        Cell.objects.bulk_create(cells, batch_size=2000)
        return len(kept) - len(changed), len(changed), len(same)

    def _look_at(self, found: Found) -> None:
        """The split first, and how far the arms differ by luck: what the list of trials shows."""
        number = {name: n for n, name in enumerate(sorted({c.segment for c in found.cells}))}
        self.is_share = all(c.squares == c.total and c.total <= c.count for c in found.cells)
        cells = _cells(found.cells, number, is_share=self.is_share)
        split: Split = split_as_promised(cells, shares=found.shares)
        self.people = int(cells.count.sum())
        self.is_broken, self.split_by_luck = split.ratio.is_broken, split.ratio.probability
        self.by_luck = any_difference(cells)


class Arm(models.Model):
    """One of the ways: the share of people it was promised, and what came of it."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="arms")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=500)
    share = models.FloatField()
    cost = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    people = models.BigIntegerField()
    total = models.FloatField()

    class Meta:
        ordering = ["trial", "position"]
        constraints = [
            models.UniqueConstraint(fields=["trial", "position"], name="one_arm_in_each_place"),
            models.CheckConstraint(condition=Q(share__gt=0), name="an_arm_was_promised_somebody"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def rate(self) -> float:
        return self.total / self.people if self.people else 0.0


class Cell(models.Model):
    """Sums over people of one arm, segment, cluster and half: nobody's own row."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="cells")
    arm = models.PositiveSmallIntegerField()
    segment = models.CharField(max_length=120, blank=True)
    cluster = models.PositiveIntegerField(null=True)
    half = models.PositiveSmallIntegerField(null=True)
    count = models.PositiveBigIntegerField()
    total = models.FloatField()
    squares = models.FloatField()

    def __str__(self) -> str:
        return f"{self.trial_id}/{self.arm}: {self.count}"


def _cells(rows: Iterable[Sums | Cell], number: dict[str, int], *, is_share: bool) -> Cells:
    rows = list(rows)
    clusters = [row.cluster for row in rows if row.cluster is not None]
    halves = [row.half for row in rows if row.half is not None]
    totals = np.array([row.total for row in rows])
    return cells_of_sums(
        arm=[row.arm for row in rows],
        count=[row.count for row in rows],
        total=totals,
        squares=totals if is_share else [row.squares for row in rows],
        segment=[number[row.segment] for row in rows],
        cluster=clusters if len(clusters) == len(rows) else None,
        half=halves if len(halves) == len(rows) else None,
    )
