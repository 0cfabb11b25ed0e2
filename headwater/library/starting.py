"""The words to begin with: tips, articles and a toolkit, as drafts to make one's own."""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from headwater.kit.names import random_code
from headwater.library.models import Article, Category, Resource, ResourceCode, Tag, Tip
from headwater.library.models.codes import code_key
from headwater.people.models import House

STARTER = Path(__file__).parent / "starter"
Row = dict[str, Any]


@transaction.atomic
def load_starter(at: datetime, *, publish: bool = False) -> int:
    """Copy the starter kit in and say how many pieces are new.

    What staff have changed since stays as they left it. Nothing is published unless asked for.
    """
    out: Row = {"created_at": at, "published_at": at if publish else None}
    out |= {"language": House.current().language}
    return sum(
        [
            _categories(),
            sum(_add(Tip, row, **out, number=_number(row)) for row in _rows("tips", "tip")),
            sum(_add(Article, row, **out, is_how_to="dont" in row) for row in _rows("articles")),
            sum(_add(Resource, row, **out) for row in _rows("toolkit", "resource")),
            sum(_bonus(row, at, **out) for row in _rows("toolkit", "bonus")),
        ]
    )


def _categories() -> int:
    count = 0
    for position, row in enumerate(_read("tips")["category"]):
        values = {"name": row["name"], "position": position}
        count += Category.objects.get_or_create(slug=row["slug"], defaults=values)[1]
    return count


def _add(model: type[Tip] | type[Article] | type[Resource], row: Row, **values: Any) -> bool:
    if model.objects.filter(slug=row["slug"]).exists():
        return False
    own = {field.name for field in model._meta.fields}
    texts = {name: value for name, value in row.items() if name in own - {"category"}}
    texts["body"] = texts["body"].strip()
    piece = model(**texts | values)
    piece.category = Category.objects.filter(slug=row["category"]).first()
    piece.need_slug = row["need"]
    piece.need_name = _read("tips")["need_names"].get(row["need"], "")
    piece.fill_keys()
    piece.save()
    piece.tags.set(Tag.named(row["tags"]))
    return True


def _bonus(row: Row, at: datetime, **values: Any) -> bool:
    is_new = _add(Resource, row, **values, is_bonus=True)
    code = row["code"]
    if ResourceCode.objects.filter(key=code_key(code)).exists():
        code = random_code(6).upper()
    if is_new:
        opening = ResourceCode.objects.create(
            code=code, key=code_key(code), hint=row["code_hint"], created_at=at
        )
        opening.resources.add(Resource.objects.get(slug=row["slug"]))
    return is_new


def _number(row: Row) -> int:
    """Its own number, or the next free one where the organisation has used it."""
    number: int = row["number"]
    return Tip.objects.next_number() if Tip.objects.filter(number=number).exists() else number


def _rows(name: str, kind: str = "article") -> Iterator[Row]:
    yield from _read(name)[kind]


def _read(name: str) -> dict[str, Any]:
    with (STARTER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)
