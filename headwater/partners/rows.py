"""One row of a list, turned into what it says about a partner, or why it cannot be taken."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from headwater.kit.names import email_key, name_key
from headwater.partners.reading import Row, plain

ABSENT = {"", "-", "--", "—", "n/a", "na", "none", "null", "nil", "unknown", "#n/a", "nan"}
DASHES = {"", "-", "--", "—"}  # some people are called Na, None or Null
NAMES = {"name", "first_name", "last_name", "organisation"}
ADDRESS = re.compile(
    r"[^@\s,;<>()\"\\\x00-\x1f]{1,64}@[^@\s,;<>()\"\\]{1,190}\.[^@\s,;<>()\"\\.]{2,63}"
)
LIMITS = {
    "name": 300, "first_name": 150, "last_name": 150, "email": 254, "phone": 60, "country": 100,
    "place": 200, "language": 20, "external_id": 200, "organisation": 300, "position": 200,
}  # fmt: skip
STOPPED = {
    "unsubscribed": "unsubscribed", "opted out": "unsubscribed", "opt out": "unsubscribed",
    "cleaned": "cleaned", "bounced": "bounced", "bouncing": "bounced", "hard bounce": "bounced",
    "spam complaint": "complained", "complained": "complained", "marked as spam": "complained",
    "previous bounce": "bounced", "previous spam complaint": "complained",
}  # fmt: skip
YES = {"true", "yes", "y", "1", "x", "t"}


@dataclass(slots=True)
class Draft:
    """What one row says. `problem` is why it can't be taken; `stopped` why not to write to it."""

    number: int
    cells: list[str]
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    email_key: str = ""
    phone: str = ""
    country: str = ""
    place: str = ""
    language: str = ""
    time_zone: str = ""
    external_id: str = ""
    organisation: str = ""
    position: str = ""
    website: str = ""
    status: str = ""
    opted_out: str = ""
    name_key: str = ""
    is_organisation: bool = False
    kinds: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    social: list[tuple[str, str]] = field(default_factory=list)
    stopped: str = ""
    problem: str = ""


class Drafter:
    """Turns rows into drafts, by what the columns mean."""

    def __init__(
        self,
        heading: Sequence[str],
        fields: dict[str, str],
        *,
        are_organisations: bool = False,
        stops: str = "",
    ) -> None:
        self.width = len(heading)
        self.are_organisations = are_organisations
        self.stops = stops
        self.simple: list[tuple[int, str]] = []
        self.accounts: list[tuple[int, str]] = []
        self.lists: list[tuple[int, str]] = []
        for place, column in enumerate(heading):
            meant = fields.get(column, "")
            if meant.startswith("social"):
                self.accounts.append((place, meant.partition(":")[2]))
            elif meant in {"kind", "tags"}:
                self.lists.append((place, meant))
            elif meant:
                self.simple.append((place, meant))

    def draft(self, row: Row) -> Draft:
        cells = row.cells
        draft = Draft(row.number, cells)
        filled = len(cells)
        for place, name in self.simple:
            if place < filled and (text := cells[place]):
                text = " ".join(text.split())
                if len(text) > 8 or text.lower() not in (DASHES if name in NAMES else ABSENT):
                    setattr(draft, name, text)
        for place, network in self.accounts:
            if place < filled and cells[place]:
                draft.social.extend(accounts_in(cells[place], network))
        for place, name in self.lists:
            if place < filled and cells[place]:
                (draft.kinds if name == "kind" else draft.tags).extend(words_in(cells[place]))
        self.finish(draft)
        return draft

    def finish(self, draft: Draft) -> None:
        if draft.email:
            take_address(draft)
        draft.stopped = self.stops or stopped_by(draft)
        self.take_name(draft)
        if draft.time_zone and draft.time_zone not in zones():
            draft.time_zone = ""
        if draft.website:
            draft.website = web_address(draft.website)
        if not draft.problem:
            draft.problem = problem_with(draft, self.width)

    def take_name(self, draft: Draft) -> None:
        """The name as given, else first and last; an organisation where no person is named."""
        both = f"{draft.first_name} {draft.last_name}".strip()
        if both and (not draft.name or ("," in draft.name and draft.first_name)):
            draft.name = both
        if self.are_organisations and draft.name:
            draft.is_organisation = True
        elif not draft.name and draft.organisation:
            draft.name, draft.is_organisation = draft.organisation, True
        if draft.is_organisation:
            draft.organisation = draft.first_name = draft.last_name = ""
        draft.name_key = name_key(draft.name)


def problem_with(draft: Draft, width: int) -> str:
    if not draft.name:
        return _("No name of a person or an organisation stands in this row.")
    if draft.name[0] == "=":
        return _("A formula stands in place of a name. We don’t run those.")
    if len(draft.cells) > width and any(cell.strip() for cell in draft.cells[width:]):
        return _("This row has %(cells)s cells where the heading has %(width)s.") % {
            "cells": len(draft.cells), "width": width,
        }  # fmt: skip
    longest = 2 * len(max(draft.cells, key=len)) + 1  # a name may be put together from two cells
    for name, limit in LIMITS.items():
        if limit < longest and len(getattr(draft, name)) > limit:
            return _("“%(field)s” is longer than %(limit)s letters.") % {
                "field": name.replace("_", " "), "limit": limit,
            }  # fmt: skip
    return ""


def take_address(draft: Draft) -> None:
    """The first address in the cell; a cell that holds something else is a problem to show."""
    if ADDRESS.fullmatch(draft.email):
        draft.email_key = email_key(draft.email)
        return
    found = ADDRESS.search(draft.email)
    if not found or found.group() not in re.split(r"[\s,;<>()]+", draft.email):
        draft.problem = _("“%(text)s” is not an e-mail address.") % {"text": draft.email[:80]}
        draft.email = ""
        return
    draft.email = found.group()
    draft.email_key = email_key(draft.email)


def stopped_by(draft: Draft) -> str:
    if draft.status:
        return STOPPED.get(plain(draft.status), "")
    return "unsubscribed" if draft.opted_out.casefold() in YES else ""


def words_in(cell: str) -> list[str]:
    """Tags or kinds in one cell: with commas or semicolons between, some in quotation marks."""
    for mark in ";|":
        cell = cell.replace(mark, ",")
    try:
        parts = next(csv.reader([cell.replace("\n", " ")], skipinitialspace=True), [])
    except csv.Error:
        parts = cell.split(",")
    words = [" ".join(part.strip(" \"'").split())[:80] for part in parts]
    return list(dict.fromkeys(word for word in words if word))[:30]


def accounts_in(cell: str, network: str) -> list[tuple[str, str]]:
    if network:
        handle = cell.strip()
        return [(network, handle[:300])] if handle.lower() not in ABSENT else []
    found = []
    for part in re.split(r"[\s,;]+|(?<=\s)/(?=\s)", cell):
        for host, name in HOSTS.items():
            if host in part.lower():
                found.append((name, part[:300]))
    return found


HOSTS = {
    "facebook.com": "facebook", "instagram.com": "instagram", "twitter.com": "x", "x.com/": "x",
    "linkedin.com": "linkedin", "youtube.com": "youtube", "tiktok.com": "tiktok",
    "bsky.app": "bluesky", "threads.net": "threads", "mastodon": "mastodon",
}  # fmt: skip


def web_address(text: str) -> str:
    """An address with http or https, or nothing: other schemes could run something."""
    if not text.lower().startswith(("http://", "https://")):
        if not re.fullmatch(r"[\w.-]+\.[a-zA-Z]{2,}(/\S*)?", text):
            return ""
        text = f"https://{text}"
    return text if len(text) <= 500 and " " not in text else ""


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    return frozenset(available_timezones())
