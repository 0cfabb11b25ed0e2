"""Kinds, tags, accounts, goals, lawful bases, look-alikes, notes and segments."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from headwater.cli.demo.world import KINDS, Floats, World
from headwater.ledger.models import kind_of
from headwater.partners import starting, verbs
from headwater.partners.models import (
    Basis,
    Belonging,
    Goal,
    GoalWeek,
    Kind,
    Note,
    Purpose,
    Segment,
    SocialAccount,
    Stewardship,
    Suppression,
    Tag,
    Twin,
)  # fmt: skip
from headwater.people.models import ExternalId, Organisation

TAGS = {
    "stall on a market": 0.3, "sells online": 0.22, "reads Portuguese": 0.05,
    "opens on Sundays": 0.2, "new last year": 0.12, "takes card": 0.5, "has a boat": 0.1,
    "teaches others": 0.04,
}  # fmt: skip
NETWORKS = {"facebook": 0.45, "instagram": 0.4, "whatsapp": 0.35, "linkedin": 0.16, "x": 0.1,
            "bluesky": 0.07, "mastodon": 0.03, "tiktok": 0.12, "youtube": 0.06}  # fmt: skip
GOALS = (
    ("Sell smoked-fish boxes", "boxes", 40), ("Fill the early tables", "tables", 18),
    ("More loaves ordered ahead", "loaves", 60), ("Answer within a day", "questions", 12),
    ("New people at the counter", "people", 25), ("Oysters by the dozen", "dozens", 30),
    ("Bookings for the Sunday walk", "places", 14), ("Jars of kelp in other shops", "jars", 45),
    ("Volunteers on a shift", "people", 9), ("Orders through the website", "orders", 20),
)  # fmt: skip
NOTES = (
    "Rings before eight, never after. Prefers to talk while packing.",
    "Wants to see a picture of what the seminar room looks like before coming: steps are hard.",
    "Her sister runs the stall on Saturdays and reads our letters too.",
    "Would teach others how to price a tray, if we find the room.",
    "Uses WhatsApp for everything. Doesn’t look at e-mail in the season.",
    "Asked twice about paid posts. I said we’d come back with numbers, not opinions.",
    "Their son does the page. Both should be asked.",
    "Didn’t like the long survey. The short one was fine.",
    "Wants to be left alone in harvest, glad to hear from us from November.",
    "Gave us the idea for the quiet hour. Thank them when it starts.",
)
WORDING = "You may send me this by e-mail. I can stop it with one press."
REASON = "You’re a member of ours, and this is what members asked us for."
SUBJECT = {"service": 1.0, "newsletter": 0.86, "surveys": 0.9, "events": 0.84, "messages": 0.8,
           "thanks": 0.95}  # fmt: skip


def write(world: World) -> None:
    starting.load_starter(world.moment(0, 0, 8), "member")
    write_kinds(world)
    write_tags_and_accounts(world)
    write_bases(world)
    write_goals(world)
    write_care(world)
    write_look_alikes(world)
    write_segments(world)
    world.flush()


def write_kinds(world: World) -> None:
    kinds = {kind.slug: kind for kind in Kind.objects.all()}
    rows = [
        Belonging(person=person, kind=kinds[KINDS[world.kind[i]]])
        for i, person in enumerate(world.persons)
    ]
    suppliers_too = [
        i for i in range(len(rows)) if world.kind[i] == 0 and world.rng.random() < 0.04 and i
    ]
    rows += [Belonging(person=world.persons[i], kind=kinds["supplier"]) for i in suppliers_too]
    Belonging.objects.bulk_create(rows, batch_size=1000)
    for i, person in enumerate(world.persons):
        world.tell(verbs.JOINED, i, person.created_at)
    ExternalId.objects.bulk_create(
        ExternalId(person=person, source="list", value=f"HFA-{i + 1:05d}")
        for i, person in enumerate(world.persons)
        if world.joined[i] == 0
    )


def write_tags_and_accounts(world: World) -> None:
    rng = world.rng
    through = Tag.people.through
    for name, chance in TAGS.items():
        tag = Tag.objects.create(name=name)
        having = [p.pk for p in world.persons if rng.random() < chance]
        through.objects.bulk_create(through(tag_id=tag.pk, person_id=pk) for pk in having)
    tag = Tag.objects.create(name="thirty days of first lines")
    through.objects.bulk_create(
        through(tag_id=tag.pk, person_id=world.persons[i].pk) for i in world.challenged
    )
    SocialAccount.objects.bulk_create(
        (
            SocialAccount(person=person, network=network, handle=f"@{handle}")
            for i, person in enumerate(world.persons)
            if (handle := person.email.partition("@")[0].replace(".", "") or f"quay{i}")
            for network, chance in NETWORKS.items()
            if (i == 0 and chance > 0.15) or rng.random() < chance * (0.4 + world.engagement[i])
        ),
        batch_size=1000,
    )


def write_bases(world: World) -> None:
    """Why we may write to each, for each purpose: consent for some, a reason for others, or none.

    One in ten came without any ground, and gets nothing but what they ask for.
    """
    rng, rows = world.rng, []
    for i, person in enumerate(world.persons):
        if not person.email or (i >= 16 and rng.random() < 0.06):
            continue
        asked = rng.random() < 0.55 or i < 16
        given = person.created_at + timedelta(hours=2)
        for purpose in Purpose.values:
            if i >= 16 and rng.random() > SUBJECT[purpose]:
                continue
            is_service = purpose == Purpose.SERVICE
            rows.append(
                Basis(
                    person=person,
                    purpose=purpose,
                    ground="contract" if is_service else "consent" if asked else "interest",
                    wording="" if is_service else WORDING if asked else REASON,
                    source="joining form" if asked else "members’ list",
                    given_at=given,
                )
            )
        if asked:
            data: dict[str, object] = {"purpose": "newsletter"}
            world.tell(verbs.CONSENTED, i, given, data=data)
    Basis.objects.bulk_create(rows, batch_size=1000)
    stopped = [p for p in world.persons[16:] if p.email][:: max(12, world.people // 24)]
    for n, person in enumerate(stopped):
        at = world.moment(world.weeks - 2 - n % 20, 2, 11)
        reason = ("unsubscribed", "bounced", "complained")[n % 8 // 3 if n % 8 < 6 else 0]
        purpose = "newsletter" if reason == "unsubscribed" else ""
        Suppression.add(person.email, reason=reason, at=at, purpose=purpose, source="newsletter")
        if reason == "unsubscribed":
            Basis.end(person, "newsletter", at=at)


def write_goals(world: World) -> None:
    """Their own goals, with a number a week: they rise a little with what people learn."""
    rng = world.rng
    having = [0, *(i for i in range(1, world.people) if _has_goal(world, i))]
    goals, values = [], []
    for i in having:
        what, unit, target = GOALS[0] if i == 0 else GOALS[int(rng.integers(len(GOALS)))]
        target = target if i == 0 else max(4, round(target * (0.6 + 0.8 * rng.random())))
        first = max(int(world.joined[i]) + 2, world.weeks - int(rng.integers(9, 40)))
        first = min(max(0, world.weeks - 24 if i == 0 else first), world.weeks - 1)
        goal = Goal(
            person=world.persons[i], what=what, unit=unit, target=Decimal(target),
            by=world.day(world.weeks + (6 if i == 0 else int(rng.integers(3, 20))), 6),
            is_shared=i == 0 or bool(rng.random() < 0.35), set_at=world.moment(first, 0, 8),
        )  # fmt: skip
        goals.append(goal)
        values.append((i, first, weekly(world, i, target, first)))
    Goal.objects.bulk_create(goals, batch_size=500)
    write_weeks(world, goals, values)


def _has_goal(world: World, i: int) -> bool:
    eager = 0.25 + 0.7 * world.engagement[i]
    return bool(world.entry[i] >= 0 and world.rng.random() < eager)


def weekly(world: World, i: int, target: float, first: int) -> list[int]:
    start = (0.36 if i == 0 else 0.3 + 0.5 * world.rng.random()) * target
    gain = world.levels["fluency"][i, first : world.weeks] - world.levels["fluency"][i, first]
    drift = 0.018 * target * (world.engagement[i] - 0.25) * range_of(len(gain))
    means = start + 0.012 * target * gain + drift
    return [int(v) for v in world.rng.poisson(means.clip(0.5))]


def range_of(length: int) -> Floats:
    return np.arange(length, dtype=np.float64)


def write_weeks(world: World, goals: list[Goal], values: list[tuple[int, int, list[int]]]) -> None:
    rows, kind = [], kind_of(Goal())
    for goal, (i, first, counts) in zip(goals, values, strict=True):
        world.tell(verbs.GOAL_SET, i, goal.set_at, kind=kind, subject=goal.pk)
        for n, count in enumerate(counts):
            if i and world.rng.random() > 0.55 + 0.4 * world.engagement[i]:
                continue
            at = world.moment(first + n + 1, 0, 19)
            day = world.day(first + n)
            rows.append(GoalWeek(goal=goal, week_on=day, value=Decimal(count), noted_at=at))
            world.tell(
                verbs.GOAL_WEEK_KEPT,
                i,
                at,
                kind=kind,
                subject=goal.pk,
                once=f"goal:{goal.pk}:{day}",
            )
    GoalWeek.objects.bulk_create(rows, batch_size=1000)


def write_care(world: World) -> None:
    staff = [world.staff["owner"], world.staff["manager"], world.staff["editor"]]
    cared = [p for i, p in enumerate(world.persons) if i < 16 or world.rng.random() < 0.3]
    Stewardship.objects.bulk_create(
        Stewardship(person=p, steward=staff[n % 3], since=p.created_at) for n, p in enumerate(cared)
    )
    Note.objects.bulk_create(
        Note(
            person=person,
            author=staff[n % 3],
            text=NOTES[n % len(NOTES)],
            is_contact=n % 2 == 0,
            at=max(person.created_at, world.some_time(int(world.rng.integers(0, world.weeks)))),
        )
        for n, person in enumerate(cared[:: 1 if world.people < 200 else 4])
    )


def write_look_alikes(world: World) -> None:
    """Two or three who may be here twice."""
    last = world.persons[16:]
    for n, other in enumerate(last[5:8] if len(last) > 12 else []):
        one = last[n + 9]
        other.name, other.first_name, other.last_name = one.name, one.first_name, one.last_name
        other.name_key = one.name_key
        other.save(update_fields=["name", "first_name", "last_name", "name_key"])
        Twin.objects.create(
            one=min(one, other, key=lambda p: p.pk), other=max(one, other, key=lambda p: p.pk),
            reason="name_country", found_at=world.moment(world.weeks - 2 - n, 1, 10),
        )  # fmt: skip


def write_segments(world: World) -> None:
    at, kenji = world.moment(min(6, world.weeks - 1), 2, 14), world.staff["manager"]
    firms = list(Organisation.objects.order_by("pk").values_list("pk", flat=True)[:3])
    rules: dict[str, dict[str, Any]] = {
        "Suppliers who take part": {"kinds": ["supplier"], "active_since_days": 90},
        "Quiet for three months": {"quiet_since_days": 90},
        "Reads Portuguese": {"tags": ["reads Portuguese"]},
        "Agents": {"kinds": ["agent"]},
        "Members and volunteers": {"kinds": ["member", "volunteer"]},
        "Fluency below 45, shared": {"traits": [{"name": "gauge.fluency", "to": 45}]},
        "Three firms we visit": {"organisations": firms},
    }
    for name, rule in rules.items():
        Segment.save_as(None, name=name, rule=rule, actor=kenji, at=at)
