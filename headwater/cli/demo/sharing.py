"""Messages, who made them their own and shared them, and the people who came, day by day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from headwater.cli.demo.catalogue import LIFE_WEEKS, MESSAGES, SECOND_WAY, STEP_WEEKS
from headwater.cli.demo.filling import fill
from headwater.cli.demo.world import World
from headwater.kit.names import random_codes
from headwater.ledger.models import kind_of
from headwater.sharing import verbs
from headwater.sharing.models import (
    Adaptation,
    Link,
    Message,
    NotForMe,
    Offer,
    Recall,
    Share,
    Variant,
    VisitDay,
    WaysDraw,
)  # fmt: skip
from headwater.sharing.models.ways import place_of

NETWORKS = ("facebook", "whatsapp", "instagram", "linkedin", "bluesky", "x", "talk", "email")
LIKELY = (0.3, 0.26, 0.16, 0.1, 0.05, 0.05, 0.05, 0.03)
KIND = kind_of(Message())
PICKS = (
    "mackerel pâté on rye", "the fish stew", "oat cakes with butter", "a jar of kelp salt",
    "six oysters and a lemon", "the brown loaf", "mussels in beer", "the honey from the roof",
)  # fmt: skip
OPENERS = (
    "From behind the counter:", "My neighbours know this already.", "You asked me on Saturday.",
    "Short, because my hands are wet.", "For whoever is cooking tonight:",
    "I’d have missed it too.",
    "My grandmother would nod at this.", "Three people asked this week.", "Worth the walk:",
    "Sent with flour on the screen.", "For the early ones:", "Said once, properly:",
)  # fmt: skip
CLOSERS = (
    "Come and say hello.", "Ask me anything.", "I’m there until two.", "Bring a jar.",
    "Tell me how it was.", "There’s room at the table.", "", "", "We close when it’s gone.",
)  # fmt: skip


def write(world: World) -> None:
    messages, starts = write_messages(world)
    days = write_visits(world, messages, starts)
    write_shares(world, messages, starts, days)
    try_a_second_way(world, messages)
    write_odd_ones(world, messages)
    world.flush()


def write_messages(world: World) -> tuple[list[Message], list[int]]:
    """A message every four weeks, so that there was always one to share."""
    starts = [0, *range((world.weeks - 2) % STEP_WEEKS or STEP_WEEKS, world.weeks, STEP_WEEKS)]
    mirela, messages = world.staff["owner"], []
    for n, week in enumerate(starts):
        back = len(starts) - n  # the newest words stand open now
        words = MESSAGES[-1 - (back - 1) % len(MESSAGES)]
        again = f", no. {1 + (back - 1) // len(MESSAGES)}" if back > len(MESSAGES) else ""
        at = world.moment(week, 0, 7)
        message = Message.write(
            actor=mirela, at=at - timedelta(days=4), title=f"{words.title}{again}",
            occasion=words.title, body=words.body, benefit=words.benefit,
            target=f"https://harbourfood.example/{words.path}", starts_at=at,
            expires_at=world.start + timedelta(weeks=week + LIFE_WEEKS, hours=21),
        )  # fmt: skip
        Variant.objects.create(
            message=message, label="Short", body=f"{words.title}: [your link]", position=0
        )
        title, _campaign, number, second = SECOND_WAY
        if message.title == title and week > 0:
            WaysDraw.hold(
                message, words=[second], number=number, is_about_safety=False, actor=mirela,
                at=at - timedelta(days=2),
            )  # fmt: skip
        message.publish(actor=mirela, at=at)
        messages.append(message)
    return messages, starts


def write_visits(
    world: World, messages: list[Message], starts: list[int]
) -> dict[tuple[int, int], NDArray[np.int64]]:
    """Draw visits from what the truth expects of each partner in each week, and count them by day.

    Gives the days (from the first Monday) with visits of each person and message.
    """
    rng = world.rng
    expected = world.rates.copy()
    here = (world.today - world.day(world.weeks)).days + 1
    expected[:, -1] *= here / 7
    drawn = rng.poisson(expected)
    person, week = np.repeat(np.argwhere(drawn), drawn[drawn > 0], axis=0).T
    most = np.where(week == world.weeks, here, 7)
    day = week * 7 + (rng.random(len(week)) * most).astype(int)
    message = np.searchsorted(starts, week, side="right") - 1
    cells, times = np.unique(np.stack([person, message, day]), axis=1, return_counts=True)
    days: dict[tuple[int, int], list[int]] = defaultdict(list)
    for i, m, d in cells.T.tolist():
        days[i, m].append(d)
    found = {pair: np.array(those) for pair, those in days.items()}
    links = write_links(world, messages, found)
    again = times + rng.binomial(times, 0.3)
    machines = rng.poisson(0.25, len(times))
    calendar = [world.monday + timedelta(days=n) for n in range(7 * (world.weeks + 1))]
    counted = zip(cells.T.tolist(), times.tolist(), again.tolist(), machines.tolist(), strict=True)
    fill(
        VisitDay,
        ["link_id", "day", "people", "visits", "machines"],
        ((links[i, m].pk, calendar[d], n, v, x) for (i, m, d), n, v, x in counted),
    )
    for i, m, d in cells.T.tolist():
        world.tell(
            verbs.VISIT_BROUGHT, i, at_hour(world, calendar[d], 20), kind=KIND,
            subject=messages[m].pk, once=f"visits:{links[i, m].pk}:{calendar[d]}",
        )  # fmt: skip
    return found


def at_hour(world: World, day: date, hour: float) -> datetime:
    wanted = datetime(day.year, day.month, day.day, tzinfo=world.start.tzinfo)
    return min(wanted + timedelta(hours=hour), world.at)


def write_links(
    world: World, messages: list[Message], days: dict[tuple[int, int], NDArray[np.int64]]
) -> dict[tuple[int, int], Link]:
    codes = random_codes(len(days), 8)
    links = {
        (i, m): Link(
            code=code, person=world.persons[i], message=messages[m],
            made_at=at_hour(world, world.monday + timedelta(days=int(those[0])), 6),
        )
        for ((i, m), those), code in zip(days.items(), codes, strict=True)
    }  # fmt: skip
    Link.objects.bulk_create(links.values(), batch_size=1000)
    return links


def write_shares(
    world: World, messages: list[Message], starts: list[int],
    days: dict[tuple[int, int], NDArray[np.int64]],
) -> None:  # fmt: skip
    """Whoever brought people had shared; some others shared and nobody came."""
    rng = world.rng
    when = {
        pair: at_hour(world, world.monday + timedelta(days=int(those[0])), 6.2 + rng.random())
        for pair, those in days.items()
    }
    quiet = rng.random((world.people, len(messages))) < world.truth.quiet_share
    quiet &= (world.reach > 0)[:, None] & (world.joined[:, None] <= np.array(starts)[None, :])
    for i, m in np.argwhere(quiet).tolist():
        at = world.some_time(min(starts[m] + int(rng.integers(0, 3)), world.weeks))
        when.setdefault((i, m), max(at, messages[m].starts_at or at))
    shares, adapted = [], []
    for (i, m), at in when.items():
        person, message = world.persons[i], messages[m]
        first = str(rng.choice(NETWORKS, p=LIKELY))
        places = [first] + (["whatsapp"] if rng.random() < 0.15 and first != "whatsapp" else [])
        shares += [Share(person=person, message=message, network=one, at=at) for one in places]
        if rng.random() < 0.74:
            adapted.append(
                Adaptation(
                    person=person, message=message, network="", text=own_words(world, i, message),
                    saved_at=at - timedelta(minutes=6),
                )
            )  # fmt: skip
            once = f"adapted:{message.pk}:{person.pk}"
            early = at - timedelta(minutes=6)
            world.tell(verbs.ADAPTED, i, early, kind=KIND, subject=message.pk, once=once)
    Share.objects.bulk_create(shares, batch_size=1000)
    Adaptation.objects.bulk_create(adapted, batch_size=1000)
    place = {person.pk: i for i, person in enumerate(world.persons)}
    for share in shares:
        world.tell(
            verbs.SHARED, place[share.person_id], share.at, kind=KIND, subject=share.message_id,
            once=f"shared:{share.pk}", data={"network": share.network},
        )  # fmt: skip


def try_a_second_way(world: World, messages: list[Message]) -> None:
    """Who opened the message that was drawn in two ways, and who shared it for the second.

    Its luck is the lot's own, so that nothing else in the world depends on it.
    """
    drawn = WaysDraw.objects.filter(message__in=messages).select_related("message")
    for draw in drawn.prefetch_related("ways"):
        message = draw.message
        at = message.starts_at or world.at
        shared = set(Share.objects.filter(message=message).values_list("person", flat=True))
        offers, shares = [], []
        for i, person in enumerate(world.persons):
            if world.is_media[i] or person.created_at > at:
                continue
            way = draw.way_of(person)
            opens, tells = (
                place_of(f"{draw.number}:{what}", person.public_id) for what in ("opens", "tells")
            )
            if person.pk in shared or opens < 0.2 + 0.6 * world.engagement[i]:
                moment = at_hour(world, at.date() + timedelta(days=int(opens * 5)), 6.1)
                offers.append(Offer(draw=draw, way=way, person=person, at=moment))
                if way.position and tells < world.truth.second_way and person.pk not in shared:
                    shares.append((i, moment + timedelta(minutes=9)))
        Offer.objects.bulk_create(offers, batch_size=1000)
        for i, moment in shares:
            Share.say(person=world.persons[i], message=message, network="whatsapp", at=moment)


def own_words(world: World, i: int, message: Message) -> str:
    person = world.persons[i]
    known = {"your pick": world.picked(PICKS), "your town": person.place, "your hours": "8 to 2",
             "your number": "nine dishes", "your link": ""}  # fmt: skip
    text = message.body
    for slot, words in known.items():
        text = text.replace(f"[{slot}]", words)
    closer = world.picked(CLOSERS)
    return f"{world.picked(OPENERS)} {text.strip()} {closer}".strip()


def write_odd_ones(world: World, messages: list[Message]) -> None:
    """A draft, a post to repost, some who set a message aside, and one that was called back."""
    mirela, kenji = world.staff["owner"], world.staff["manager"]
    at = world.moment(world.weeks, 0, 8)
    Message.write(
        actor=kenji, at=at, title="Supper Week, for agents", occasion="Harbour Supper Week",
        body="Supper Week is coming. [your town] has [your number] tables, and the one I’d book"
        " first is [your pick]. Book a chair: [your link]",
        benefit="You earn on every table booked through you.", kinds=["agent"],
        target="https://harbourfood.example/supper-week/agents", relationship="agent",
    )  # fmt: skip
    Message.write(
        actor=mirela, at=at, kind=Message.Kind.REPOST, title="Our film of the five o’clock landing",
        body="The five o’clock landing, filmed in one minute.",
        post_url="https://films.harbourfood.example/w/landing", benefit="A film you need not make.",
    ).publish(actor=mirela, at=at)  # fmt: skip
    for i in range(5, world.people, max(9, world.people // 60)):
        if world.reach[i] and not world.is_media[i]:
            NotForMe.say(person=world.persons[i], message=messages[-1], at=at)
    call_back(world)


def call_back(world: World) -> None:
    week = max(2, world.weeks - 24)
    mirela, at = world.staff["owner"], world.moment(max(2, world.weeks - 24), 1, 9)
    wrong = Message.write(
        actor=mirela, at=at, title="The quay is open again", occasion="The quay",
        body="The quay is open again from Thursday. [your link]", benefit="People who come back.",
        target="https://harbourfood.example/quay", starts_at=at,
        expires_at=world.moment(week + 3, 0, 20),
    )  # fmt: skip
    wrong.publish(actor=mirela, at=at)
    for i in [i for i in range(world.people) if world.reach[i] and world.joined[i] == 0][1:7]:
        Share.say(
            person=world.persons[i], message=wrong, network="facebook", at=at + timedelta(hours=5)
        )
    recall = Recall.begin(
        wrong, reason="It opens on Saturday, not on Thursday. The mistake was ours.",
        correction="The quay opens on Saturday.", actor=mirela, at=at + timedelta(hours=7),
    )  # fmt: skip
    for n, chase in enumerate(recall.chases.select_related("person", "recall")):
        chase.asked(at=at + timedelta(hours=8), reached=True)
        chase.finish(at=at + timedelta(hours=9 + n))
    recall.end(actor=mirela, at=at + timedelta(days=2))
