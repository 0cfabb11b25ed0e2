from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Self

from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.listening.models import Need
from headwater.partners.models import Segment
from headwater.people.models import House, Person
from headwater.programme import verbs
from headwater.programme.models.activities import Activity
from headwater.programme.models.outcomes import Market, Metric


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def registered(self) -> Self:
        return self.exclude(registered_at=None).filter(withdrawn_at=None)

    def over(self, day: date) -> Self:
        """Registered, and the days that count have passed: ready for a verdict."""
        return self.registered().filter(counted_until__lt=day)

    def running(self, day: date) -> Self:
        return self.registered().filter(starts_on__lte=day, ends_on__gte=day)


LOCKED = ["objective", "metric", "aim", "starts_on", "ends_on", "counted_until", "comparison"]


class Campaign(models.Model):
    """Something we ask partners to help with; what it should bring is written down before.

    Registered, it is locked: what is changed after that stands beside the first line, with who,
    when and why, and the verdict is given on both. The aim says how much more; where less of the
    metric is better, how much less. Of a level it is the average over the periods that count.
    """

    class Comparison(models.TextChoices):
        LOT = "lot", _("By lot: some start later")
        MARKETS = "markets", _("Places that had none")
        BEFORE = "before", _("Our own time before")

    title = models.CharField(_("title"), max_length=200)
    objective = models.TextField(_("if it works, what’s different?"), max_length=600)
    need = models.ForeignKey(
        Need, models.SET_NULL, null=True, blank=True, verbose_name=_("whose wish it answers")
    )
    segment = models.ForeignKey(
        Segment, models.SET_NULL, null=True, blank=True, verbose_name=_("who is asked to help")
    )
    metric = models.ForeignKey(
        Metric, models.PROTECT, related_name="campaigns", verbose_name=_("the one number")
    )
    aim = models.DecimalField(
        _("your aim, above what’s usual"), max_digits=14, decimal_places=3,
        validators=[MinValueValidator(Decimal("0.001"))],
    )  # fmt: skip
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"))
    counted_until = models.DateField(_("counted until"))
    comparison = models.CharField(
        _("what we’ll compare it with"), max_length=10, choices=Comparison.choices
    )
    markets = models.ManyToManyField(
        Market, blank=True, related_name="campaigns", verbose_name=_("places it runs in")
    )
    also_watched = models.ManyToManyField(
        Metric, through="Watched", related_name="also_watched_by", blank=True
    )
    lot_number = models.CharField(_("number of the draw"), max_length=100, blank=True)
    channel = models.CharField(_("main channel"), max_length=60, blank=True)
    alternatives = models.ManyToManyField(
        Activity, blank=True, related_name="alternative_to",
        verbose_name=_("what else it could have been"),
    )  # fmt: skip
    created_at = models.DateTimeField()
    registered_at = models.DateTimeField(null=True, blank=True)
    registered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_looked_back = models.BooleanField(
        default=False, help_text="noted once it had begun, when the result could be known"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="a_campaign_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(counted_until__gte=F("ends_on")),
                name="a_campaign_is_counted_to_its_end_at_least",
            ),
            models.CheckConstraint(condition=Q(aim__gt=0), name="an_aim_is_more_than_nothing"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_locked(self) -> bool:
        return self.registered_at is not None

    def costs_in_all(self) -> tuple[Decimal, Decimal]:
        sums = self.costs.aggregate(money=Sum("money"), hours=Sum("hours"))
        return sums["money"] or Decimal(0), sums["hours"] or Decimal(0)

    @transaction.atomic
    def draw_markets(self, number: str, *, actor: Person, at: datetime) -> list[Market]:
        """Choose by lot which half of our places it runs in; anybody can do it again.

        The others start later. It is the only comparison that needs no trust.
        """
        if self.is_locked:
            raise Refused(_("It is registered: the draw can’t be held again."))
        if not number.strip():
            raise Refused(_("Write the number that the draw is made with."))
        ours = list(self.metric.markets.filter(is_ours=True))
        if len(ours) < 4:
            raise Refused(_("A draw needs at least four places of ours. Add them first."))
        drawn = drawn_first(ours, number.strip())
        self.markets.set(drawn)
        self.lot_number = number.strip()
        self.save(update_fields=["lot_number"])
        record_staff(
            verbs.STAFF_CAMPAIGN_CHANGED, actor=actor, subject=self, at=at, fields=["lot_number"],
            among=len(ours), drawn=len(drawn),
        )  # fmt: skip
        return drawn

    def drawn_among(self, ours: list[Market], others: list[Market]) -> list[Market]:
        """The places among which the lot chose `ours`, worked out again from its number.

        None of them where it chose others: somebody then changed what was drawn. Places of ours
        that were added since were not in the draw. Where it can't be told whether the last was, it
        is left out: that it waited costs the draw among the rest nothing.
        """
        if self.comparison != self.Comparison.LOT or not self.lot_number:
            return []
        chosen = {market.pk for market in ours}
        among = sorted((m for m in (*ours, *others) if m.is_ours), key=lambda market: market.pk)
        for many in (2 * len(ours), 2 * len(ours) + 1):
            if {market.pk for market in drawn_first(among[:many], self.lot_number)} == chosen:
                return among[:many]
        return []

    @transaction.atomic
    def register(self, *, actor: Person, at: datetime) -> None:
        """Lock what is expected. Refused once it has begun: a forecast after the fact is none."""
        if self.is_locked:
            raise Refused(_("It is registered already."))
        if at.astimezone(House.current().zone).date() >= self.starts_on:
            raise Refused(
                _("It has begun, so it can’t be registered any more. Register the next one.")
            )
        self._lock(actor=actor, at=at)
        record_staff(verbs.STAFF_CAMPAIGN_REGISTERED, actor=actor, subject=self, at=at)

    @transaction.atomic
    def look_back(self, *, actor: Person, at: datetime) -> None:
        """Lock what is expected of one that has begun or is over; it stays marked as such.

        What counts as success was then chosen when the result could be known, so its answers rank
        a grade lower. One that lies ahead is registered instead.
        """
        if self.is_locked:
            raise Refused(_("It is registered already."))
        if at.astimezone(House.current().zone).date() < self.starts_on:
            raise Refused(_("It hasn’t begun: register it, and its verdict will count in full."))
        if self.comparison == self.Comparison.LOT:
            raise Refused(_("A draw can’t be held afterwards. Compare with something else."))
        self.is_looked_back = True
        self._lock(actor=actor, at=at)
        record_staff(verbs.STAFF_CAMPAIGN_LOOKED_BACK, actor=actor, subject=self, at=at)

    def _lock(self, *, actor: Person, at: datetime) -> None:
        if self.comparison == self.Comparison.MARKETS:
            untouched = self.metric.markets.exclude(pk__in=self.markets.values("pk"))
            if not untouched.exists():
                raise Refused(_("There is no place without it to compare with. Add one first."))
        if self.comparison == self.Comparison.LOT and not self.lot_number:
            raise Refused(_("Hold the draw first: it decides which places start later."))
        self.registered_at, self.registered_by = at, actor
        self.save(update_fields=["registered_at", "registered_by", "is_looked_back"])

    @transaction.atomic
    def amend(
        self, *, field: str, value: Any, reason: str, actor: Person, at: datetime
    ) -> Amendment:
        """Write a correction beside the locked line. The first stays what it was."""
        if not self.is_locked:
            raise Refused(_("It isn’t registered yet: change it directly."))
        if field not in LOCKED:
            raise Refused(_("That can be changed directly."))
        if not reason.strip():
            raise Refused(_("Say why: the reason is shown beside the change."))
        shown = getattr(self, field)
        amendment = self.amendments.create(
            field=field,
            before=f"{shown.normalize():f}" if isinstance(shown, Decimal) else str(shown),
            after=str(value),
            reason=reason.strip(),
            who=actor,
            at=at,
        )
        record_staff(verbs.STAFF_CAMPAIGN_AMENDED, actor=actor, subject=self, at=at, fields=[field])
        return amendment

    @transaction.atomic
    def withdraw(self, *, actor: Person, at: datetime) -> None:
        if at.astimezone(House.current().zone).date() >= self.starts_on:
            raise Refused(_("It has begun, so it can’t be withdrawn. Its verdict will be given."))
        self.withdrawn_at = at
        self.save(update_fields=["withdrawn_at"])
        record_staff(verbs.STAFF_CAMPAIGN_WITHDRAWN, actor=actor, subject=self, at=at)


def drawn_first(markets: list[Market], number: str) -> list[Market]:
    """The half of the markets that this number draws to start first; anybody can do it again."""
    order = sorted(markets, key=lambda market: lot_of(market, number))
    return order[: len(order) // 2]


def lot_of(market: Market, number: str) -> str:
    return sha256(f"{number}:{market.name}".encode()).hexdigest()


class Amendment(models.Model):
    """A correction to a registered campaign: was, should read, who, when and why."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="amendments")
    field = models.CharField(max_length=40)
    before = models.CharField(max_length=600)
    after = models.CharField(max_length=600)
    reason = models.CharField(max_length=500)
    who = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.field}"
