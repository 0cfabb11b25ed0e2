"""Guidelines in use, policies accepted, drafts that waited, an incident, a hold that was let go."""

from __future__ import annotations

from datetime import timedelta

from headwater.cli.demo.world import KINDS, World
from headwater.ledger.models import kind_of
from headwater.partners.models import Kind
from headwater.safeguards import starting, verbs
from headwater.safeguards.models import (
    ApprovedDomain,
    BusyUntil,
    Catch,
    ClosedSeason,
    Guideline,
    Hold,
    Incident,
    Policy,
    PolicyAcceptance,
    Review,
)  # fmt: skip

DOMAINS = ("harbourfood.example", "films.harbourfood.example", "okonkwo-smokehouse.example")
CRACKERS = (
    "Lars’s kelp crackers are back: £3.20 a bag, Saturday at Fenwick. Crisp, salty and"
    " allergen-free. They go well with cold butter."
)
LARS, ADAEZE = 14, 0


def write(world: World) -> None:
    starting.load_starter(world.moment(0, 0, 8))
    for domain in DOMAINS:
        ApprovedDomain.approve(
            domain,
            actor=world.staff["owner"],
            at=world.moment(0, 0, 11),
            note="our own or asked for",
        )
    accept_policies(world)
    write_catches(world)
    write_drafts(world)
    write_incidents(world)
    write_hold(world)
    write_quiet_times(world)
    world.flush()


def accept_policies(world: World) -> None:
    rows = []
    for policy in Policy.objects.current():
        for i, person in enumerate(world.persons):
            if i and world.rng.random() > 0.25 + 0.6 * world.engagement[i]:
                continue
            week = int(world.joined[i]) + int(world.rng.integers(0, 4))
            at = max(world.some_time(min(week, world.weeks)), person.created_at)
            rows.append(PolicyAcceptance(policy=policy, person=person, at=at))
            world.tell(
                verbs.POLICY_ACCEPTED, i, at, kind=kind_of(policy), subject=policy.pk,
                once=f"policy:{policy.pk}:{person.pk}",
            )  # fmt: skip
    PolicyAcceptance.objects.bulk_create(rows, batch_size=1000)


def write_catches(world: World) -> None:
    """Drafts that needed a guideline: most were mended within minutes, fewer month by month."""
    guidelines = list(Guideline.objects.standing())
    weights = world.rng.dirichlet([0.6] * len(guidelines))
    rows, seen = [], set()
    for n in range(max(12, world.people // 5)):
        week = int(world.weeks * world.rng.random() ** 1.4)
        i = int(world.rng.integers(world.people))
        if world.joined[i] > week or world.reach[i] == 0:
            continue
        guideline = guidelines[int(world.rng.choice(len(guidelines), p=weights))]
        about = f"sharing.message:{1 + n % 20}"
        if (guideline.pk, i, about) in seen:
            continue
        seen.add((guideline.pk, i, about))
        at = world.some_time(week)
        mended = world.rng.random() < 0.83
        rows.append(
            Catch(
                guideline=guideline, person=world.persons[i], about=about, at=at,
                mended_at=min(at + timedelta(minutes=4), world.at) if mended else None,
            )
        )  # fmt: skip
    Catch.objects.bulk_create(rows)


def write_drafts(world: World) -> None:
    """One draft waits for a colleague, and two were decided on."""
    halima, owner = world.staff["editor"], world.staff["owner"]
    lars = world.persons[LARS]
    waiting = world.at - timedelta(minutes=42)
    Review.ask(
        author=lars, about="sharing.message:draft-1", title="Kelp crackers are back",
        text=CRACKERS, at=waiting, network="facebook", relationship="supplies",
        due_at=world.at + timedelta(hours=3),
    )  # fmt: skip
    then = world.moment(world.weeks - 9, 2, 10)
    one = Review.ask(
        author=world.persons[ADAEZE], about="sharing.message:draft-2",
        title="The smokehouse at five",
        text="The freshest fish in the region, and the best smoked of it.", at=then,
        network="whatsapp",
    )  # fmt: skip
    one.mend(
        text="Landed on Tuesday, smoked that night.", actor=halima, at=then + timedelta(minutes=35),
        reason="Nobody can check “freshest”. Everybody can check Tuesday.",
    )  # fmt: skip
    two = Review.ask(
        author=world.persons[min(10, world.people - 1)], about="sharing.message:draft-3",
        title="Oat cakes and a prize", text="Oat cakes, safe for anybody who has an allergy.",
        at=then + timedelta(days=3),
    )  # fmt: skip
    two.send_back(
        actor=owner, at=then + timedelta(days=3, hours=1),
        reason="Please take “safe for anybody” out and say whom to ask.",
    )  # fmt: skip


def write_incidents(world: World) -> None:
    halima, owner = world.staff["editor"], world.staff["owner"]
    allergens = Guideline.objects.filter(slug="allergens").first()
    when = world.moment(max(2, world.weeks - 36), 5, 21)
    incident = Incident.log(
        kind="incident", title="A guest was taken ill after a “nut-free” post",
        happened="A post by a partner said nut-free. The walnut oil had changed. The guest is well"
        " again. We rang the partner, the guest and the council within the hour.",
        happened_at=when, actor=owner, at=when + timedelta(hours=9), guideline=allergens,
    )  # fmt: skip
    incident.note(
        "Everybody who had shared it was rung.", actor=halima, at=when + timedelta(days=1)
    )
    incident.promise(
        "Put the don’t on allergens into every kit", owner=halima,
        due_on=(when + timedelta(days=20)).date(), actor=owner, at=when + timedelta(days=2),
    ).finish(actor=halima, at=when + timedelta(days=11))  # fmt: skip
    incident.close(
        actor=owner, at=when + timedelta(days=24),
        learned="A stop beats a warning where somebody may act on the sentence.",
    )  # fmt: skip
    near = world.moment(max(3, world.weeks - 7), 2, 10)
    Incident.log(
        kind="near_miss", title="A photo of a school class nearly went out",
        happened="The check on faces was let go by mistake. Kenji saw it before it was shared.",
        happened_at=near, actor=world.staff["manager"], at=near + timedelta(hours=1),
    ).promise(
        "Ask the school for its own form", owner=world.staff["manager"],
        due_on=world.day(world.weeks + 2), actor=owner, at=near + timedelta(days=1),
    )  # fmt: skip


def write_hold(world: World) -> None:
    at = world.moment(max(2, world.weeks - 12), 4, 16)
    hold = Hold.begin(
        reason="A boat is overdue at Inisheer. Nothing cheerful goes out until she is in.",
        actor=world.staff["owner"], at=at,
    )  # fmt: skip
    hold.release(actor=world.staff["owner"], at=at + timedelta(hours=19))


def write_quiet_times(world: World) -> None:
    for i in range(16, world.people, max(40, world.people // 12)):
        BusyUntil.objects.create(
            person=world.persons[i], until_on=world.day(world.weeks + 3 + i % 5),
            said_at=world.moment(world.weeks - 1, 2, 12),
        )  # fmt: skip
    kind = Kind.objects.get(slug=KINDS[1])
    for title, week, weeks in (("The herring weeks", -44, 3), ("Harvest", 6, 2)):
        if world.weeks + week > 0:
            ClosedSeason.add(
                actor=world.staff["manager"], at=world.moment(max(0, world.weeks - 50), 1, 9),
                title=title, kind=kind, starts_on=world.day(world.weeks + week),
                ends_on=world.day(world.weeks + week + weeks, 6),
            )  # fmt: skip
