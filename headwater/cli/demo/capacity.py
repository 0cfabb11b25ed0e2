"""Check-ins: answers drawn from where people truly stand, scored as any check-in is scored."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from headwater.capacity import starting, verbs
from headwater.capacity.models import (
    CheckIn,
    CheckInAnswer,
    CheckInInvitation,
    Item,
    MessageToRecall,
    Reading,
    SharedGauge,
    link_readings,
)  # fmt: skip
from headwater.cli.demo import catalogue
from headwater.cli.demo.filling import fill
from headwater.cli.demo.truth import GAUGES
from headwater.cli.demo.world import World
from headwater.ledger.models import kind_of
from headwater.partners.models import Trait
from headwater.stats import gauges

RECALLED = (
    ("Ask who landed it", ["landed", "which boat", "boat"], "message"),
    ("Mussels are tested every Monday", ["mussel", "tested"], "message"),
    ("One table, one neighbour you haven’t met", ["supper", "neighbour", "table"], "message"),
    ("A quieter hour on Tuesdays", ["quiet hour", "quieter", "tuesday"], "message"),
    ("Kelp is three hundred years old here", ["kelp", "seaweed"], "message"),
    ("Harbour Supper Week", ["supper week"], "planned"),
    ("The photo morning at Fenwick", ["photo morning", "photo seminar"], "planned"),
)
WORDS = ("", "Something about the boats and who landed it.",
         "Ask which boat landed it, and the mussels are tested on Mondays.")  # fmt: skip
NEXT = ("", "Supper Week, I think.", "Supper Week, and a photo morning at Fenwick.")
ASKED = {"fluency": 5, "awareness": 4, "role": 3, "comfort": 3}


def write(world: World) -> None:
    starting.load_starter(world.moment(0, 0, 8))
    messages = [
        MessageToRecall.objects.create(
            text=text, title=text, keywords=keywords, about=about, created_at=world.moment(0, 0, 9)
        )
        for text, keywords, about in RECALLED
    ]
    bank = bank_of(messages)
    for wave in catalogue.ROUNDS:
        if world.weeks + wave >= 1:
            check_in(world, world.weeks + wave, bank)
    link_readings()
    share_gauges(world)
    world.flush()


Bank = list[tuple[Item, MessageToRecall | None]]


def bank_of(messages: list[MessageToRecall]) -> Bank:
    said = [message for message in messages if message.about == "message"][:3]
    bank: Bank = []
    for item in Item.objects.in_use():
        bank += [(item, one) for one in said] if item.kind == "aided" else [(item, None)]
    return bank


def check_in(world: World, week: int, bank: Bank) -> None:
    """Ask everybody whose kind has gauges; those who feel like it answer."""
    asked = np.flatnonzero((world.joined <= week) & ~world.is_media)
    CheckInInvitation.objects.bulk_create(
        (
            CheckInInvitation(
                person=world.persons[i], invited_at=world.moment(week, 0, 10),
                invited_by=world.staff["manager"],
            )
            for i in asked.tolist()
        ),
        batch_size=1000,
    )  # fmt: skip
    chance = world.truth.checks_in * (0.3 + 0.9 * world.engagement[asked])
    people = [int(i) for i in asked if i == 0 or world.rng.random() < chance[asked == i][0]]
    if not people:
        return
    moments = [world.moment(week, *divmod(8 + 100 * world.rng.random(), 24)) for _ in people]
    rows = [
        CheckIn(person=world.persons[i], started_at=at, finished_at=at)
        for i, at in zip(people, moments, strict=True)
    ]
    CheckIn.objects.bulk_create(rows, batch_size=1000)
    answers = answered(world, week, people, bank)
    keep_answers(rows, answers, bank)
    keep_readings(rows, answers, bank)
    kind = kind_of(rows[0])
    for i, row in zip(people, rows, strict=True):
        world.tell(
            verbs.CHECKED_IN, i, row.started_at, kind=kind, subject=row.pk,
            once=f"check-in:{row.pk}",
        )  # fmt: skip


def answered(world: World, week: int, people: list[int], bank: Bank) -> NDArray[np.int64]:
    """Each person's answers by the graded-response model, at where they truly stand; few asked."""
    rng = world.rng
    answers = np.full((len(people), len(bank)), gauges.SKIPPED, dtype=np.int64)
    for gauge in GAUGES:
        columns = [n for n, (item, _m) in enumerate(bank) if item.gauge == gauge]
        theta = (world.levels[gauge][people, week] - 50) / gauges.POINTS_PER_THETA
        order = rng.random((len(people), len(columns))).argsort(axis=1)
        few = min(ASKED[gauge], len(columns))
        for place, column in enumerate(columns):
            item = bank[column][0].scored
            steps = np.array(item.thresholds)
            above = 1 / (1 + np.exp(-item.discrimination * (theta[:, None] - steps[None, :])))
            level = (rng.random((len(people), 1)) < above).sum(axis=1)
            is_asked = order[:, place] < few
            answers[is_asked, column] = level[is_asked]
    return answers


def keep_answers(rows: list[CheckIn], answers: NDArray[np.int64], bank: Bank) -> None:
    kept = []
    for row, levels in zip(rows, answers, strict=True):
        for (item, message), level in zip(bank, levels.tolist(), strict=True):
            if level == gauges.SKIPPED:
                continue
            words = ""
            if item.kind == "unaided":
                words = (NEXT if item.recalls == "planned" else WORDS)[min(level, 2)]
            kept.append((row.pk, item.pk, message.pk if message else None, level, words))
    fill(CheckInAnswer, ["check_in_id", "item_id", "message_id", "level", "words"], kept)


def keep_readings(rows: list[CheckIn], answers: NDArray[np.int64], bank: Bank) -> None:
    kept = []
    for gauge in GAUGES:
        columns = [n for n, (item, _m) in enumerate(bank) if item.gauge == gauge]
        scores = gauges.score([bank[n][0].scored for n in columns], answers[:, columns])
        for row, score in zip(rows, (scores[n] for n in range(len(scores))), strict=True):
            kept.append(
                Reading(
                    check_in=row,
                    person_id=row.person_id,
                    gauge=gauge,
                    score=score.value,
                    low=min(score.low, score.value),
                    high=max(score.high, score.value),
                    standard_error=score.standard_error * gauges.POINTS_PER_THETA,
                    answered=score.answered,
                    at=row.started_at,
                )
            )
    Reading.objects.bulk_create(kept, batch_size=1000)


def share_gauges(world: World) -> None:
    """Two in five let staff see some of their gauges by name."""
    newest: dict[int, list[Reading]] = defaultdict(list)
    for reading in Reading.objects.filter(superseded_at=None):
        newest[reading.person_id].append(reading)
    shared, traits = [], []
    for i, person in enumerate(world.persons):
        if i and world.rng.random() > 0.4:
            continue
        for reading in newest.get(person.pk, []):
            if i and world.rng.random() > 0.8:
                continue
            shared.append(SharedGauge(person=person, gauge=reading.gauge, shared_at=reading.at))
            traits.append(
                Trait(
                    person=person, name=f"gauge.{reading.gauge}", number=reading.score,
                    at=reading.at,
                )
            )  # fmt: skip
            data: dict[str, object] = {"gauge": reading.gauge}
            world.tell(verbs.GAUGE_SHARED, i, reading.at, data=data)
    SharedGauge.objects.bulk_create(shared, batch_size=1000)
    Trait.objects.bulk_create(traits, batch_size=1000)
