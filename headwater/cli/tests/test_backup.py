"""Backup and restore, as an operator does them: by the command, from one data folder to another."""

import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from headwater.people.models import House as OurHouse
from headwater.people.models import Person
from tests.running import House, Worker

pytestmark = pytest.mark.slow
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
OWN_KEY = {"HEADWATER_SECRET_KEY": ""}
SQLITE = {"HEADWATER_DATABASE_URL": ""}
NewHouse = Callable[..., House]


@pytest.fixture
def new_house(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[NewHouse]:
    with ExitStack() as stack:

        def new(name: str, **environment: str) -> House:
            house = House(tmp_path / name, django_db_blocker, **{**OWN_KEY, **environment})
            return stack.enter_context(house)

        yield new


def move_in(house: House, *names: str) -> None:
    with house.rows():
        OurHouse.objects.get_or_create(pk=1, defaults={"name": "Harbour", "created_at": MONDAY})
        for name in names:
            Person.objects.create_user(f"{name}@example.org", name=name, created_at=MONDAY)
    files = house.data / "files" / "house"
    files.mkdir(parents=True, exist_ok=True)
    (files / "mark.png").write_bytes(b"\x89PNG a mark")


def people(house: House) -> list[tuple[str, str, datetime]]:
    with house.rows():
        rows = Person.objects.order_by("pk").values_list("name", "email_key", "created_at")
        return [(name, key or "", at) for name, key, at in rows]


def test_a_restore_brings_back_rows_files_and_key(tmp_path: Path, new_house: NewHouse) -> None:
    before, after = new_house("before"), new_house("after")
    move_in(before, "Ada", "Þóra")
    (after.data / "secret_key").unlink(missing_ok=True)

    before.command("backup", str(tmp_path / "backup.tar.gz"))
    after.command("restore", str(tmp_path / "backup.tar.gz"))

    assert people(after) == people(before)
    assert (after.data / "files/house/mark.png").read_bytes() == b"\x89PNG a mark"
    key = (before.data / "secret_key").read_text()
    assert (after.data / "secret_key").read_text() == key
    move_in(after, "Zoë")
    assert [name for name, _, _ in people(after)] == ["Ada", "Þóra", "Zoë"]


def test_a_restore_onto_data_is_refused_and_touches_nothing(
    tmp_path: Path, new_house: NewHouse
) -> None:
    house = new_house("house")
    move_in(house, "Ada")
    house.command("backup", str(tmp_path / "backup.tar.gz"))
    move_in(house, "Grace")

    house.command("restore", str(tmp_path / "backup.tar.gz"), exit_code=1)

    assert [name for name, _, _ in people(house)] == ["Ada", "Grace"]


def test_a_forced_restore_puts_aside_what_stood_there(tmp_path: Path, new_house: NewHouse) -> None:
    house = new_house("house")
    move_in(house, "Ada")
    house.command("backup", str(tmp_path / "backup.tar.gz"))
    move_in(house, "Grace")
    (house.data / "files/house/mark.png").write_bytes(b"another mark")

    house.command("restore", str(tmp_path / "backup.tar.gz"), "--force")

    assert [name for name, _, _ in people(house)] == ["Ada"]
    [aside] = house.data.glob("before-restore-*")
    assert (aside / "files/house/mark.png").read_bytes() == b"another mark"


def test_a_damaged_backup_is_refused_and_touches_nothing(
    tmp_path: Path, new_house: NewHouse
) -> None:
    house, file = new_house("house"), tmp_path / "backup.tar.gz"
    move_in(house, "Ada")
    house.command("backup", str(file))
    altered = tmp_path / "altered.tar.gz"
    with tarfile.open(file) as whole, tarfile.open(altered, "w:gz") as half:
        for member in whole.getmembers():
            if "mark.png" not in member.name:
                half.addfile(member, whole.extractfile(member))
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    house.command("restore", str(file), "--force", exit_code=1)
    house.command("restore", str(altered), "--force", exit_code=1)

    assert [name for name, _, _ in people(house)] == ["Ada"]
    assert list(house.data.glob("before-restore-*")) == []


def test_a_restore_under_another_key_is_refused(tmp_path: Path, new_house: NewHouse) -> None:
    before = new_house("before", HEADWATER_SECRET_KEY="one key")
    after = new_house("after", HEADWATER_SECRET_KEY="another key")
    move_in(before, "Ada")
    before.command("backup", str(tmp_path / "backup.tar.gz"))

    after.command("restore", str(tmp_path / "backup.tar.gz"), exit_code=1)

    assert people(after) == []


def test_a_backup_never_overwrites_a_file(tmp_path: Path, new_house: NewHouse) -> None:
    house = new_house("house")
    (tmp_path / "backup.tar.gz").write_text("mine")

    house.command("backup", str(tmp_path / "backup.tar.gz"), exit_code=1)

    assert (tmp_path / "backup.tar.gz").read_text() == "mine"


def test_a_restore_while_a_worker_runs_is_refused(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, new_house: NewHouse
) -> None:
    before = new_house("before")
    before.command("backup", str(tmp_path / "backup.tar.gz"))

    with Worker(tmp_path / "busy", django_db_blocker, **OWN_KEY) as busy:
        busy.wait_until_working()
        busy.command("restore", str(tmp_path / "backup.tar.gz"), exit_code=1)


@pytest.mark.skipif(
    not os.environ.get("HEADWATER_TEST_DATABASE_URL"), reason="moves from SQLite to PostgreSQL"
)
def test_a_backup_of_sqlite_moves_to_postgresql(tmp_path: Path, new_house: NewHouse) -> None:
    before, after = new_house("before", **SQLITE), new_house("after")
    move_in(before, "Ada", "Þóra")
    before.command("backup", str(tmp_path / "backup.tar.gz"))

    after.command("restore", str(tmp_path / "backup.tar.gz"))

    move_in(after, "Zoë")
    assert people(after) == [
        ("Ada", "ada@example.org", MONDAY),
        ("Þóra", "þóra@example.org", MONDAY),
        ("Zoë", "zoë@example.org", MONDAY),
    ]
