"""Build the demo organisation: simulate its people, then let each room's file write its rows.

All of it is one transaction. Killed half-way, nothing of it is there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from time import perf_counter

import numpy as np
from django.db import transaction

from headwater.cli.demo import (
    capacity,
    discussions,
    evaluation,
    events,
    library,
    listening,
    mail,
    newsletters,
    partners,
    people,
    programme,
    recognition,
    safeguards,
    sharing,
)  # fmt: skip
from headwater.cli.demo.truth import Truth
from headwater.cli.demo.world import World
from headwater.kit.errors import Refused
from headwater.people.models import House, Person

FEWEST, MOST = 20, 20_000
SHORTEST, LONGEST = 3, 36
PARTS: tuple[tuple[str, Callable[[World], None]], ...] = (
    ("Who they are", people.write),
    ("Kinds, grounds, goals and notes", partners.write),
    ("Guidelines and policies", safeguards.write),
    ("What they asked for", listening.write),
    ("Tips, articles and the toolkit", library.write),
    ("Conversations", discussions.write),
    ("Events and who came", events.write),
    ("Where they stand", capacity.write),
    ("Messages, shares and visits", sharing.write),
    ("The plan and its campaigns", programme.write),
    ("Newsletters", newsletters.write),
    ("Letters that went", mail.write),
    ("Thanks, points and stories", recognition.write),
    ("Debriefs and answers", evaluation.write),
)


def build(
    *,
    partners: int = 1240,
    months: int = 18,
    seed: int = 7,
    at: datetime,
    say: Callable[[str], None] = print,
    truth: Truth | None = None,
) -> World:
    """Build it whole or not at all. Refuses where somebody else's data are."""
    if not FEWEST <= partners <= MOST:
        raise Refused(f"The demo has {FEWEST} to {MOST:,} partners.")
    if not SHORTEST <= months <= LONGEST:
        raise Refused(f"The demo covers {SHORTEST} to {LONGEST} months.")
    with transaction.atomic():
        refuse_where_somebody_lives()
        world = World(
            truth=truth or Truth(),
            rng=np.random.default_rng(seed),
            at=at,
            people=partners,
            weeks=round(months * 52 / 12),
            say=say,
        )
        for n, (title, write) in enumerate(PARTS, start=1):
            began = perf_counter()
            write(world)
            say(f"{n:2} of {len(PARTS)}  {title} ({perf_counter() - began:.1f} s)")
    return world


def refuse_where_somebody_lives() -> None:
    house = House.objects.select_for_update().filter(pk=1).first()
    if house and house.is_demo:
        raise Refused("The demo is here already. For another, choose an empty data folder.")
    if house or Person.objects.exists():
        raise Refused(
            "There is an organisation here already, and the demo never mixes with real data."
            " Choose an empty data folder: HEADWATER_DATA=./demo headwater demo"
        )
