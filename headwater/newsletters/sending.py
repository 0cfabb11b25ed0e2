"""Sending an issue on its way: looked over, its audience counted, handed to the post office."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.mail.models import Delivery
from headwater.mail.models.mailings import TIME_TO_TAKE_BACK
from headwater.mail.writing import mail_words, write_words
from headwater.newsletters import verbs
from headwater.newsletters.blocks import Part, parts, words
from headwater.newsletters.models import Issue, Sending
from headwater.partners.models import Purpose
from headwater.people.models import Person
from headwater.safeguards import checks
from headwater.safeguards.contact import REASONS, audience
from headwater.safeguards.models import refuse_while_held

AT_ONCE = 2000


@dataclass(frozen=True)
class Look:
    """One thing seen in an issue before it goes: it stops it, gives a thought, or is fine."""

    level: str
    title: str
    words: str = ""
    part: str = ""


@dataclass(frozen=True)
class Readers:
    """How many get an issue, on which grounds, and who doesn't and why."""

    count: int
    asked_for: int
    left_out: list[tuple[str, int]]


def looked_over(issue: Issue, shown: list[Part], at: datetime) -> list[Look]:
    found = []
    if not issue.title.strip():
        found.append(Look("stop", _("Write a subject")))
    if not shown:
        found.append(Look("stop", _("Add a first part")))
    found += [
        Look("stop", problem, part.name, part.id) for part in shown for problem in part.problems
    ]
    found += _checked(issue, shown, at)
    bare = [part for part in shown if part.link and not part.link.startswith("https://")]
    own = [part for part in bare if not part.tip and not part.event]
    found += [Look("mind", _("A link doesn’t begin with https://"), p.link, p.id) for p in own]
    if not any(look.level == "stop" for look in found):
        found.append(Look("pass", _("Nothing stands in its way")))
    found.append(Look("pass", _("Stop link in one press, in every letter")))
    return found


def readers(issue: Issue, at: datetime) -> Readers:
    reached = audience(issue.audience(at), purpose=Purpose.NEWSLETTER, at=at)
    left_out = [(str(REASONS.get(reason, reason)), n) for reason, n in reached.excluded.items()]
    return Readers(reached.count, reached.asked_for, left_out)


@transaction.atomic
def schedule(
    issue: Issue, *, actor: Person, at: datetime, send_at: datetime | None = None
) -> Sending:
    """Send an issue on its way: not before ten minutes from now, in which it can be taken back."""
    refuse_while_held()
    shown = parts(issue, at)
    stops = [look for look in looked_over(issue, shown, at) if look.level == "stop"]
    if stops:
        raise Refused(" ".join(look.title for look in stops))
    if Sending.objects.filter(issue=issue).exists():
        raise Refused(_("This issue is on its way already."))
    count = readers(issue, at).count
    if not count:
        raise Refused(_("Nobody would get it: there are no readers we may write to."))
    moment = max(send_at or at, at + TIME_TO_TAKE_BACK)
    sending = Sending.objects.create(issue=issue, asked_by=actor, asked_at=at, send_at=moment)
    record_staff(verbs.STAFF_ISSUE_SCHEDULED, actor=actor, subject=issue, at=at, readers=count)
    if count <= AT_ONCE:
        hand_over(sending, at)
    return sending


@transaction.atomic
def hand_over(sending: Sending, at: datetime) -> bool:
    """Give a sending to the post office, once: one row for each reader. Safe to run twice."""
    mine = Sending.objects.select_for_update().filter(pk=sending.pk, mailing=None).first()
    if mine is None:
        return False
    issue = mine.issue
    mine.mailing = mail_words(
        words(issue, parts(issue, at)), title=f"{issue}: {issue.title}", people=issue.audience(at),
        purpose=Purpose.NEWSLETTER, at=at, about=issue.about, send_at=mine.send_at,
        asked_by=mine.asked_by, from_name=issue.from_name,
        url=reverse("studio:newsletters:issue", args=[issue.pk]),
    )  # fmt: skip
    mine.save(update_fields=["mailing"])
    sending.mailing = mine.mailing
    return True


def hand_over_waiting(at: datetime) -> int:
    """Sendings to many readers, and what a crash left: prepare them now."""
    return sum(hand_over(sending, at) for sending in Sending.objects.filter(mailing=None))


def send_test(issue: Issue, *, to: Person, at: datetime) -> Delivery | None:
    """The issue as it stands, to whoever asked, marked as a test."""
    letter = words(issue, parts(issue, at))
    marked = type(letter)(
        _("Test: %(title)s") % {"title": letter.subject}, letter.text, letter.body, letter.preview
    )
    return write_words(to, marked, purpose=Purpose.SERVICE, at=at, about=issue.about)


def _checked(issue: Issue, shown: list[Part], at: datetime) -> list[Look]:
    """Our own don'ts hold for our own letters."""
    text = "\n\n".join([issue.title, *(f"{part.heading}\n{part.text}" for part in shown)])
    return [
        Look(finding.level, finding.title, finding.why or finding.quote)
        for finding in checks.check(text, at=at)
        if finding.level == "stop"
    ]
