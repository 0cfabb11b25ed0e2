from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.kit.periods import week_of
from headwater.ledger.models import record_staff
from headwater.people.models import Person
from headwater.programme import verbs


class Metric(models.Model):
    """One number that is counted every week, how we come by it, and what one more is worth.

    Worth is what the organisation says, as low, likely and high; without it, no money is claimed.
    """

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

    def worth(self, to: str) -> tuple[Decimal, Decimal, Decimal] | None:
        """Low, likely and high worth of one more, in the House's currency; None where unsaid."""
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


class OutcomeWeek(models.Model):
    """What one market counted in one week. A week not looked at has no value, not nought."""

    market = models.ForeignKey(Market, models.CASCADE, related_name="weeks")
    week_on = models.DateField()
    value = models.DecimalField(max_digits=18, decimal_places=3, null=True, blank=True)
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["week_on"]
        constraints = [
            models.UniqueConstraint(fields=["market", "week_on"], name="one_count_a_market_a_week")
        ]

    def __str__(self) -> str:
        return f"{self.week_on}: {self.value}"


@transaction.atomic
def note_weeks(
    market: Market,
    values: Iterable[tuple[date, Decimal | None]],
    *,
    actor: Person | None,
    at: datetime,
) -> int:
    """Keep what was counted, a value a week. A second count of the same week replaces the first."""
    rows = {
        week_of(day): OutcomeWeek(market=market, week_on=week_of(day), value=value, noted_at=at)
        for day, value in values
    }
    OutcomeWeek.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["market", "week_on"],
        update_fields=["value", "noted_at"],
        batch_size=500,
    )
    record_staff(verbs.STAFF_OUTCOMES_NOTED, actor=actor, subject=market, at=at, weeks=len(rows))
    return len(rows)
