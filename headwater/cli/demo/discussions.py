"""Conversations held elsewhere: who took part, who helped, what was said and what came of it."""

from __future__ import annotations

from datetime import timedelta

from headwater.cli.demo.world import World
from headwater.discussions import starting, verbs
from headwater.discussions.models import Kit, Transcript
from headwater.discussions.models.kits import Part
from headwater.ledger.models import kind_of

TURNS = (
    ("My card reader dies at ten. Does yours?",
     "Charge it in the van. Mine has done nine hours since."),
    ("Who changed my opening hours? I never wrote six.",
     "Anyone can suggest hours. Save yours once a month, even if they’re right."),
    ("How do you keep a queue talking?", "I ask the third one what the first one bought."),
    ("Does anybody’s film get watched with the sound on?",
     "No. Put the words on it. Mine doubled."),
    ("May I show the children at the tasting?", "Only with a parent’s yes, on paper. I print ten."),
    ("What do you write when it rains?", "That it rains, and what’s warm. It sells soup."),
)  # fmt: skip
SUMMARY = """{n} of you talked for an hour. What helped most:

- {first}
- {second}

Nobody agreed on hashtags, so we leave them out. Thank you to everybody who answered a stranger.
"""


def write(world: World) -> None:
    starting.load_starter(world.moment(0, 0, 8))
    templates = list(Kit.objects.filter(starts_at=None).order_by("pk"))
    took = {week: [i for i, w in world.talks if w == week] for week in world.talk_weeks}
    for n, (week, people) in enumerate(took.items()):
        write_past(world, templates[n % len(templates)], week, people, n)
    write_to_come(world, templates)
    world.flush()


def hold(world: World, template: Kit, week: int) -> Kit:
    halima = world.staff["editor"]
    starts = world.moment(week, 2, 19)
    made = min(starts - timedelta(days=12), world.at - timedelta(days=1))
    kit = template.copy(actor=halima, at=made)
    kit.starts_at, kit.host = starts, "Halima Yusuf"
    kit.group = kit.group or "Harbour neighbours"
    kit.link = f"https://talk.harbourfood.example/{kit.slug[:40]}"
    kit.keep(actor=halima, at=made, fields=["starts_at"])
    kit.announce(actor=halima, at=made)
    return kit


def write_past(world: World, template: Kit, week: int, people: list[int], n: int) -> None:
    kit = hold(world, template, week)
    starts, ends = kit.starts_at or world.at, kit.ends_at or world.at
    helpers = set(people[: max(1, len(people) // 4)]) if people else set()
    Part.objects.bulk_create(
        Part(kit=kit, person=world.persons[i], helped=i in helpers, at=starts) for i in people
    )
    for i in people:
        world.tell(verbs.TOOK_PART, i, starts, kind=kind_of(kit), subject=kit.pk)
        if i in helpers:
            world.tell(verbs.HELPED, i, starts, kind=kind_of(kit), subject=kit.pk)
    if len(people) < 2:
        return
    halima, lines = world.staff["editor"], []
    for turn in range(min(6, len(people) // 2)):
        asks, answers = TURNS[(n + turn) % len(TURNS)]
        lines.append(f"{world.persons[people[2 * turn]].name}: {asks}")
        lines.append(f"{world.persons[people[2 * turn + 1]].name}: {answers}")
    Transcript.paste(
        kit, "\n".join(lines), actor=halima, at=min(ends + timedelta(hours=14), world.at)
    )
    if week < world.weeks - 9 or n % 2:
        first, second = (TURNS[(n + turn) % len(TURNS)][1] for turn in (0, 1))
        Transcript.summarise(
            kit, SUMMARY.format(n=len(people), first=first, second=second), actor=halima,
            at=min(ends + timedelta(hours=20), world.at), publish=True, share=n % 3 == 0,
        )  # fmt: skip


def write_to_come(world: World, templates: list[Kit]) -> None:
    for template, weeks in zip(reversed(templates), (1, 3), strict=False):
        hold(world, template, world.weeks + weeks)
