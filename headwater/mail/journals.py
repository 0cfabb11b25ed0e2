"""What a connection did, line by line, outside the database and before it.

One file a connection: `b` before a letter is handed over, then `d` (taken), `f` (refused for good)
or `t` (not now). The file is locked as long as its process lives, so that after a crash the sweep
knows which ones to read. A `b` with nothing after it is the one letter nobody can be sure of.
"""

import fcntl
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

BEGUN, DONE, FAILED, LATER = "b", "d", "f", "t"


def folder() -> Path:
    path = Path(settings.SPOOL_DIR) / "mail"
    path.mkdir(parents=True, exist_ok=True)
    return path


def machine() -> str:
    return "".join(c if c.isalnum() else "-" for c in socket.gethostname())[:30]


def boot() -> str:
    """Changes when the machine restarts: lines may then have been lost with the power."""
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text().strip() if path.exists() else ""


class Journal:
    """The open journal of one living connection."""

    def __init__(self) -> None:
        self.name = f"{machine()}.{os.getpid()}.{secrets.token_hex(6)}"
        self.path = folder() / self.name
        # Made under another name and locked first, so that no sweep finds it unlocked.
        unborn = self.path.with_name(f".{self.name}")
        self._file = os.open(unborn, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.write(self._file, f"boot {boot()}\n".encode())
        unborn.rename(self.path)

    def write(self, mark: str, delivery: int, said: str = "") -> None:
        os.write(self._file, f"{mark} {delivery} {said}".encode("utf-8", "replace")[:400] + b"\n")

    def remove(self) -> None:
        """Once every line of it stands in the database."""
        self.path.unlink(missing_ok=True)
        os.close(self._file)

    def leave(self) -> None:
        """For the sweep to read."""
        os.close(self._file)


@dataclass(frozen=True)
class Mark:
    kind: str
    said: str


@dataclass(frozen=True)
class Account:
    """What a journal says: each letter's last mark, and whether lines may be missing."""

    name: str
    marks: dict[int, Mark]
    may_lack_lines: bool


def read(path: Path) -> Account:
    marks: dict[int, Mark] = {}
    raw = path.read_bytes()
    head, *lines = raw.split(b"\n")[:-1] or [b""]  # a torn last line was never a line
    for line in lines:
        kind, _space, rest = line.decode("utf-8", "replace").partition(" ")
        delivery, _space, said = rest.partition(" ")
        if delivery.isdigit():
            marks[int(delivery)] = Mark(kind, said)
    return Account(path.name, marks, head.decode("utf-8", "replace") != f"boot {boot()}")


@contextmanager
def lane(name: str) -> Iterator[bool]:
    """Hold one lane of this machine alone. A killed process lets go of it at once."""
    with (folder() / f".{name}.lane").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


def left_behind() -> Iterator[Path]:
    """Journals whose process is gone."""
    for path in sorted(folder().iterdir()):
        if path.name.startswith("."):
            continue
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            yield path
