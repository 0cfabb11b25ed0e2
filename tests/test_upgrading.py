"""A folder of data made by an older Headwater, taken over by this one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LIST = "Name,E-mail,Country\nAdaeze Okonkwo,ada@example.org,NG\nŁukasz Żak,luk@example.org,PL\n"
READ = """
import django; django.setup()
from headwater.ledger.models import Entry
from headwater.people.models import Person
for person in Person.objects.order_by("pk"):
    print(person.pk, person.public_id, person.name, person.email, person.country, sep="\\t")
print(Entry.objects.count(), *sorted(set(Entry.objects.values_list("verb", flat=True))), sep="\\t")
"""


def git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True).stdout


def before(what: str, folder: Path) -> Path:
    """The whole program as it stood before the newest commit that touched a path."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("this copy has no history to take the program before from")
    newest = git("log", "-1", "--format=%H", "--", what).decode().strip()
    if git("rev-list", "--count", newest).strip() == b"1":
        pytest.skip("this copy is too shallow to hold the commit before: git fetch --unshallow")
    folder.mkdir()
    packed = git("archive", f"{newest}~1", "headwater")
    subprocess.run(["tar", "-x", "-C", folder], input=packed, check=True)
    return folder


def run(program: Path, data: Path, *line: str) -> str:
    environment = {
        **os.environ,
        "HEADWATER_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "headwater.config.settings",
        "PYTHONPATH": str(program),
    }
    environment.pop("HEADWATER_DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, *line], cwd=program, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("what", [".", ":(glob)headwater/*/migrations/*.py"])
def test_data_of_the_commit_before_are_all_there_after_an_upgrade(
    what: str, tmp_path: Path
) -> None:
    older, data = before(what, tmp_path / "older"), tmp_path / "data"
    list_file = tmp_path / "list.csv"
    list_file.write_text(LIST)
    command = ("-m", "headwater.cli.main")
    run(older, data, *command, "import-partners", str(list_file), "--json")
    run(older, data, *command, "create-owner", "mira@example.org")
    stood = run(older, data, "-c", READ)

    run(ROOT, data, *command, "migrate")

    assert "Łukasz Żak" in stood
    assert run(ROOT, data, "-c", READ) == stood
    run(ROOT, data, *command, "migrate", "--check")
