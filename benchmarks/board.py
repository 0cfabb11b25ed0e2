"""A board of a million partners: me and my neighbours, and the top, in the database."""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.table import Figure, benchmark

ROOT = Path(__file__).resolve().parents[1]
PLACES = 1_000_000
LOOKS = 400
LIMIT_MS = 0.1


@benchmark
def board_of_a_million() -> Figure:
    """Five places around somebody, p50, against a search for one row by its key."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "HEADWATER_DATA": folder}
        environment["DJANGO_SETTINGS_MODULE"] = "headwater.config.settings"
        line = [sys.executable, "-m", "benchmarks.board"]
        done = subprocess.run(
            line, env=environment, cwd=ROOT, check=True, capture_output=True, text=True
        )
    near, top, peer = (float(figure) for figure in done.stdout.split()[-3:])
    return Figure(
        work=f"board of {PLACES:,}: me and my neighbours, in the database, p50",
        ours=f"{near:.3f} ms (the top ten: {top:.3f} ms)",
        peer=f"one row by its key: {peer:.3f} ms; limit {LIMIT_MS} ms",
        ratio=f"{near / peer:.1f}",
        reach=f"under {LIMIT_MS} ms",
        is_reached=near < LIMIT_MS,
    )


def measure() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from headwater.jobs.planning import look_at_the_tables
    from headwater.recognition.models import Season, Standing, neighbours_of
    from headwater.recognition.models.boards import top

    call_command("init", verbosity=0)
    from datetime import date

    season = Season.of(date(2026, 5, 1))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute(
            f"""WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {PLACES})
            INSERT INTO recognition_standing (season_id, person_id, points, rank, name)
            SELECT {season.pk}, i, (i * 7919) % 2003, 1, 'Ada ' || i FROM n"""
        )
    look_at_the_tables()

    def statements(ask) -> list[tuple[str, Any]]:
        """What the page would ask, so that the database's own time is measured, not Django's."""
        kept = []

        def keep(execute, sql, params, many, context):
            kept.append((sql, params))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(keep):
            ask()
        return [(connection.cursor().cursor.convert_query(sql), params) for sql, params in kept]

    def p50(sets: list[list[tuple[str, Any]]]) -> float:
        raw = connection.connection
        times = []
        for questions in sets:
            began = time.perf_counter()
            for sql, params in questions:
                raw.execute(sql, params).fetchall()
            times.append(time.perf_counter() - began)
        return 1000 * statistics.median(times)

    chance = random.Random(7)
    some = Standing.objects.filter(person__in=chance.sample(range(1, PLACES), LOOKS))
    people = list(some)
    near = p50([statements(lambda me=me: neighbours_of(me)) for me in people])
    best = p50([statements(lambda: list(top(season, None)))] * LOOKS)
    peer = p50([statements(lambda me=me: Standing.objects.get(pk=me.pk)) for me in people])
    print(near, best, peer)


if __name__ == "__main__":
    measure()
