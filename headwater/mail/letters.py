"""The MIME of a mailing, made once; each recipient's own words are spliced into it.

Building a message per letter with `email.message` costs a millisecond; splicing costs a few
hundredths. The parts are quoted-printable in stretches, with a soft line break on either side of
every splice, so that a spliced value can never break a line or a boundary.
"""

import base64
import re
from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from django.core import signing
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import gettext as _
from mjml import mjml2html

from headwater.mail.models import Delivery, Mailing
from headwater.mail.personal_links import base_url
from headwater.mail.wording import PLACEHOLDER, from_paragraphs, one_line
from headwater.partners.models import Purpose
from headwater.people.models import House
from headwater.ui.colour import contrast

STOP = signing.Signer(salt="headwater.mail.unsubscribe")
LINE = "\r\n"
UNREADABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # not XML
Values = Mapping[str, str]


@dataclass(frozen=True)
class Splice:
    """Where one recipient's own words go, and in which kind of part."""

    name: str
    is_html: bool


@dataclass(frozen=True)
class Letter:
    """Everything about a mailing's letters that is the same for everybody."""

    mailing: Mailing
    sender: str
    base: str
    domain: str
    fixed_headers: bytes
    pieces: tuple[bytes | Splice, ...]
    html: str
    text: str

    def wire(self, delivery: Delivery, at: datetime) -> bytes:
        """One recipient's message as it goes over the wire, dots doubled, without the last dot."""
        values = self.values(delivery)
        parts = [self._own_headers(delivery, values, at), self.fixed_headers]
        for piece in self.pieces:
            if isinstance(piece, bytes):
                parts.append(piece)
            else:
                value = values.get(piece.name)
                words = f"[[{piece.name}]]" if value is None else value
                parts.append(_quoted(escape(words) if piece.is_html else words))
        return b"".join(parts)

    def values(self, delivery: Delivery) -> dict[str, str]:
        """What fills the placeholders for this recipient."""
        return {
            "name": delivery.name,
            "email": delivery.address,
            "unsubscribe": self.unsubscribe(delivery),
            **delivery.merge,
        }

    def unsubscribe(self, delivery: Delivery) -> str:
        return f"{self.base}/stop/{stop_token(delivery.pk)}/"

    def message_id(self, delivery: Delivery) -> str:
        return f"<{delivery.pk}.{self.mailing.public_id}@{self.domain}>"

    def _own_headers(self, delivery: Delivery, values: Values, at: datetime) -> bytes:
        to = _mailbox(delivery.name, delivery.address)
        subject = encoded(one_line(filled(self.mailing.subject, values)))
        head = (
            f"To: {to}{LINE}Subject: {subject}{LINE}"
            f"Date: {format_datetime(at)}{LINE}Message-ID: {self.message_id(delivery)}{LINE}"
        )
        if self.mailing.purpose != Purpose.SERVICE:
            head += (
                f"List-Unsubscribe: <{values['unsubscribe']}>{LINE}"
                f"List-Unsubscribe-Post: List-Unsubscribe=One-Click{LINE}"
            )
        return head.encode("utf-8", "replace")


def letter(mailing: Mailing) -> Letter:
    """Put the base letter around a mailing's words and make its MIME, once."""
    house, base = House.current(), base_url()
    html, text = _html(mailing, house), _text(mailing, house)
    sender = sender_address(house)
    return Letter(
        mailing=mailing, sender=sender, base=base, domain=sender.rpartition("@")[2],
        fixed_headers=_fixed_headers(mailing, house, sender),
        pieces=tuple(_mime(mailing, html, text)), html=html, text=text,
    )  # fmt: skip


def stop_token(delivery_pk: int) -> str:
    return STOP.sign(str(delivery_pk)).replace(":", ".")


def delivery_of(token: str) -> Delivery | None:
    """The letter whose stop link this is."""
    try:
        pk = STOP.unsign(token.replace(".", ":", 1))
    except signing.BadSignature:
        return None
    return Delivery.objects.select_related("mailing", "person").filter(pk=pk).first()


def sender_address(house: House) -> str:
    return house.from_email or f"post@{base_url().split('//')[-1].split('/')[0].split(':')[0]}"


def filled(words: str, values: Values, *, is_html: bool = False) -> str:
    """Words with their placeholders filled; one nobody fills stays as it is."""

    def value(match: re.Match[str]) -> str:
        found = values.get(match[1])
        return match[0] if found is None else escape(found) if is_html else found

    return PLACEHOLDER.sub(value, words)


def encoded(words: str) -> str:
    """A header's words: as they are where plain, else encoded words of at most 75 characters."""
    if words.isascii():
        return words
    chunks, chunk = [], b""
    for letter_ in words:
        raw = letter_.encode("utf-8", "replace")
        if len(chunk) + len(raw) > 42:
            chunks.append(chunk)
            chunk = b""
        chunk += raw
    chunks.append(chunk)
    return f"{LINE} ".join(f"=?utf-8?b?{base64.b64encode(part).decode()}?=" for part in chunks)


def _mailbox(name: str, address: str) -> str:
    """`"Ada Okonkwo" <ada@example.org>`, safe whatever stands in the name."""
    address = re.sub(r"[\s<>,;]", "", address)
    name = one_line(name)[:120]
    if not name:
        return f"<{address}>"
    if not name.isascii():
        return f"{encoded(name)} <{address}>"
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{address}>'


def _fixed_headers(mailing: Mailing, house: House, sender: str) -> bytes:
    head = [
        f"From: {_mailbox(mailing.from_name or house.name, sender)}",
        "MIME-Version: 1.0",
        "Auto-Submitted: auto-generated" if mailing.is_single else "Precedence: bulk",
    ]
    if house.reply_to:
        head.append(f"Reply-To: <{house.reply_to}>")
    if not mailing.is_single:
        head.append(f"List-Id: <{mailing.purpose}.{sender.rpartition('@')[2]}>")
    return (LINE.join(head) + LINE).encode("utf-8", "replace")


def _mime(mailing: Mailing, html: str, text: str) -> list[bytes | Splice]:
    boundary = f"=_{mailing.public_id}"  # "=_" cannot stand in quoted-printable text
    head = f'Content-Type: multipart/alternative; boundary="{boundary}a"{LINE}{LINE}'
    attachments = list(mailing.attachments.all()) if mailing.pk else []
    if attachments:
        head = (
            f'Content-Type: multipart/mixed; boundary="{boundary}m"{LINE}{LINE}'
            f"--{boundary}m{LINE}{head}"
        )
    pieces: list[bytes | Splice] = [head.encode()]
    pieces += [_part_head(boundary, "plain"), *_stretches(text, is_html=False)]
    pieces += [_part_head(boundary, "html"), *_stretches(html, is_html=True)]
    pieces.append(f"{LINE}--{boundary}a--{LINE}".encode())
    for file in attachments:
        pieces.append(
            f"{LINE}--{boundary}m{LINE}Content-Type: {one_line(file.kind)}{LINE}"
            f"Content-Disposition: attachment; filename={_file_name(file.name)}{LINE}"
            f"Content-Transfer-Encoding: base64{LINE}{LINE}".encode()
        )
        pieces.append(base64.encodebytes(bytes(file.content)).replace(b"\n", b"\r\n"))
    if attachments:
        pieces.append(f"{LINE}--{boundary}m--{LINE}".encode())
    return _joined(pieces)


def _part_head(boundary: str, kind: str) -> bytes:
    return (
        f"{LINE}--{boundary}a{LINE}Content-Type: text/{kind}; charset=utf-8{LINE}"
        f"Content-Transfer-Encoding: quoted-printable{LINE}{LINE}"
    ).encode()


def _file_name(name: str) -> str:
    plain = re.sub(r'[\\"\r\n]', "", name).encode("ascii", "replace").decode().replace("?", "_")
    return f'"{plain}"'


def _stretches(words: str, *, is_html: bool) -> list[bytes | Splice]:
    """Text between placeholders, quoted, with a soft line break before and after each splice."""
    pieces: list[bytes | Splice] = []
    at = 0
    for match in PLACEHOLDER.finditer(words):
        pieces += [_quoted(words[at : match.start()]) + b"=\r\n", Splice(match[1], is_html)]
        pieces.append(b"=\r\n")
        at = match.end()
    pieces.append(_quoted(words[at:]))
    return pieces


def _joined(pieces: list[bytes | Splice]) -> list[bytes | Splice]:
    joined: list[bytes | Splice] = []
    for piece in pieces:
        if isinstance(piece, bytes) and joined and isinstance(joined[-1], bytes):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _quoted(words: str) -> bytes:
    raw = words.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    quoted = b2a_qp(raw, istext=True).replace(b"\n", b"\r\n")
    if b"." in quoted:
        quoted = re.sub(rb"(?m)^\.", b"..", quoted)  # a dot at the start of a line is doubled
    return quoted


def _because(purpose: str) -> str:
    return {
        Purpose.SERVICE: _("You get this because you asked for it."),
        Purpose.NEWSLETTER: _("You get this because you subscribed to our newsletter."),
        Purpose.SURVEYS: _("You get this because we ask partners what would help them."),
        Purpose.EVENTS: _("You get this because we tell partners about events."),
        Purpose.MESSAGES: _("You get this because we send partners messages they may share."),
        Purpose.THANKS: _("You get this because you did something for us."),
    }[Purpose(purpose)]


def _html(mailing: Mailing, house: House) -> str:
    white = contrast(house.colour, "#ffffff") >= 4.5
    context: dict[str, Any] = {
        "house": house,
        "on_colour": "#ffffff" if white else "#07202b",
        "subject": mailing.subject,
        "preview": mailing.preview,
        "body": mailing.body,
        "because": _because(mailing.purpose),
        "may_stop": mailing.purpose != Purpose.SERVICE,
    }
    try:
        return _compiled(context)
    except ValueError:  # a room's markup that cannot be read: its words still go
        return _compiled({**context, "body": from_paragraphs(mailing.text)})


def _compiled(context: dict[str, Any]) -> str:
    return str(mjml2html(UNREADABLE.sub("", render_to_string("mail/letter.mjml", context))))


def _text(mailing: Mailing, house: House) -> str:
    foot = [_because(mailing.purpose)]
    if mailing.purpose != Purpose.SERVICE:
        foot.append(f"{_('Stop it in one press')}: [[unsubscribe]]")
    foot.append(", ".join(part for part in (house.name, house.postal_address) if part))
    return mailing.text.rstrip() + "\n\n-- \n" + "\n".join(foot) + "\n"


def source(wire: bytes) -> bytes:
    """The message as a file, without the doubled dots of the wire."""
    return re.sub(rb"(?m)^\.\.", b".", wire)
