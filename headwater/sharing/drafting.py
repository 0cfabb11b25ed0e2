"""A partner's draft from the first word to the network: looked over, mended, waiting, let go."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from headwater.ledger.models import record
from headwater.people.models import Person
from headwater.safeguards import verbs as safeguard_verbs
from headwater.safeguards.checks import MIND, PASS, STOP, Finding, check, mend
from headwater.safeguards.models import Catch, Hold, Review
from headwater.sharing.models import Adaptation, Link, Message, Reminder
from headwater.sharing.models.message import SLOT, MessageQuerySet
from headwater.sharing.networks import NETWORKS, Network

OTHERS_COMPARED = 100


def with_work_of(messages: MessageQuerySet, person: Person) -> MessageQuerySet:
    """Messages with this person's link, words and reminder, and whether all is held: one query."""
    kept = Adaptation.objects.filter(person=person, message=OuterRef("pk"), network="")
    reminders = Reminder.objects.filter(person=person, message=OuterRef("pk"), sent_at=None)
    links = Link.objects.filter(person=person, message=OuterRef("pk"))
    work: dict[str, Any] = {
        "own_code": Subquery(links.values("code")[:1]),
        "kept_text": Subquery(kept.values("text")[:1]),
        "kept_relationship": Subquery(kept.values("relationship")[:1]),
        "reminded_at": Subquery(reminders.values("due_at")[:1]),
        "is_held": Exists(Hold.objects.standing()),
    }
    return messages.prefetch_related("variants").annotate(**work)


@dataclass(frozen=True)
class Room:
    network: Network
    left: int

    @property
    def is_over(self) -> bool:
        return self.left < 0

    @property
    def too_many(self) -> int:
        return -self.left


@dataclass
class Draft:
    """What a partner would say, where, and what we see in it."""

    message: Message
    person: Person
    text: str
    link: str
    at: datetime
    network: str = ""
    relationship: str = ""

    @cached_property
    def findings(self) -> list[Finding]:
        message = self.message
        found = check(
            self.text,
            network=self.network,
            relationship=self.relationship or message.relationship,
            message_texts=message.texts,
            others=[text for _person, text in self._others],
            must_stay=message.must_stay,
            own_link=self.link,
            embargo_until=message.embargo_until,
            at=self.at,
        )
        found = [*self._too_long(), *_unfilled(self.text, message), *found]
        return sorted(found, key=lambda one: (STOP, MIND, PASS).index(one.level))

    @cached_property
    def is_cleared(self) -> bool:
        """Whether staff have let exactly these words go."""
        return Review.clears(author=self.person, about=self.message.about, text=self.text)

    @property
    def stops(self) -> list[Finding]:
        return [one for one in self.findings if one.level == STOP]

    @property
    def is_stopped(self) -> bool:
        """Too long, unfilled or too early cannot be let go; what a guideline stops can."""
        hard = [one for one in self.stops if one.topic in {"embargo", "room", "slots"}]
        return bool(hard) or (bool(self.stops) and not self.is_cleared)

    @property
    def summary(self) -> str:
        counts = dict.fromkeys((STOP, MIND, PASS), 0)
        for one in self.findings:
            counts[one.level] += 1
        words = [
            _("%(n)d to change") % {"n": counts[STOP]} if counts[STOP] else "",
            _("%(n)d to think about") % {"n": counts[MIND]} if counts[MIND] else "",
            _("%(n)d fine") % {"n": counts[PASS]} if counts[PASS] else "",
        ]
        return ", ".join(word for word in words if word)

    @property
    def rooms(self) -> list[Room]:
        """Room left where it is short; where there's plenty, `roomy` names the networks."""
        rooms = [
            Room(one, left)
            for one in NETWORKS.values()
            if (left := one.left(self.text)) is not None
        ]
        return [room for room in rooms if room.left < 1000]

    @property
    def roomy(self) -> str:
        names = [str(one.name) for one in NETWORKS.values() if (one.left(self.text) or 0) >= 1000]
        return ", ".join(names)

    def mended(self, key: str) -> str:
        return mend(self.text, self.findings, key)

    def keep(self) -> Adaptation:
        """Keep the words as they are typed; nothing is counted yet."""
        return Adaptation.keep(
            person=self.person,
            message=self.message,
            text=self.text,
            relationship=self.relationship,
            at=self.at,
        )

    def submit(self) -> None:
        """The partner wants to know, or to go on: note what the draft needed."""
        self.keep()
        found = {one.guideline_id for one in self.findings if one.guideline_id}
        Catch.keep(found=found, person=self.person, about=self.message.about, at=self.at)
        record(
            safeguard_verbs.DRAFT_CHECKED,
            person=self.person,
            subject=self.message,
            at=self.at,
            once=f"draft:{self.message.pk}:{self.person.pk}:{self.at:%Y%m%d}",
            stopped=self.is_stopped,
        )

    def ask_staff(self, *, url: str, note: str = "") -> Review:
        """Let it wait for staff, as it is."""
        self.keep()
        return Review.ask(
            author=self.person,
            about=self.message.about,
            title=self.message.title,
            text=self.text,
            network=self.network,
            relationship=self.relationship or self.message.relationship,
            url=url,
            note=note,
            at=self.at,
            due_at=self.message.expires_at,
        )

    @cached_property
    def _others(self) -> list[tuple[int, str]]:
        rows = Adaptation.objects.filter(message=self.message).exclude(person=self.person)
        latest = rows.order_by("-saved_at").values_list("person_id", "text")
        return list(latest[:OTHERS_COMPARED])

    @cached_property
    def others(self) -> int:
        """How many other partners have words of their own for it."""
        if len(self._others) < OTHERS_COMPARED:
            return len({person for person, _text in self._others})
        rows = Adaptation.objects.filter(message=self.message).exclude(person=self.person)
        return rows.values("person").distinct().count()

    def _too_long(self) -> list[Finding]:
        network = NETWORKS.get(self.network)
        left = network.left(self.text) if network else None
        if network is None or left is None or left >= 0:
            return []
        title = _("%(n)d characters too many for %(network)s") % {
            "n": -left,
            "network": network.name,
        }
        return [Finding(STOP, title, why=_("The network would cut it off."), topic="room")]


def _unfilled(text: str, message: Message) -> list[Finding]:
    """Words in square brackets that were the partner's to fill in."""
    slots = {slot.casefold() for slot in message.slots}
    return [
        Finding(
            STOP,
            _("Fill this in, or take it out"),
            slot.group(),
            slot.start(),
            slot.end(),
            _("These words are yours to choose."),
            topic="slots",
        )
        for slot in SLOT.finditer(text)
        if slot[1].casefold() in slots
    ]
