"""A real SMTP server on loopback, for journeys: what is sent is received, and can be read."""

import re
import threading
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.ports import free_port


class Mailbox:
    """Keeps every letter. `refuse` answers an address with a code, as a bouncing server does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._letters: list[tuple[str, EmailMessage]] = []
        self.refused: dict[str, str] = {}
        self.delay_seconds = 0.0
        self._controller = Controller(_Keeper(self), hostname="127.0.0.1", port=free_port())

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._controller.port}"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._controller.stop()

    def empty(self) -> None:
        with self._lock:
            self._letters.clear()
            self.refused.clear()
            self.delay_seconds = 0.0

    def refuse(self, address: str, answer: str = "550 5.1.1 No such mailbox") -> None:
        self.refused[address] = answer

    def keep(self, address: str, content: bytes) -> None:
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        with self._lock:
            self._letters.append((address, letter))

    def letters(self, to: str = "", subject: str = "") -> list[EmailMessage]:
        """What has come, oldest first: to this address, with these words in the subject."""
        with self._lock:
            return [
                letter
                for address, letter in self._letters
                if (not to or address.lower() == to.lower()) and subject in str(letter["Subject"])
            ]

    def recipients(self) -> list[str]:
        """The address on each envelope, oldest first; a doubled letter stands here twice."""
        with self._lock:
            return [address for address, _ in self._letters]

    def wait(self, to: str, subject: str = "", *, seconds: float = 30) -> EmailMessage:
        """The newest letter to this address, as soon as there is one."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := self.letters(to, subject):
                return found[-1]
            time.sleep(0.1)
        raise AssertionError(f"No letter to {to} about {subject!r}; came: {self.recipients()}")

    def wait_for(self, number: int, *, seconds: float = 30) -> None:
        until = time.monotonic() + seconds
        while len(self.recipients()) < number:
            if time.monotonic() > until:
                raise AssertionError(f"{len(self.recipients())} letters came, not {number}")
            time.sleep(0.02)


def text_of(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    return str(part.get_content()) if part else ""


def links_in(letter: EmailMessage, containing: str = "") -> list[str]:
    """The addresses in the plain text of a letter that have these words in them."""
    links = re.findall(r"https?://[^\s<>\"')\]]+", text_of(letter))
    return [link.rstrip(".,;") for link in links if containing in link]


class _Keeper:
    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if address in self.mailbox.refused:
            return self.mailbox.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.mailbox.delay_seconds:
            time.sleep(self.mailbox.delay_seconds)
        for address in envelope.rcpt_tos:
            self.mailbox.keep(address, envelope.original_content or b"")
        return "250 Kept"
