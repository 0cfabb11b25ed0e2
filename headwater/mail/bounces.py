"""Reading what comes back: who did not get a letter, whether for good, and who wants no more.

flufl.bounce finds the recipients in the many shapes mail servers write; the status code and the
server's own words decide between hard and soft, because a message's overall class often misleads.
A hard bounce stops every letter to the address, a complaint the purpose of the letter, and soft
ones stop it after three in fourteen days.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses

from django.db import transaction
from flufl.bounce import all_failures

from headwater.ledger.models import record
from headwater.ledger.verbs import Verb
from headwater.mail import verbs
from headwater.mail.models import Bounce, Delivery, Mailing, State
from headwater.mail.unsubscribing import stop_address
from headwater.partners.models import Suppression

SOFT_TIMES, SOFT_DAYS = 3, 14
COMPLAINTS_THAT_PAUSE = 3

ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
CODE = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
OURS = re.compile(rb"<(\d+)\.([a-z0-9]{12})@")

# Which enhanced codes (RFC 3463 and its registry) say that there is no such address.
GONE = {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.1.351", "5.4.4", "5.7.27"}
NOBODY = re.compile(
    r"user unknown|unknown user|no such (?:user|person|recipient|mailbox|address)|user not found"
    r"|no (?:mailbox|account) (?:here )?(?:by|with) that name"
    r"|unknown (?:recipient|local part|address)"
    r"|(?:recipient|address|account|mailbox|user|addressee)\S* (?:is |was )?(?:not found|unknown)"
    r"|does(?: not|n't) (?:exist|have an? [\w.]+ account)|not (?:a known|a valid|an? active) user"
    r"|invalid (?:recipient|mailbox|address|user)|no longer (?:valid|available|exists|in use)"
    r"|(?:account|mailbox|user|address)[^.\n]{0,40}(?:disabled|discontinued|inactive|terminated)"
    r"|not listed in|no such domain|(?:host|domain)(?: name)? (?:unknown|not found|does not exist)"
    r"|unknown host|host[^\n]{0,60}not found|no mx|null mx|couldn't find any host"
    r"|unrouteable|no valid (?:recipients|hosts)"
    r"|name or service not known|unable to (?:find|route)|has moved|not recognized"
    r"|n'existe pas|not our customer|unresolvable address|can't accept user",
    re.IGNORECASE,
)
NOT_FOR_THE_ADDRESS = re.compile(
    r"quota|mailbox (?:is )?full|over ?size|too (?:large|big|many)|exceed|spam|virus|black ?list"
    r"|block(?:ed|list)|\bspf\b|\bdkim\b|\bdmarc\b|reverse dns|\bptr\b"
    r"|relay|polic(?:y|ies)|reputation"
    r"|timed? ?out|try again|temporar|deferred|authenticat|sender|filter|prohibited|not allowed"
    r"|access denied|expired|storage",
    re.IGNORECASE,
)
AWAY = re.compile(r"out of (?:the )?office|vacation|on holiday|abwesen|away from", re.IGNORECASE)
DAEMON = re.compile(r"mailer-?daemon|postmaster|mail delivery", re.IGNORECASE)
PASSING = re.compile(r"temporar|timed? ?out|try again|preferences", re.IGNORECASE)
COMPLAINT = re.compile(r"\s*complaint about message", re.IGNORECASE)
HEADER = re.compile(r"\s*(?:to|from|cc|message-id|received|return-path|subject):", re.IGNORECASE)


@dataclass(frozen=True)
class Return:
    """What one returned message says about one address."""

    address: str
    kind: str
    status: str = ""
    said: str = ""


@dataclass(frozen=True)
class Report:
    """One recipient of a delivery report (RFC 3464)."""

    address: str
    status: str
    said: str
    action: str


def read(raw: bytes) -> list[Return]:
    """Everything a returned message says. Empty when it returns nothing, as "I'm away" does."""
    message = message_from_bytes(raw, policy=compat32)
    complaint = _complaint(message)
    if complaint is not None:
        return complaint
    reports = _reports(message)
    failed = {r.address.casefold(): r for r in reports if r.action not in {"delivered", "relayed"}}
    words = _words(message)
    temporary, permanent = recipients(message)
    found = [*sorted(permanent), *sorted(temporary - permanent)]
    if not found:
        found = [report.address for report in failed.values()]
    if not found and not _is_away(message):
        found = _addresses_with_a_code(words)
    return [_judged(address, failed.get(address.casefold()), words) for address in found]


def recipients(message: Message) -> tuple[set[str], set[str]]:
    """The addresses flufl.bounce finds: those failing for now, and those failing for good."""
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # it reads what anybody may send, and stumbles over what is no message
        return set(), set()
    return (
        {address.decode("utf-8", "replace") for address in temporary},
        {address.decode("utf-8", "replace") for address in permanent},
    )


@transaction.atomic
def keep(raw: bytes, at: datetime) -> list[Bounce]:
    """Read a returned message once: mark the letter, and stop the address where that is due."""
    digest = hashlib.sha256(raw).hexdigest()
    ours = _ours(raw)
    kept = []
    for found in read(raw):
        delivery = _delivery(found.address, ours)
        address = delivery.address if delivery and found.kind == "complaint" else found.address
        bounce, is_new = Bounce.objects.get_or_create(
            digest=digest, address=address.lower()[:254],
            defaults={"delivery": delivery, "kind": found.kind, "status": found.status[:12],
                      "said": found.said[:300], "at": at},
        )  # fmt: skip
        if is_new:
            _act_on(bounce, at)
            kept.append(bounce)
    return kept


def _act_on(bounce: Bounce, at: datetime) -> None:
    if bounce.kind == Bounce.Kind.COMPLAINT:
        _complained(bounce, at)
        return
    if bounce.delivery:
        Delivery.objects.filter(
            pk=bounce.delivery.pk, state__in=[State.SENT, State.UNKNOWN, State.FAILED]
        ).update(state=State.CAME_BACK, reason=bounce.said or bounce.status, at=at)
    lately = Bounce.objects.filter(
        address=bounce.address, kind=Bounce.Kind.SOFT, at__gt=at - timedelta(days=SOFT_DAYS)
    )
    if bounce.kind == Bounce.Kind.HARD or lately.count() >= SOFT_TIMES:
        Suppression.add(bounce.address, reason="bounced", source=bounce.status, at=at)
        _note(verbs.CAME_BACK, bounce, at)


def _complained(bounce: Bounce, at: datetime) -> None:
    mailing = bounce.delivery.mailing if bounce.delivery else None
    stop_address(bounce.address, purpose="", reason="complained", at=at)
    _note(verbs.COMPLAINED, bounce, at)
    if mailing and mailing.may_be_taken_back(at) and _complaints(mailing) >= COMPLAINTS_THAT_PAUSE:
        mailing.pause(None, at, reason="complaints")


def _complaints(mailing: Mailing) -> int:
    return Bounce.objects.filter(delivery__mailing=mailing, kind=Bounce.Kind.COMPLAINT).count()


def _note(verb: Verb, bounce: Bounce, at: datetime) -> None:
    if bounce.delivery and bounce.delivery.person:
        record(verb, person=bounce.delivery.person, subject=bounce.delivery.mailing, at=at,
               once=f"bounce:{bounce.pk}")  # fmt: skip


def _ours(raw: bytes) -> Delivery | None:
    """The letter of ours that is quoted in the message, by its Message-ID."""
    for pk, public_id in OURS.findall(raw):
        found = Delivery.objects.filter(pk=int(pk), mailing__public_id=public_id.decode())
        if delivery := found.select_related("mailing", "person").first():
            return delivery
    return None


def _delivery(address: str, ours: Delivery | None) -> Delivery | None:
    if ours:
        return ours
    sent = Delivery.objects.filter(address__iexact=address, state=State.SENT)
    return sent.select_related("mailing", "person").order_by("-sent_at").first()


def _complaint(message: Message) -> list[Return] | None:
    parts = {part.get_content_type(): part for part in message.walk()}
    report = parts.get("message/feedback-report")
    is_report = str(message.get_param("report-type") or "").lower() == "feedback-report"
    by_subject = COMPLAINT.match(str(message.get("Subject", ""))) and "message/rfc822" in parts
    if report is None and not is_report and not by_subject:
        return None
    fields = _fields(report) if report is not None else ""
    named = re.findall(
        r"^(?:original-rcpt-to|removal-recipient|redacted-address):\s*(\S+)",
        fields, re.IGNORECASE | re.MULTILINE,
    )  # fmt: skip
    found = [address for name in named for address in ADDRESS.findall(name)]
    if not found:
        for part in message.walk():
            if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
                head = re.search(r"^To:\s*(.+)", _fields(part), re.IGNORECASE | re.MULTILINE)
                found += [a for _name, a in getaddresses([head[1]])] if head else []
    unique = list(dict.fromkeys(a for a in found if "@" in a)) or ["unknown@invalid"]
    return [Return(address, Bounce.Kind.COMPLAINT) for address in unique]


def _fields(part: Message) -> str:
    """A part as text, whether the parser took it for a message or for a leaf."""
    content = part.get_payload()
    if isinstance(content, list):
        return "\n".join(inner.as_string() for inner in content if isinstance(inner, Message))
    raw = part.get_payload(decode=True)
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(content)


def _reports(message: Message) -> list[Report]:
    reports = []
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        content = part.get_payload()
        groups = content if isinstance(content, list) else []
        for group in (inner for inner in groups if isinstance(inner, Message)):
            who = str(group.get("Final-Recipient") or group.get("Original-Recipient") or "")
            found = ADDRESS.search(who)
            if found:
                said = " ".join(str(group.get("Diagnostic-Code") or "").split())
                said = re.sub(r"^(?:smtp|x-\w+);\s*", "", said, flags=re.IGNORECASE)
                status = str(group.get("Status") or "").split(" ")[0].strip()
                action = str(group.get("Action") or "").strip().lower()
                reports.append(Report(found[0], status, said, action))
    return reports


def _words(message: Message) -> str:
    """What the returning server wrote, without the letter it returns."""
    texts = []
    for part in message.walk():
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            break
        if part.get_content_maintype() == "text":
            raw = part.get_payload(decode=True)
            texts.append(raw.decode("utf-8", "replace") if isinstance(raw, bytes) else "")
    words = "\n".join(texts)
    cut = re.search(
        r"^\s*-{2,}.*(?:original message|unsent message|copy of|returned message"
        r"|message follows|message header)"
        r"|^(?:Received|Return-Path): ", words, re.IGNORECASE | re.MULTILINE,
    )  # fmt: skip
    return words[: cut.start()] if cut and cut.start() > 40 else words


def _is_away(message: Message) -> bool:
    head = " ".join(str(message.get(name, "")) for name in ("Subject", "Auto-Submitted"))
    is_reply = "auto-replied" in head.lower() and not DAEMON.search(str(message.get("From", "")))
    return is_reply or bool(AWAY.search(head))


def _addresses_with_a_code(words: str) -> list[str]:
    """The first address a server mentions, where it writes in no known shape."""
    for line in words.splitlines():
        found = None if HEADER.match(line) else ADDRESS.search(line)
        if found and not DAEMON.search(found[0]):
            return [found[0]]
    return []


def _judged(address: str, report: Report | None, words: str) -> Return:
    said = report.said if report and report.said else _about(address, words)
    status = _status(report, said, words)
    return Return(address, _kind(status, said or words), status, said[:300])


def _status(report: Report | None, said: str, words: str) -> str:
    """The most telling code: the remote server's own in its words, then the report's."""
    in_words = [".".join(match) for match in CODE.findall(said)]
    telling = [code for code in in_words if not code.endswith(".0.0")]
    if telling:
        return telling[0]
    if report and report.status:
        return report.status
    rest = [".".join(match) for match in CODE.findall(words)]
    return (in_words or rest or [""])[0]


def _about(address: str, words: str) -> str:
    """The lines around an address: where a server without a report says what is the matter."""
    lines = words.splitlines()
    around = [
        " ".join(" ".join(lines[number : number + 6]).split())
        for number, line in enumerate(lines)
        if address.casefold() in line.casefold() and not HEADER.match(line)
    ]
    telling = [text for text in around if CODE.search(text) or NOBODY.search(text)]
    return (telling or around or [""])[0]


def _kind(status: str, said: str) -> str:
    if status in GONE and not PASSING.search(said):
        return Bounce.Kind.HARD
    if status.startswith("4.") or status in {"5.2.0", "5.2.2", "5.2.3"}:  # the box, not the name
        return Bounce.Kind.SOFT
    if NOBODY.search(said) and not NOT_FOR_THE_ADDRESS.search(said):
        return Bounce.Kind.HARD
    return Bounce.Kind.SOFT
