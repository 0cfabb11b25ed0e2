from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from headwater.programme.models import Activity

router = Router(tags=["activities"])


class ActivityOut(Schema):
    """An activity in the plan; money in the House's currency."""

    id: int
    title: str
    kind: str
    state: str
    need: str
    gauge: str
    outcome: str
    starts_on: date
    ends_on: date
    places: int | None
    money: Decimal
    hours: Decimal

    @staticmethod
    def resolve_need(activity: Activity) -> str:
        return activity.need.slug if activity.need else ""


class ActivityPage(Schema):
    items: list[ActivityOut]
    count: int


class Which(Schema):
    state: str = Field("", max_length=10, description="proposed, decided, done or dropped.")
    since: date | None = None
    until: date | None = None
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=100_000)


class Problem(Schema):
    detail: str


@router.get("/activities", response=ActivityPage, operation_id="list_activities")
def list_activities(request: HttpRequest, which: Query[Which]) -> dict[str, Any]:
    """The plan, by date."""
    rows = Activity.objects.with_costs().select_related("need")
    if which.state:
        rows = rows.filter(state=which.state)
    if which.since:
        rows = rows.filter(ends_on__gte=which.since)
    if which.until:
        rows = rows.filter(starts_on__lte=which.until)
    return {"items": rows[which.offset : which.offset + which.limit], "count": rows.count()}


@router.get(
    "/activities/{int:pk}",
    response={200: ActivityOut, 404: Problem},
    operation_id="get_activity",
)
def get_activity(request: HttpRequest, pk: int) -> Any:
    return get_object_or_404(Activity.objects.with_costs().select_related("need"), pk=pk)
