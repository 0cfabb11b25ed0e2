from __future__ import annotations

import hashlib
import hmac
from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from headwater.kit.names import email_key
from headwater.kit.periods import week_of
from headwater.ledger.models import record
from headwater.partners import verbs
from headwater.people.models import Person

MODULES = {
    "learn": _("Tips, articles and the toolkit"),
    "events": _("Events"),
    "share": _("Messages to share"),
    "gauges": _("Check-ins and their own growth"),
    "points": _("Points, badges and boards"),
    "talk": _("Discussions"),
    "press": _("Press room"),
}


class Kind(models.Model):
    """A kind of partner, and which parts of the portal it meets: media have no points or gauges."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=60)
    plural = models.CharField(_("plural"), max_length=60)
    modules = models.JSONField(default=list)
    is_primary = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-is_primary", "position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_primary"], condition=Q(is_primary=True), name="one_primary_kind"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def make_primary(self) -> None:
        """The kind that is asked first."""
        Kind.objects.filter(is_primary=True).update(is_primary=False)
        self.is_primary = True
        self.save(update_fields=["is_primary"])


class Belonging(models.Model):
    """That a person is a partner of this kind. One person may be of several."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="belongings")
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="belongings")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="a_kind_is_given_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.kind})"


def modules_of(person: Person) -> set[str]:
    """The parts of the portal this person meets: all that any of their kinds has."""
    kinds = list(Kind.objects.filter(belongings__person=person))
    return {m for kind in kinds for m in kind.modules} if kinds else set(MODULES) - {"press"}


class Tag(models.Model):
    name = models.CharField(_("tag"), max_length=80, unique=True)
    people = models.ManyToManyField(Person, related_name="tags", blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SocialAccount(models.Model):
    person = models.ForeignKey(Person, models.CASCADE, related_name="social_accounts")
    network = models.CharField(max_length=30)
    handle = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "network", "handle"], name="an_account_is_listed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.network}: {self.handle}"


class Stewardship(models.Model):
    """Who on our staff looks after this partner."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="stewardship")
    steward = models.ForeignKey(Person, models.CASCADE, related_name="looks_after")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.steward} looks after {self.person}"


class Note(models.Model):
    """What a colleague wrote down about a partner. Partners see it when they ask for their data."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="notes")
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="notes_written")
    text = models.TextField(_("note"), max_length=4000)
    is_contact = models.BooleanField(_("we were in touch"), default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.text[:40]


class Goal(models.Model):
    """What the partner wants for themselves. It stands above ours, private unless shared."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="goals")
    what = models.CharField(_("what you want more of"), max_length=200)
    unit = models.CharField(_("counted in"), max_length=60)
    target = models.DecimalField(_("how many a week"), max_digits=14, decimal_places=3)
    by = models.DateField(_("by when"))
    is_shared = models.BooleanField(_("staff may see it"), default=False)
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at=None), name="one_goal_at_a_time"
            ),
            models.CheckConstraint(condition=Q(target__gt=0), name="a_goal_is_more_than_nothing"),
        ]

    def __str__(self) -> str:
        return self.what

    @classmethod
    @transaction.atomic
    def set(cls, person: Person, *, at: datetime, **fields: Any) -> Goal:
        """Set a new goal; the one before is kept with its weeks."""
        cls.objects.filter(person=person, ended_at=None).update(ended_at=at)
        goal = cls.objects.create(person=person, set_at=at, **fields)
        record(verbs.GOAL_SET, person=person, subject=goal, at=at)
        return goal

    @transaction.atomic
    def keep_week(self, *, value: float, day: date, at: datetime) -> None:
        """Note how many it were in the week of this day; a second note replaces the first."""
        week = week_of(day)
        self.weeks.update_or_create(week_on=week, defaults={"value": value, "noted_at": at})
        record(
            verbs.GOAL_WEEK_KEPT,
            person=self.person,
            subject=self,
            at=at,
            once=f"goal:{self.pk}:{week}",
        )


class GoalWeek(models.Model):
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="weeks")
    week_on = models.DateField()
    value = models.DecimalField(max_digits=14, decimal_places=3)
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["week_on"]
        constraints = [
            models.UniqueConstraint(fields=["goal", "week_on"], name="one_value_a_week"),
            models.CheckConstraint(condition=Q(value__gte=0), name="a_week_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.week_on}: {self.value}"


class Trait(models.Model):
    """Something rooms above worked out about a person that segments may filter by.

    A gauge becomes a trait only where the partner shared it.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="traits")
    name = models.CharField(max_length=60)
    text = models.CharField(max_length=100, blank=True)
    number = models.FloatField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="a_trait_has_one_value")
        ]
        indexes = [models.Index(fields=["name", "text", "number"], name="people_by_trait")]

    def __str__(self) -> str:
        return f"{self.name}: {self.text or self.number}"


class Purpose(models.TextChoices):
    """Why we write to somebody. Each has its own lawful basis."""

    SERVICE = "service", _("What they asked for themselves")
    NEWSLETTER = "newsletter", _("The newsletter")
    SURVEYS = "surveys", _("Asking what would help")
    EVENTS = "events", _("Invitations and news of events")
    MESSAGES = "messages", _("Messages to share")
    THANKS = "thanks", _("Thanks")


class Basis(models.Model):
    """Why we may write to this person for this purpose: with wording, source and time."""

    class Ground(models.TextChoices):
        CONSENT = "consent", _("Consent")
        CONTRACT = "contract", _("Contract")
        INTEREST = "interest", _("Legitimate interest")

    person = models.ForeignKey(Person, models.CASCADE, related_name="bases")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    ground = models.CharField(max_length=10, choices=Ground.choices)
    wording = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(ended_at=None),
                name="one_standing_basis_per_purpose",
            ),
            models.CheckConstraint(
                condition=~Q(ground="interest") | ~Q(wording=""),
                name="a_legitimate_interest_gives_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}: {self.ground}"

    @classmethod
    @transaction.atomic
    def give(
        cls, person: Person, purpose: str, *, ground: str, wording: str, source: str, at: datetime
    ) -> Basis:
        """Set the standing basis for a purpose; the one before is ended and kept."""
        cls.objects.filter(person=person, purpose=purpose, ended_at=None).update(ended_at=at)
        basis = cls.objects.create(
            person=person,
            purpose=purpose,
            ground=ground,
            wording=wording,
            source=source,
            given_at=at,
        )
        if ground == cls.Ground.CONSENT:
            record(verbs.CONSENTED, person=person, subject=basis, at=at, purpose=purpose)
        return basis

    @classmethod
    @transaction.atomic
    def end(cls, person: Person, purpose: str, *, at: datetime) -> None:
        """The person asked us to stop, or took consent back. Safe to do twice."""
        if cls.objects.filter(person=person, purpose=purpose, ended_at=None).update(ended_at=at):
            record(verbs.OBJECTED, person=person, at=at, purpose=purpose)


def address_hash(address: str) -> str:
    """A keyed hash of an address: what stays in the suppression list when a person is erased."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, email_key(address).encode(), hashlib.sha256).hexdigest()


class Suppression(models.Model):
    """An address we must not write to again, kept only as a keyed hash."""

    class Reason(models.TextChoices):
        UNSUBSCRIBED = "unsubscribed", _("They unsubscribed")
        BOUNCED = "bounced", _("The address doesn’t exist")
        COMPLAINED = "complained", _("They marked our mail as unwanted")
        ERASED = "erased", _("They had their data erased")
        CLEANED = "cleaned", _("Another product had given the address up")

    address_hash = models.CharField(max_length=64)
    person = models.ForeignKey(  # whose address it is now, so that audiences are one join
        Person, models.SET_NULL, null=True, related_name="suppressions"
    )
    purpose = models.CharField(max_length=20, blank=True)  # blank: for every purpose
    reason = models.CharField(max_length=20, choices=Reason.choices)
    source = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["address_hash", "purpose"], name="an_address_is_suppressed_once_per_purpose"
            )
        ]

    def __str__(self) -> str:
        return self.reason

    @classmethod
    def add(
        cls, address: str, *, reason: str, at: datetime, purpose: str = "", source: str = ""
    ) -> Suppression:
        return cls.objects.get_or_create(
            address_hash=address_hash(address),
            purpose=purpose,
            defaults={
                "reason": reason,
                "source": source,
                "at": at,
                "person": Person.objects.with_email(address).first(),
            },
        )[0]

    @classmethod
    def holds(cls, address: str, purpose: str) -> bool:
        return cls.objects.filter(
            address_hash=address_hash(address), purpose__in=["", purpose]
        ).exists()


class SegmentQuerySet(models.QuerySet["Segment"]):
    def named(self) -> Self:
        return self.exclude(name="")


class Segment(models.Model):
    """A saved filter that stays live: the people it holds are those who fit today.

    `rule` is {"kinds": [slug], "tags": [name], "organisations": [id], "countries": [...],
    "languages": [...], "traits": [{"name", "text" | "from", "to"}], "active_since_days": n}.
    Every part that is there must fit; within a part any value does.
    """

    name = models.CharField(_("name"), max_length=120, unique=True)
    rule = models.JSONField(default=dict)
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = SegmentQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def people(self, at: datetime) -> QuerySet[Person]:
        return matching(self.rule, at)


def matching(rule: dict[str, Any], at: datetime) -> QuerySet[Person]:
    """The partners who fit a segment's rule now. An empty rule is every partner."""
    people: QuerySet[Person] = Person.objects.partners()
    if kinds := rule.get("kinds"):
        of_kind = Belonging.objects.filter(person=OuterRef("pk"), kind__slug__in=kinds)
        people = people.filter(Exists(of_kind))
    if tags := rule.get("tags"):
        tagged = Tag.people.through.objects.filter(person=OuterRef("pk"), tag__name__in=tags)
        people = people.filter(Exists(tagged))
    if organisations := rule.get("organisations"):
        people = people.filter(
            positions__organisation__in=organisations, positions__ended_at=None
        ).distinct()
    if countries := rule.get("countries"):
        people = people.filter(country__in=countries)
    if languages := rule.get("languages"):
        people = people.filter(language__in=languages)
    for trait in rule.get("traits", []):
        has = Trait.objects.filter(person=OuterRef("pk"), name=trait["name"])
        if "text" in trait:
            has = has.filter(text=trait["text"])
        if "from" in trait:
            has = has.filter(number__gte=trait["from"])
        if "to" in trait:
            has = has.filter(number__lt=trait["to"])
        people = people.filter(Exists(has))
    return people
