from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from headwater.listening.models import Need
from headwater.people.tests.make import NOON, house, person, staff
from headwater.programme.models import Activity, Campaign, Metric, note_outcomes

__all__ = ["NOON", "activity", "campaign", "house", "metric", "need", "person", "staff"]
TODAY = NOON.date()


def need(slug: str = "photos", **fields: Any) -> Need:
    values = {"name": "Photos with a phone", "gauge": "fluency"}
    return Need.objects.create(slug=slug, **values | fields)


def activity(title: str = "Seminar", **fields: Any) -> Activity:
    values: dict[str, Any] = {
        "kind": Activity.Kind.SEMINAR,
        "gauge": "fluency",
        "starts_on": TODAY + timedelta(days=20),
        "ends_on": TODAY + timedelta(days=20),
        "why_not_asked": "The board asked for it.",
        "created_at": NOON,
    }
    return Activity.objects.create(title=title, **values | fields)


def metric(weeks: int = 30, **fields: Any) -> Metric:
    """Boxes sold, with so many weeks before today counted at home and at one place to compare."""
    values = {"slug": "boxes", "name": "Boxes sold", "unit": "boxes", "source": "measured"}
    made = Metric.objects.create(**values | fields)
    for name, is_ours, level in (("Home", True, 300), ("Away", False, 200)):
        market = made.markets.create(name=name, is_ours=is_ours)
        days = [TODAY - timedelta(weeks=n) for n in range(weeks, 0, -1)]
        counts = [(day, Decimal(level + (n * 37) % 23)) for n, day in enumerate(days)]
        note_outcomes(market, counts, actor=None, at=NOON)
    return made


def campaign(**fields: Any) -> Campaign:
    values: dict[str, Any] = {
        "title": "Supper Week",
        "objective": "More people eat at a partner's table.",
        "aim": Decimal(240),
        "starts_on": date(2026, 6, 1),
        "ends_on": date(2026, 6, 7),
        "counted_until": date(2026, 6, 28),
        "comparison": Campaign.Comparison.BEFORE,
        "created_at": NOON,
    }
    chosen = values | fields
    return Campaign.objects.create(metric=chosen.pop("metric", None) or metric(), **chosen)
