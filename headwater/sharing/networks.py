"""Where partners share, by their own hand: how much room there is, and what can be opened.

Nothing is ever posted for anybody. Where a network takes words in a link we open it with them in
place; where it drops them, they are copied first, and the page says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headwater.safeguards.models import host_of
from headwater.sharing import counting


@dataclass(frozen=True)
class Network:
    slug: str
    name: str | Promise
    limit: int | None = None
    count: Callable[[str], int] = counting.characters
    takes_words: bool = True
    address: str = ""
    icon: str = ""
    is_private: bool = False

    def length(self, text: str) -> int:
        return self.count(text)

    def left(self, text: str) -> int | None:
        return None if self.limit is None else self.limit - self.length(text)

    def open(self, *, text: str, link: str, subject: str = "", instance: str = "") -> str:
        """The address that opens this network, with the words in place where it takes them."""
        if self.slug == "mastodon" and not instance:
            return ""
        words = {"text": text, "link": link, "subject": subject, "instance": instance}
        return self.address.format(**{name: quote(value, safe="") for name, value in words.items()})


NETWORKS = {
    one.slug: one
    for one in (
        Network(
            "whatsapp", "WhatsApp", 65_536, address="https://wa.me/?text={text}", is_private=True
        ),
        Network(
            "facebook",
            "Facebook",
            63_206,
            takes_words=False,
            address="https://www.facebook.com/sharer/sharer.php?u={link}",
        ),
        Network(
            "linkedin",
            "LinkedIn",
            3_000,
            takes_words=False,
            address="https://www.linkedin.com/sharing/share-offsite/?url={link}",
        ),
        Network(
            "instagram",
            "Instagram",
            2_200,
            takes_words=False,
            address="https://www.instagram.com/",
        ),
        Network(
            "bluesky",
            "Bluesky",
            300,
            counting.graphemes,
            address="https://bsky.app/intent/compose?text={text}",
        ),
        Network(
            "mastodon",
            "Mastodon",
            500,
            counting.with_short_links,
            address="https://{instance}/share?text={text}",
        ),
        Network("x", "X", 280, counting.weighted, address="https://x.com/intent/post?text={text}"),
        Network(
            "threads", "Threads", 500, address="https://www.threads.com/intent/post?text={text}"
        ),
        Network(
            "email",
            _("E-mail"),
            address="mailto:?subject={subject}&body={text}",
            icon="mail",
            is_private=True,
        ),
        Network("copy", _("Copy the text"), takes_words=False, icon="copy"),
    )
}
BY_HAND = {
    "poster": _("On a poster or a notice board"),
    "talk": _("By telling people"),
    "elsewhere": _("Somewhere else"),
}
NAMES = {**{slug: one.name for slug, one in NETWORKS.items()}, **BY_HAND}
CHOICES = list(NAMES.items())


def instance_of(typed: str) -> str:
    """The host of a Mastodon server as people write it: a host, an address or @me@host; or ""."""
    host = typed.strip().rsplit("@", 1)[-1]
    return host_of(host if "://" in host else f"https://{host}")
