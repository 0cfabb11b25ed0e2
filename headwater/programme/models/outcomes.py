from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.kit.periods import Rhythm
from headwater.ledger.models import record_staff
from headwater.people.models import House, Person
from headwater.programme import verbs
from headwater.ui.rhythms import named

DAYS_HELD = timedelta(days=7)


class Metric(models.Model):
    """One number that is counted every period, how we come by it, and what one more is worth.

    Worth is what the organisation says, as low, likely and high; without it, no money is claimed.
    Where less is better it is what one less is worth. A count is added up over places and periods;
    a level, such as a rate or a price, is averaged, since adding rates up means nothing.
    """

    class Period(models.TextChoices):
        WEEK = Rhythm.WEEK.value, _("Every week")
        MONTH = Rhythm.MONTH.value, _("Every month")
        QUARTER = Rhythm.QUARTER.value, _("Every quarter")
        YEAR = Rhythm.YEAR.value, _("Every year")

    class Measure(models.TextChoices):
        COUNT = "count", _("A count: places and periods are added up")
        LEVEL = "level", _("A rate or a level: places and periods are averaged")

    class Counted(models.TextChoices):
        """Who counts: somebody who brings the numbers in, or Headwater from its own rows."""

        BY_HAND = "", _("You bring the numbers in")
        VISITS = "visits", _("Headwater: people who came through partners’ links")
        SIGN_UPS = "sign-ups", _("Headwater: people who joined a newsletter")
        REGISTRATIONS = "registrations", _("Headwater: places kept at events")
        ATTENDANCE = "attendance", _("Headwater: people who came to events")
        CONVERSIONS = "conversions", _("Headwater: conversions through partners’ links")

    class Source(models.TextChoices):
        MEASURED = "measured", _("Measured")
        REPORTED = "self-reported", _("Self-reported")

    class Worth(models.TextChoices):
        US = "us", _("to us")
        PARTNERS = "partners", _("to partners")

    slug = models.SlugField(unique=True)
    name = models.CharField(_("what is counted"), max_length=200)
    unit = models.CharField(_("unit"), max_length=60)
    source = models.CharField(_("how we know"), max_length=20, choices=Source.choices)
    period = models.CharField(
        _("how often it is counted"), max_length=8, choices=Period.choices, default=Period.WEEK
    )
    measure = models.CharField(
        _("what kind of number"), max_length=6, choices=Measure.choices, default=Measure.COUNT
    )
    more_is_better = models.BooleanField(_("more of it is better"), default=True)
    counted = models.CharField(
        _("who counts it"), max_length=14, choices=Counted.choices, blank=True,
        default=Counted.BY_HAND,
    )  # fmt: skip
    is_by_kind = models.BooleanField(_("each kind of partner apart"), default=False)
    worth_low = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    worth_likely = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    worth_high = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    partner_worth_low = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    partner_worth_likely = models.DecimalField(
        max_digits=14, decimal_places=3, null=True, blank=True
    )
    partner_worth_high = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(worth_likely=None)
                | Q(
                    worth_low__lte=models.F("worth_likely"),
                    worth_high__gte=models.F("worth_likely"),
                ),
                name="likely_worth_lies_between_low_and_high",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(self.period)

    @property
    def is_level(self) -> bool:
        return self.measure == self.Measure.LEVEL

    @property
    def better(self) -> int:
        """1 where more is better, -1 where less is: an effect times this is for the good."""
        return 1 if self.more_is_better else -1

    def settled(self) -> list[str]:
        """Fields that can't change any more: what was counted, or locked, would mean another
        thing."""
        is_locked = self.campaigns.exclude(registered_at=None).exists()
        has_counts = Outcome.objects.filter(market__metric=self).exists()
        settled = ["unit", "measure", "more_is_better"] if is_locked else []
        return [*settled, "period"] if has_counts or is_locked else settled

    def worth(self, to: str) -> tuple[Decimal, Decimal, Decimal] | None:
        """Low, likely and high worth of one more (or less, where less is better), in the House's
        currency; None where unsaid."""
        values = (
            (self.worth_low, self.worth_likely, self.worth_high)
            if to == self.Worth.US
            else (self.partner_worth_low, self.partner_worth_likely, self.partner_worth_high)
        )
        low, likely, high = values
        if low is None or likely is None or high is None:
            return None
        return low, likely, high


class Market(models.Model):
    """Where a metric is counted: a town, a chapter, a group. Some are ours, some only compare."""

    metric = models.ForeignKey(Metric, models.CASCADE, related_name="markets")
    name = models.CharField(_("name"), max_length=120)
    is_ours = models.BooleanField(_("our partners are there"), default=True)

    class Meta:
        ordering = ["-is_ours", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "name"], name="a_market_is_listed_once_a_metric"
            )
        ]

    def __str__(self) -> str:
        return self.name


SMALLEST = Decimal("0.000001")  # that an outcome keeps: a rate such as 0.4493 keeps all it has


class Outcome(models.Model):
    """What one market counted in one period, known by its first day.

    A period not looked at has no value, which is not nought.
    """

    market = models.ForeignKey(Market, models.CASCADE, related_name="outcomes")
    period_on = models.DateField()
    value = models.DecimalField(max_digits=21, decimal_places=6, null=True, blank=True)
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["period_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["market", "period_on"], name="one_count_a_market_a_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.period_on}: {self.value}"


class OutcomeFile(models.Model):
    """A file of counts that was brought in, or is being looked at: what it holds until it's kept.

    The numbers themselves become `Outcome` rows; of a file that was kept its name, who brought it
    and its hash stay, so that it can be said that this very file was here before.
    """

    metric = models.ForeignKey(Metric, models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    digest = models.CharField(max_length=64, db_index=True)
    chosen = models.JSONField(default=dict)
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True, blank=True)
    changed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-added_at"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    @transaction.atomic
    def add(
        cls, metric: Metric, content: bytes, *, name: str, actor: Person | None, at: datetime
    ) -> OutcomeFile:
        """Hold a file to look at it. Others that nobody kept go after a week."""
        cls.objects.filter(kept_at=None, added_at__lt=at - DAYS_HELD).delete()
        return cls.objects.create(
            metric=metric, content=content, name=name[-200:], added_by=actor, added_at=at,
            digest=sha256(content).hexdigest(),
        )  # fmt: skip

    def was_here(self) -> bool:
        """Whether this very file was kept before."""
        same = OutcomeFile.objects.filter(metric=self.metric_id, digest=self.digest)
        return same.exclude(kept_at=None).exists()

    def close(self, changed: int, *, at: datetime) -> None:
        """Its numbers are kept: what it held may go."""
        self.content, self.kept_at, self.changed = b"", at, changed
        self.save(update_fields=["content", "kept_at", "changed"])


@transaction.atomic
def note_outcomes(
    market: Market,
    values: Iterable[tuple[date, Decimal | None]],
    *,
    actor: Person | None,
    at: datetime,
) -> int:
    """Keep what was counted, a value a period; gives how many were new or other than before.

    A second count of the same period replaces the first. Refused for a period that is not over:
    half a week would stand there as a whole one.
    """
    rhythm = market.metric.rhythm
    new = {rhythm.first_day(day): _as_kept(value) for day, value in values}
    if new and not is_over(max(new), rhythm, at):
        raise Refused(
            _("%(period)s isn’t over yet. Bring it in once it is.")
            % {"period": named(max(new), rhythm)}
        )
    known = dict(market.outcomes.filter(period_on__in=new).values_list("period_on", "value"))
    rows = [
        Outcome(market=market, period_on=day, value=value, noted_at=at)
        for day, value in new.items()
        if day not in known or known[day] != value
    ]
    if not rows:
        return 0
    Outcome.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["market", "period_on"],
        update_fields=["value", "noted_at"],
        batch_size=500,
    )
    record_staff(verbs.STAFF_OUTCOMES_NOTED, actor=actor, subject=market, at=at, periods=len(rows))
    return len(rows)


def is_over(day: date, rhythm: Rhythm, at: datetime) -> bool:
    """Whether the period that holds this day has passed, where the House stands."""
    return rhythm.last_day(day) < at.astimezone(House.current().zone).date()


def _as_kept(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(SMALLEST)
