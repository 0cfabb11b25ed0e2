"""Save everything an organisation has in one file, while the site goes on working.

The database first, the files after it: a row may then lack no file it speaks of, and lines of a
spool that were folded meanwhile are folded again when the older rows are back.
"""

import hashlib
import io
import sqlite3
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from headwater.cli.archive import (
    MANIFEST,
    Manifest,
    data_dir,
    kept_files,
    key_fingerprint,
)
from headwater.cli.tables import copy_out, names
from headwater.kit.errors import Refused


def back_up(file: Path, at: datetime) -> Manifest:
    """Write a backup. Half a file never stands under the name that was asked for."""
    if file.exists():
        raise Refused(f"{file} exists already, and a backup never overwrites another.")
    partial = file.with_name(file.name + ".partial")
    try:
        with (
            tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder,
            tarfile.open(partial, "w:gz", compresslevel=4) as archive,
        ):
            manifest = _fill(archive, Path(folder), at, besides={partial.resolve()})
        partial.chmod(0o600)
        partial.rename(file)
    except OSError as error:
        raise Refused(f"Cannot write {file}: {error.strerror}.") from None
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _fill(archive: tarfile.TarFile, folder: Path, at: datetime, besides: set[Path]) -> Manifest:
    sums: dict[str, str] = {}
    save = _save_sqlite if connection.vendor == "sqlite" else _save_postgresql
    columns = save(folder)
    migrations = sorted(
        [app, name] for app, name in MigrationRecorder(connection).applied_migrations()
    )
    for path in sorted(folder.iterdir()):
        _add(archive, path, f"database/{path.name}", sums)
    for path in kept_files(data_dir(), besides):
        if folder not in path.parents:
            _add(archive, path, f"data/{path.relative_to(data_dir())}", sums)
    manifest = Manifest(
        made_at=at.isoformat(),
        version=settings.VERSION,
        vendor=connection.vendor,
        key=key_fingerprint(settings.SECRET_KEY),
        migrations=migrations,
        columns=columns,
        sums=sums,
    )
    member = tarfile.TarInfo(MANIFEST)
    member.size = len(manifest.as_json())
    archive.addfile(member, io.BytesIO(manifest.as_json()))
    return manifest


def _save_sqlite(folder: Path) -> dict[str, list[str]]:
    """SQLite's own online backup: a consistent copy, while others read and write."""
    connection.ensure_connection()
    with sqlite3.connect(folder / "headwater.sqlite3") as copy:
        connection.connection.backup(copy, pages=2000, sleep=0.005)
    copy.close()
    return {}


def _save_postgresql(folder: Path) -> dict[str, list[str]]:
    """COPY out of one snapshot. `pg_dump` may be absent, or older than the server."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return {table: copy_out(table, folder / f"{table}.copy") for table in names()}


def _add(archive: tarfile.TarFile, path: Path, name: str, sums: dict[str, str]) -> None:
    """Add a file as long as it is now; others may go on appending to it."""
    try:
        with path.open("rb") as source:
            reading = _Summing(source)
            archive.addfile(archive.gettarinfo(arcname=name, fileobj=source), reading)
    except FileNotFoundError:
        return  # taken away while the backup ran
    sums[name] = reading.sum.hexdigest()


class _Summing:
    """A file that adds up what is read from it, so that the sum is of what was saved."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source
        self.sum = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self.source.read(size)
        self.sum.update(block)
        return block
