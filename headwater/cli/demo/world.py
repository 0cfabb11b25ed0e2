"""Simulated people: who they are, what they take part in, and what that does to them, by the truth.

Nothing here is written to the database. Each room's file writes its own rows from this.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from headwater.cli.demo import catalogue
from headwater.cli.demo.catalogue import Gathering
from headwater.cli.demo.filling import fill
from headwater.cli.demo.truth import GAUGES, Truth
from headwater.events.models import lot
from headwater.kit.names import ALPHABET
from headwater.kit.periods import week_of
from headwater.ledger.models import Entry
from headwater.ledger.verbs import Verb
from headwater.people.models import House, Person

Floats = NDArray[np.float64]
KINDS = ("member", "supplier", "volunteer", "agent", "media", "client")
SHARES = (0.413, 0.231, 0.173, 0.074, 0.055, 0.054)
EAGER = ((2.0, 3.0), (1.6, 3.6), (2.8, 2.4), (2.0, 3.2), (1.0, 6.0), (1.4, 4.0))
MEDIA = KINDS.index("media")
TIPS = 32
FLUSH_AT = 8000
DEED = [
    "person_id", "verb", "subject_kind", "subject_id", "at", "recorded_at", "once", "data",
]  # fmt: skip
LOT_NUMBER = "04 11 19 23 36 41"


@dataclass(eq=False)
class World:
    """The Alliance's partners and weeks. Week 0 is the first; week `weeks` is the one we are in."""

    truth: Truth
    rng: np.random.Generator
    at: datetime
    people: int
    weeks: int
    persons: list[Person] = field(default_factory=list)
    staff: dict[str, Person] = field(default_factory=dict)
    say: Callable[[str], None] = print
    waiting: list[tuple[object, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        rng, n = self.rng, self.people
        self.kind = rng.choice(len(KINDS), size=n, p=np.array(SHARES) / sum(SHARES))
        eager = np.array(EAGER)[self.kind]
        self.engagement = rng.beta(eager[:, 0], eager[:, 1])
        is_sharer = rng.random(n) < self.truth.sharers * (0.6 + 0.8 * self.engagement)
        self.reach = np.where(is_sharer, np.exp(rng.normal(-0.18, 0.6, n)), 0.0)
        late = rng.random(n) < 0.12
        self.joined = np.where(late, rng.integers(1, max(2, self.weeks), n), 0)
        self.codes = self.draw_codes()
        self.make_named_ones()
        self.is_media = self.kind == MEDIA
        self.reach[self.is_media] = 0.0
        self.entry = self.first_weeks()
        self.took = {one.kind: np.zeros((n, self.weeks + 1)) for one in self.truth.activities}
        self.learn()

    def draw_codes(self) -> list[str]:
        """Public ids, known before anybody is written, so that lots can be drawn with them."""
        letters = np.array(list(ALPHABET))
        drawn = letters[self.rng.integers(len(letters), size=(self.people, 12))]
        return ["".join(row) for row in drawn]

    def make_named_ones(self) -> None:
        """The first few are people one meets by name: eager, there from the start."""
        named = min(16, self.people)
        self.kind[:named] = [0, 0, 0, 0, 0, 4, 3, 2, 1, 2, 1, 5, 1, 0, 1, 3][:named]
        self.engagement[:named] = 0.62
        self.engagement[0] = 0.9
        self.reach[:named] = np.maximum(self.reach[:named], 0.7)
        self.reach[0] = 1.6
        self.joined[:named] = 0

    def first_weeks(self) -> NDArray[np.int64]:
        """When each first did anything with what was built; -1 for those who never did.

        The week is drawn by luck alone: what an evaluation of staggered beginnings assumes.
        """
        ever = self.rng.random(self.people) < np.clip(0.16 + 0.76 * self.engagement, 0, 0.9)
        earliest = np.maximum(3, self.joined + 1)
        span = np.maximum(1, self.weeks - earliest)
        week = earliest + (self.rng.random(self.people) * span).astype(int)
        week[0] = min(8, self.weeks - 1)
        ever[0] = True
        return np.where(ever & ~self.is_media & (week < self.weeks), week, -1)

    # ---- What they take part in ----

    def places(self, gathering: Gathering) -> int:
        """A small demo has small rooms."""
        return max(5, round(gathering.places * min(1.0, self.people / 1240)))

    def learn(self) -> None:
        self.tips_out = self.weeks_of_tips()
        self.asked: dict[str, list[int]] = {}  # for a place, in the order they got one
        self.promised: dict[str, list[int]] = {}  # a place on a second date, by who was not drawn
        self.attended: dict[str, list[int]] = {}
        self.begun = np.zeros(self.people, dtype=bool)
        for gathering in self.past:
            self.gather(gathering)
        self.tips_done = self.try_tips()
        self.downloads = self.spread_out("toolkit", 0.016, first=min(20, self.weeks // 3))
        self.talk_weeks = [w for w in range(6, self.weeks, 9) if w > self.weeks // 8]
        self.talks = self.spread_out("discussion", 0.07, first=0, only=self.talk_weeks)
        self.read_articles()
        self.take_challenge()
        self.letters = self.read_letters()

    def weeks_of_tips(self) -> list[int]:
        """The week in which each tip comes out: every second or third at first, then weekly."""
        last = min(12, TIPS)
        early = np.linspace(2, max(3, self.weeks - last), TIPS - last, endpoint=False).astype(int)
        return [*early.tolist(), *range(self.weeks - last + 1, self.weeks + 1)]

    @cached_property
    def past(self) -> list[Gathering]:
        return [g for g in catalogue.GATHERINGS if g.week < 0 and self.weeks + g.week >= 3]

    @property
    def to_come(self) -> list[Gathering]:
        return [g for g in catalogue.GATHERINGS if g.week > 0]

    def gather(self, gathering: Gathering) -> None:
        """Who comes: those whose first week this is, then others, the eager ones likelier."""
        week = self.weeks + gathering.week
        asked = self.promised.get(gathering.slug) or self.want_a_place(gathering, week)
        if gathering.by_lot:
            asked.sort(key=lambda i: lot(LOT_NUMBER, self.codes[i]))
        self.asked[gathering.slug] = asked
        held = asked[: self.places(gathering)]
        if gathering.second:
            self.promised[gathering.second] = asked[len(held) :]
        came = [i for i in held if i == 0 or self.rng.random() < 0.87]
        self.attended[gathering.slug] = came
        newly = [i for i in came if not self.begun[i] and abs(int(self.entry[i]) - week) <= 2]
        self.entry[newly] = week
        self.begun[newly] = True
        self.took[gathering.kind][came, week] += 1

    def want_a_place(self, gathering: Gathering, week: int) -> list[int]:
        near = (self.entry >= 0) & (np.abs(self.entry - week) <= 2) & ~self.begun
        known = (self.entry >= 0) & (self.entry < week - 2)
        want = np.where(near, 0.75, np.where(known, 0.5 * self.engagement, 0.0))
        if gathering.by_lot:
            want = np.minimum(2 * want, 0.9)  # everyone gets a date, so many more ask
        elif gathering.kind == "half-day-seminar":
            want = want * 0.5
        willing = np.flatnonzero(self.rng.random(self.people) < want)
        self.rng.shuffle(willing)
        asked: list[int] = willing[: round(self.places(gathering) * gathering.wanted)].tolist()
        if gathering.slug in {"write-for-one-reader", "photograph-food-again"} and 0 not in asked:
            asked = [0, *asked[1:]]
        return asked

    def try_tips(self) -> list[tuple[int, int, int]]:
        """Who did which tip in which week: one on beginning, then now and then the newest left."""
        done: list[tuple[int, int, int]] = []
        left = [list(range(TIPS)) for _person in range(self.people)]
        chance = 0.03 + 0.2 * self.engagement**1.5
        for week in range(self.weeks + 1):
            out = sum(w <= week for w in self.tips_out)
            begins = (self.entry == week) & ~self.begun
            again = (
                (self.entry >= 0) & (self.entry < week) & (self.rng.random(self.people) < chance)
            )
            for i in np.flatnonzero(begins | again).tolist():
                tip = next((t for t in reversed(left[i]) if t < out), None)
                if tip is not None:
                    left[i].remove(tip)
                    done.append((i, tip, week))
                    self.took["tip"][i, week] += 1
                    self.begun[i] = True
        return done

    def spread_out(
        self, kind: str, chance: float, *, first: int, only: list[int] | None = None
    ) -> list[tuple[int, int]]:
        """Who did it in which week, once they had begun."""
        weeks = np.arange(self.weeks + 1)
        may = (self.entry[:, None] >= 0) & (weeks[None, :] > self.entry[:, None]) & (weeks >= first)
        if only is not None:
            may &= np.isin(weeks, only)
        luck = self.rng.random((self.people, self.weeks + 1))
        hits = may & (luck < chance * (0.4 + 1.6 * self.engagement)[:, None])
        self.took[kind] += hits
        return [(int(i), int(w)) for i, w in np.argwhere(hits)]

    def read_articles(self) -> None:
        for week in range(8, self.weeks, 9):
            readers = (self.entry >= 0) & (self.entry < week) & (self.rng.random(self.people) < 0.2)
            self.took["article"][readers, week] += 1

    def take_challenge(self) -> None:
        week = self.weeks - 30
        ready = (self.entry >= 0) & (self.entry < week) if week >= 4 else self.entry < -1
        hits = ready & (self.rng.random(self.people) < 0.28 * self.engagement)
        self.challenged = np.flatnonzero(hits).tolist()
        self.took["challenge"][self.challenged, max(0, week)] += 1

    def read_letters(self) -> list[int]:
        """The weeks in which a newsletter went out; about half of its readers read it."""
        out = list(range(self.weeks - 2, 3, -4))[::-1]
        for week in out:
            readers = (self.joined < week) & (self.rng.random(self.people) < 0.48)
            self.took["newsletter"][readers & ~self.is_media, week] += 1
        return out

    # ---- What it does to them ----

    def summed(self, name: str) -> Floats:
        """What everything together does to a gauge or to visits, for each person and week."""
        total = np.zeros((self.people, self.weeks + 1))
        for one in self.truth.activities:
            if strength := getattr(one, name):
                total += strength * self.felt(one.kind)
        return total

    def felt(self, kind: str) -> Floats:
        """How strongly each person feels in each week what they took part in of this kind."""
        lags = np.subtract.outer(np.arange(self.weeks + 1), np.arange(self.weeks + 1))
        response = self.truth.effect(kind).response(self.weeks + 1)
        spread = np.where(lags >= 0, response[np.maximum(lags, 0)], 0.0)
        felt: Floats = self.took[kind] @ spread.T
        return felt

    @cached_property
    def levels(self) -> dict[str, Floats]:
        """Where each person truly stands on each gauge in each week, 0 to 100."""
        found = {}
        common = self.rng.normal(0, 0.6, self.people) + 1.1 * (self.engagement - 0.4)
        for gauge in GAUGES:
            own = common + self.rng.normal(0, 0.7, self.people)
            own[0] = -0.5 if gauge == "fluency" else 0.1
            base = self.truth.start[gauge] + self.truth.spread * own
            found[gauge] = np.clip(base[:, None] + self.summed(gauge), 2, 98)
        return found

    @cached_property
    def extra(self) -> Floats:
        """Visits a week that each person brings because of what they took part in, by the truth."""
        extra: Floats = self.reach[:, None] * self.summed("visits")
        return extra

    def brought_by(self, kind: str) -> Floats:
        """The part of it that one kind of activity brings."""
        return self.reach[:, None] * self.truth.effect(kind).visits * self.felt(kind)

    @cached_property
    def rates(self) -> Floats:
        """Visits a week that each is expected to bring. Who joined late brings none of the rest."""
        base = self.truth.visits_before * self.reach * (self.joined == 0)
        expected: Floats = base[:, None] + self.extra
        return expected

    def more_in_four_weeks(self, weeks: int = 4) -> float:
        """What having begun truly adds to a partner's visits in four weeks, over all four-week
        blocks since each began: what an evaluation of staggered beginnings should find."""
        blocks = self.weeks // weeks
        first = self.weeks - blocks * weeks
        sums = self.extra[:, first : self.weeks].reshape(self.people, blocks, weeks).sum(axis=2)
        began = np.where(self.entry < 0, blocks, (self.entry - first) // weeks)
        since = (np.arange(blocks)[None, :] >= began[:, None]) & (began > 0)[:, None]
        return float(sums[since].mean())

    # ---- Time ----

    @cached_property
    def monday(self) -> date:
        """The first day of week 0."""
        return week_of(self.today) - timedelta(weeks=self.weeks)

    @cached_property
    def today(self) -> date:
        return self.at.astimezone(House.current().zone).date()

    @cached_property
    def start(self) -> datetime:
        return datetime(self.monday.year, self.monday.month, self.monday.day, tzinfo=UTC)

    def moment(self, week: float, weekday: float = 0, hour: float = 9) -> datetime:
        """A moment of a week; never later than a few minutes ago unless the week is to come."""
        wanted = self.start + timedelta(weeks=week, days=weekday, hours=hour)
        return wanted if week > self.weeks else min(wanted, self.at - timedelta(minutes=5))

    def some_time(self, week: int) -> datetime:
        """Some waking hour of that week."""
        luck = self.rng.random(2)
        return self.moment(week, int(luck[0] * 7), 7 + luck[1] * 14)

    def day(self, week: float, weekday: int = 0) -> date:
        return self.monday + timedelta(weeks=week, days=weekday)

    # ---- The ledger ----

    def tell(
        self, verb: Verb, person: int, at: datetime, *, kind: str = "", subject: int | None = None,
        once: str = "", data: dict[str, object] | None = None,
    ) -> None:  # fmt: skip
        """Write a deed of the person in this place down, in bulk."""
        self.waiting.append(
            (self.persons[person].pk, verb.name, kind, subject, at, at, once or None, data or {})
        )
        if len(self.waiting) >= FLUSH_AT:
            self.flush()

    def flush(self) -> None:
        fill(Entry, DEED, self.waiting)
        self.waiting.clear()

    def picked(self, several: tuple[str, ...] | list[str]) -> str:
        return several[int(self.rng.integers(len(several)))]
