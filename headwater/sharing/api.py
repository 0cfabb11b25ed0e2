from datetime import date

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Schema

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
    since: date | None = None
    until: date | None = None
    message: int | None = None
    link: str | None = None


@router.get("/", response=list[VisitDayOut])
def visits(request: HttpRequest, wanted: Query[VisitFilter]) -> QuerySet[VisitDay]:
    """Visits per link and day, people apart from machines. Nobody's name is in it."""
    rows = VisitDay.objects.select_related("link").order_by("day", "pk")
    chosen = {
        "day__gte": wanted.since,
        "day__lte": wanted.until,
        "link__message": wanted.message,
        "link__code": wanted.link,
    }
    return rows.filter(**{name: value for name, value in chosen.items() if value is not None})
