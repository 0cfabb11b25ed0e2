"""The bank of check-in questions to begin with. Safe to run twice."""

import tomllib
from datetime import datetime
from pathlib import Path

from django.db import transaction

from headwater.capacity.models import Item
from headwater.capacity.models.items import Recalled

STARTER = Path(__file__).parent / "starter" / "items.toml"


@transaction.atomic
def load_starter(at: datetime) -> int:
    """Bring in the questions. What staff have changed since stays as they left it."""
    with STARTER.open("rb") as file:
        rows = tomllib.load(file)["item"]
    count = 0
    for position, row in enumerate(rows):
        values = {
            "gauge": row["gauge"],
            "kind": row["kind"],
            "area": row["area"],
            "recalls": _recalls(row["slug"], row["kind"]),
            "prompt": row["prompt"],
            "options": row["options"],
            "right": row.get("right"),
            "discrimination": row["discrimination"],
            "thresholds": row["thresholds"],
            "seconds": row["seconds"],
            "position": position,
        }
        _item, is_new = Item.objects.get_or_create(slug=row["slug"], defaults=values)
        count += is_new
    return count


def _recalls(slug: str, kind: str) -> str:
    if kind != "unaided":
        return ""
    return Recalled.PLANNED if slug.endswith("-next") else Recalled.MESSAGE
