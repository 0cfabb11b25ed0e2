from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from headwater.ledger.models import Entry
from headwater.people.models import Person
from headwater.people.tests.make import NOON, house, person, staff
from headwater.programme.models import Activity, Campaign, Metric, note_outcomes

__all__ = ["NOON", "campaign", "capacity", "house", "metric", "person", "staff"]
MONDAY = date(2026, 3, 2)


def metric(**fields: Any) -> Metric:
    values: dict[str, Any] = {
        "slug": "boxes", "name": "Boxes", "unit": "boxes", "source": "measured",
        "worth_low": 6, "worth_likely": 8, "worth_high": 10,
    }  # fmt: skip
    return Metric.objects.create(**values | fields)


def campaign(effect: float, *, weeks: int = 60, aim: int = 300, **fields: Any) -> Campaign:
    """A month-long campaign that is over, with a known effect a week, and two places to compare.

    All three places share a wandering level, so that the comparison tells what is usual.
    """
    rng = np.random.default_rng(7)
    counted = fields.pop("metric", None) or metric()
    made = Campaign.objects.create(
        title=fields.pop("title", "Mussel Season"), objective="More boxes.", metric=counted,
        aim=Decimal(aim), starts_on=MONDAY, ends_on=MONDAY + timedelta(days=27),
        counted_until=MONDAY + timedelta(days=27), created_at=NOON,
        comparison=fields.pop("comparison", Campaign.Comparison.MARKETS),
        registered_at=datetime(2026, 2, 1, tzinfo=NOON.tzinfo), **fields,
    )  # fmt: skip
    level = 200 + np.cumsum(rng.normal(0, 4, weeks + 6))
    days = [MONDAY - timedelta(weeks=weeks) + timedelta(weeks=n) for n in range(weeks + 6)]
    for name, is_ours in (("Home", True), ("Kirkhaven", False), ("Sandwick", False)):
        market, _new = counted.markets.get_or_create(name=name, defaults={"is_ours": is_ours})
        counts = level + rng.normal(0, 6, level.size)
        if is_ours:
            counts[weeks : weeks + 4] += effect
            made.markets.add(market)
        rows = [(d, Decimal(str(round(c, 1)))) for d, c in zip(days, counts, strict=True)]
        note_outcomes(market, rows, actor=None, at=NOON)
    return made


def drawn(effect: float, *, places: int = 8, away: int = 0, **fields: Any) -> Campaign:
    """A month-long campaign in half of our places, by lot if so compared, and places not ours."""
    rng = np.random.default_rng(11)
    counted = metric(slug=f"drawn-{places}-{away}")
    weeks, spread = 40, 4
    names = [(f"Ours {n}", True) for n in range(places)] + [
        (f"Away {n}", False) for n in range(away)
    ]
    markets = [counted.markets.create(name=name, is_ours=is_ours) for name, is_ours in names]
    values: dict[str, Any] = {
        "title": "Mussel Season", "objective": "More boxes.", "aim": Decimal(300),
        "starts_on": MONDAY, "ends_on": MONDAY + timedelta(days=27),
        "counted_until": MONDAY + timedelta(days=27), "created_at": NOON,
        "comparison": Campaign.Comparison.LOT,
    }  # fmt: skip
    made = Campaign.objects.create(metric=counted, **values | fields)
    if made.comparison == Campaign.Comparison.LOT:
        chosen = made.draw_markets("4711", actor=staff(email="drawer@h.example"), at=NOON)
    else:
        chosen = markets[: places // 2]
        made.markets.set(chosen)
    Campaign.objects.filter(pk=made.pk).update(registered_at=NOON - timedelta(days=99))
    level = 200 + np.cumsum(rng.normal(0, 2, weeks + 6))
    days = [MONDAY + timedelta(weeks=n - weeks) for n in range(weeks + 6)]
    for market in markets:
        counts = level + rng.normal(0, spread, level.size)
        counts[weeks : weeks + 4] += effect if market in chosen else 0
        rows = [(d, Decimal(str(round(c, 1)))) for d, c in zip(days, counts, strict=True)]
        note_outcomes(market, rows, actor=None, at=NOON)
    made.refresh_from_db()
    return made


def capacity(lift: float, people: int = 120) -> list[Person]:
    """Partners reached one after another by events, each bringing `lift` more visits a block."""
    from headwater.sharing.tests.make import visits  # sharing's own rows are made by sharing

    rng = np.random.default_rng(3)
    made = []
    start = date(2024, 11, 18)
    for n in range(people):
        who = person(f"Partner {n}", f"p{n}@p.example")
        Person.objects.filter(pk=who.pk).update(created_at=datetime(2024, 1, 1, tzinfo=NOON.tzinfo))
        reached = start + timedelta(days=28 * (2 + n % 12)) if n % 3 else None
        if reached:
            at = datetime(reached.year, reached.month, reached.day, 12, tzinfo=NOON.tzinfo)
            Entry.objects.create(person=who, verb="events.attended", at=at, recorded_at=at)
        days = []
        for block in range(20):
            day = start + timedelta(days=28 * block + 3)
            more = lift if reached and day >= reached else 0
            days.append((day, int(rng.poisson(2 + more))))
        visits(who, days)
        made.append(who)
    activity = Activity.objects.create(
        title="Seminars", kind="half-day-seminar", gauge="fluency", state="done",
        starts_on=start, ends_on=start + timedelta(days=500), why_not_asked="A test.",
        created_at=NOON,
    )  # fmt: skip
    for block in range(2, 14):
        activity.costs.create(
            what="Hall", money=100, hours=5, on=start + timedelta(days=28 * block)
        )
    return made
