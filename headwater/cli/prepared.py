"""Whether a data folder was prepared by exactly this Headwater, told without importing Django."""

import hashlib
import os
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]
SHAPING = ("*/migrations/*.py", "ui/static/ui/css/**/*.css", "ui/*.py", "config/*.py")


def is_prepared(data: Path) -> bool:
    stamp = data / "prepared"
    has_tables = bool(os.environ.get("HEADWATER_DATABASE_URL")) or _is_filled(data)
    return has_tables and stamp.is_file() and stamp.read_text() == edition()


def edition() -> str:
    """Changes with whatever decides what preparing would do."""
    digest = hashlib.sha256(os.environ.get("HEADWATER_DATABASE_URL", "").encode())
    for pattern in SHAPING:
        for path in sorted(HOUSE.glob(pattern)):
            digest.update(f"{path} {path.stat().st_mtime_ns} {path.stat().st_size}".encode())
    return digest.hexdigest()


def _is_filled(data: Path) -> bool:
    database = data / "headwater.sqlite3"
    return database.is_file() and database.stat().st_size > 0
