"""One SMTP connection, reused, with its journal. The only place that talks to a mail server."""

import smtplib
import socket
import ssl
from dataclasses import dataclass

from headwater.mail.journals import BEGUN, DONE, FAILED, LATER, Journal
from headwater.mail.models import Outgoing

TIMEOUT_SECONDS = 30


class Unreachable(Exception):
    """No connection, or the server won't have us: nothing was sent."""


class Broken(Exception):
    """The connection is gone. `is_unsure`: a letter may have been taken. `is_asked_to_wait`: the
    server said that it has had enough for now."""

    def __init__(self, said: str, *, is_unsure: bool, is_asked_to_wait: bool = False) -> None:
        super().__init__(said)
        self.said = said
        self.is_unsure = is_unsure
        self.is_asked_to_wait = is_asked_to_wait


class SenderRefused(Exception):
    """The server takes nothing from this sender: our fault, not the recipient's."""


@dataclass(frozen=True)
class Outcome:
    kind: str  # one of the journal's marks
    said: str = ""


def connect(outgoing: Outgoing) -> smtplib.SMTP:
    """Connect, encrypt where asked, sign in. Every failure reads as a plain sentence."""
    kind = smtplib.SMTP_SSL if outgoing.security == "tls" else smtplib.SMTP
    try:
        smtp = kind(outgoing.host, outgoing.port, timeout=TIMEOUT_SECONDS)
        if smtp.sock is not None:
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        smtp.ehlo()
        if outgoing.security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if outgoing.user:
            smtp.login(outgoing.user, outgoing.password)
    except smtplib.SMTPResponseException as refusal:
        raise Unreachable(_said(refusal.smtp_code, refusal.smtp_error)) from refusal
    except (OSError, smtplib.SMTPException) as problem:
        raise Unreachable(str(problem) or type(problem).__name__) from problem
    return smtp


class Connection:
    def __init__(self, outgoing: Outgoing) -> None:
        self.outgoing = outgoing
        self.smtp = connect(outgoing)
        self.journal = Journal()
        self._pipelines = self.smtp.has_extn("pipelining")
        self._takes_utf8 = self.smtp.has_extn("smtputf8")

    @property
    def name(self) -> str:
        return self.journal.name

    def send(self, delivery: int, sender: str, address: str, message: bytes) -> Outcome:
        """Hand one letter over, with a line in the journal before and after."""
        known = self._envelope(address)
        if known is None:
            return Outcome(FAILED, "the mail server takes plain addresses only")
        self.journal.write(BEGUN, delivery)
        try:
            outcome = self._hand_over(sender, known, message)
        except Broken as broken:
            if not broken.is_unsure:
                self.journal.write(LATER, delivery, broken.said)
            raise
        except SenderRefused as refusal:
            self.journal.write(LATER, delivery, str(refusal))
            raise
        self.journal.write(outcome.kind, delivery, outcome.said)
        return outcome

    def close(self) -> None:
        try:
            self.smtp.quit()
        except (OSError, smtplib.SMTPException):
            self.smtp.close()

    def _hand_over(self, sender: str, address: str, message: bytes) -> Outcome:
        try:
            refused = self._open_envelope(sender, address)
            if refused:
                self.smtp.docmd("RSET")
                return refused
            self.smtp.send(message + b".\r\n")
        except (OSError, smtplib.SMTPException) as problem:
            raise Broken(str(problem), is_unsure=False) from problem
        try:
            return _outcome(*self.smtp.getreply())
        except (OSError, smtplib.SMTPException) as problem:
            raise Broken(str(problem), is_unsure=True) from problem

    def _open_envelope(self, sender: str, address: str) -> Outcome | None:
        """MAIL, RCPT and DATA: in one go where the server takes commands in a row (RFC 2920)."""
        option = "" if address.isascii() else " SMTPUTF8"
        commands = [f"MAIL FROM:<{sender}>{option}", f"RCPT TO:<{address}>", "DATA"]
        if not self._pipelines:
            for step, command in enumerate(commands):
                refused = _refused(step, *self.smtp.docmd(command))
                if refused:
                    return refused
            return None
        self.smtp.send("".join(f"{command}\r\n" for command in commands))
        replies = [self.smtp.getreply() for _command in commands]
        for step, reply in enumerate(replies):
            refused = _refused(step, *reply)
            if refused:
                if replies[2][0] == 354:  # it waits for a text although nobody is to get it
                    self.smtp.docmd(".")
                return refused
        return None

    def _envelope(self, address: str) -> str | None:
        if address.isascii() or self._takes_utf8:
            return address
        local, _at, domain = address.rpartition("@")
        try:
            return f"{local}@{domain.encode('idna').decode()}" if local.isascii() else None
        except UnicodeError:
            return None


def _refused(step: int, code: int, said: bytes) -> Outcome | None:
    if code in (250, 251, 354):
        return None
    words = _said(code, said)
    if code == 421:
        raise Broken(words, is_unsure=False, is_asked_to_wait=True)
    if step == 0 and code >= 500:
        raise SenderRefused(words)
    return Outcome(FAILED if code >= 500 else LATER, words)


def _outcome(code: int, said: bytes) -> Outcome:
    if code == 250:
        return Outcome(DONE)
    return Outcome(FAILED if code >= 500 else LATER, _said(code, said))


def _said(code: int, said: bytes | str) -> str:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(f"{code} {words}".split())[:280]
