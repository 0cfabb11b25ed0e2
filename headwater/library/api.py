from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from ninja import Query, Router, Schema
from pydantic import Field

from headwater.library.models import Tip

router = Router(tags=["tips"])


class TipOut(Schema):
    """A tip as the public reads it. The insight for the organisation's side is not in it."""

    number: int
    slug: str
    title: str
    idea: str
    action: str
    do: str
    dont: str
    body: str
    seconds: int
    category: str | None
    tags: list[str]
    need: str
    language: str
    published_at: datetime

    @staticmethod
    def resolve_category(tip: Tip) -> str | None:
        return tip.category.slug if tip.category else None

    @staticmethod
    def resolve_tags(tip: Tip) -> list[str]:
        return [tag.name for tag in tip.tags.all()]

    @staticmethod
    def resolve_need(tip: Tip) -> str:
        return tip.need_slug


class TipPage(Schema):
    items: list[TipOut]
    count: int


class Which(Schema):
    q: str = Field("", max_length=200, description="Words that must all stand in the tip.")
    category: str = Field("", max_length=80, description="A subject by its slug.")
    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, le=100_000)


class Problem(Schema):
    detail: str


@router.get("/tips", response=TipPage, operation_id="list_tips")
def list_tips(request: HttpRequest, which: Query[Which]) -> dict[str, Any]:
    """The tips that are out, newest first, or nearest first when words are given."""
    rows = _out().latest_first()
    if which.category:
        rows = rows.filter(category__slug=which.category)
    if which.q:
        rows = rows.search(which.q)
    return {"items": rows[which.offset : which.offset + which.limit], "count": rows.count()}


@router.get("/tips/{slug}", response={200: TipOut, 404: Problem}, operation_id="get_tip")
def get_tip(request: HttpRequest, slug: str) -> Any:
    return get_object_or_404(_out(), slug=slug)


def _out() -> Any:
    rows: QuerySet[Tip] = Tip.objects.published(now())
    return rows.select_related("category").prefetch_related("tags")
