"""What an answer rests on, as a hash: the same data, the same version."""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import F, FloatField, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce
from numpy.typing import NDArray

from headwater.evaluation.models import Trial
from headwater.kit.periods import week_of
from headwater.ledger.models import Entry
from headwater.people.models import House, Person
from headwater.programme.models import (
    Activity,
    Amendment,
    Campaign,
    Cost,
    Market,
    Metric,
    Outcome,
    Watched,
)
from headwater.sharing.models import Share, VisitDay

UNCOUNTED = Value(Decimal(-2))  # a week that nobody counted is not a week of none
BUILDING = ["events.attended", "library.code_opened", "library.tip_done"]
SPENT_STATES = [Activity.State.DECIDED, Activity.State.DONE]
Floats = NDArray[np.float64]


def version_of(*arrays: object) -> str:
    """A hash of everything an answer rests on: the same data, the same version."""
    digest = hashlib.sha256()
    for array in arrays:
        if isinstance(array, np.ndarray):
            digest.update(str(array.shape).encode() + np.ascontiguousarray(array).tobytes())
        else:
            digest.update(repr(array).encode())
    return digest.hexdigest()


def rows_version(at: datetime) -> str:
    """A hash of sums over every row an answer could rest on: quick to ask for, and another one as
    soon as a row is added, taken away or changed. Empty while there is no house."""
    monday = week_of(at.date())
    deeds = Entry.objects.filter(verb__in=BUILDING, at__lt=at)
    sums = {
        "weeks": _sum(Outcome.objects.all(), F("pk") * (Coalesce(F("value"), UNCOUNTED) + 1)),
        "markets": _sum(Market.objects.all(), F("pk") + F("metric_id")),
        "ours": _sum(Market.objects.filter(is_ours=True), F("pk")),
        "places": _sum(Campaign.markets.through.objects.all(), F("market_id") * F("campaign_id")),
        "watched": _sum(Watched.objects.all(), F("pk")),
        "amendments": _sum(Amendment.objects.all(), F("pk")),
        "money": _sum(Cost.objects.all(), F("pk") * (F("money") + 1)),
        "hours": _sum(Cost.objects.all(), F("pk") * (F("hours") + 1)),
        "done": _sum(Activity.objects.filter(state__in=SPENT_STATES), F("pk")),
        "visits": _sum(VisitDay.objects.filter(day__lt=monday), F("pk") * (F("people") + 1)),
        "deeds": _sum(deeds, F("pk")),
        "voided": _sum(Entry.objects.filter(voids__isnull=False), F("pk")),
        "shares": _sum(Share.objects.all(), F("pk")),
        "tried": Subquery(Trial.objects.order_by("-changed_at").values("changed_at")[:1]),
        "people": _sum(Person.objects.partners(), F("pk")),
    }
    house = House.current()
    if house._state.adding:
        return ""  # before the first run there is nothing to go by
    found = House.objects.filter(pk=1).values(**sums).first()
    metrics = list(Metric.objects.order_by("pk").values_list())
    campaigns = list(Campaign.objects.registered().order_by("pk").values_list())
    return version_of(found, metrics, campaigns, house.hourly_rate, house.currency, monday)


def _sum(rows: QuerySet[Any], worth: Any) -> Subquery:
    every = rows.order_by().annotate(one=Value(1)).values("one")
    whole = Cast(Sum(worth, output_field=FloatField()), FloatField())
    return Subquery(every.annotate(n=whole).values("n"), output_field=FloatField())
