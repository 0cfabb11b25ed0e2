"""Conversation kits to begin with: templates without a time, to copy and fill."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from headwater.discussions.models import Kit, Step
from headwater.people.models import House

STARTER = Path(__file__).parent / "starter"


@transaction.atomic
def load_starter(at: datetime) -> int:
    """Copy the kits in and say how many are new. What staff changed stays as they left it."""
    house, kits = House.current(), _read()
    count = 0
    for row in kits["kit"]:
        values = {name: value for name, value in row.items() if name not in {"step", "need"}}
        values |= {
            "kind": row["kind"].replace("-", "_"),
            "network": row["network"] or "elsewhere",
            "need_slug": row["need"],
            "need_name": kits["need_names"].get(row["need"], ""),
            "time_zone": house.time_zone,
            "language": house.language,
            "created_at": at,
        }
        kit, is_new = Kit.objects.get_or_create(slug=row["slug"], defaults=values)
        if is_new:
            Step.objects.bulk_create(
                [Step(kit=kit, minute=s["minute"], text=s["text"]) for s in row["step"]]
            )
        count += is_new
    return count


def _read() -> dict[str, Any]:
    with (STARTER / "kits.toml").open("rb") as file:
        return tomllib.load(file)
