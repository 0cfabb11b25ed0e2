"""From a room's template to the words of a letter: subject, plain text, and MJML for the body.

`listening/mail/invitation` is `invitation.txt`, whose first line reads `Subject: ...` (a second one
may read `Preview: ...`), and if the room wants more than paragraphs, `invitation.mjml` (sections)
or `invitation.html` (a fragment). Without these the text is set as paragraphs; one that reads
`Words: https://...` becomes a button.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import escape

from headwater.people.models import House

PLACEHOLDER = re.compile(r"\[\[([a-z][a-z0-9_]*)\]\]")
ADDRESS = r"https?://[^\s<>\"]+|\[\[[a-z0-9_]*link\]\]"
BUTTON = re.compile(rf"^([^\n:]{{2,80}}):\s*({ADDRESS})$")
BARE = re.compile(rf"({ADDRESS})")


@dataclass(frozen=True)
class Words:
    subject: str
    text: str
    body: str
    preview: str = ""


def words(template: str, context: dict[str, Any]) -> Words:
    """The words, with days and hours by the house's clock: the worker has none of its own."""
    with timezone.override(House.current().zone):
        head, text = _headed(_plain(f"{template}.txt", context))
        body = _mjml(template, context) or from_paragraphs(text)
    return Words(one_line(head["subject"]), text, body, one_line(head.get("preview", "")))


def placeholders(*parts: str) -> set[str]:
    return {name for part in parts for name in PLACEHOLDER.findall(part)}


def one_line(value: str) -> str:
    """No line breaks or control characters: what may stand in a header."""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())


def from_paragraphs(text: str) -> str:
    """Plain paragraphs as one MJML section, links alive, a labelled link as a button."""
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    return section("".join(_paragraph(part) for part in paragraphs))


def section(inside: str, kind: str = "plain") -> str:
    kinds = f'css-class="{kind}" mj-class="{kind}"'
    return f"<mj-section {kinds}><mj-column>{inside}</mj-column></mj-section>"


def button(label: str, address: str) -> str:
    return f'<mj-button css-class="go" href="{escape(address)}">{escape(label)}</mj-button>'


def _paragraph(text: str) -> str:
    match = BUTTON.match(text)
    if match:
        return button(match[1].strip(), match[2])
    pieces = BARE.split(text)
    html = "".join(
        f'<a class="link" href="{escape(piece)}">{escape(piece)}</a>' if odd % 2 else escape(piece)
        for odd, piece in enumerate(pieces)
    )
    return f'<mj-text css-class="ink">{html.replace(chr(10), "<br/>")}</mj-text>'


def _plain(name: str, context: dict[str, Any]) -> str:
    template = get_template(name).template  # type: ignore[attr-defined]
    return str(template.render(Context(context, autoescape=False)))


def _mjml(template: str, context: dict[str, Any]) -> str:
    try:
        return str(get_template(f"{template}.mjml").render(context)).strip()
    except TemplateDoesNotExist:
        pass
    try:
        fragment = str(get_template(f"{template}.html").render(context)).strip()
    except TemplateDoesNotExist:
        return ""
    return section(f'<mj-text css-class="ink">{fragment}</mj-text>')


def _headed(raw: str) -> tuple[dict[str, str], str]:
    head: dict[str, str] = {}
    lines = raw.lstrip().splitlines()
    while lines and (match := re.match(r"(Subject|Preview):\s*(.*)$", lines[0])):
        head[match[1].lower()] = match[2].strip()
        lines.pop(0)
    if "subject" not in head:
        raise ValueError("A letter's first line reads 'Subject: ...'")
    return head, re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
