from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from headwater.sharing.models import VisitDay

router = Router(tags=["visits"])


class VisitDayOut(Schema):
    link: str
    message: int | None
    day: date
    people: int
    visits: int
    machines: int

    @staticmethod
    def resolve_link(row: VisitDay) -> str:
        return row.link.code

    @staticmethod
    def resolve_message(row: VisitDay) -> int | None:
        return row.link.message_id


class VisitFilter(Schema):
    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=10_000_000)
    since: date | None = None
    until: date | None = None
    message: int | None = Field(None, ge=0, le=2**62)
    link: str | None = Field(None, max_length=20)


class VisitPage(Schema):
    items: list[VisitDayOut]
    count: int


@router.get("/visits", response=VisitPage, operation_id="list_visits")
def visits(request: HttpRequest, wanted: Query[VisitFilter]) -> dict[str, Any]:
    """Visits per link and day, people apart from machines. Nobody's name is in it."""
    rows = VisitDay.objects.select_related("link").order_by("day", "pk")
    chosen = {
        "day__gte": wanted.since,
        "day__lte": wanted.until,
        "link__message": wanted.message,
        "link__code": wanted.link,
    }
    rows = rows.filter(**{name: value for name, value in chosen.items() if value is not None})
    return {"items": rows[wanted.offset : wanted.offset + wanted.limit], "count": rows.count()}
