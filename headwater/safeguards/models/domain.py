from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.people.models import House, Person
from headwater.safeguards import verbs


def host_of(address: str) -> str:
    """The host of an https address in the form that names are compared in; "" where it has none.

    Anything a browser and a parser may read differently (a user before the host, a backslash,
    white space, a port) has no host here, so that nothing leads elsewhere than it seems to.
    """
    address = address.strip()
    if not address.isprintable() or any(character in address for character in "\\ @"):
        return ""
    try:
        parts = urlsplit(address)
        port = parts.port
        host = (parts.hostname or "").rstrip(".").encode("idna").decode().lower()
    except (ValueError, UnicodeError):
        return ""
    return host if parts.scheme == "https" and port in {None, 443} and "." in host else ""


class ApprovedDomain(models.Model):
    """Where our links may lead: this domain and what stands under it."""

    domain = models.CharField(_("domain"), max_length=253, unique=True)
    note = models.CharField(_("whose it is"), max_length=200, blank=True)
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField()

    class Meta:
        ordering = ["domain"]

    def __str__(self) -> str:
        return self.domain

    @classmethod
    def names(cls) -> frozenset[str]:
        """Every approved domain, our own public address among them."""
        own = host_of(House.current().public_url)
        return frozenset(cls.objects.values_list("domain", flat=True)) | ({own} if own else set())

    @classmethod
    def allows(cls, address: str, names: frozenset[str] | None = None) -> bool:
        """Whether an address is https and within an approved domain."""
        return is_within(host_of(address), cls.names() if names is None else names)

    @classmethod
    @transaction.atomic
    def approve(
        cls, domain: str, *, actor: Person | None, at: datetime, note: str = ""
    ) -> ApprovedDomain:
        host = host_of(domain if "//" in domain else f"https://{domain.strip()}")
        if not host:
            raise Refused(_("Write a domain such as harbourfood.org, without a path."))
        row, is_new = cls.objects.get_or_create(
            domain=host, defaults={"approved_by": actor, "approved_at": at, "note": note}
        )
        DomainRequest.objects.filter(domain=host).delete()
        if actor and is_new:
            record_staff(verbs.STAFF_DOMAIN_APPROVED, actor=actor, subject=row, at=at)
        return row

    @transaction.atomic
    def withdraw(self, *, actor: Person, at: datetime) -> None:
        """Links that lead there stop within ten seconds."""
        record_staff(verbs.STAFF_DOMAIN_WITHDRAWN, actor=actor, subject=self, at=at)
        self.delete()


def is_within(host: str, names: frozenset[str]) -> bool:
    """Whether a host is one of these domains or stands under one of them."""
    parts = host.split(".")
    return bool(host) and any(".".join(parts[n:]) in names for n in range(len(parts)))


class DomainRequest(models.Model):
    """A partner would like links to lead to their own page; staff have to look at it first."""

    domain = models.CharField(max_length=253)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["domain", "person"], name="a_domain_is_asked_for_once")
        ]

    def __str__(self) -> str:
        return self.domain
