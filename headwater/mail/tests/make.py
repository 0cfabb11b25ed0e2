import socket
from datetime import UTC, datetime
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from headwater.mail.models import Delivery, Mailing, State
from headwater.mail.wording import from_paragraphs
from headwater.partners.models import Basis
from headwater.people.models import House, Person

NOW = datetime(2026, 5, 19, 7, 0, tzinfo=UTC)


def house(**fields: Any) -> House:
    defaults = {
        "name": "Harbour Food Alliance",
        "public_url": "https://harbour.example",
        "from_email": "post@harbour.example",
        "reply_to": "mirela@harbour.example",
        "postal_address": "Old Ice House, Saltmarsh Quay",
        "created_at": NOW,
    }
    return House.objects.update_or_create(pk=1, defaults={**defaults, **fields})[0]


def person(
    name: str = "Ada Okonkwo", email: str = "", *, purpose: str = "", **fields: Any
) -> Person:
    address = email if email else f"{name.split()[0].lower()}@example.org"
    defaults = {"first_name": name.split()[0], "is_partner": True, "created_at": NOW}
    made = Person.objects.create_user(address, name=name, **{**defaults, **fields})
    if purpose:
        allow(made, purpose)
    return made


def allow(person: Person, purpose: str) -> None:
    Basis.give(person, purpose, ground="consent", wording="Yes", source="test", at=NOW)


def staff(name: str = "Mirela Ionescu", role: str = "manager") -> Person:
    return person(name, role=role, is_partner=False)


def mailing(*, text: str = "Hello [[greeting]],\n\nMackerel are in.\n", **fields: Any) -> Mailing:
    defaults = {
        "title": "First boats", "purpose": "newsletter", "subject": "First boats",
        "asked_at": NOW, "send_at": NOW, "body": from_paragraphs(text),
    }  # fmt: skip
    return Mailing.objects.create(text=text, **{**defaults, **fields})


def deliveries(mailing: Mailing, count: int, *, state: str = State.WAITING) -> list[Delivery]:
    return Delivery.objects.bulk_create(
        Delivery(
            mailing=mailing, address=f"reader{number}@example.org", name=f"Reader {number}",
            merge={"greeting": f"Reader {number}"}, state=state, due_at=NOW, at=NOW,
            is_single=mailing.is_single,
        )
        for number in range(count)
    )  # fmt: skip


class Sink:
    """A real mail server on loopback that keeps what it takes, and refuses what it is told to."""

    def __init__(self) -> None:
        self.letters: list[Envelope] = []
        self.refusals: dict[str, str] = {}
        self.sender_refusal = ""
        self.on_letter: Any = None
        self.url = ""

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender_refusal:
            return self.sender_refusal
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.letters.append(envelope)
        return (self.on_letter and self.on_letter(envelope)) or "250 taken"

    @property
    def addresses(self) -> list[str]:
        return [letter.rcpt_tos[0] for letter in self.letters]


def free_port() -> int:
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return int(attempt.getsockname()[1])


class Server:
    def __init__(self) -> None:
        self.sink = Sink()
        self.port = free_port()
        self.controller = Controller(
            self.sink, hostname="127.0.0.1", port=self.port, enable_SMTPUTF8=True
        )

    def __enter__(self) -> Sink:
        self.controller.start()
        self.sink.url = f"smtp://127.0.0.1:{self.port}"
        return self.sink

    def __exit__(self, *_: object) -> None:
        self.controller.stop()
