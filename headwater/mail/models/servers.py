from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.mail.sealing import seal, unseal

NEEDED = ("address", "from", "postal", "server", "letter")


@dataclass(frozen=True)
class Outgoing:
    """Where letters go: everything a connection needs."""

    host: str
    port: int
    security: str = "none"
    user: str = ""
    password: str = ""
    per_minute: int | None = None

    @classmethod
    def from_url(cls, url: str) -> Outgoing:
        """`smtp://user:pass@host:port`, `smtps://...`, or `smtp://...?starttls`."""
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("HEADWATER_SMTP_URL must read smtp://user:password@host:port")
        query = parse_qs(parts.query, keep_blank_values=True)
        security = "tls" if parts.scheme == "smtps" else "none"
        if "starttls" in query:
            security = "starttls"
        pace = query.get("per_minute", [""])[0]
        return cls(
            host=parts.hostname,
            port=parts.port or {"tls": 465, "starttls": 587, "none": 25}[security],
            security=security,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            per_minute=int(pace) if pace else None,
        )

    @classmethod
    def current(cls) -> Outgoing | None:
        """The operator's server, else the one staff set up once all of it is green, else none."""
        if settings.SMTP_URL:
            return cls.from_url(settings.SMTP_URL)
        row = OutgoingServer.objects.filter(pk=1).first()
        return row.outgoing() if row and row.is_on and Check.all_green() else None


class OutgoingServer(models.Model):
    """The mail server staff set up on the ready-to-send page. There is at most one row."""

    class Security(models.TextChoices):
        STARTTLS = "starttls", _("STARTTLS (usually port 587)")
        TLS = "tls", _("TLS from the start (usually port 465)")
        NONE = "none", _("None (only inside your own network)")

    host = models.CharField(_("mail server"), max_length=255)
    port = models.PositiveIntegerField(_("port"), default=587)
    security = models.CharField(
        _("encryption"), max_length=10, choices=Security.choices, default=Security.STARTTLS
    )
    user = models.CharField(_("user name"), max_length=254, blank=True)
    sealed_password = models.TextField(blank=True)
    per_minute = models.PositiveIntegerField(_("most letters a minute"), null=True, blank=True)
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="there_is_one_outgoing_server")
        ]

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def password(self) -> str:
        return unseal(self.sealed_password)

    @password.setter
    def password(self, words: str) -> None:
        self.sealed_password = seal(words)

    def outgoing(self) -> Outgoing:
        return Outgoing(
            self.host, self.port, self.security, self.user, self.password, self.per_minute
        )


class Check(models.Model):
    """What one test of the ready-to-send page found, and when."""

    what = models.CharField(max_length=12, primary_key=True)
    is_good = models.BooleanField(null=True)  # null: nobody could tell
    finding = models.CharField(max_length=400)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.what

    @classmethod
    def keep(cls, what: str, is_good: bool | None, finding: str, at: datetime) -> Check:
        values = {"is_good": is_good, "finding": finding[:400], "at": at}
        return cls.objects.update_or_create(what=what, defaults=values)[0]

    @classmethod
    def all_green(cls) -> bool:
        return cls.objects.filter(what__in=NEEDED, is_good=True).count() == len(NEEDED)
