"""A first letter to make one's own."""

import re
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from headwater.newsletters.models import Issue, Newsletter
from headwater.people.models import House

STARTER = Path(__file__).parent / "starter" / "issues.toml"
UNKNOWN = re.compile(r"[^.?!\n]*\{[a-z_]+\}[^.?!\n]*[.?!]?\s?")


@transaction.atomic
def load_starter(at: datetime) -> int:
    """Put the sample issues in as drafts, once. Says how many were new."""
    newsletter = Newsletter.main(at)
    made = 0
    for row in tomllib.loads(STARTER.read_text("utf-8"))["issue"]:
        if Issue.objects.filter(newsletter=newsletter, slug=row["slug"]).exists():
            continue
        issue = Issue.begin(
            newsletter, actor=None, at=at, title=_words(row["subject"]),
            preheader=_words(row.get("preheader", "")),
            blocks=[_block(n, block) for n, block in enumerate(row["block"])],
        )  # fmt: skip
        issue.slug = row["slug"]
        issue.save(update_fields=["slug"])
        made += 1
    return made


def _block(number: int, row: dict[str, Any]) -> dict[str, Any]:
    """Its links are left for staff: they lead to pages only they know."""
    return {
        "id": f"start{number}",
        "kind": row["kind"],
        "heading": _words(row.get("heading", "")),
        "body": _words(row.get("body", "")),
        "ref": row.get("ref", ""),
        "link_label": row.get("link_label", ""),
        "link": "",
    }


def _words(text: str) -> str:
    """Fill what is known now; a sentence with something unknown is left out."""
    house = House.current()
    known = text.replace("{organisation}", house.name).replace("{first_name}", "[[greeting]]")
    known = known.replace("{sender}", house.name)
    return UNKNOWN.sub("", known).strip()
