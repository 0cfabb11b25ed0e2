"""What a backup file holds: a gzipped tar of members, the last of which vouches for the others."""

import hashlib
import json
import tarfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from headwater.cli import lock
from headwater.kit.errors import Refused

MANIFEST = "manifest.json"
FORMAT = 1
# Made anew by `headwater init`, or a doorbell whose work stands in tables.
QUEUE = {"queue.sqlite3", "queue.sqlite3-wal", "queue.sqlite3-shm"}
NOT_KEPT = {"assets", "static", "log", "prepared", lock.NAME} | QUEUE


@dataclass(frozen=True)
class Manifest:
    """`key` is a fingerprint of the secret key, which keeps the suppression list readable."""

    made_at: str
    version: str
    vendor: str
    key: str
    migrations: list[list[str]]
    columns: dict[str, list[str]] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()


def key_fingerprint(secret_key: str) -> str:
    return salted_hmac("headwater.backup", "key", secret=secret_key, algorithm="sha256").hexdigest()


def checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def kept_files(data: Path, besides: set[Path]) -> list[Path]:
    """Everything in the data folder but the database and what is made anew."""
    return [
        path
        for path in sorted(data.rglob("*"))
        if path.is_file()
        and path.relative_to(data).parts[0] not in NOT_KEPT
        and not path.relative_to(data).parts[0].startswith(("headwater.sqlite3", "before-restore"))
        and path.resolve() not in besides
    ]


def unpack(file: Path, folder: Path) -> Manifest:
    """Unpack and verify all of it before anything is touched."""
    try:
        with tarfile.open(file, "r:gz") as archive:
            archive.extractall(folder, filter="data")
    except FileNotFoundError:
        raise Refused(f"There is no file {file}.") from None
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Refused(f"{file} is not a whole backup: {error}.") from None
    manifest = _manifest(folder / MANIFEST, file)
    for name, expected in manifest.sums.items():
        member = folder / name
        if not member.is_file() or checksum(member) != expected:
            raise Refused(f"{file} is damaged: {name} is not what was saved.")
    return manifest


def _manifest(path: Path, file: Path) -> Manifest:
    if not path.is_file():
        raise Refused(f"{file} is not a whole Headwater backup: its manifest is missing.")
    content: dict[str, Any] = json.loads(path.read_text())
    if content.get("format") != FORMAT:
        raise Refused(f"{file} was made by a newer Headwater. Restore it with that one.")
    return Manifest(**content)


def data_dir() -> Path:
    return Path(settings.DATA_DIR)
