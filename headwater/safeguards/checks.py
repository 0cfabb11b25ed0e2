"""What a draft is checked against, quickly enough to do it while somebody types.

Every finding quotes the words with their place and, where it can, offers others to put there.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.utils.translation import gettext as _

from headwater.safeguards.models import ApprovedDomain, Guideline, host_of
from headwater.safeguards.models.domain import is_within
from headwater.safeguards.patterns import LONGEST_TEXT, compiled
from headwater.safeguards.relationships import FOLD, PRIVATE, RELATIONSHIPS

STOP, MIND, PASS = "stop", "mind", "pass"
MOST_PER_GUIDELINE = 4
TOO_ALIKE = 0.6

LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"“”]+|(?<![@\w.-])(?:[\w-]+\.)+[a-z]{2,24}/[^\s<>\"“”]*",
    re.IGNORECASE,
)
EMAIL = re.compile(r"(?<![@\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}(?![\w@])")
PHONE = re.compile(r"(?<![\w/.,:£$€#+-])(?:\+|00|\(?0)[1-9](?:[ ().-]{0,2}\d){7,13}(?![\w])")
ENDS = re.compile(r"[.!?…]+[”’\")]*(?=\s|$)|\n")
AND = re.compile(r"(?:,|\s+(?:and|or|&))?\s*$")
MONEY = re.compile(r"[£$€¥₹]\s?\d|\d\s?(?:[€£]|EUR|GBP|USD|kr\b|zł)|\bfree\b", re.IGNORECASE)
DAY = (
    r"mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
    r"|today|tonight|tomorrow|january|february|march|april|may|june|july|august|september|october"
    r"|november|december"
)
WHEN = re.compile(rf"\b(?:{DAY})\b|\b\d{{1,2}}(?::\d\d)?\s?(?:am|pm)\b|\b\d{{1,2}}:\d\d\b", re.I)


@dataclass(frozen=True)
class Finding:
    """One thing seen in a draft: it stops it, gives a thought, or is fine.

    `replacement` would stand where `mend_start` to `mend_end` stand now; None offers nothing.
    """

    level: str
    title: str
    quote: str = ""
    start: int = 0
    end: int = 0
    why: str = ""
    mend: str = ""
    replacement: str | None = None
    guideline_id: int | None = None
    topic: str = ""
    mend_start: int = field(default=-1)
    mend_end: int = field(default=-1)

    @property
    def key(self) -> str:
        """Names the finding from one check of the same text to the next."""
        return f"{self.guideline_id or self.topic}:{self.start}:{self.end}"

    def applied_to(self, text: str) -> str:
        if self.replacement is None:
            return text
        start = self.start if self.mend_start < 0 else self.mend_start
        end = self.end if self.mend_end < 0 else self.mend_end
        mended = text[:start] + self.replacement + text[end:]
        return re.sub(r"(?<=\S)  +", " ", mended).strip()


def check(
    text: str,
    *,
    network: str = "",
    relationship: str = "",
    message_texts: Sequence[str] = (),
    others: Iterable[str] = (),
    must_stay: Sequence[str] = (),
    own_link: str = "",
    embargo_until: datetime | None = None,
    at: datetime,
    guidelines: Iterable[Guideline] | None = None,
    domains: frozenset[str] | None = None,
) -> list[Finding]:
    """Look a draft over: what stops it first, then what to think about, then what is fine.

    `message_texts` are our own words, to say how much is the partner's; `others` are what other
    partners wrote, compared on public networks only. Rows that the caller has at hand already
    come in as `guidelines` and `domains`.
    """
    read = text[:LONGEST_TEXT]
    standing = Guideline.objects.standing() if guidelines is None else guidelines
    found = [*_embargo(embargo_until, at), *_guidelines(read, network, standing)]
    built_in = [
        *_disclosure(read, network, relationship),
        *_personal_data(read),
        *_links(read, own_link, domains),
        *_must_stay(read, must_stay),
        *_alike(read, network, others),
    ]
    found += [one for one in built_in if not _stands_already(one, found)]
    found += _fine(read, found, message_texts, own_link)
    order = {STOP: 0, MIND: 1, PASS: 2}
    return sorted(found, key=lambda one: (order[one.level], one.start))


def stops(findings: Iterable[Finding]) -> bool:
    return any(one.level == STOP for one in findings)


def mend(text: str, findings: Iterable[Finding], key: str) -> str:
    """The text with one finding's words put in. A key that isn't there changes nothing."""
    for one in findings:
        if one.key == key:
            return one.applied_to(text)
    return text


def _embargo(until: datetime | None, at: datetime) -> list[Finding]:
    if until is None or at >= until:
        return []
    return [
        Finding(
            STOP,
            _("It isn’t time yet"),
            why=_("People promised each other to hear it together. It waits here until then."),
            topic="embargo",
        )
    ]


def _guidelines(text: str, network: str, guidelines: Iterable[Guideline]) -> list[Finding]:
    found: list[Finding] = []
    for guideline in guidelines:
        if not guideline.holds_on(network):
            continue
        mine: list[Finding] = []
        for pattern in guideline.readable_patterns:
            for match in compiled(pattern).finditer(text):
                group = "found" if "found" in match.re.groupindex else 0
                start, end = match.span(group)
                if start == end or any(one.start < end and start < one.end for one in mine):
                    continue
                mine.append(_caught(text, guideline, start, end, pattern.replacement))
                if len(mine) >= MOST_PER_GUIDELINE:
                    break
        found += mine
    return found


def _caught(text: str, guideline: Guideline, start: int, end: int, words: str) -> Finding:
    """Words of its own replace the quote; otherwise the mend replaces the whole sentence."""
    mend_start, mend_end, replacement = start, end, words
    if not words and guideline.mend:
        mend_start, mend_end = _sentence(text, start, end)
        links = LINK.findall(text[mend_start:mend_end])
        replacement = " ".join([guideline.mend, *links])
    elif words[:1].isupper() and len(words.split()) >= 3:
        mend_start, mend_end = _sentence(text, start, end)
        replacement = _said_after(text[mend_start:start], text[end:mend_end], words)
    elif text[start:end][:1].islower() and words[:1].isupper():
        replacement = words[0].lower() + words[1:]
    return Finding(
        guideline.level,
        guideline.dont,
        text[start:end],
        start,
        end,
        guideline.why,
        guideline.mend,
        replacement or None,
        guideline.pk,
        guideline.topic,
        mend_start,
        mend_end,
    )


def _said_after(before: str, after: str, sentence: str) -> str:
    """The sentence without the words that were caught, and another said after it."""
    links = LINK.findall(before + after)
    kept = LINK.sub("", AND.sub("", before)) + " " + LINK.sub("", after)
    kept = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(kept.split())).strip(" ,;:.!?")
    said = [f"{kept[:1].upper()}{kept[1:]}." if kept else "", f"{sentence.rstrip('.')}.", *links]
    return " ".join(part for part in said if part)


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence around these words begins and ends, its full stop included."""
    first, last = 0, len(text)
    for stop in ENDS.finditer(text):
        if stop.end() <= start:
            first = stop.end()
        elif stop.end() >= end:
            last = stop.start() if stop.group() == "\n" else stop.end()
            break
    first += len(text[first:start]) - len(text[first:start].lstrip())
    return first, last


def _disclosure(text: str, network: str, relationship: str) -> list[Finding]:
    what = RELATIONSHIPS.get(relationship)
    if what is None:
        return []
    fold = FOLD.get(network, FOLD[""])
    said = what.said.search(text)
    if said and said.start() <= fold:
        return [Finding(PASS, _("It says what is between you and us"), topic="disclosed")]
    late = said is not None
    return [
        Finding(
            MIND if network in PRIVATE else STOP,
            _("Say it in the first words") if late else _("Say what is between you and us"),
            said.group() if said else "",
            0,
            0,
            _("Readers forgive being told. They don’t forgive finding out."),
            str(what.words),
            f"{what.words} ",
            topic="disclosure",
        )
    ]


def _personal_data(text: str) -> list[Finding]:
    found = []
    for pattern, title in (
        (EMAIL, _("There is an e-mail address in it")),
        (PHONE, _("There is a telephone number in it")),
    ):
        for match in list(pattern.finditer(text))[:MOST_PER_GUIDELINE]:
            found.append(
                Finding(
                    MIND,
                    title,
                    match.group(),
                    *match.span(),
                    _("Machines collect them, and a post can’t be called back once it’s copied."),
                    topic="privacy",
                )
            )
    return found


def _links(text: str, own_link: str, domains: frozenset[str] | None) -> list[Finding]:
    found = []
    for match in LINK.finditer(text):
        link = match.group().rstrip(".,;:!?)’”")
        if _same_address(link, own_link):
            continue
        address = re.sub(r"^(?:https?://)?", "https://", link, flags=re.IGNORECASE)
        if domains is None:
            domains = ApprovedDomain.names()  # read only where there is a link to compare
        if is_within(host_of(address), domains):
            continue
        found.append(
            Finding(
                MIND,
                _("This link leads somewhere we haven’t looked at"),
                link,
                match.start(),
                match.start() + len(link),
                _("Visits through it can’t be counted, and nobody here has checked the page."),
                _("Use your own link from this message."),
                own_link or None,
                topic="links",
            )
        )
    return found[:MOST_PER_GUIDELINE]


def _same_address(link: str, own_link: str) -> bool:
    def bare(address: str) -> str:
        return re.sub(r"^https?://", "", address, flags=re.IGNORECASE).rstrip("/")

    return bool(own_link) and bare(link) == bare(own_link)


def _must_stay(text: str, must_stay: Sequence[str]) -> list[Finding]:
    there = " ".join(text.split()).casefold()
    return [
        Finding(
            STOP,
            _("These words have to stay"),
            words,
            len(text),
            len(text),
            _("They are facts, or the law asks for them. Everything around them is yours."),
            words,
            f" {words}",
            topic="must-stay",
        )
        for words in must_stay
        if words.strip() and " ".join(words.split()).casefold() not in there
    ]


def _alike(text: str, network: str, others: Iterable[str]) -> list[Finding]:
    if network in PRIVATE:
        return []
    mine = shingles(text)
    if not mine:
        return []
    alike = sum(1 for other in others if likeness(mine, shingles(other)) >= TOO_ALIKE)
    if not alike:
        return []
    return [
        Finding(
            MIND,
            _("Others used these words. Add yours?"),
            why=_("People who follow two of you would read the same post twice."),
            topic="alike",
        )
    ]


@lru_cache(maxsize=8192)
def shingles(text: str) -> frozenset[int]:
    """Every three words in a row, without links, capitals and punctuation, as numbers."""
    words = re.findall(r"\w+", LINK.sub(" ", text).casefold())
    if len(words) < 6:
        return frozenset()
    return frozenset(hash(tuple(words[n : n + 3])) for n in range(len(words) - 2))


def likeness(one: frozenset[int], other: frozenset[int]) -> float:
    """Of all runs of three words in either, the share that stands in both (Jaccard)."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


def own_share(text: str, message_texts: Sequence[str]) -> float:
    """The share of the words that are not in any of ours."""
    words = re.findall(r"\w+", LINK.sub(" ", text).casefold())
    ours = {word for known in message_texts for word in re.findall(r"\w+", known.casefold())}
    return sum(word not in ours for word in words) / len(words) if words else 0.0


def _fine(
    text: str, found: list[Finding], message_texts: Sequence[str], own_link: str
) -> list[Finding]:
    """What is good about it already, so that a check isn't only a list of faults."""
    fine = []
    end = ENDS.search(text)
    if MONEY.search(text[: end.end()] if end else text):
        fine.append(Finding(PASS, _("The price is in the first line"), topic="price"))
    if WHEN.search(text):
        fine.append(Finding(PASS, _("It says when"), topic="when"))
    if own_link and own_link.split("://")[-1] in text:
        fine.append(Finding(PASS, _("Your link is in it, so visits count for you"), topic="link"))
    share = own_share(text, message_texts) if message_texts else 0.0
    if share >= 0.2:
        says = _("It’s your own: %(share)d in 100 words are yours") % {"share": round(100 * share)}
        fine.append(Finding(PASS, says, topic="own"))
    if not fine and not found and text.strip():
        fine.append(Finding(PASS, _("Nothing in it breaks a guideline"), topic="fine"))
    return fine


def _stands_already(one: Finding, found: Iterable[Finding]) -> bool:
    """Whether a guideline has caught the same words, which says it better."""
    return any(
        other.start < one.end and one.start < other.end for other in found if other.guideline_id
    )
