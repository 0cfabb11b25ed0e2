"""The needs and surveys to begin with, from the starter kit. Safe to run twice."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from headwater.kit.errors import Refused
from headwater.listening.models import Need, Option, Survey
from headwater.people.models import House, Person

STARTER = Path(__file__).parent / "starter"


@transaction.atomic
def load_starter(at: datetime) -> int:
    """Bring in the needs. What staff have changed since stays as they left it."""
    count = 0
    for position, row in enumerate(_read("needs.toml")["need"]):
        values = {
            "name": row["name"],
            "description": row["description"],
            "gauge": row["gauge"],
            "activity_kinds": row["activities"],
            "position": position,
        }
        _need, is_new = Need.objects.get_or_create(slug=row["slug"], defaults=values)
        count += is_new
    return count


def ready_surveys() -> list[dict[str, Any]]:
    """The ready surveys to choose from: their slug, title, purpose and number of questions."""
    return [
        {**{k: s[k] for k in ("slug", "title", "purpose", "minutes")}, "count": len(s["question"])}
        for s in _read("surveys.toml")["survey"]
    ]


@transaction.atomic
def survey_from(
    slug: str, *, actor: Person | None, at: datetime, activity: str = "", **fields: Any
) -> Survey:
    """A draft from a ready survey, with our own name filled in."""
    ready = {s["slug"]: s for s in _read("surveys.toml")["survey"]}.get(slug)
    if ready is None:
        raise Refused("There is no ready survey of that name.")
    load_starter(at)
    names = {"organisation": House.current().name or "our organisation", "activity": activity}
    survey = Survey.draft(
        title=_filled(ready["title"], names),
        purpose=ready["purpose"],
        is_anonymous=ready["anonymous"],
        minutes=ready["minutes"],
        intro=_filled(ready["intro"], names),
        thanks=_filled(ready["thanks"], names),
        template=slug,
        actor=actor,
        at=at,
        **fields,
    )
    needs = {need.slug: need for need in Need.objects.all()}
    for row in ready["question"]:
        _add(survey, row, needs, names)
    return survey


def _add(
    survey: Survey, row: dict[str, Any], needs: dict[str, Need], names: dict[str, str]
) -> None:
    question = survey.add_question(
        kind=row["kind"],
        text=_filled(row["text"], names),
        why=_filled(row.get("why", ""), names),
        at_most=row.get("at_most", 3),
        is_shuffled=row.get("shuffle", False),
        has_own_words=row.get("own_words", False),
        least=row.get("least", 0),
        most=row.get("most", 10),
        least_label=row.get("least_label", ""),
        most_label=row.get("most_label", ""),
        longest=row.get("longest", 500),
    )
    Option.objects.bulk_create(
        Option(question=question, position=i, label=o["label"], hint=o["hint"],
               need=needs.get(o["need"]))
        for i, o in enumerate(row.get("option", []))
    )  # fmt: skip


def _filled(text: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        text = text.replace("{" + name + "}", value)
    return text


def _read(name: str) -> dict[str, Any]:
    with (STARTER / name).open("rb") as file:
        return tomllib.load(file)
