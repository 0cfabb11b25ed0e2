"""What an answer rests on, as a hash: the same data, the same version."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
from django.db import connection
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


@dataclass(frozen=True)
class Programme:
    """What an answer rests on but for what partners do, as a hash, and how many of them there are.

    The version is empty while there is no house: before the first run there is nothing to go by.
    """

    version: str
    partners: int


def programme(at: datetime) -> Programme:
    """Its version is a hash of all that staff keep and an answer could rest on, and of who the
    partners are: another one as soon as a row is added, taken away or changed.

    Quick in a house of any size: what partners do isn't looked at, only their number and the marks
    that erasing, merging and sharing leave, each found by an index.
    """
    house = House.current()
    if house._state.adding:
        return Programme("", 0)
    with connection.cursor() as cursor:
        cursor.execute(*_programme_sums(connection.vendor))
        partners, *found = cursor.fetchone()
    metrics = list(Metric.objects.order_by("pk").values_list())
    campaigns = list(Campaign.objects.registered().order_by("pk").values_list())
    monday = week_of(at.date())
    version = version_of(
        partners, found, metrics, campaigns, house.hourly_rate, house.currency, monday
    )
    return Programme(version, int(partners or 0))


@cache
def _programme_sums(vendor: str) -> tuple[str, tuple[Any, ...]]:
    """One question, put into SQL once: that takes ten times as long as answering it."""
    sums = {
        "partners": _sum(Person.objects.filter(is_partner=True), Value(1)),
        "weeks": _sum(Outcome.objects.all(), F("pk") * (Coalesce(F("value"), UNCOUNTED) + 1)),
        "markets": _sum(Market.objects.all(), F("pk") + F("metric_id")),
        "ours": _sum(Market.objects.filter(is_ours=True), F("pk")),
        "places": _sum(Campaign.markets.through.objects.all(), F("market_id") * F("campaign_id")),
        "watched": _sum(Watched.objects.all(), F("pk")),
        "amendments": _sum(Amendment.objects.all(), F("pk")),
        "money": _sum(Cost.objects.all(), F("pk") * (F("money") + 1)),
        "hours": _sum(Cost.objects.all(), F("pk") * (F("hours") + 1)),
        "done": _sum(Activity.objects.filter(state__in=SPENT_STATES), F("pk")),
        "tried": _newest(Trial.objects.all(), "changed_at"),
        "shared": _newest(Share.objects.all(), "pk"),
        "newest": _newest(Person.objects.filter(is_partner=True), "created_at"),
        "erased": _sum(Person.objects.filter(erased_at__isnull=False), Value(1)),
        "merged": _sum(Person.objects.filter(merged_into__isnull=False), Value(1)),
    }
    return House.objects.filter(pk=1).values(**sums).query.sql_with_params()


def deeds_version(at: datetime) -> str:
    """A hash of sums over all that partners did and brought: every row is looked at."""
    deeds = Entry.objects.filter(verb__in=BUILDING, at__lt=at)
    before = VisitDay.objects.filter(day__lt=week_of(at.date()))
    sums = {
        "visits": _sum(before, F("pk") * (F("people") + 1)),
        "deeds": _sum(deeds, F("pk")),
        "voided": _sum(Entry.objects.filter(voids__isnull=False), F("pk")),
        "shares": _sum(Share.objects.all(), F("pk")),
        "people": _sum(Person.objects.partners(), F("pk")),
    }
    return version_of(House.objects.filter(pk=1).values(**sums).first())


def _sum(rows: QuerySet[Any], worth: Any) -> Subquery:
    every = rows.order_by().annotate(one=Value(1)).values("one")
    whole = Cast(Sum(worth, output_field=FloatField()), FloatField())
    return Subquery(every.annotate(n=whole).values("n"), output_field=FloatField())


def _newest(rows: QuerySet[Any], field: str) -> Subquery:
    return Subquery(rows.order_by(f"-{field}").values(field)[:1])
