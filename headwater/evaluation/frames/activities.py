from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import Count, QuerySet
from numpy.typing import NDArray

from headwater.capacity.models import Reading
from headwater.evaluation.frames.capacity import BLOCK_WEEKS, Panel, read_panel
from headwater.evaluation.frames.sparse import AT_ONCE, Ints, Sparse, places, read
from headwater.evaluation.frames.versions import Floats, version_of
from headwater.events.models import Event
from headwater.ledger.models import Entry, kind_of
from headwater.programme.models import Activity
from headwater.stats.cohorts import NEVER
from headwater.stats.gauges import POINTS_PER_THETA

Kind = Activity.Kind
DEEDS = {  # what people do with what was built, and what kind of activity that is
    "library.tip_done": Kind.TIP,
    "library.resource_downloaded": Kind.TOOLKIT,
    "library.code_opened": Kind.TOOLKIT,
    "discussions.took_part": Kind.DISCUSSION,
}
GATHERINGS = {
    Event.Kind.WEBINAR: Kind.WEBINAR,
    Event.Kind.SEMINAR: Kind.SEMINAR,
    Event.Kind.KEYNOTE: Kind.KEYNOTE,
    Event.Kind.LIVE_CHAT: Kind.LIVE_CHAT,
}
SEEN = [*GATHERINGS.values(), *dict.fromkeys(DEEDS.values())]
LARGE = [Kind.SEMINAR, Kind.WEBINAR]  # they drown what smaller ones do: larger first
PEOPLE = AT_ONCE // 5  # at a time: a column for each other kind takes room
AGES = (1, 2, 3)  # blocks: deeds of this one, of the three before it, and older ones count apart
LEAST_RELIABLE = 0.3
Lot = tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32], NDArray[np.bool_]]


@dataclass(frozen=True, eq=False)
class ActivitiesFrame:
    """Who took part in which kind of activity in which block, beside the visits they brought."""

    panel: Panel
    taken: dict[str, Sparse]

    @property
    def version(self) -> str:
        visits = self.panel.visits
        deeds = [
            (kind, part.person.tobytes(), part.block.tobytes(), part.count.tobytes())
            for kind, part in sorted(self.taken.items())
        ]
        return version_of(
            self.panel.blocks, visits.person, visits.block, visits.count, self.panel.since,
            repr([(kind, *(hash_of(part) for part in parts)) for kind, *parts in deeds]),
        )  # fmt: skip

    def begins(self, kind: str) -> NDArray[np.int64]:
        """The block in which each first took part; NEVER, or below nought before the first."""
        first = np.full(self.panel.people.size, NEVER, dtype=np.int64)
        part = self.taken.get(kind)
        if part is None:
            return first
        np.minimum.at(first, part.person, part.block.astype(np.int64))
        return first

    def lots(self, kind: str) -> Iterator[Lot]:
        """Visits, first time, all other deeds so far by age, and which blocks count; some people at
        a time, and of them those who have a block before.

        From a larger kind on, blocks no longer count: what it does would drown the smaller.
        """
        begins, count = self.begins(kind), len(self.panel.blocks)
        drowning = larger_than(kind)
        others = [other for other in self.taken if other != kind and other not in drowning]
        over = self.first_of(drowning)
        for first in range(0, begins.size, PEOPLE):
            part = slice(first, min(first + PEOPLE, begins.size))
            place = np.arange(count)
            observed = place >= self.panel.since[part, None]
            observed &= place < over[part, None]
            whole = (observed & (place < begins[part, None])).any(axis=1)
            if not whole.any():
                continue
            by_age = [
                age
                for other in others
                for age in ages(self.taken[other].laid_out(part.start, part.stop)[whole])
            ]
            none = np.zeros((int(whole.sum()), count, 0), np.float32)
            yield (
                self.panel.visits.laid_out(part.start, part.stop)[whole],
                begins[part][whole],
                np.stack(by_age, axis=2) if by_age else none,
                observed[whole],
            )

    def first_of(self, kinds: list[str]) -> NDArray[np.int64]:
        never = np.full(self.panel.people.size, NEVER, dtype=np.int64)
        for kind in kinds:
            never = np.minimum(never, self.begins(kind))
        return never


def larger_than(kind: str) -> list[str]:
    """The large kinds that would drown what this one does."""
    until = LARGE.index(Kind(kind)) if kind in LARGE else len(LARGE)
    return [str(large) for large in LARGE[:until]]


def hash_of(part: bytes) -> str:
    return version_of(part)


def ages(deeds: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Deeds so far by how long ago: in this block, in the few before, earlier."""
    so_far = np.cumsum(deeds, axis=1)

    def until(back: int) -> NDArray[np.float32]:
        held = np.zeros_like(so_far)
        held[:, back:] = so_far[:, : max(so_far.shape[1] - back, 0)]
        return held

    edges = [so_far, *(until(back) for back in np.cumsum(AGES).tolist())]
    return [new - old for new, old in zip(edges, [*edges[1:], np.zeros_like(so_far)], strict=True)]


def activities_frame(at: datetime, blocks: int = 26) -> ActivitiesFrame | None:
    """Everybody's deeds by kind over the panel's blocks; None where nothing was counted."""
    panel = read_panel(at, blocks, BLOCK_WEEKS)
    return None if panel is None else ActivitiesFrame(panel, _taken(panel))


def _taken(panel: Panel) -> dict[str, Sparse]:
    parts: dict[str, list[Ints]] = {str(kind): [] for kind in SEEN}
    for kind, rows in _deeds(panel):
        rows[:, 0] = places(panel.people, rows[:, 0])
        rows[:, 1] = np.maximum(rows[:, 1], -1)
        parts[kind].append(rows[rows[:, 0] >= 0])
    size, count = panel.people.size, len(panel.blocks)
    return {
        kind: Sparse.of(size, count, found, earliest=-1) for kind, found in parts.items() if found
    }


def _deeds(panel: Panel) -> Iterator[tuple[str, Ints]]:
    done = Entry.objects.standing().filter(at__lt=panel.over, person__is_partner=True).order_by()
    for verb, kind in DEEDS.items():
        for part in _counted(panel, done.filter(verb=verb)):
            yield str(kind), part
    events: dict[str, list[int]] = {}
    for pk, held in Event.objects.values_list("pk", "kind"):
        events.setdefault(str(GATHERINGS[Event.Kind(held)]), []).append(pk)
    came = done.filter(verb="events.attended", subject_kind=kind_of(Event()))
    for name, keys in events.items():
        for part in _counted(panel, came.filter(subject_id__in=keys)):
            yield name, part


def _counted(panel: Panel, deeds: QuerySet[Entry]) -> Iterator[Ints]:
    by_block = deeds.values_list("person", panel.block("at"))
    return read(by_block.annotate(n=Count("pk")), 3)


@dataclass(frozen=True, eq=False)
class GaugeFrame:
    """Pairs of check-ins of one person: how far a gauge moved, and what they did in between.

    Shape (pairs,) but for `between` and `before`, (pairs, kinds): deeds between the two, and
    before the first. `start` and `end` are their blocks, `round` numbers the pairs of these.
    `change` is in points with the pull of each score towards the middle undone, `trust` how much
    of each is more than noise.
    """

    kinds: list[str]
    person: Ints
    start: Ints
    end: Ints
    round: Ints
    change: Floats
    trust: Floats
    between: Floats
    before: Floats

    @property
    def version(self) -> str:
        return version_of(self.kinds, self.person, self.round, self.change, self.between)


def gauge_frame(frame: ActivitiesFrame, gauge: str) -> GaugeFrame:
    """Every two check-ins that followed each other, of people in the panel.

    A score leans towards the middle by as much as it is unsure; that would shrink every change, so
    it is undone. Readings of which less than a third is more than noise are left out.
    """
    rows = (
        Reading.objects.filter(gauge=gauge, at__lt=frame.panel.over, person__is_partner=True)
        .order_by("person", "at")
        .annotate(block=frame.panel.block("at"))
        .values_list("person", "block", "score", "standard_error")
    )
    found = np.array(list(rows.iterator(chunk_size=AT_ONCE)), dtype=np.float64).reshape(-1, 4)
    trust = 1 - (found[:, 3] / POINTS_PER_THETA) ** 2
    place = places(frame.panel.people, found[:, 0].astype(np.int64))
    blocks = found[:, 1].astype(np.int64)
    used = (trust > LEAST_RELIABLE) & (place >= 0)
    place, blocks, trust = place[used], blocks[used], trust[used]
    score = (found[used, 2] - 50) / trust
    pair = np.flatnonzero((place[1:] == place[:-1]) & (blocks[1:] > blocks[:-1]))
    start, end = blocks[pair], blocks[pair + 1]
    kinds = list(frame.taken)
    between = np.zeros((pair.size, len(kinds)))
    before = np.zeros((pair.size, len(kinds)))
    for column, kind in enumerate(kinds):
        until_end = _until(frame.taken[kind], place[pair], end)
        until_start = _until(frame.taken[kind], place[pair], start)
        between[:, column], before[:, column] = until_end - until_start, until_start
    return GaugeFrame(
        kinds=kinds,
        person=place[pair],
        start=start,
        end=end,
        round=np.unique(np.stack([start, end]), axis=1, return_inverse=True)[1].ravel(),
        change=score[pair + 1] - score[pair],
        trust=np.minimum(trust[pair], trust[pair + 1]),
        between=between,
        before=before,
    )


def _until(deeds: Sparse, person: Ints, block: Ints) -> Floats:
    """How many deeds each of these people had done before this block."""
    width = 1 << 16
    order = np.lexsort((deeds.block, deeds.person))
    keys = deeds.person[order].astype(np.int64) * width + deeds.block[order] + 1
    so_far = np.concatenate([[0.0], np.cumsum(deeds.count[order], dtype=np.float64)])
    first = np.searchsorted(keys, person * width)
    last = np.searchsorted(keys, person * width + np.maximum(block, -1) + 1)
    found: Floats = so_far[last] - so_far[first]
    return found
