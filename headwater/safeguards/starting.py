"""The guidelines and policies to begin with, and the limits that go with them."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.people.models import House
from headwater.safeguards.models import ContactLimit, Guideline, Policy

STARTER = Path(__file__).parent / "starter"


@transaction.atomic
def load_starter(at: datetime) -> int:
    """Bring the starter content in. What stands already stays as it is; safe to run twice."""
    return _guidelines(at) + _policies(at) + _limits(at)


def _guidelines(at: datetime) -> int:
    standing = set(Guideline.objects.values_list("slug", flat=True))
    rows = [row for row in _read("guidelines", "guideline") if row["slug"] not in standing]
    numbered = enumerate(rows, start=len(standing) + 1)
    fields = ("slug", "title", "topic", "level", "applies_to", "do", "dont", "why", "mend")
    Guideline.objects.bulk_create(
        Guideline(
            number=number,
            patterns=row["patterns"],
            set_at=at,
            **{name: row[name] for name in fields},
        )
        for number, row in numbered
    )
    return len(rows)


def _policies(at: datetime) -> int:
    standing = set(Policy.objects.values_list("slug", flat=True))
    rows = [row for row in _read("policies", "policy") if row["slug"] not in standing]
    house = House.current().name or _("our organisation")
    for row in rows:
        body = row["body"].strip().replace("{organisation}", house)
        Policy.publish(
            slug=row["slug"], title=row["title"], version=row["version"], body=body,
            actor=None, at=at,
        )  # fmt: skip
    return len(rows)


def _limits(at: datetime) -> int:
    if ContactLimit.objects.exists():
        return 0
    ContactLimit.set("", letters=2, days=7, actor=None, at=at)
    ContactLimit.set("surveys", letters=2, days=30, actor=None, at=at)
    return 2


def _read(file: str, kind: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads(
        (STARTER / f"{file}.toml").read_text(encoding="utf-8")
    )[kind]
    return rows
