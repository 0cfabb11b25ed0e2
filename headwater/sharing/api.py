from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from headwater.sharing.models import Conversion, Link, VisitDay

router = Router(tags=["visits"])
conversions = Router(tags=["conversions"])


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


class ConversionIn(Schema):
    """What was hoped for came of a visit: which link's, when, and the other side's own number."""

    link: str = Field(min_length=1, max_length=20, description="The code of the tracked link.")
    at: AwareDatetime
    once: str = Field(
        min_length=1, max_length=100, description="Your own number: the same twice counts once."
    )
    value: Decimal | None = Field(None, ge=0, le=10**10, description="In the House's currency.")


class ConversionOut(Schema):
    link: str
    at: AwareDatetime
    once: str
    value: Decimal | None

    @staticmethod
    def resolve_link(row: Conversion) -> str:
        return row.link.code


class Problem(Schema):
    detail: str


@conversions.post(
    "/conversions",
    response={200: ConversionOut, 201: ConversionOut, 404: Problem, 409: Problem},
    operation_id="tell_conversion",
)
def tell_conversion(request: HttpRequest, told: ConversionIn) -> Any:
    """Tell that a visit brought what was hoped for: 201 where it is new, 200 where it was known.

    Nothing about the visitor is asked for or kept.
    """
    link = get_object_or_404(Link.objects.select_related("person", "message"), code=told.link)
    made, is_new = Conversion.note(
        link, happened_at=told.at, once=told.once, value=told.value, at=now()
    )
    return Status(201 if is_new else 200, made)
