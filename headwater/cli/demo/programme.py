"""The plan with its costs, what is counted every week in every port, and four campaigns."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import numpy as np

from headwater.cli.demo import catalogue
from headwater.cli.demo.catalogue import Gathering, Push, Work
from headwater.cli.demo.world import Floats, World
from headwater.evaluation import counting
from headwater.events.models import Event
from headwater.listening.models import Need, has_asked
from headwater.partners.models import Segment
from headwater.programme.models import (
    Activity,
    Budget,
    Campaign,
    Cost,
    Market,
    Metric,
    Outcome,
)  # fmt: skip
from headwater.sharing.models import WaysDraw

GAUGE = {"keynote": "role", "live-chat": "comfort"}


def write(world: World) -> None:
    needs = {need.slug: need for need in Need.objects.all()}
    for gathering in [*world.past, *world.to_come]:
        plan_gathering(world, gathering, needs)
    for work in catalogue.WORKS:
        if world.weeks + work.week >= 0:
            plan_work(world, work, needs)
    write_budgets(world)
    metrics = write_metrics()
    count_ports(world, metrics["boxes"])
    count_tables(world, metrics["bookings"])
    count_visits(world, metrics["visits"])
    for push in catalogue.pushes(world.today):
        if world.weeks + push.week >= 4:
            write_campaign(world, push, metrics, needs)


def plan(
    world: World, *, title: str, kind: str, need: Need, week: int, until: int, gauge: str,
    outcome: str, is_decided: bool = True, event: Event | None = None, places: int | None = None,
) -> Activity:  # fmt: skip
    """Into the plan, with a reason where nobody had been asked yet."""
    kenji = world.staff["manager"]
    at = world.moment(min(max(0, week - 8), world.weeks), 1, 11)
    weekday = event.local_start.weekday() if event else 0
    starts_on = world.day(week, weekday)
    activity = Activity.plan(
        actor=kenji, at=at, title=title, kind=kind, need=need, gauge=gauge, outcome=outcome,
        event=event, places=places, starts_on=starts_on, prepare_from=world.day(week - 4),
        ends_on=starts_on if until == week else world.day(until, 6),
        why_not_asked="" if has_asked(at=at) else "We had just begun; the first survey was in the"
        " making.",
    )  # fmt: skip
    if is_decided:
        url = f"/events/{event.slug}/" if event else ""
        activity.decide(actor=kenji, at=at + timedelta(days=2), url=url)
    if until < world.weeks:
        activity.state = Activity.State.DONE
        activity.save(update_fields=["state"])
    return activity


def plan_gathering(world: World, gathering: Gathering, needs: dict[str, Need]) -> None:
    need, week = needs[gathering.need], world.weeks + gathering.week
    event = Event.objects.get(slug=gathering.slug)
    activity = plan(
        world, title=gathering.title, kind=gathering.kind, need=need, week=week, until=week,
        gauge=GAUGE.get(gathering.kind, need.gauge), outcome=gathering.summary, event=event,
        places=event.places,
    )  # fmt: skip
    share = cost_share(world)
    Cost.objects.bulk_create(
        Cost(activity=activity, what=what, money=money, hours=hours, on=activity.starts_on)
        for what, money, hours in (
            ("Who teaches, the room and what we eat", pounds(gathering.money * share), Decimal(0)),
            ("Making it and looking after it", Decimal(0), pounds(gathering.work * share)),
        )
        if money or hours
    )


def cost_share(world: World) -> float:
    """A small demo costs less: there are fewer to cook for."""
    return min(1.0, max(0.1, world.people / 1240))


def pounds(amount: float) -> Decimal:
    return Decimal(round(amount))


def plan_work(world: World, work: Work, needs: dict[str, Need]) -> None:
    first, last = world.weeks + work.week, world.weeks + work.until
    activity = plan(
        world, title=work.title, kind=work.kind, need=needs[work.need], week=first, until=last,
        gauge=work.gauge, outcome=work.outcome, is_decided=work.is_decided,
    )  # fmt: skip
    months = max(1, (last - first) // 4)
    share = cost_share(world) / months
    Cost.objects.bulk_create(
        Cost(
            activity=activity, what=work.title, money=pounds(work.money * share),
            hours=Decimal(f"{work.work * share:.2f}"), on=world.day(first + 4 * month, 2),
        )
        for month in range(months)
    )  # fmt: skip


def write_budgets(world: World) -> None:
    half = 26
    share = cost_share(world)
    for title, week in (
        ("Programme, first year", world.weeks - 78),
        ("Programme", world.weeks - half),
    ):
        Budget.objects.create(
            title=title, starts_on=world.day(week), ends_on=world.day(week + 51, 6),
            money=pounds(11_800 * share), hours=pounds(560 * share),
        )  # fmt: skip


def write_metrics() -> dict[str, Metric]:
    """What is counted, and what the Alliance says one more is worth: low, likely, high."""
    rows = (
        ("visits", "People who came through partners’ links", "visits", "measured",
         (0.10, 0.25, 0.50), (0.60, 1.40, 2.40)),
        ("boxes", "Boxes ordered through partners", "boxes", "measured",
         (0.50, 1.00, 1.80), (8.00, 11.50, 15.00)),
        ("bookings", "Tables booked through partners", "bookings", "self-reported",
         (0.40, 0.80, 1.50), (5.00, 8.00, 12.00)),
    )  # fmt: skip
    found = {}
    for slug, name, unit, source, us, partners in rows:
        low, likely, high = (Decimal(str(part)) for part in us)
        theirs = [Decimal(str(part)) for part in partners]
        found[slug] = Metric.objects.create(
            slug=slug, name=name, unit=unit, source=source, worth_low=low, worth_likely=likely,
            worth_high=high, partner_worth_low=theirs[0], partner_worth_likely=theirs[1],
            partner_worth_high=theirs[2], counted="visits" if slug == "visits" else "",
        )  # fmt: skip
    return found


def waves(world: World, weeks: int, spread: float) -> Floats:
    """What moves all ports alike: weather, holidays, herring. It wanders and comes back."""
    steps = world.rng.normal(0, spread, weeks)
    for week in range(1, weeks):
        steps[week] += 0.6 * steps[week - 1]
    return steps


def lifted(world: World, metric: str) -> Floats:
    """What campaigns truly brought in our ports together, week by week."""
    total = np.zeros(world.weeks)
    for push in catalogue.pushes(world.today):
        week = world.weeks + push.week
        if push.metric == metric and 4 <= week < world.weeks:
            lift = world.truth.campaign(push.slug).lift(runs=push.runs, counted=world.weeks - week)
            total[week:] += lift
    return total


def count_ports(world: World, metric: Metric) -> None:
    """Boxes in three ports of ours and three that had no campaign, moved by the same weather."""
    common = waves(world, world.weeks, 0.035)
    season = 0.06 * np.sin(2 * np.pi * np.arange(world.weeks) / 52)
    lift, ours = lifted(world, "boxes"), sum(catalogue.PORTS.values())
    for ports, is_ours in ((catalogue.PORTS, True), (catalogue.OTHER_PORTS, False)):
        for name, usual in ports.items():
            noise = world.rng.normal(0, 0.35 * np.sqrt(usual), world.weeks)
            counts = usual * (1 + common + season) + noise
            counts += lift * usual / ours if is_ours else 0
            keep(world, Market.objects.create(metric=metric, name=name, is_ours=is_ours), counts, 0)


def count_tables(world: World, metric: Metric) -> None:
    """Bookings were first counted five weeks before the first Supper Week: too little to tell."""
    first = max(0, world.weeks - 51)
    counts = 175 + 26 * waves(world, world.weeks, 0.75) + lifted(world, "bookings")
    keep(world, Market.objects.create(metric=metric, name="All tables"), counts, first)


def keep(world: World, market: Market, counts: Floats, first: int) -> None:
    Outcome.objects.bulk_create(
        Outcome(
            market=market, period_on=world.day(week), value=Decimal(max(0, round(counts[week]))),
            noted_at=world.moment(week + 1, 1, 9),
        )
        for week in range(first, world.weeks)
    )  # fmt: skip


def count_visits(world: World, metric: Metric) -> None:
    """The same visits as on partners' own pages, counted by Headwater itself."""
    Market.objects.create(metric=metric, name="All partners’ links")
    counting.count(metric, actor=None, at=world.moment(world.weeks, 0, 6))


def write_campaign(
    world: World, push: Push, metrics: dict[str, Metric], needs: dict[str, Need]
) -> None:
    """Registered before it began, whenever that was."""
    mirela, week = world.staff["owner"], world.weeks + push.week
    at = world.moment(min(week - 3, world.weeks), 0, 10)
    campaign = Campaign.objects.create(
        title=push.title, objective=push.objective, need=needs[push.need],
        metric=metrics[push.metric], aim=Decimal(push.aim), starts_on=world.day(week),
        ends_on=world.day(week + push.runs - 1, 6),
        counted_until=world.day(week + push.counted - 1, 6), comparison=push.comparison,
        segment=Segment.objects.filter(name="Members and volunteers").first(),
        channel="Partners’ own pages", created_at=at - timedelta(days=9),
    )  # fmt: skip
    if push.comparison == "markets":
        campaign.markets.set(metrics[push.metric].markets.filter(is_ours=True))
    Cost.objects.bulk_create(
        Cost(campaign=campaign, what=what, money=Decimal(money), hours=Decimal(hours),
             on=campaign.starts_on)
        for what, money, hours in push.costs
    )  # fmt: skip
    campaign.alternatives.set(
        Activity.objects.filter(kind="half-day-seminar", starts_on__gt=campaign.ends_on)[:2]
    )
    campaign.register(actor=mirela, at=at)
    title, tried_in, _number, _words = catalogue.SECOND_WAY
    if push.slug == tried_in:
        WaysDraw.objects.filter(message__title=title).update(campaign=campaign)
    if push.slug == "supper-week-before":
        campaign.amend(
            field="aim", value=60, actor=mirela, at=at + timedelta(days=15),
            reason="Two halls were closed for repairs. We keep the first aim beside it.",
        )  # fmt: skip
