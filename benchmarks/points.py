"""Points from deeds: how many new ones are folded in a second, and how long to count all anew."""

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks.table import Figure, benchmark

ROOT = Path(__file__).resolve().parents[1]
STANDING = 1_000_000
FRESH = 50_000
PARTNERS = 20_000
WHOLE = 10_000_000


@benchmark
def new_deeds_folded() -> Figure:
    """One worker, deeds as they come in, against only reading the same rows."""
    folded, read, _rebuilt, _scanned = _measured()
    return Figure(
        work=f"fold {FRESH:,} new deeds into points",
        ours=f"{FRESH / folded:,.0f} a second",
        peer=f"only reading them: {FRESH / read:,.0f} a second",
        ratio=f"{folded / read:.1f}",
        reach="10,000 a second",
        is_reached=FRESH / folded >= 10_000,
    )


@benchmark
def all_deeds_counted_anew() -> Figure:
    """All points of a season from the ledger, against a bare GROUP BY over the same rows."""
    _folded, _read, rebuilt, scanned = _measured()
    whole = rebuilt * WHOLE / (STANDING + FRESH)
    return Figure(
        work=f"count {STANDING + FRESH:,} deeds anew",
        ours=f"{rebuilt:.1f} s; ten million at this pace: {whole:.0f} s",
        peer=f"bare GROUP BY: {scanned:.1f} s",
        ratio=f"{rebuilt / scanned:.1f}",
        reach="ten million in under 30 s",
        is_reached=whole < 30,
    )


_figures: list[float] = []


def _measured() -> list[float]:
    if not _figures:
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "HEADWATER_DATA": folder}
            environment["DJANGO_SETTINGS_MODULE"] = "headwater.config.settings"
            line = [sys.executable, "-m", "benchmarks.points"]
            done = subprocess.run(
                line, env=environment, cwd=ROOT, check=True, capture_output=True, text=True
            )
        _figures.extend(float(figure) for figure in done.stdout.split()[-4:])
    return _figures


def measure() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from headwater.jobs.planning import look_at_the_tables
    from headwater.recognition.models import Rule, Season
    from headwater.recognition.models.points import fold

    call_command("init", verbosity=0)
    season = Season.of(date(2026, 5, 1))
    verbs = ["library.tip_done", "events.attended", "sharing.shared"]
    for verb in verbs:
        slug = verb.replace(".", "-")
        Rule.objects.create(slug=slug, verb=verb, points=5, cap=100, from_on=date(2020, 1, 1))
    people = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s)
        INSERT INTO ledger_entry (person_id, verb, subject_kind, at, recorded_at, data)
        SELECT 1 + (i * 7919) %% %s, CASE i %% 3 WHEN 0 THEN %s WHEN 1 THEN %s ELSE %s END, '',
               %s, %s, '{}' FROM n"""
    at = connection.ops.adapt_datetimefield_value(datetime(2026, 5, 10, 12, tzinfo=UTC))

    def write(deeds: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(people, [deeds, PARTNERS, *verbs, at, at])

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
    write(STANDING)
    with connection.cursor() as cursor:  # dealt with long ago
        cursor.execute("INSERT INTO recognition_folded (entry_id) SELECT id FROM ledger_entry")
    fold(season, everyone=True)
    look_at_the_tables()
    write(FRESH)
    newest = "SELECT verb, person_id FROM ledger_entry ORDER BY id DESC LIMIT %s"
    read = timed(lambda: rows(newest, [FRESH]))
    folded = timed(lambda: fold(season))
    bare = "SELECT verb, person_id, COUNT(*) FROM ledger_entry GROUP BY 1, 2"
    scanned = timed(lambda: rows(bare, []))
    rebuilt = timed(lambda: fold(season, everyone=True))
    print(folded, read, rebuilt, scanned)


def rows(sql: str, values: list[int]) -> Any:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def timed(work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    measure()
