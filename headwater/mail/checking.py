"""The ready-to-send page's tests: each looks at one thing and says what it found, and when."""

from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

import dns.exception
import dns.resolver
from django.conf import settings
from django.utils.translation import gettext as _

from headwater.mail.connections import Broken, SenderRefused, Unreachable, connect
from headwater.mail.letters import letter
from headwater.mail.models import Check, Delivery, Mailing, Outgoing, OutgoingServer
from headwater.mail.wording import from_paragraphs
from headwater.partners.models import Purpose
from headwater.people.models import House, Person

Found = tuple[bool | None, str]
SELECTORS = ("default", "mail", "dkim", "google", "selector1", "selector2", "s1", "k1", "smtp")
DNS_SECONDS = 3.0


def run_all(at: datetime) -> None:
    """Look at everything but the test letter, which somebody has to ask for."""
    house = House.current()
    domain = house.from_email.rpartition("@")[2]
    for what, found in {
        "address": _address(house),
        "from": _from(house),
        "reply": _reply_to(house),
        "postal": _postal(house),
        "server": _server(),
        **_names(domain),
    }.items():
        Check.keep(what, *found, at)


def send_test(to: Person, at: datetime) -> Check:
    """One real letter to whoever asked, over the server as it is set now, green or not."""
    outgoing = _outgoing()
    if outgoing is None:
        return Check.keep("letter", False, _("Set the mail server first."), at)
    text = _("This is a test. If you can read it, letters leave as they should.") + "\n"
    words = _("A test from {name}").format(name=House.current().name)
    mailing = Mailing(
        title=words, subject=words, text=text, body=from_paragraphs(text), asked_at=at, send_at=at,
        purpose=Purpose.SERVICE, is_single=True,
    )  # fmt: skip
    made = letter(mailing)
    delivery = Delivery(mailing=mailing, person=to, address=to.email, name=to.name, pk=0)
    return Check.keep("letter", *_hand_over(outgoing, made.sender, to.email,
                                            made.wire(delivery, at)), at)  # fmt: skip


def _hand_over(outgoing: Outgoing, sender: str, address: str, message: bytes) -> Found:
    from headwater.mail.connections import Connection  # it makes a journal: only when needed

    try:
        connection = Connection(outgoing)
    except Unreachable as problem:
        return False, str(problem)
    try:
        outcome = connection.send(0, sender, address, message)
    except (Broken, SenderRefused) as problem:
        return False, str(problem)
    finally:
        connection.close()
        connection.journal.remove()
    if outcome.kind == "d":
        return True, _(
            "The server took a test letter to {address}. Look whether it is there."
        ).format(address=address)
    return False, outcome.said


def _outgoing() -> Outgoing | None:
    if settings.SMTP_URL:
        return Outgoing.from_url(settings.SMTP_URL)
    row = OutgoingServer.objects.filter(pk=1).first()
    return row.outgoing() if row else None


def _address(house: House) -> Found:
    address = settings.PUBLIC_URL or house.public_url
    if not address:
        return False, _("Say where partners find this site. Every link in a letter begins with it.")
    host = urlsplit(address).hostname or ""
    if host == "localhost" or _is_private(host):
        return False, _(
            "{host} can only be reached from here. Readers need a public address."
        ).format(host=host)
    if not address.startswith("https://"):
        return False, _("The address has to begin with https://, or links can be read on the way.")
    return True, address


def _is_private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False


def _from(house: House) -> Found:
    if not house.from_email:
        return False, _("Say from which address letters come.")
    return True, house.from_email


def _reply_to(house: House) -> Found:
    if not house.reply_to:
        return None, _("Answers go to the sending address. Is somebody reading there?")
    return True, house.reply_to


def _postal(house: House) -> Found:
    if not house.postal_address:
        return False, _("The law asks for a postal address at the foot of every newsletter.")
    return True, house.postal_address


def _server() -> Found:
    outgoing = _outgoing()
    if outgoing is None:
        return False, _("No mail server is set. Until one is, every letter stands here.")
    try:
        smtp = connect(outgoing)
    except Unreachable as problem:
        return False, str(problem)
    smtp.close()
    return True, _("{host} answers on port {port}, and lets us in.").format(
        host=outgoing.host, port=outgoing.port
    )


def _names(domain: str) -> dict[str, Found]:
    """SPF, DKIM and DMARC, as far as a resolver answers."""
    if not domain:
        none = (None, _("Set the sending address first."))
        return {"spf": none, "dkim": none, "dmarc": none}
    return {
        "spf": _looked_up(lambda: _spf(domain)),
        "dkim": _looked_up(lambda: _dkim(domain)),
        "dmarc": _looked_up(lambda: _dmarc(domain)),
    }


def _looked_up(look: Callable[[], Found]) -> Found:
    try:
        return look()
    except (dns.exception.DNSException, OSError):
        return None, _("No name server answered here, so nobody can tell. Ask your IT person.")


def _texts(name: str) -> list[str]:
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=DNS_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    return [b"".join(row.strings).decode("utf-8", "replace") for row in answer]


def _spf(domain: str) -> Found:
    found = [text for text in _texts(domain) if text.lower().startswith("v=spf1")]
    if len(found) == 1:
        return True, found[0]
    if found:
        return False, _("There are two SPF records. There may only be one.")
    return False, _(
        "No SPF record: nobody can tell that this server may send for {domain}."
    ).format(domain=domain)


def _dkim(domain: str) -> Found:
    for selector in SELECTORS:
        if any("p=" in text for text in _texts(f"{selector}._domainkey.{domain}")):
            return True, f"{selector}._domainkey.{domain}"
    return None, _(
        "No signature key under a usual name. Your mail service knows which name it uses."
    )


def _dmarc(domain: str) -> Found:
    found = [text for text in _texts(f"_dmarc.{domain}") if text.lower().startswith("v=dmarc1")]
    if found:
        return True, found[0]
    return False, _("No DMARC record. Large mail services ask for one from whoever writes to many.")
