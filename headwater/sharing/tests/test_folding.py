import json
import os
import re
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from headwater.ledger.models import Entry
from headwater.people.models import House
from headwater.sharing import folding, spool
from headwater.sharing.agents import PERSON, kind_of
from headwater.sharing.folding import Visit, fold_visits
from headwater.sharing.models import Link, Spool, VisitDay, Visitor
from headwater.sharing.tests import make
from headwater.sharing.tests.make import AT, DAY

CLICKS = Path(settings.SHARED_DIR or "../shared") / "data" / "clicks"
real_input = pytest.mark.skipif(not CLICKS.exists(), reason="no folder of real input here")


@pytest.mark.django_db
def test_people_are_counted_once_a_day_presses_each_time_and_machines_apart() -> None:
    link = make.link()
    make.spooled(
        [
            make.line(link.code, key="ada"),
            make.line(link.code, key="ada"),
            make.line(link.code, key="bea"),
            make.line(link.code, key="bot", kind="m"),
            make.line(link.code, key="card", kind="v"),
            make.line(link.code, key="ada", at=AT + DAY),
            make.line("nobody's"),
        ]
    )

    assert fold_visits(AT) == 7
    assert make.counted(link) == [("2026-05-14", 2, 3, 2), ("2026-05-15", 1, 1, 0)]


@pytest.mark.django_db
def test_folding_again_counts_nothing_twice_and_new_lines_once() -> None:
    link = make.link()
    make.spooled([make.line(link.code, key="ada")])
    fold_visits(AT)
    assert fold_visits(AT) == 0
    make.spooled([make.line(link.code, key="ada"), make.line(link.code, key="bea")])

    assert fold_visits(AT) == 2
    assert make.counted(link) == [("2026-05-14", 2, 3, 0)]


@pytest.mark.django_db
def test_a_line_still_being_written_waits_for_its_end() -> None:
    link = make.link()
    whole = make.line(link.code)
    make.spooled([whole, whole[:20]])
    assert fold_visits(AT) == 1
    make.spooled([whole[20:]])

    assert fold_visits(AT) == 1
    assert make.counted(link) == [("2026-05-14", 1, 2, 0)]


@pytest.mark.django_db
def test_lines_nobody_can_have_written_are_read_past() -> None:
    link = make.link()
    make.spooled(
        ["\n", "x\ty\tz\n", "\0\0\0\n", "1\t2\t3\t4\t5\t6\n", f"-1\t{link.code}\tp\tk\t\n",
         f"9\t{link.code}\tp\t{'k' * 99}\t\n", make.line(link.code)]
    )  # fmt: skip

    fold_visits(AT)

    assert make.counted(link) == [("2026-05-14", 1, 1, 0)]


@pytest.mark.django_db
def test_days_are_those_of_our_own_clock() -> None:
    House.objects.create(pk=1, name="Harbour", time_zone="Pacific/Auckland", created_at=AT)
    link = make.link()
    make.spooled([make.line(link.code, at=datetime(2026, 5, 14, 13, tzinfo=UTC))])

    fold_visits(AT)

    assert make.counted(link) == [("2026-05-15", 1, 1, 0)]


@pytest.mark.django_db
def test_who_presses_faster_than_a_person_can_is_a_machine() -> None:
    link = make.link()
    make.spooled([make.line(link.code, key="fast") for _turn in range(31)])
    make.spooled(
        [make.line(link.code, key="slow", at=AT + timedelta(minutes=n)) for n in range(31)]
    )

    fold_visits(AT)

    assert make.counted(link) == [("2026-05-14", 1, 31, 31)]


@pytest.mark.django_db
def test_a_partner_is_credited_once_a_day_for_visits_by_people_only() -> None:
    link = make.link()
    for turn in range(3):
        make.spooled([make.line(link.code, key=f"k{turn}"), make.line(link.code, kind="m")])
        fold_visits(AT)
    make.spooled([make.line(link.code, kind="m", at=AT + DAY)])
    fold_visits(AT)

    entries = Entry.objects.filter(verb="sharing.visit_brought")

    assert [(entry.person_id, entry.subject_id, entry.at) for entry in entries] == [
        (link.person_id, link.message_id, AT)
    ]


@pytest.mark.django_db
def test_two_workers_at_once_count_each_line_once(monkeypatch: pytest.MonkeyPatch) -> None:
    link = make.link()
    file = make.spooled([make.line(link.code)])
    count = folding.count

    def overtaken(visits: list[Visit]) -> None:
        count(visits)
        Spool.objects.update(offset=file.stat().st_size)  # the other one was quicker

    monkeypatch.setattr(folding, "count", overtaken)
    Spool.objects.create(file=file.name)

    fold_visits(AT)

    assert make.counted(link) == []


@pytest.mark.django_db
def test_a_counted_file_goes_when_its_hour_is_long_over_and_so_do_salt_and_visitors() -> None:
    link = make.link()
    make.spooled([make.line(link.code)])
    salt = spool._salt(AT.date())
    assert len(salt) == 32
    fold_visits(AT + timedelta(hours=2))
    assert len(spool.files()) == 1

    fold_visits(AT + 4 * DAY)

    assert (spool.files(), list(Spool.objects.all()), list(Visitor.objects.all())) == ([], [], [])
    assert list(spool.folder().glob("salt-*")) == []
    assert make.counted(link) == [("2026-05-14", 1, 1, 0)]


@pytest.mark.django_db
def test_a_file_that_is_not_counted_to_its_end_is_kept() -> None:
    link = make.link()
    make.spooled([make.line(link.code), "an unfinished line"])

    fold_visits(AT + 4 * DAY)

    assert len(spool.files()) == 1
    assert fold_visits(AT + 5 * DAY) == 0
    assert make.counted(link) == [("2026-05-14", 1, 1, 0)]


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(
    spool_of_its_own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = make.link()
    make.spooled(
        make.line(link.code, key=f"k{n}", at=AT + n * timedelta(seconds=1)) for n in range(3000)
    )
    script = f"""
        import os, sys, signal, django
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        django.setup()
        from django.conf import settings
        settings.SPOOL_DIR = {str(spool_of_its_own)!r}
        settings.DATABASES["default"]["NAME"] = {str(connection.settings_dict["NAME"])!r}
        from django.db import connection
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"]
        from django.utils.timezone import now
        from headwater.sharing import folding
        folding.BATCH_BYTES = 4000
        count, batches = folding.count, []
        def deadly(visits):
            count(visits)
            batches.append(1)
            if len(batches) == int(sys.argv[1]):
                os.kill(os.getpid(), signal.SIGKILL)
        folding.count = deadly
        folding.fold_visits(now())
    """
    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("another process can't see a database in memory")
    for batch in (1, 6):
        killed = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(script), str(batch)],
            cwd=Path(__file__).parents[3], env={**os.environ, "PYTHONPATH": "."}, check=False,
        )  # fmt: skip
        assert killed.returncode == -signal.SIGKILL
        _forget_lease()

    while fold_visits(AT):
        pass

    assert make.counted(link) == [("2026-05-14", 3000, 3000, 0)]


def _forget_lease() -> None:
    from headwater.jobs.models import Lease

    Lease.objects.all().delete()


@real_input
@pytest.mark.django_db
def test_the_clicks_of_usa_gov_come_out_as_published() -> None:
    lines = (CLICKS / "usagov_bitly_2012-03-16.jsonl").read_text(encoding="utf-8").splitlines()
    clicks = [row for row in map(json.loads, lines) if "_heartbeat_" not in row]
    codes = {row["g"] for row in clicks}
    Link.objects.bulk_create(Link(code=code, made_at=AT) for code in codes)
    make.spooled(
        make.line(
            row["g"], key=f"{n:x}", kind=kind_of(row["a"]), at=datetime.fromtimestamp(row["t"], UTC)
        )
        for n, row in enumerate(clicks)
    )

    assert fold_visits(AT) == 3440
    rows = VisitDay.objects.values_list("link__code", "visits", "machines", "people")
    totals = Counter({code: people + machines for code, people, machines, _p in rows})
    assert (len(totals), sum(totals.values())) == (737, 3440)
    assert totals.most_common(1) == [("vNJS4H", 836)]
    assert sum(people for *_rest, people in rows) == sum(
        kind_of(row["a"]) == PERSON for row in clicks
    )


@real_input
@pytest.mark.django_db
def test_a_real_access_log_keeps_its_robots_apart() -> None:
    pattern = re.compile(r'(\S+) \S+ \S+ \[([^\]]+)\] "(\S+) [^"]*" \d+ \S+ "([^"]*)" "([^"]*)"')
    log = (CLICKS / "apache_access_2015-05-17_18.log").read_text(encoding="utf-8", errors="replace")
    link = make.link()
    rows = [found.groups() for line in log.splitlines() if (found := pattern.match(line))]
    make.spooled(
        make.line(
            link.code, key=f"{hash((address, agent)) & 0xFFFFFFFFFF:x}", kind=kind_of(agent),
            at=datetime.strptime(moment, "%d/%b/%Y:%H:%M:%S %z"),
        )
        for address, moment, _method, _referrer, agent in rows
    )  # fmt: skip

    assert fold_visits(AT) == 4525
    total = sum(visits + machines for _day, _people, visits, machines in make.counted(link))
    machines = sum(machines for *_rest, machines in make.counted(link))
    people = sum(people for _day, people, *_rest in make.counted(link))
    assert total == 4525
    assert machines >= 1123
    assert 0 < people <= 2 * 890
