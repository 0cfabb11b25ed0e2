from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import DecimalField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from headwater.events.models import Event
from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.listening.models import Gauge, Need, has_asked
from headwater.partners.models import Segment
from headwater.people.models import House, Person
from headwater.programme import verbs

MONEY = DecimalField(max_digits=14, decimal_places=3)
NOTHING = Value(Decimal(0), output_field=MONEY)
NOT_NEGATIVE = [MinValueValidator(0)]


class ActivityQuerySet(models.QuerySet["Activity"]):
    def standing(self) -> Self:
        """What is proposed, decided or done; not what was dropped."""
        return self.exclude(state=Activity.State.DROPPED)

    def decided(self) -> Self:
        return self.filter(state__in=[Activity.State.DECIDED, Activity.State.DONE])

    def between(self, first: date, last: date) -> Self:
        return self.filter(starts_on__lte=last, ends_on__gte=first)

    def with_costs(self) -> Self:
        """With `money` and `hours`, added up in the database."""
        costs = Cost.objects.filter(activity=OuterRef("pk")).order_by().values("activity")
        money = costs.annotate(n=Sum("money")).values("n")
        hours = costs.annotate(n=Sum("hours")).values("n")
        return self.annotate(
            money=Coalesce(Subquery(money), NOTHING), hours=Coalesce(Subquery(hours), NOTHING)
        )

    def on_the_same_day(self, activity: Activity) -> Self:
        """Other activities of a single day that fall on this one's day."""
        if activity.starts_on != activity.ends_on:
            return self.none()
        single = self.filter(starts_on=activity.starts_on, ends_on=activity.starts_on)
        return single.standing().exclude(pk=activity.pk)


class Activity(models.Model):
    """Something that builds capacity: what it answers, whom it is for, when, and what it costs.

    The theory in one line: need -> activity -> gauge -> outcome.
    """

    class Kind(models.TextChoices):
        KEYNOTE = "keynote", _("Keynote")
        WEBINAR = "webinar", _("Webinar")
        SEMINAR = "half-day-seminar", _("Half-day seminar")
        ARTICLE = "article", _("Article")
        TIP = "tip", _("Tips")
        TOOLKIT = "toolkit", _("Toolkit")
        LIVE_CHAT = "live-chat", _("Live chat")
        DISCUSSION = "discussion", _("Discussion")
        NEWSLETTER = "newsletter", _("Newsletter")
        CHALLENGE = "challenge", _("Challenge")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Not decided")
        DECIDED = "decided", _("Decided")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    need = models.ForeignKey(
        Need, models.PROTECT, null=True, blank=True, related_name="planned",
        verbose_name=_("what it answers"),
    )  # fmt: skip
    segment = models.ForeignKey(
        Segment, models.SET_NULL, null=True, blank=True, verbose_name=_("whom it is for")
    )
    event = models.OneToOneField(
        Event, models.SET_NULL, null=True, blank=True, related_name="activity",
        verbose_name=_("the event"),
    )  # fmt: skip
    prepare_from = models.DateField(_("being made from"), null=True, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    places = models.PositiveIntegerField(_("places"), null=True, blank=True)
    gauge = models.CharField(_("gauge it should move"), max_length=10, choices=Gauge.choices)
    outcome = models.CharField(_("what should be different"), max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    why_not_asked = models.CharField(_("why nobody was asked first"), max_length=500, blank=True)
    created_at = models.DateTimeField()

    money: Decimal  # these two come with `with_costs`
    hours: Decimal

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        indexes = [models.Index(fields=["starts_on", "ends_on"], name="activities_by_date")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="an_activity_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(prepare_from=None) | Q(prepare_from__lte=F("starts_on")),
                name="an_activity_is_made_before_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(need__isnull=False) | ~Q(why_not_asked=""),
                name="an_activity_answers_a_need_or_says_why_not",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    @transaction.atomic
    def plan(
        cls, *, actor: Person | None, at: datetime, money: Decimal = Decimal(0),
        hours: Decimal = Decimal(0), **fields: Any,
    ) -> Activity:  # fmt: skip
        """Put an activity into the plan. Without having asked, only with a reason, which stays."""
        reason = fields.get("why_not_asked", "").strip()
        if not reason and not has_asked(at=at):
            raise Refused(
                _("No partner has been asked yet. Ask first, or write down why you plan without.")
            )
        if not reason and not fields.get("need"):
            raise Refused(_("Say which wish it answers, or write down why it answers none."))
        activity = cls.objects.create(created_at=at, **fields)
        if money or hours:
            activity.costs.create(
                what=activity.title, money=money, hours=hours, on=fields["starts_on"]
            )
        record_staff(
            verbs.STAFF_ACTIVITY_CHANGED, actor=actor, subject=activity, at=at, fields=["new"]
        )
        return activity

    @transaction.atomic
    def decide(self, *, actor: Person | None, at: datetime, url: str = "") -> None:
        """It will happen: those who asked for it may see so. Deciding twice says it once."""
        if self.state != self.State.PROPOSED:
            return
        self.state = self.State.DECIDED
        self.save(update_fields=["state"])
        if self.need:
            self.need.respond(title=self.title, text=self.outcome, url=url, actor=actor, at=at)
        record_staff(verbs.STAFF_ACTIVITY_DECIDED, actor=actor, subject=self, at=at)

    @transaction.atomic
    def drop(self, *, actor: Person | None, at: datetime) -> None:
        self.state = self.State.DROPPED
        self.save(update_fields=["state"])
        record_staff(verbs.STAFF_ACTIVITY_DROPPED, actor=actor, subject=self, at=at)


class Cost(models.Model):
    """Money and hours that an activity or a campaign took: one or the other, never both."""

    activity = models.ForeignKey(
        Activity, models.CASCADE, null=True, blank=True, related_name="costs"
    )
    campaign = models.ForeignKey(
        "programme.Campaign", models.CASCADE, null=True, blank=True, related_name="costs"
    )
    what = models.CharField(_("for"), max_length=200)
    money = models.DecimalField(
        _("money"), max_digits=14, decimal_places=3, default=Decimal(0), validators=NOT_NEGATIVE
    )
    hours = models.DecimalField(
        _("hours"), max_digits=14, decimal_places=3, default=Decimal(0), validators=NOT_NEGATIVE
    )
    on = models.DateField(_("day"))

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(activity=None, campaign__isnull=False)
                | Q(activity__isnull=False, campaign=None),
                name="a_cost_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(money__gte=0, hours__gte=0), name="a_cost_is_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.what


class Budget(models.Model):
    """What may be spent between two days. Hours need a price of their own (House.hourly_rate)."""

    title = models.CharField(_("name"), max_length=100)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    money = models.DecimalField(
        _("money"), max_digits=14, decimal_places=3, validators=NOT_NEGATIVE
    )
    hours = models.DecimalField(
        _("hours"), max_digits=14, decimal_places=3, default=Decimal(0), validators=NOT_NEGATIVE
    )

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="a_budget_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def at(cls, day: date) -> Budget | None:
        return cls.objects.filter(starts_on__lte=day, ends_on__gte=day).first()

    def committed(self) -> tuple[Decimal, Decimal]:
        """Money and hours of everything decided in its time, campaigns included."""
        total = Cost.objects.filter(on__gte=self.starts_on, on__lte=self.ends_on).filter(
            Q(activity__state__in=[Activity.State.DECIDED, Activity.State.DONE])
            | Q(campaign__registered_at__isnull=False, campaign__withdrawn_at=None)
        )
        sums = total.aggregate(money=Sum("money"), hours=Sum("hours"))
        return sums["money"] or Decimal(0), sums["hours"] or Decimal(0)


def priced(money: Decimal, hours: Decimal, house: House | None = None) -> Decimal | None:
    """Money and hours as one sum, in the House's currency; None while hours have no price."""
    rate = (house or House.current()).hourly_rate
    if hours and rate is None:
        return None
    return money + hours * (rate or Decimal(0))
