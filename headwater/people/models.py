from __future__ import annotations

import secrets
from contextvars import ContextVar
from datetime import datetime
from hashlib import sha256
from typing import Any, Self
from zlib import crc32
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Count, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.kit.names import email_key, name_key, random_code


class Role(models.TextChoices):
    """What staff may do. Each includes what stands below it: analysts read, editors write,
    managers send, spend and see people, owners change the house and its team."""

    ANALYST = "analyst", _("Analyst")
    EDITOR = "editor", _("Editor")
    MANAGER = "manager", _("Manager")
    OWNER = "owner", _("Owner")


# Inside a request: the house, once somebody has asked for it. Elsewhere: nothing is kept.
seen_in_request: ContextVar[list[House] | None] = ContextVar("house", default=None)
RANKS = {role: rank for rank, role in enumerate(Role.values, start=1)}


class PersonQuerySet(models.QuerySet["Person"]):
    def standing(self) -> Self:
        """People as they are now: neither merged into another nor erased."""
        return self.filter(merged_into=None, erased_at=None)

    def partners(self) -> Self:
        return self.standing().filter(is_partner=True)

    def staff(self) -> Self:
        return self.standing().exclude(role="").filter(is_active=True)

    def with_email(self, address: str) -> Self:
        return self.standing().filter(email_key=email_key(address))


class PersonManager(BaseUserManager["Person"]):
    def get_queryset(self) -> PersonQuerySet:
        return PersonQuerySet(self.model, using=self._db)

    def partners(self) -> PersonQuerySet:
        return self.get_queryset().partners()

    def staff(self) -> PersonQuerySet:
        return self.get_queryset().staff()

    def standing(self) -> PersonQuerySet:
        return self.get_queryset().standing()

    def with_email(self, address: str) -> PersonQuerySet:
        return self.get_queryset().with_email(address)

    def create_user(self, email: str = "", **fields: Any) -> Person:
        """One person, with the keys that are worked out from name and address filled in.

        Sign-in is by e-mailed code, so nobody has a password that could be guessed.
        """
        person = self.model(email=email.strip(), **fields)
        person.fill_keys()
        person.set_unusable_password()
        person.save(using=self._db)
        return person


class Organisation(models.Model):
    """A partner organisation. It takes part through its people and its general contact."""

    public_id = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    name = models.CharField(_("name"), max_length=300)
    name_key = models.CharField(max_length=300, db_index=True, editable=False, default="")
    website = models.URLField(_("website"), max_length=500, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)
    place = models.CharField(_("town"), max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def rename(self, name: str) -> None:
        self.name, self.name_key = name.strip(), name_key(name)
        self.save(update_fields=["name", "name_key"])


class Person(AbstractBaseUser):
    """A partner, a colleague, a subscriber, or the general contact of an organisation.

    The identity everything else hangs on: one row a person, never two for one address.
    """

    public_id = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    first_name = models.CharField(_("first name"), max_length=150, blank=True)
    last_name = models.CharField(_("last name"), max_length=150, blank=True)
    name = models.CharField(_("name"), max_length=300)
    name_key = models.CharField(max_length=300, db_index=True, editable=False, default="")
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    email_key = models.CharField(max_length=254, unique=True, null=True, editable=False)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)
    place = models.CharField(_("town"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=20, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    is_partner = models.BooleanField(default=False)
    is_general_contact = models.BooleanField(default=False)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, blank=True)
    is_active = models.BooleanField(default=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, db_index=False)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "public_id"
    EMAIL_FIELD = "email"

    objects = PersonManager()

    class Meta:
        verbose_name = _("person")
        indexes = [
            models.Index(fields=["is_partner", "-created_at"], name="newest_partners_first"),
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="those_who_were_merged",
            ),
            models.Index(
                fields=["erased_at"],
                condition=Q(erased_at__isnull=False),
                name="those_who_were_erased",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(email_key=None) | ~Q(email_key=""), name="no_empty_email_key"
            ),
            models.CheckConstraint(
                condition=Q(role="") | Q(is_general_contact=False),
                name="a_general_contact_is_not_staff",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        return bool(self.role) and self.is_active

    @property
    def greeting(self) -> str:
        """What to call them at the top of a letter."""
        return self.first_name or self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone) if self.time_zone else House.current().zone

    @transaction.atomic
    def take_role(self, role: str) -> None:
        """Join the team, change one's part in it, or (with an empty role) leave it."""
        owners = Person.objects.staff().filter(role=Role.OWNER).select_for_update()
        if self.role == Role.OWNER and role != Role.OWNER and len(owners) < 2:
            raise Refused(_("Somebody has to own the house. Make another colleague owner first."))
        if self.is_general_contact and role:
            raise Refused(_("The general contact of an organisation can’t be a colleague."))
        self.role = role
        self.save(update_fields=["role"])

    def suspend(self, at: datetime) -> None:
        """Shut them out at once, without forgetting them. They never rank and get no mail."""
        if self.is_staff:
            raise Refused(_("Take a colleague out of the team first."))
        self.suspended_at, self.is_active = self.suspended_at or at, False
        self.save(update_fields=["suspended_at", "is_active"])

    def let_back(self) -> None:
        self.suspended_at, self.is_active = None, True
        self.save(update_fields=["suspended_at", "is_active"])

    def is_at_least(self, role: str) -> bool:
        return self.is_staff and RANKS[Role(self.role)] >= RANKS[Role(role)]

    def fill_keys(self) -> None:
        """Work out the columns that matching uses. Every writer of names or addresses calls it."""
        if not self.name:
            self.name = f"{self.first_name} {self.last_name}".strip()
        self.name_key = name_key(self.name)
        self.email_key = email_key(self.email) or None

    def rename(self, name: str, first_name: str = "", last_name: str = "") -> None:
        self.name, self.first_name, self.last_name = name, first_name, last_name
        self.fill_keys()
        self.save(update_fields=["name", "first_name", "last_name", "name_key", "email_key"])

    @transaction.atomic
    def change_email(self, address: str) -> None:
        if Person.objects.with_email(address).exclude(pk=self.pk).exists():
            raise Refused(_("Somebody else here already has this address."))
        self.email = address.strip()
        self.fill_keys()
        self.save(update_fields=["email", "email_key"])


class Position(models.Model):
    """One person's place in one organisation. An ended one is kept: that is the handover."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="positions")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="positions")
    title = models.CharField(_("what they do there"), max_length=200, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=Q(ended_at=None),
                name="one_standing_position_per_organisation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.organisation}"


class ExternalId(models.Model):
    """Who this person is in another system: the pair of source and value is theirs alone."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="external_ids")
    source = models.CharField(max_length=60)
    value = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "value"], name="an_external_id_is_one_persons_alone"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source}:{self.value}"


def _count_of_partners() -> Coalesce:
    people = Person.objects.partners().order_by().annotate(one=Value(1)).values("one")
    return Coalesce(Subquery(people.annotate(n=Count("pk")).values("n")), 0)


class House(models.Model):
    """Our own organisation and how this installation presents itself. There is one row."""

    name = models.CharField(_("name"), max_length=200)
    mark = models.ImageField(_("logo"), upload_to="house/", blank=True)
    colour = models.CharField(
        _("colour"),
        max_length=7,
        default="#0b5d7c",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$")],
    )
    public_url = models.URLField(_("public address"), blank=True)
    postal_address = models.CharField(_("postal address"), max_length=300, blank=True)
    reply_to = models.EmailField(_("reply-to"), blank=True)
    from_email = models.EmailField(_("from"), blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    currency = models.CharField(_("currency"), max_length=3, default="GBP")
    country = models.CharField(_("country"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=20, default="en-gb")
    hourly_rate = models.DecimalField(
        _("what an hour costs"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    is_demo = models.BooleanField(default=False)
    lotteries_allowed = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="there_is_one_house")]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def mark_url(self) -> str:
        """Where the mark is served; it changes with the mark, so that browsers may keep it."""
        return f"/mark.png?{crc32(str(self.mark.name).encode()):x}" if self.mark else ""

    @classmethod
    def current(cls, *, counting: bool = False) -> House:
        """The one house; before the first run, an unsaved one with the defaults.

        Within one request it is read once: see `people.middleware`. With `counting` its partners
        are counted in the same statement, as `partner_count`: every page of the studio says it.
        """
        kept = seen_in_request.get()
        if kept is not None and kept:
            return kept[0]
        rows = cls.objects.filter(pk=1)
        extra = {"partner_count": _count_of_partners()} if counting else {}
        house: House | None = rows.annotate(**extra).first()
        if house and kept is not None:
            kept.append(house)
        return house or cls(pk=1, name="")

    @classmethod
    def is_open(cls) -> bool:
        """Whether the first run has been done."""
        return cls.objects.filter(pk=1).exists()


class SignUp(models.Model):
    """Somebody who asked to join but has not yet confirmed. Pruned after seven days."""

    public_id = models.CharField(max_length=24, unique=True, editable=False)
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    email = models.EmailField(max_length=254)
    email_key = models.CharField(max_length=254, db_index=True)
    wanted = models.CharField(max_length=60)
    details = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.wanted

    @classmethod
    def ask(
        cls, email: str, *, wanted: str, at: datetime, first_name: str = "", last_name: str = "",
        **details: Any,
    ) -> SignUp:  # fmt: skip
        return cls.objects.create(
            public_id=random_code(24),
            first_name=first_name.strip(),
            last_name=last_name.strip(),
            email=email.strip(),
            email_key=email_key(email),
            wanted=wanted,
            details=details,
            asked_at=at,
        )

    @transaction.atomic
    def confirm(self, at: datetime) -> Person:
        """Turn the sign-up into a person, or find the one who has this address already."""
        person = Person.objects.with_email(self.email).first()
        if person is None:
            person = Person.objects.create_user(
                self.email,
                first_name=self.first_name,
                last_name=self.last_name,
                name=f"{self.first_name} {self.last_name}".strip() or self.email.split("@")[0],
                created_at=at,
            )
        if not self.confirmed_at:
            self.confirmed_at = at
            self.save(update_fields=["confirmed_at"])
        return person


class ApiToken(models.Model):
    """A key for a program, with the scopes it has. Only its hash is kept: it is shown once."""

    class Scope(models.TextChoices):
        PARTNERS = "partners:read", _("Read partners, with names and addresses")
        ACTIVITIES = "activities:read", _("Read the plan")
        TIPS = "tips:read", _("Read tips")
        VISITS = "visits:read", _("Read visits, a day and a link")
        OUTCOMES = "outcomes:read", _("Read what is counted")
        OUTCOMES_WRITE = "outcomes:write", _("Write what is counted")
        CONVERSIONS_WRITE = "conversions:write", _("Report conversions through partners’ links")

    name = models.CharField(_("what it is for"), max_length=100)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def hash_of(key: str) -> str:
        return sha256(key.encode()).hexdigest()

    @classmethod
    def make(
        cls, name: str, *, scopes: list[str], actor: Person | None, at: datetime
    ) -> tuple[ApiToken, str]:
        """A new token and its key, which nobody can read again."""
        key = f"hw_{secrets.token_urlsafe(32)}"
        token = cls.objects.create(
            name=name, key_hash=cls.hash_of(key), scopes=scopes, made_by=actor, made_at=at
        )
        return token, key

    @classmethod
    def standing(cls, key: str) -> ApiToken | None:
        return cls.objects.filter(key_hash=cls.hash_of(key), ended_at=None).first()
