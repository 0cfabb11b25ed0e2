"""`/s/CODE`, answered before Django: looked up in memory, noted on disk, sent on.

A target is remembered for ten seconds, so a recall, a withdrawn domain or a changed page bites
within ten. What isn't a live link goes on to Django, which has a page for it.
"""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import close_old_connections, connection
from django.template.loader import render_to_string
from django.utils.encoding import iri_to_uri

from headwater.mail.personal_links import base_url
from headwater.people.models import House
from headwater.safeguards.models import ApprovedDomain
from headwater.sharing.agents import LONGEST, MACHINE, PERSON, PREVIEW, kind_of
from headwater.sharing.models import Link
from headwater.sharing.spool import Writer

Environ = dict[str, Any]
Answer = Iterable[bytes]
Application = Callable[[Environ, Callable[..., Any]], Answer]

logger = logging.getLogger(__name__)

PREFIX = "/s/"
REMEMBER_SECONDS = 10.0
MOST_REMEMBERED = 50_000
NEVER_KEEP = "no-store, max-age=0"
SAFE = ("Referrer-Policy", "no-referrer-when-downgrade"), ("X-Content-Type-Options", "nosniff")
PREVIEW_POLICY = "default-src 'none'; img-src 'self'; style-src 'none'"


@dataclass(frozen=True)
class Target:
    """Where a code leads, and the page that shows a card of it."""

    address: str
    card: bytes


class Links:
    """The WSGI application around Django's."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.known: dict[str, tuple[float, Target | None]] = {}
        self.writer = Writer()
        self.behind_proxy = settings.SECURE_PROXY_SSL_HEADER is not None

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Answer:
        path: str = environ["PATH_INFO"]
        if not path.startswith(PREFIX) or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self.application(environ, start_response)
        code = path[len(PREFIX) :].rstrip("/")
        target = self.target(code)
        if target is None:
            return self.application(environ, start_response)
        kind = self.note(code, environ)
        if kind == PREVIEW:
            head = [
                ("Content-Type", "text/html; charset=utf-8"),
                ("Content-Length", str(len(target.card))),
                ("Content-Security-Policy", PREVIEW_POLICY),
                ("Cache-Control", NEVER_KEEP),
                *SAFE,
            ]
            start_response("200 OK", head)
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [target.card]
        head = [
            ("Location", target.address),
            ("Content-Length", "0"),
            ("Cache-Control", NEVER_KEEP),
            *SAFE,
        ]
        start_response("302 Found", head)
        return []

    def target(self, code: str) -> Target | None:
        moment = time.monotonic()
        known = self.known.get(code)
        if known and known[0] > moment:
            return known[1]
        if len(self.known) >= MOST_REMEMBERED:
            self.known.clear()
        _renew_connection()
        try:
            target = find(code)
        finally:
            _renew_connection()
        self.known[code] = (moment + REMEMBER_SECONDS, target)
        return target

    def note(self, code: str, environ: Environ) -> str:
        """Put the visit on disk, and say who came."""
        agent: str = environ.get("HTTP_USER_AGENT", "")[:LONGEST]
        kind = kind_of(agent)
        if kind == PERSON and environ["REQUEST_METHOD"] == "HEAD":
            kind = MACHINE
        if kind == PERSON and "prefetch" in environ.get("HTTP_SEC_PURPOSE", ""):
            kind = MACHINE
        try:
            self.writer.write(
                code=code,
                kind=kind,
                address=self._address(environ),
                agent=agent,
                referrer=_host(environ.get("HTTP_REFERER", "")),
            )
        except OSError:  # a full disk loses a count, never a visitor
            logger.exception("A visit to %s could not be kept", code)
        return kind

    def _address(self, environ: Environ) -> str:
        forwarded: str = environ.get("HTTP_X_FORWARDED_FOR", "")
        if self.behind_proxy and forwarded:
            return forwarded.rsplit(",", 1)[-1].strip()
        return str(environ.get("REMOTE_ADDR", ""))


def _renew_connection() -> None:
    """What Django does around each request, and this isn't one yet."""
    if not connection.in_atomic_block:
        close_old_connections()


def is_code(code: str) -> bool:
    """Whether this could be one of our codes: what could not is asked of no database."""
    return 0 < len(code) <= 20 and code.isascii() and code.isprintable()


def find(code: str) -> Target | None:
    """Where this code leads now; None where there is nothing to lead to."""
    if not is_code(code):
        return None
    rows = Link.objects.select_related("message", "message__recall")
    link = rows.filter(code=code).first()
    if link is None:
        return None
    address = address_of(link)
    if not address or not ApprovedDomain.allows(address):
        return None
    return Target(iri_to_uri(address), _card(link, address))


def address_of(link: Link) -> str:
    """A recalled message leads only to its correction, whatever page the link had before."""
    message = link.message
    if message is None:
        return link.target
    if message.is_recalled:
        return message.recall.target
    return link.target or message.target


def _card(link: Link, address: str) -> bytes:
    message = link.message
    shows_ours = message is not None and not message.is_recalled and not link.target
    context = {
        "house": House.current(),
        "message": message if shows_ours else None,
        "address": address,
        "base": base_url(),
        "path": link.path,
    }
    return render_to_string("sharing/public/card.html", context).encode()


def _host(referrer: str) -> str:
    """The host alone: where in a network somebody came from is none of our business."""
    if not referrer:
        return ""
    try:
        host = urlsplit(referrer[:2000]).hostname or ""
    except ValueError:
        return ""
    return "".join(c for c in host if c.isalnum() or c in ".-")[:100]
