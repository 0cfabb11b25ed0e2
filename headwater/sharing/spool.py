"""A line a visit, on disk before the visitor is sent on: a killed server loses nothing.

Each process appends to a file of its own, so that nobody waits for anybody. The worker counts the
lines later (folding.py). No address and no agent is written: only a hash with a salt of the day,
which is thrown away.
"""

import os
import secrets
import socket
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from threading import Lock

from django.conf import settings

HOST = "".join(c if c.isalnum() else "_" for c in socket.gethostname())[:40]
KEEP_SALTS_DAYS = 2


@dataclass(frozen=True)
class Page:
    """What a process writes to during one hour, and the salt of that hour's day."""

    process: int
    hour: int
    file: int
    salt: bytes


class Writer:
    """The open file of this process and this hour. Threads share it: a line is one write."""

    def __init__(self) -> None:
        self.page = Page(0, 0, -1, b"")
        self.before = -1
        self.turning = Lock()

    def write(self, *, code: str, kind: str, address: str, agent: str, referrer: str) -> None:
        moment = int(time.time())
        page = self.page
        if moment // 3600 != page.hour or os.getpid() != page.process:
            page = self._turn(moment)
        who = f"{address}\0{agent}".encode("utf-8", "replace")
        visitor = blake2b(who, digest_size=9, key=page.salt).hexdigest()
        line = f"{moment}\t{code}\t{kind}\t{visitor}\t{referrer}\n"
        os.write(page.file, line.encode("utf-8", "replace"))

    def _turn(self, moment: int) -> Page:
        """A new page for a new hour. The old file stays open one hour more, for slow threads."""
        with self.turning:
            process, hour, old = os.getpid(), moment // 3600, self.page
            if (old.process, old.hour) == (process, hour):
                return old
            at = datetime.fromtimestamp(moment, UTC)
            name = f"visits-{at:%Y%m%d%H}-{HOST}-{process}-{secrets.token_hex(3)}.log"
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
            file = os.open(folder() / name, flags, 0o600)
            if self.before >= 0 and old.process == process:
                os.close(self.before)
            self.before = old.file if old.process == process else -1
            self.page = Page(process, hour, file, _salt(at.date()))
            return self.page


def folder() -> Path:
    path = Path(settings.SPOOL_DIR)
    path.mkdir(parents=True, exist_ok=True)
    return path


def files() -> list[Path]:
    return sorted(folder().glob("visits-*.log"))


def is_finished(file: Path, at: datetime) -> bool:
    """Whether nobody writes to this file any more: its hour is long over."""
    hour = datetime.strptime(file.name.split("-")[1], "%Y%m%d%H").replace(tzinfo=UTC)
    return at - hour > timedelta(hours=3)


def forget_salts(at: datetime) -> None:
    """Without its salt, a day's hashes say nothing about anybody."""
    last = at.date() - timedelta(days=KEEP_SALTS_DAYS)
    for path in folder().glob("salt-*"):
        if path.name < f"salt-{last:%Y-%m-%d}":
            path.unlink(missing_ok=True)


def _salt(day: date) -> bytes:
    """The salt all processes of this machine share for a day, made by whoever comes first."""
    path = folder() / f"salt-{day:%Y-%m-%d}"
    if not path.exists():
        draft = folder() / f"draft-{secrets.token_hex(8)}"
        draft.write_bytes(secrets.token_bytes(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
