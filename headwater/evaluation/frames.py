"""Rows become arrays here, and nowhere else. Weeks run Monday to Sunday, oldest first."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import F, FloatField, Min, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce
from numpy.typing import NDArray

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
    OutcomeWeek,
)
from headwater.sharing.models import VisitDay

WEEKS_BEFORE = 104
WEEKS_AFTER = 12
BLOCK_WEEKS = 4
UNCOUNTED = Value(Decimal(-2))  # a week that nobody counted is not a week of none
BUILDING = ["events.attended", "library.code_opened", "library.tip_done"]
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


@dataclass(frozen=True, eq=False)
class CampaignFrame:
    """One campaign's metric: `outcome` and `observed` (weeks,), `controls` (weeks, markets).

    `begins` and `ends` are places in `weeks`: the first touched week and the first not counted.
    """

    weeks: list[date]
    outcome: Floats
    observed: NDArray[np.bool_]
    controls: Floats | None
    control_names: list[str]
    begins: int
    ends: int
    campaign_ends: int

    @property
    def version(self) -> str:
        return version_of(
            self.weeks, self.outcome, self.observed, self.controls, self.begins, self.ends
        )


def campaign_frame(campaign: Campaign, day: date) -> CampaignFrame | None:
    """The campaign's markets added up, with untouched markets beside them; None with no weeks.

    A week is observed where every market was counted. A market that lacks a week that matters is no
    control.
    """
    first, last = week_of(campaign.starts_on), week_of(campaign.counted_until)
    ours = list(campaign.markets.all()) or list(campaign.metric.markets.filter(is_ours=True))
    others = list(campaign.metric.markets.exclude(pk__in=[market.pk for market in ours]))
    until = min(last + timedelta(weeks=WEEKS_AFTER), week_of(day) - timedelta(weeks=1))
    since = first - timedelta(weeks=WEEKS_BEFORE)
    counts = _counts([*ours, *others], since, until)
    known = sorted({week for market in ours for week in counts[market.pk]})
    if not known or known[0] >= first or known[-1] < first:
        return None
    until = known[-1]
    weeks = [known[0] + timedelta(weeks=n) for n in range((until - known[0]).days // 7 + 1)]
    columns = np.array([[counts[m.pk].get(week, np.nan) for week in weeks] for m in ours])
    observed = ~np.isnan(columns).any(axis=0)
    beside = {m.name: np.array([counts[m.pk].get(w, np.nan) for w in weeks]) for m in others}
    whole = {name: column for name, column in beside.items() if not np.isnan(column).any()}
    uses_controls = campaign.comparison != Campaign.Comparison.BEFORE and whole
    return CampaignFrame(
        weeks=weeks,
        outcome=np.where(observed, np.nan_to_num(columns).sum(axis=0), 0.0),
        observed=observed,
        controls=np.array(list(whole.values())).T if uses_controls else None,
        control_names=list(whole) if uses_controls else [],
        begins=(first - weeks[0]).days // 7,
        ends=min(len(weeks), (last - weeks[0]).days // 7 + 1),
        campaign_ends=min(len(weeks), (week_of(campaign.ends_on) - weeks[0]).days // 7 + 1),
    )


def _counts(markets: list[Market], since: date, until: date) -> dict[int, dict[date, float]]:
    found: dict[int, dict[date, float]] = {market.pk: {} for market in markets}
    rows = OutcomeWeek.objects.filter(
        market__in=markets, week_on__gte=since, week_on__lte=until, value__isnull=False
    )
    for market, week, value in rows.values_list("market", "week_on", "value"):
        found[market][week] = float(value or 0)
    return found


@dataclass(frozen=True, eq=False)
class CapacityFrame:
    """Partners by blocks of four weeks: visits each brought, and when each was first reached.

    `visits` has shape (partners, blocks), people who followed the partner's links; `begins`
    (partners,) is the block of the first tip tried, code opened or event attended, or -1; `deeds`
    (blocks,) how often they did any of these; `cost` and `hours` (blocks,) what building took.
    """

    blocks: list[date]
    visits: Floats
    begins: NDArray[np.int64]
    deeds: Floats
    cost: Floats
    hours: Floats

    @property
    def version(self) -> str:
        return version_of(self.blocks, self.visits, self.begins, self.deeds, self.cost, self.hours)


def capacity_frame(at: datetime, blocks: int = 26) -> CapacityFrame | None:
    """The last `blocks` whole blocks of four weeks before now; None where nothing was counted."""
    end = week_of(at.date())
    start = end - timedelta(weeks=BLOCK_WEEKS * blocks)
    first_day = _first_day(start)
    if first_day is None:
        return None
    skipped = max(0, (first_day - start).days // (7 * BLOCK_WEEKS))
    start += timedelta(weeks=BLOCK_WEEKS * skipped)
    count = blocks - skipped
    people = list(
        Person.objects.partners()
        .filter(created_at__lte=at)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    place = {pk: n for n, pk in enumerate(people)}
    visits = np.zeros((len(people), count))
    days = VisitDay.objects.filter(day__gte=start, day__lt=end, link__person__isnull=False)
    by_day = days.order_by().values_list("link__person", "day").annotate(n=Sum("people"))
    for person, day, n in by_day.iterator(chunk_size=5000):
        if person in place:
            visits[place[person], (day - start).days // (7 * BLOCK_WEEKS)] += n
    begins = np.full(len(people), -1, dtype=np.int64)
    for person, moment in _first_reached(at):
        if person in place:
            begins[place[person]] = (moment.date() - start).days // (7 * BLOCK_WEEKS)
    keep = (begins == -1) | (begins > 0)  # those reached before the first block have no "before"
    deeds = np.zeros(count)
    kept = {pk for pk, is_kept in zip(people, keep, strict=True) if is_kept}
    for person, moment in _building(at).values_list("person", "at").iterator():
        block = (moment.date() - start).days // (7 * BLOCK_WEEKS)
        if person in kept and 0 <= block < count:
            deeds[block] += 1
    money, hours = _capacity_costs(start, end, count)
    marks = [start + timedelta(weeks=BLOCK_WEEKS * n) for n in range(count)]
    return CapacityFrame(marks, visits[keep], begins[keep], deeds, money, hours)


def _first_day(start: date) -> date | None:
    """When counting began: the first visit, or the first cost of capacity, whichever came first."""
    visit = VisitDay.objects.filter(day__gte=start).aggregate(n=Min("day"))["n"]
    costs = Cost.objects.filter(on__gte=start, activity__isnull=False)
    spent = costs.filter(activity__state__in=_spent_states()).aggregate(n=Min("on"))["n"]
    return min((day for day in (visit, spent) if day), default=None)


def _building(at: datetime) -> QuerySet[Entry]:
    """Every time a partner tried a tip, opened a code or came to an event."""
    done = Entry.objects.standing().filter(verb__in=BUILDING, at__lte=at, person__is_partner=True)
    return done.order_by()


def _first_reached(at: datetime) -> Iterable[tuple[int, datetime]]:
    return _building(at).values_list("person").annotate(n=Min("at")).iterator()


def _capacity_costs(start: date, end: date, count: int) -> tuple[Floats, Floats]:
    money, hours = np.zeros(count), np.zeros(count)
    costs = Cost.objects.filter(
        on__gte=start, on__lt=end, activity__isnull=False, activity__state__in=_spent_states()
    )
    for on, sum_, time in costs.values_list("on", "money", "hours"):
        block = (on - start).days // (7 * BLOCK_WEEKS)
        money[block] += float(sum_)
        hours[block] += float(time)
    return money, hours


def _spent_states() -> list[str]:
    return [Activity.State.DECIDED, Activity.State.DONE]


def price(money: Decimal, hours: Decimal, rate: Decimal | None) -> float | None:
    """What money and hours come to; None while hours have no price."""
    if hours and rate is None:
        return None
    return float(money + hours * (rate or Decimal(0)))


def rows_version(at: datetime) -> str:
    """A hash of sums over every row an answer could rest on: quick to ask for, and another one as
    soon as a row is added, taken away or changed. Empty while there is no house."""
    monday = week_of(at.date())
    deeds = Entry.objects.filter(verb__in=BUILDING, at__lt=at)
    sums = {
        "weeks": _sum(OutcomeWeek.objects.all(), F("pk") * (Coalesce(F("value"), UNCOUNTED) + 1)),
        "markets": _sum(Market.objects.all(), F("pk") + F("metric_id")),
        "ours": _sum(Market.objects.filter(is_ours=True), F("pk")),
        "places": _sum(Campaign.markets.through.objects.all(), F("market_id") * F("campaign_id")),
        "amendments": _sum(Amendment.objects.all(), F("pk")),
        "money": _sum(Cost.objects.all(), F("pk") * (F("money") + 1)),
        "hours": _sum(Cost.objects.all(), F("pk") * (F("hours") + 1)),
        "done": _sum(Activity.objects.filter(state__in=_spent_states()), F("pk")),
        "visits": _sum(VisitDay.objects.filter(day__lt=monday), F("pk") * (F("people") + 1)),
        "deeds": _sum(deeds, F("pk")),
        "voided": _sum(Entry.objects.filter(voids__isnull=False), F("pk")),
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
