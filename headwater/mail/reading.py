"""A letter as its reader sees it, for staff: codes and personal links hidden, but for the demo."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from headwater.mail.letters import filled, letter, source
from headwater.mail.models import Delivery, Mailing
from headwater.people.models import House

PERSONAL = re.compile(r"(/(?:i|stop)/)[\w.:=-]+(/)|([?&]by=)[\w.:=-]+")
MASK = "•" * 8


@dataclass(frozen=True)
class Shown:
    subject: str
    text: str
    html: str
    source: str
    is_masked: bool


def are_secrets_shown() -> bool:
    """Only in the demo, where nobody's real door would be opened."""
    return settings.DEMO or House.current().is_demo


def shown(delivery: Delivery) -> Shown:
    made = letter(delivery.mailing)
    values = made.values(delivery)
    is_open = are_secrets_shown()
    if delivery.mailing.is_secret and not is_open:
        words = _("This letter holds a code. Only its reader can see it.")
        return Shown(_("A sign-in code"), words, f"<p>{words}</p>", words, True)
    parts = [
        filled(delivery.mailing.subject, values),
        filled(made.text, values),
        filled(made.html, values, is_html=True),
        source(made.wire(delivery, delivery.at)).decode("utf-8", "replace"),
    ]
    if not is_open:
        parts = [PERSONAL.sub(_hide, part) for part in parts]
    subject, text, html, raw = parts
    return Shown(subject, text, html, raw, not is_open)


def shown_title(mailing: Mailing, *, is_open: bool) -> str:
    """What stands in a list: a sign-in code's subject may be the code itself."""
    if mailing.is_secret and not is_open:
        return _("A sign-in code")
    return mailing.title or _("Its words are kept no longer")


def _hide(match: re.Match[str]) -> str:
    return f"{match[1]}{MASK}{match[2]}" if match[1] else f"{match[3]}{MASK}"
