"""Rules from the start, thanks by name, points counted from the ledger, boards, badges, stories."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F

from headwater.cli.demo.quotes import NAMED_FOR, STORIES, THANKS
from headwater.cli.demo.world import KINDS, World
from headwater.ledger.models import Entry, kind_of
from headwater.partners.models import Kind
from headwater.recognition import starting, verbs
from headwater.recognition.models import (
    Badge,
    BoardPlace,
    Nomination,
    Rule,
    Season,
    Story,
    Thanks,
    fold,
    rank,
)  # fmt: skip
from headwater.recognition.models.thanks import DEEDS_TO_THANK

SHOWN_AS = ("Herring gull", "The one with the boots", "Rye", "Number 4", "Slow boat", "Fog")


def write(world: World) -> None:
    starting.load_starter(world.moment(0, 0, 8), from_on=world.monday.replace(day=1))
    name_helpers(world)
    give_thanks(world)
    tell_stories(world)
    world.flush()
    join_boards(world)
    for badge in Badge.objects.all():
        while badge.award(world.at):
            pass
    count_points(world)


def name_helpers(world: World) -> None:
    """Some name somebody who helped them."""
    willing = [i for i in range(16) if i < world.people and world.entry[i] >= 0]
    for n, i in enumerate(willing[:8]):
        other = willing[(n + 3) % len(willing)]
        if other != i:
            Nomination.name_helper(
                world.persons[other], by=world.persons[i], words=NAMED_FOR[n % len(NAMED_FOR)],
                at=world.moment(max(1, world.weeks - 3 * n - 2), 3, 17),
            )  # fmt: skip


def give_thanks(world: World) -> None:
    """Four in five deeds are thanked for, by name, some days later; the rest still wait."""
    place = {person.pk: i for i, person in enumerate(world.persons)}
    deeds = Entry.objects.standing().filter(verb__in=DEEDS_TO_THANK, person__isnull=False)
    last: dict[int, datetime] = {}
    rows, staff = [], [world.staff["owner"], world.staff["manager"], world.staff["editor"]]
    for n, (pk, moment) in enumerate(deeds.order_by("at").values_list("person", "at")):
        if last.get(pk, moment) > moment:
            continue  # what they are thanked for soon covers this too
        later = moment + timedelta(days=1 + 8 * world.rng.random())
        if later >= world.at or world.rng.random() > 0.84:
            continue
        last[pk] = later
        rows.append(
            Thanks(
                person_id=pk, by=staff[n % 3], words=THANKS[n % len(THANKS)], at=later,
                way=("email", "email", "person", "paper")[n % 4],
            )
        )  # fmt: skip
    Thanks.objects.bulk_create(rows, batch_size=1000)
    for row in rows:
        world.tell(
            verbs.THANKED, place[row.person_id], row.at, kind=kind_of(row), subject=row.pk,
            data={"way": row.way},
        )  # fmt: skip


def tell_stories(world: World) -> None:
    """Stories with a yes are told; one was refused, one taken down, two still wait for a word."""
    mirela = world.staff["owner"]
    people = [i for i in (0, 2, 4, 8, 12, 9, 6, 13) if i < world.people]
    for n, i in enumerate(people):
        person = world.persons[i]
        week = world.weeks - 1 if n >= 6 else max(1, world.weeks - 4 - 7 * n)
        at = min(world.moment(week, 2, 9), world.at - timedelta(hours=20 + n))
        words = STORIES[n % len(STORIES)].format(name=person.greeting)
        story = Story.ask(person, words=words, actor=mirela, at=at)
        if n >= 6:
            continue
        story.answer(agreed=n != 4, at=at + timedelta(days=1, hours=3))
        if n != 4:
            story.tell(actor=mirela, at=at + timedelta(days=2))
        if n == 5:
            story.take_down(at=at + timedelta(days=9))


def join_boards(world: World) -> None:
    kinds = {kind.slug: kind for kind in Kind.objects.all()}
    rows = []
    for i, person in enumerate(world.persons):
        kind = kinds[KINDS[world.kind[i]]]
        joins = i < 4 or (world.entry[i] >= 0 and world.rng.random() < 0.5)
        if "points" not in kind.modules or not joins:
            continue
        shown = world.picked(SHOWN_AS) if i and world.rng.random() < 0.15 else ""
        at = world.some_time(max(int(world.entry[i]), 1))
        rows.append(BoardPlace(person=person, group=kind, pseudonym=shown, joined_at=at))
    BoardPlace.objects.bulk_create(rows, batch_size=1000)


def count_points(world: World) -> None:
    """Every season from the ledger; those that are over are closed."""
    # Rooms' rules note the moment of writing; in this told history that was the deed's own.
    Entry.objects.filter(recorded_at__gt=F("at")).update(recorded_at=F("at"))
    day, seasons = world.monday, []
    while day <= world.today:
        seasons.append(Season.of(day))
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    for season in seasons:
        fold(season, everyone=True)
        rank(season)
    for season in seasons[:-1]:
        Season.objects.filter(pk=season.pk).update(closed_at=season.bounds[1] + timedelta(days=3))
    note_as_folded()


def note_as_folded() -> None:
    """Everything up to here has been dealt with: the worker goes on with what comes."""
    names = sorted(set(Rule.objects.values_list("verb", flat=True)))
    marks = ", ".join(["%s"] * len(names))
    words = "INSERT INTO recognition_folded (entry_id) SELECT id FROM ledger_entry"
    only = f" WHERE person_id IS NOT NULL AND verb IN ({marks})"
    with connection.cursor() as cursor:
        cursor.execute(words + only, names)
