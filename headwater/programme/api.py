from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from ninja import Query, Router, Schema
from pydantic import Field

from headwater.programme import outcome_files
from headwater.programme.models import Activity, Metric, Outcome

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


# ---- Outcomes ----

outcomes = Router(tags=["outcomes"])


class MetricOut(Schema):
    """What is counted: how often, as a count or a level, and whether more of it is better."""

    slug: str
    name: str
    unit: str
    period: str
    measure: str
    more_is_better: bool
    source: str


class MetricPage(Schema):
    items: list[MetricOut]
    count: int


class OutcomeOut(Schema):
    """A count of one place and period; without a value, nobody looked."""

    place: str
    is_ours: bool
    period_on: date
    value: Decimal | None

    @staticmethod
    def resolve_place(row: Outcome) -> str:
        return row.market.name

    @staticmethod
    def resolve_is_ours(row: Outcome) -> bool:
        return row.market.is_ours


class OutcomePage(Schema):
    items: list[OutcomeOut]
    count: int


class WhichOutcomes(Schema):
    since: date | None = None
    until: date | None = None
    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=10_000_000)


class Bounds(Schema):
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=100_000)


class OutcomeIn(Schema):
    """A count. The period reads 2026-W19, 2026-05, 2026-Q2, 2026 or any day in it."""

    place: str = Field(min_length=1, max_length=120)
    period: str = Field(min_length=4, max_length=30)
    value: Decimal | None = Field(
        description="Null where nobody looked: never nought.",
        ge=-(10**12), le=10**12, decimal_places=6,
    )  # fmt: skip
    is_ours: bool = Field(True, description="Of a new place: whether your partners are there.")


class OutcomesIn(Schema):
    outcomes: list[OutcomeIn] = Field(min_length=1, max_length=5000)


class OutcomesKept(Schema):
    """How many counts were new or other than before, and how many stood already."""

    changed: int
    unchanged: int


@outcomes.get("/metrics", response=MetricPage, operation_id="list_metrics")
def list_metrics(request: HttpRequest, which: Query[Bounds]) -> dict[str, Any]:
    """What is counted."""
    rows = Metric.objects.all()
    return {"items": rows[which.offset : which.offset + which.limit], "count": rows.count()}


@outcomes.get(
    "/metrics/{slug:metric}/outcomes",
    response={200: OutcomePage, 404: Problem},
    operation_id="list_outcomes",
)
def list_outcomes(request: HttpRequest, metric: str, which: Query[WhichOutcomes]) -> Any:
    """Counts of one metric, by place and period."""
    rows = Outcome.objects.filter(market__metric=get_object_or_404(Metric, slug=metric))
    if which.since:
        rows = rows.filter(period_on__gte=which.since)
    if which.until:
        rows = rows.filter(period_on__lte=which.until)
    rows = rows.select_related("market").order_by("market", "period_on")
    return {"items": rows[which.offset : which.offset + which.limit], "count": rows.count()}


@outcomes.put(
    "/metrics/{slug:metric}/outcomes",
    response={200: OutcomesKept, 404: Problem, 409: Problem},
    operation_id="put_outcomes",
)
def put_outcomes(request: HttpRequest, metric: str, given: OutcomesIn) -> Any:
    """Write counts. The same again changes nothing; all are kept, or on a refusal none.

    Refused are a period that isn't over or is of another length than the metric's, and one place
    and period twice with two values.
    """
    found = get_object_or_404(Metric, slug=metric)
    rows = [(one.place, one.period, one.value, one.is_ours) for one in given.outcomes]
    return asdict(outcome_files.keep_rows(found, rows, at=now()))
