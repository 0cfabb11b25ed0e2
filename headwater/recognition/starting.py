"""Rules and badges from the starter kit. Safe to run twice."""

import tomllib
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from headwater.recognition.models import Badge, Rule, Season

STARTER = Path(__file__).parent / "starter" / "recognition.toml"


@transaction.atomic
def load_starter(at: datetime, from_on: date | None = None) -> int:
    """Bring in rules, standing from this season on, and badges. Changed ones stay as they are."""
    kit = tomllib.loads(STARTER.read_text(encoding="utf-8"))
    first = from_on or Season.at(at).starts_on
    count = 0
    for row in kit["rule"]:
        if Rule.objects.filter(slug=row["slug"]).exists():
            continue
        Rule.objects.create(
            slug=row["slug"], verb=row["verb"], label=row["label"], group=row["group"],
            points=row["points"], per=row["per"], cap=row["cap"], has_evidence=row["evidence"],
            from_on=first,
        )  # fmt: skip
        count += 1
    for row in kit["badge"]:
        _badge, is_new = Badge.objects.get_or_create(
            slug=row["slug"],
            defaults={
                key: row[key] for key in ("name", "icon", "level", "what_for", "verb", "times")
            },
        )
        count += is_new
    return count
