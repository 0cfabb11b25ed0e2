"""A line a visit, on disk before the visitor is sent on: a killed server loses nothing.

Each process appends to a file of its own, so that nobody waits for anybody. The worker counts the
lines later (folding.py). No address and no agent is written: only a hash with a salt of the day,
which is thrown away.
"""

import os
import secrets
import socket
import time
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from pathlib import Path

from django.conf import settings

HOST = "".join(c if c.isalnum() else "_" for c in socket.gethostname())[:40]
KEEP_SALTS_DAYS = 2


class Writer:
    """The open file of this process and this hour, and the salt of this day."""

    def __init__(self) -> None:
        self.process = 0
        self.hour = 0
        self.file = -1
        self.day = 0
        self.salt = b""

    def write(self, *, code: str, kind: str, address: str, agent: str, referrer: str) -> None:
        moment = int(time.time())
        if moment // 3600 != self.hour or os.getpid() != self.process:
            self._open(moment)
        if moment // 86400 != self.day:
            self.day = moment // 86400
            self.salt = _salt(datetime.fromtimestamp(moment, UTC).date())
        visitor = blake2b(
            f"{address}\0{agent}".encode("utf-8", "replace"), digest_size=9, key=self.salt
        )
        line = f"{moment}\t{code}\t{kind}\t{visitor.hexdigest()}\t{referrer}\n"
        os.write(self.file, line.encode("utf-8", "replace"))

    def _open(self, moment: int) -> None:
        if self.file >= 0 and os.getpid() == self.process:
            os.close(self.file)
        self.process, self.hour = os.getpid(), moment // 3600
        hour = datetime.fromtimestamp(moment, UTC).strftime("%Y%m%d%H")
        name = f"visits-{hour}-{HOST}-{self.process}-{secrets.token_hex(3)}.log"
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self.file = os.open(folder() / name, flags, 0o600)


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
