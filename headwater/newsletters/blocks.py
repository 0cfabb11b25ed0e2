"""From an issue's blocks to what readers see: looked up once, then a letter or a web page."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from headwater.events.models import Event
from headwater.kit.markdown import as_html, as_text
from headwater.library.models import Tip
from headwater.mail.personal_links import base_url
from headwater.mail.wording import Words
from headwater.newsletters.models import Issue, Picture
from headwater.people.models import House
from headwater.recognition.models import Story

KINDS = {
    "text": _("Text"),
    "tip": _("60-second tip"),
    "event": _("Event"),
    "story": _("Success story"),
    "picture": _("Picture"),
}
WORDS_A_MINUTE = 220


@dataclass(frozen=True)
class Part:
    """One block with what it points to, ready to be shown."""

    id: str
    kind: str
    label: str
    heading: str = ""
    body: str = ""
    link: str = ""
    link_label: str = ""
    alt: str = ""
    picture: Picture | None = None
    tip: Tip | None = None
    event: Event | None = None
    story: Story | None = None
    problems: tuple[str, ...] = field(default=())

    @property
    def html(self) -> str:
        return as_html(self.body)

    @property
    def text(self) -> str:
        return as_text(self.body)

    @property
    def words(self) -> int:
        shown = [self.heading, self.text]
        if self.tip:
            shown += [self.tip.title, self.tip.idea, self.tip.action, self.tip.dont]
        if self.event:
            shown += [self.event.title, self.event.summary]
        if self.story:
            shown.append(self.story.words)
        return sum(len(words.split()) for words in shown)

    @property
    def name(self) -> str:
        """What stands for it in the list of parts."""
        subject = self.tip or self.event
        return self.heading or (subject.title if subject else "") or self.text[:60] or self.alt


def parts(issue: Issue, at: datetime) -> list[Part]:
    """An issue's blocks with their tips, events, stories and pictures, in five queries at most."""
    tips = _found(issue, "tip", Tip.objects.all(), "slug")
    events = _found(issue, "event", Event.objects.all(), "slug")
    stories = _found(issue, "story", Story.objects.select_related("person"), "pk")
    pictures = _found(issue, "picture", Picture.objects.all(), "public_id")
    return [
        _part(block, at, tips=tips, events=events, stories=stories, pictures=pictures)
        for block in issue.blocks
    ]


def _found(issue: Issue, kind: str, rows: Any, key: str) -> dict[str, Any]:
    refs = {str(b.get("ref", "")) for b in issue.blocks if b["kind"] == kind and b.get("ref")}
    if key == "pk":
        refs = {ref for ref in refs if ref.isdigit()}
    return (
        {str(getattr(row, key)): row for row in rows.filter(**{f"{key}__in": refs})} if refs else {}
    )


def _part(block: dict[str, Any], at: datetime, **found: dict[str, Any]) -> Part:
    kind, ref = block["kind"], str(block.get("ref", ""))
    tip, event = found["tips"].get(ref), found["events"].get(ref)
    story, picture = found["stories"].get(ref), found["pictures"].get(ref)
    shown = Part(
        id=block["id"], kind=kind, label=str(KINDS[kind]), heading=block.get("heading", ""),
        body=block.get("body", ""), link=block.get("link", "") or _address(tip, event),
        link_label=block.get("link_label", ""), alt=block.get("alt", "").strip(),
        tip=tip if kind == "tip" else None, event=event if kind == "event" else None,
        story=story if kind == "story" else None,
        picture=picture if kind == "picture" else None,
    )  # fmt: skip
    return Part(**{**shown.__dict__, "problems": tuple(str(p) for p in _problems(shown, at))})


def _address(tip: Tip | None, event: Event | None) -> str:
    if tip:
        return base_url() + reverse("portal:library:tip", args=[tip.slug])
    if event:
        return base_url() + reverse("portal:events:event", args=[event.slug])
    return ""


def _problems(part: Part, at: datetime) -> list[Any]:
    """What has to be mended before this part may be sent."""
    if part.kind == "picture":
        if part.picture is None:
            return [_("Choose a picture.")]
        return [] if part.alt else [_("Describe the picture, for those who can’t see it.")]
    if part.kind == "tip":
        if part.tip is None:
            return [_("Choose a tip.")]
        return (
            [] if part.tip.is_out(at) else [_("This tip isn’t out yet, so its link leads nowhere.")]
        )
    if part.kind == "event":
        if part.event is None:
            return [_("Choose an event.")]
        return [] if part.event.published_at else [_("This event isn’t published yet.")]
    if part.kind == "story":
        if part.story is None:
            return [_("Choose a story whose person has said yes.")]
        if not part.story.agreed or part.story.taken_down_at:
            return [_("Its person hasn’t said yes, or has taken it down.")]
        return []
    return [] if part.heading or part.text else [_("Write something, or take this part out.")]


def words(issue: Issue, shown: list[Part]) -> Words:
    """The letter: subject, plain text and MJML, with `[[greeting]]` left for each reader."""
    context = {"issue": issue, "parts": shown, "base": base_url(), "house": House.current()}
    return Words(
        subject=issue.title,
        preview=issue.preheader,
        text=_tidy(render_to_string("newsletters/mail/issue.txt", context)),
        body=render_to_string("newsletters/mail/issue.mjml", context),
    )


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for n, line in enumerate(lines) if line or (n and lines[n - 1])]
    return "\n".join(kept) + "\n"


def reading_seconds(shown: list[Part]) -> int:
    return round(60 * sum(part.words for part in shown) / WORDS_A_MINUTE)


def stories_to_choose() -> Any:
    return Story.objects.filter(Q(agreed=True), taken_down_at=None).select_related("person")
