"""Counting spooled visits: each line once, also when the worker is killed in the middle.

How far a file was read moves in the same transaction as the counts. Two workers at once do no
harm: the second finds that the first has moved the mark, and takes its counts back.
"""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path

from django.db import connection, transaction

from headwater.jobs.models import lease
from headwater.ledger.models import Entry, kind_of, record_many
from headwater.people.models import House
from headwater.sharing import spool, verbs
from headwater.sharing.agents import PERSON
from headwater.sharing.models import Link, Message, Spool, VisitDay, Visitor

BATCH_BYTES = 400_000
TOO_MANY_A_MINUTE = 30
PAUSE_SECONDS = 0.002
KEYS_AT_ONCE = 400


@dataclass(frozen=True)
class Visit:
    moment: int
    code: str
    kind: str
    key: str
    referrer: str

    @classmethod
    def read(cls, line: bytes) -> "Visit | None":
        """None for a line nobody can have written: counted by nobody, read past by all."""
        parts = line.decode("utf-8", "replace").rstrip("\n").split("\t")
        if len(parts) != 5 or not parts[0].isdigit() or len(parts[3]) > 24:
            return None
        return cls(int(parts[0]), *parts[1:])

    def day(self, zone: tzinfo) -> date:
        return datetime.fromtimestamp(self.moment, UTC).astimezone(zone).date()


class MovedOn(Exception):
    """Somebody else has counted these lines meanwhile."""


def fold_visits(at: datetime) -> int:
    """Count all that stands in the spool. Gives how many lines were read."""
    with lease("visits", seconds=120) as mine:
        if not mine:
            return 0
        read = sum(_fold_file(file) for file in spool.files())
        _tidy(at)
        return read


def _fold_file(file: Path) -> int:
    read = 0
    try:
        while lines := _fold_batch(file):
            read += lines
            time.sleep(PAUSE_SECONDS)  # let a waiting page have the database
    except (MovedOn, FileNotFoundError):
        pass
    return read


def _fold_batch(file: Path) -> int:
    mark = Spool.objects.get_or_create(file=file.name)[0]
    with file.open("rb") as lines:
        lines.seek(mark.offset)
        block = lines.read(BATCH_BYTES)
    block = block[: block.rfind(b"\n") + 1]  # a line still being written waits for its end
    if not block:
        return 0
    rows = block.splitlines()
    visits = [visit for row in rows if (visit := Visit.read(row))]
    with transaction.atomic():
        count(visits)
        moved = Spool.objects.filter(pk=mark.pk, offset=mark.offset)
        if not moved.update(offset=mark.offset + len(block)):
            raise MovedOn
    return len(rows)


@transaction.atomic
def count(visits: Iterable[Visit]) -> None:
    """Add visits to the days of their links. A link that is gone counts nothing."""
    visits = list(visits)
    zone = House.current().zone
    links = {link.code: link for link in _links({visit.code for visit in visits})}
    people: Counter[tuple[int, date]] = Counter()
    pressed: Counter[tuple[int, date]] = Counter()
    machines: Counter[tuple[int, date]] = Counter()
    seen: set[tuple[int, date, str]] = set()
    hurried = _hurried(visits)
    for visit in visits:
        link = links.get(visit.code)
        if link is None:
            continue
        cell = link.pk, visit.day(zone)
        if visit.kind != PERSON or (visit.key, visit.moment // 60) in hurried:
            machines[cell] += 1
        else:
            pressed[cell] += 1
            seen.add((*cell, visit.key))
    for pk, day, _key in _first_today(seen):
        people[pk, day] += 1
    cells = [(*cell, people[cell], pressed[cell], machines[cell]) for cell in pressed | machines]
    _add(cells)
    latest = {link.pk: link for link in links.values()}
    _write_down({cell: latest[cell[0]] for cell in people}, visits, zone)


def _hurried(visits: list[Visit]) -> set[tuple[str, int]]:
    """Who pressed more often in a minute than a person can."""
    paces = Counter((visit.key, visit.moment // 60) for visit in visits)
    return {pace for pace, times in paces.items() if times > TOO_MANY_A_MINUTE}


def _links(codes: set[str]) -> Iterable[Link]:
    ordered = sorted(codes)
    for first in range(0, len(ordered), KEYS_AT_ONCE):
        yield from Link.objects.filter(code__in=ordered[first : first + KEYS_AT_ONCE])


def _first_today(seen: set[tuple[int, date, str]]) -> set[tuple[int, date, str]]:
    """Those of these visitors who weren't there before on that day, and are from now on."""
    ordered = sorted(seen)
    known: set[tuple[int, date, str]] = set()
    for first in range(0, len(ordered), KEYS_AT_ONCE):
        part = ordered[first : first + KEYS_AT_ONCE]
        known |= set(
            Visitor.objects.filter(
                key__in={key for _pk, _day, key in part}, day__in={day for _pk, day, _key in part}
            ).values_list("link_id", "day", "key")
        )
    new = seen - known
    Visitor.objects.bulk_create(
        (Visitor(link_id=pk, day=day, key=key) for pk, day, key in sorted(new)), batch_size=1000
    )
    return new


def _add(cells: list[tuple[int, date, int, int, int]]) -> None:
    table = connection.ops.quote_name(VisitDay._meta.db_table)
    sql = (
        f"INSERT INTO {table} (link_id, day, people, visits, machines)"  # noqa: S608 our own name
        " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (link_id, day) DO UPDATE SET"
        f" people = {table}.people + excluded.people, visits = {table}.visits + excluded.visits,"
        f" machines = {table}.machines + excluded.machines"
    )
    with connection.cursor() as cursor:
        cursor.executemany(sql, sorted(cells))


def _write_down(cells: dict[tuple[int, date], Link], visits: list[Visit], zone: tzinfo) -> None:
    """Note, once a day and link, that a partner's share brought people."""
    last = {(visit.code, visit.day(zone)): visit.moment for visit in visits}
    written_at = datetime.now(UTC)
    record_many(
        Entry(
            person_id=link.person_id,
            verb=verbs.VISIT_BROUGHT.name,
            subject_kind=kind_of(Message()),
            subject_id=link.message_id,
            at=datetime.fromtimestamp(last[link.code, day], UTC),
            recorded_at=written_at,
            once=f"visits:{link.pk}:{day}",
        )
        for (_pk, day), link in cells.items()
        if link.person_id
    )


def _tidy(at: datetime) -> None:
    """Throw away files that are counted and finished, and who was there two days ago."""
    marks = dict(Spool.objects.values_list("file", "offset"))
    present = set()
    for file in spool.files():
        if spool.is_finished(file, at) and marks.get(file.name) == file.stat().st_size:
            file.unlink()
        else:
            present.add(file.name)
    # The mark goes after its file: the other way round, a crash would count the file again.
    gone = [name for name in marks if name not in present and name.split("-")[2:3] == _mine()]
    Spool.objects.filter(file__in=gone).delete()
    spool.forget_salts(at)
    Visitor.objects.filter(day__lt=at.date().fromordinal(at.date().toordinal() - 2)).delete()


def _mine() -> list[str]:
    return [spool.HOST]
