"""Past events with who came, and those to come: one open, one full, one by lot."""

from __future__ import annotations

from datetime import datetime, timedelta

from headwater.cli.demo.catalogue import Gathering
from headwater.cli.demo.quotes import WILL_DO
from headwater.cli.demo.world import LOT_NUMBER, World
from headwater.events import verbs
from headwater.events.models import Attendance, Draw, Event, Lot, Notice, Place, Pulse
from headwater.ledger.models import kind_of
from headwater.ledger.verbs import Verb
from headwater.listening.models import Need

KINDS = {"half-day-seminar": "seminar", "live-chat": "live_chat"}
ONLINE = {"webinar", "live-chat"}
KIND = kind_of(Event())


def write(world: World) -> None:
    needs = {need.slug: need for need in Need.objects.all()}
    made = {gathering.slug: make(world, gathering, needs) for gathering in world.past}
    for gathering in world.past:
        if gathering.second:
            made[gathering.slug].second_date = made[gathering.second]
            made[gathering.slug].save(update_fields=["second_date"])
        write_past(world, made[gathering.slug], gathering)
    for gathering in world.to_come:
        write_to_come(world, make(world, gathering, needs), gathering)
    world.flush()


def make(world: World, gathering: Gathering, needs: dict[str, Need]) -> Event:
    week = world.weeks + gathering.week
    starts = world.moment(week, gathering.weekday, gathering.hour)
    announced = world.moment(min(week - 5, world.weeks - 1), 0, 9)
    is_past = gathering.week < 0
    return Event.objects.create(
        title=gathering.title,
        slug=gathering.slug,
        kind=KINDS.get(gathering.kind, gathering.kind),
        summary=gathering.summary,
        body=BODY if gathering.need == "phone-photos" else "",
        running_order=RUNNING if gathering.kind == "half-day-seminar" else "",
        come_if="You’ve never liked a photo you took." if gathering.need == "phone-photos" else "",
        not_if="You already sell from your photos. Come and help us teach instead."
        if gathering.need == "phone-photos" else "",
        bring="Your phone, charged, and one thing you sell"
        if gathering.kind == "half-day-seminar" else "",
        starts_at=starts,
        ends_at=starts + timedelta(hours=gathering.hours),
        time_zone="Europe/London",
        venue=gathering.venue,
        online_url="https://meet.harbourfood.example/quay" if gathering.kind in ONLINE else "",
        hosts=gathering.hosts,
        price_note="Free for partners",
        places=world.places(gathering),
        by_lot=gathering.by_lot,
        drawn_on=(starts - timedelta(days=18)).date() if gathering.by_lot else None,
        lot_number_from="The next Saturday’s six numbers of the national lottery"
        if gathering.by_lot else "",
        need=needs[gathering.need],
        recording_url="https://films.harbourfood.example/w/" + gathering.slug
        if is_past and gathering.kind == "webinar" else "",
        published_at=announced,
        created_at=announced - timedelta(days=6),
    )  # fmt: skip


def write_past(world: World, event: Event, gathering: Gathering) -> None:
    asked, came = world.asked[gathering.slug], set(world.attended[gathering.slug])
    held = asked[: event.places or len(asked)]
    begun = event.published_at or event.starts_at
    span = (event.starts_at - begun).total_seconds() * 0.85
    rows, coming = [], set(held)
    for n, i in enumerate(asked):
        at = begun + timedelta(seconds=float(world.rng.random()) * span)
        state = "held" if i in coming else "waiting"
        position = None if i in coming else n - len(held) + 1
        rows.append(
            Place(event=event, person=world.persons[i], state=state, position=position, asked_at=at)
        )
        verb = verbs.REGISTERED if i in coming else verbs.WAITED
        told(world, verb, i, event, at)
    Place.objects.bulk_create(rows)
    if gathering.by_lot:
        draw = Draw.objects.create(
            event=event, number=LOT_NUMBER, asked=len(asked), drawn=len(held),
            drawn_at=event.starts_at - timedelta(days=18), drawn_by=world.staff["manager"],
        )  # fmt: skip
        Lot.objects.bulk_create(
            Lot(draw=draw, person=world.persons[i], rank=rank, is_drawn=rank <= len(held))
            for rank, i in enumerate(asked, start=1)
        )
    write_attendance(world, event, sorted(came))
    for kind, at in (
        ("reminder", event.remind_at), ("thanks", event.ends_at + timedelta(hours=3))
    ):  # fmt: skip
        Notice.objects.create(event=event, kind=kind, at=at, count=len(held))


def write_attendance(world: World, event: Event, came: list[int]) -> None:
    rng = world.rng
    minutes = int((event.ends_at - event.starts_at).total_seconds() / 60)
    source = "file" if event.online_url else "hand"
    rows, pulses = [], []
    for n, i in enumerate(came):
        stayed = int(minutes * (0.6 + 0.4 * rng.random())) if source == "file" else None
        rows.append(
            Attendance(
                event=event, person=world.persons[i], source=source, minutes=stayed,
                at=event.ends_at,
            )
        )  # fmt: skip
        data: dict[str, object] = {"need": event.need_id, "kind": event.kind, "source": source}
        world.tell(verbs.ATTENDED, i, event.ends_at, kind=KIND, subject=event.pk, data=data)
        if rng.random() < 0.46:
            at = min(event.ends_at + timedelta(hours=1 + 40 * rng.random()), world.at)
            useful = int(min(10, max(2, round(rng.normal(7.6, 1.6)))))
            pulses.append(
                Pulse(
                    event=event, person=world.persons[i], useful=useful, at=at,
                    will_do=WILL_DO[(n + event.pk) % len(WILL_DO)] if rng.random() < 0.6 else "",
                    may_quote=bool(rng.random() < 0.6),
                )
            )  # fmt: skip
            once = f"pulse:{event.pk}:{world.persons[i].pk}"
            world.tell(verbs.PULSE_ANSWERED, i, at, kind=KIND, subject=event.pk, once=once)
    Attendance.objects.bulk_create(rows)
    Pulse.objects.bulk_create(pulses)


def write_to_come(world: World, event: Event, gathering: Gathering) -> None:
    """Places asked for so far, in the order in which they were asked for."""
    places = event.places or 0
    ready = [i for i in range(1, world.people) if world.entry[i] >= 0 and not world.is_media[i]]
    world.rng.shuffle(ready)
    asking = ready[: round(places * gathering.wanted)]
    begun = event.published_at or world.at
    span = (world.at - begun).total_seconds() * 0.97
    moments = sorted(
        begun + timedelta(seconds=float(m) * span) for m in world.rng.random(len(asking))
    )
    rows = []
    for n, (i, at) in enumerate(zip(asking, moments, strict=True)):
        if gathering.by_lot:
            state, position, verb = "asked", None, verbs.WAITED
        elif n < places:
            state, position, verb = "held", None, verbs.REGISTERED
        else:
            state, position, verb = "waiting", n - places + 1, verbs.WAITED
        rows.append(
            Place(event=event, person=world.persons[i], state=state, position=position, asked_at=at)
        )
        told(world, verb, i, event, at)
    Place.objects.bulk_create(rows)


def told(world: World, verb: Verb, i: int, event: Event, at: datetime) -> None:
    world.tell(verb, i, at, kind=KIND, subject=event.pk, data={"need": event.need_id})


BODY = """Most of you asked for help with photos, and many said the same thing: “I haven’t got a
camera, or the time.” So there’s no camera, and no theory after ten o’clock."""
RUNNING = """9:30 Coffee, and one photo each as you are now
10:00 The window, the plate, the hand. Twenty minutes of talking, and the last of it.
10:20 Downstairs, in pairs, on the market floor
12:00 Choose ten. Say why. Write the first line.
13:00 Lunch, cooked from what you brought"""
