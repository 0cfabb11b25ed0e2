"""Capacity by partner and week: seconds and memory from the rows to the effect of being reached."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.table import Figure, benchmark

ROOT = Path(__file__).resolve().parents[1]
PARTNERS = int(os.environ.get("BENCHMARK_PARTNERS") or 100_000)
WEEKS = 104
MOST = 4_000  # MB
AT = datetime(2026, 5, 11, 12, tzinfo=UTC)
BUSY, FILLED = 0.4, 0.5  # share of weeks with visits; of the others, one visit more once reached
TRUTH = (1 - BUSY) * FILLED / 4  # visits a week: one of four shares


@benchmark
def capacity_of_many_partners() -> Figure:
    """A weekly panel read in the database, summed up by cohort, and its effect with a range."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "HEADWATER_DATA": folder, "OPENBLAS_NUM_THREADS": "1"}
        environment["DJANGO_SETTINGS_MODULE"] = "headwater.config.settings"
        line = [sys.executable, "-m", "benchmarks.evaluating"]
        for part in ("fill", "measure"):  # apart, so that filling adds nothing to the peak
            done = subprocess.run(
                [*line, part], env=environment, cwd=ROOT, check=True, capture_output=True, text=True
            )
    visits, bare, read, sums, version, megabytes, low, high = (
        float(figure) for figure in done.stdout.split()[-8:]
    )
    covers = low < TRUTH < high
    return Figure(
        work=f"effect of capacity, {PARTNERS:,} partners x {WEEKS} weeks, {visits:,.0f} counts",
        ours=f"{read:.0f} s to read, {sums:.0f} s to work out, {megabytes:,.0f} MB at most",
        peer=f"bare GROUP BY over the same rows: {bare:.0f} s; is it new: {version:.1f} s",
        ratio=f"{(read + sums) / bare:.1f}",
        reach=f"under {MOST:,} MB, the truth in the range",
        is_reached=megabytes < MOST and covers,
    )


def fill() -> None:
    """One in four shares and brings visits in two weeks of five; three in five are reached."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from headwater.jobs.planning import look_at_the_tables
    from headwater.people.models import House, Person

    call_command("init", verbosity=0)
    start = AT - timedelta(weeks=WEEKS, days=AT.weekday(), hours=12)
    House.objects.create(name="Many", currency="GBP", created_at=start)
    first = Person.objects.create_user(
        "one@many.example", name="One", is_partner=True, created_at=start
    )
    columns = [str(f.column) for f in Person._meta.concrete_fields if f.column != "id"]
    own = {
        "public_id": "'p' || n.i", "email": "''", "email_key": "NULL", "name": "'P' || n.i",
        "name_key": "'p' || n.i",
    }  # fmt: skip
    copied = ", ".join(own.get(column, f"people_person.{column}") for column in columns)
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many})"
    luck = "(abs(random()) % 1000)"
    reached = "(n.i / 4 * 7907 % 1000 < 600)"
    begins = f"(2 + n.i / 4 * 6151 % {WEEKS - 4})"
    day = f"date('{start:%Y-%m-%d}', '+' || (7 * w.i + n.i % 7) || ' days')"
    moment = f"datetime('{start:%Y-%m-%d}', '+' || (7 * {begins} + 1) || ' days', '+12 hours')"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("PRAGMA synchronous = OFF")
        people = numbers.format(many=PARTNERS - 1)
        cursor.execute(
            f"{people} INSERT INTO people_person ({', '.join(columns)}) SELECT {copied} FROM n,"
            f" people_person WHERE people_person.id = {first.pk}"
        )
        cursor.execute(
            f"{people} INSERT INTO sharing_link (id, code, person_id, target, made_at)"
            f" SELECT n.i, 'c' || n.i, {first.pk} + n.i, '', '{start:%Y-%m-%d}' FROM n"
            " WHERE n.i % 4 = 0"
        )
        more = f"CASE WHEN {reached} AND w.i >= {begins} THEN {1000 * FILLED:.0f} ELSE 0 END"
        cursor.execute(
            f"{people}, w(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM w WHERE i < {WEEKS - 1})"
            " INSERT INTO sharing_visitday (link_id, day, people, visits, machines)"
            f" SELECT n.i, {day}, 1 + ({luck} % 3), 3, 0 FROM n, w WHERE n.i % 4 = 0"
            f" AND {luck} < {1000 * BUSY:.0f}"
        )
        cursor.execute(
            f"{people}, w(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM w WHERE i < {WEEKS - 1})"
            " INSERT INTO sharing_visitday (link_id, day, people, visits, machines)"
            f" SELECT n.i, {day}, 1, 1, 0 FROM n, w WHERE n.i % 4 = 0"
            f" AND {luck} < {more}"
            " ON CONFLICT DO NOTHING"
        )
        cursor.execute(
            f"{people} INSERT INTO ledger_entry"
            " (person_id, verb, subject_kind, at, recorded_at, data)"
            f" SELECT {first.pk} + n.i, 'library.tip_done', '', {moment}, {moment}, '{{}}'"
            f" FROM n WHERE {reached}"
        )
    look_at_the_tables()


def measure() -> None:
    import django

    django.setup()
    from django.db import connection

    from headwater.evaluation import frames
    from headwater.sharing.models import VisitDay
    from headwater.stats.cohorts import summarise_blocks
    from headwater.stats.staggered import effects_by_cohort, overall_effect

    began = time.perf_counter()
    frame = frames.capacity_frame(AT, blocks=WEEKS, weeks=1)
    read = time.perf_counter() - began
    assert frame is not None
    began = time.perf_counter()
    found = overall_effect(effects_by_cohort(summarise_blocks(frame.lots())))
    sums = time.perf_counter() - began
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.perf_counter()
    frames.programme(AT)
    version = time.perf_counter() - began
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM (SELECT person_id, day, SUM(people) FROM sharing_visitday"
            " JOIN sharing_link ON link_id = sharing_link.id GROUP BY 1, 2)"
        )
    bare = time.perf_counter() - began
    rows = VisitDay.objects.count()
    print(rows, bare, read, sums, version, megabytes, found.low, found.high)


if __name__ == "__main__":
    {"fill": fill, "measure": measure}[sys.argv[1]]()
