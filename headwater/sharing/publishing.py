"""A message from staff's first draft to partners: looked over, read by a colleague, let out."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.kit.errors import Refused
from headwater.mail.personal_links import base_url
from headwater.people.models import Person
from headwater.safeguards.checks import MIND, PASS, STOP, Finding, check
from headwater.safeguards.models import Review
from headwater.sharing.models import Message, Publication
from headwater.sharing.models.message import SLOT
from headwater.sharing.networks import NETWORKS
from headwater.sharing.telling import tell_audience

TIGHT = ("x", "bluesky", "threads", "mastodon")


def look_over(body: str, *, at: datetime, has_target: bool) -> list[Finding]:
    """What our own don'ts say to a message, and whether partners can make it theirs."""
    found = check(body, at=at)
    slots = list(dict.fromkeys(SLOT.findall(body)))
    own = [slot for slot in slots if slot.casefold() != "your link"]
    if own:
        says = ngettext(
            "It can be made their own: %(n)d place to fill in",
            "It can be made their own: %(n)d places to fill in",
            len(own),
        ) % {"n": len(own)}
        found.append(Finding(PASS, says, topic="slots"))
    else:
        why = _("Words in square brackets, such as [your pick], are for partners to fill in.")
        found.append(
            Finding(MIND, _("Leave something for partners to fill in"), why=why, topic="slots")
        )
    if has_target:
        found.append(Finding(PASS, _("The link can be counted"), topic="link"))
    else:
        why = _("Without a link nobody can say whether it brought anybody.")
        found.append(Finding(MIND, _("Give it a page to lead to"), why=why, topic="link"))
    for slug in TIGHT:
        left = NETWORKS[slug].left(body)
        if left is not None and left < 0:
            says = _("%(n)d characters too many for %(network)s") % {
                "n": -left,
                "network": NETWORKS[slug].name,
            }
            why = _("Partners can shorten it. A shorter variant helps them.")
            found.append(Finding(MIND, says, why=why, topic="room"))
    order = {STOP: 0, MIND: 1, PASS: 2}
    return sorted(found, key=lambda one: order[one.level])


@transaction.atomic
def publish(message: Message, *, actor: Person, at: datetime, tell: bool) -> Publication:
    """Let it out, and write to its audience where wished. A standing stop has to be settled."""
    ways = [way.body for way in message.draw.ways.all()] if message.has_draw else [message.body]
    for words in ways:
        _refuse_what_is_stopped(message, words, actor=actor, at=at)
    publication = message.publish(actor=actor, at=at)
    if tell:
        tell_audience(message, actor=actor, at=at)
    return publication


def _refuse_what_is_stopped(message: Message, words: str, *, actor: Person, at: datetime) -> None:
    found = look_over(words, at=at, has_target=bool(message.target))
    stops = [one for one in found if one.level == STOP]
    author = message.written_by or actor
    if stops and not Review.clears(author=author, about=message.about, text=words):
        raise Refused(
            _("“%(words)s” has to be settled first: mend it, or let a colleague decide.")
            % {"words": stops[0].quote or stops[0].title}
        )


@dataclass(frozen=True)
class Preview:
    """How a partner's post would look: their name, and the words with what is theirs marked."""

    person: str
    parts: list[tuple[str, bool]]


def preview(message: Message, *, at: datetime) -> Preview | None:
    person = message.audience(at).order_by("pk").first()
    if person is None:
        return None
    filled = message.draft_for(person, f"{base_url()}/s/abcd2345")
    parts, end = [], 0
    for slot in SLOT.finditer(filled):
        parts += [(filled[end : slot.start()], False), (slot[1], True)]
        end = slot.end()
    return Preview(person.name, [*parts, (filled[end:], False)])
