"""Bring a backup back: all of it or nothing, verified first, with what stood here put aside."""

import os
import shutil
import sqlite3
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.graph import MigrationGraph

from headwater.cli import erasures, preparing, tables
from headwater.cli.archive import NOT_KEPT, Manifest, data_dir, key_fingerprint, unpack
from headwater.cli.lock import alone
from headwater.kit.errors import Refused


def restore(
    file: Path, at: datetime, *, force: bool = False, erased: erasures.Erasures | None = None
) -> int:
    """Refuses where something stands already, unless forced, and while Headwater runs here.

    Gives how many people were erased again.
    """
    with tempfile.TemporaryDirectory(dir=data_dir(), prefix=".restore-") as unpacked:
        folder = Path(unpacked)
        manifest = unpack(file, folder)
        check_known(manifest)
        check_key(manifest, folder)
        if not force and is_in_use():
            raise Refused(
                f"There are data in {data_dir()} already. Restore into an empty folder, or add "
                "--force: what stands here is then put aside."
            )
        with alone(data_dir()):
            preparing.forget()
            erased = {**(erased or {}), **erasures.known()}
            put_aside(at)
            bring_back(manifest, folder)
            preparing.prepare()
            return erasures.replay(erased, at)


def check_known(manifest: Manifest) -> None:
    known = set(MigrationExecutor(connection).loader.disk_migrations or {})
    if any((app, name) not in known for app, name in manifest.migrations):
        raise Refused(
            f"This backup was made by Headwater {manifest.version}, which is newer than this one "
            f"({settings.VERSION}). Restore it with that version."
        )


def check_key(manifest: Manifest, folder: Path) -> None:
    """The key comes with the data, unless the operator keeps it elsewhere: then it must fit."""
    kept = folder / "data" / "secret_key"
    elsewhere = any(map(os.environ.get, ("HEADWATER_SECRET_KEY", "HEADWATER_SECRET_KEY_FILE")))
    if kept.exists() and not elsewhere:
        settings.SECRET_KEY = kept.read_text(encoding="utf-8")
    if key_fingerprint(settings.SECRET_KEY) != manifest.key:
        raise Refused(
            "This backup was made under another secret key, which is not in it. Set "
            "HEADWATER_SECRET_KEY to that key: without it, people who asked for no more mail "
            "would not be recognised."
        )


def is_in_use() -> bool:
    if "people_person" in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM people_person LIMIT 1")
            return cursor.fetchone() is not None
    return False


def put_aside(at: datetime) -> None:
    """Move what stands here into a folder of its own: a wrong restore can be taken back."""
    aside = data_dir() / f"before-restore-{at:%Y%m%d-%H%M%S}"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            schema = f"before_restore_{at:%Y%m%d_%H%M%S}"
            cursor.execute("SELECT current_schema()")
            [current] = cursor.fetchone()
            if tables.names():
                cursor.execute(f'ALTER SCHEMA "{current}" RENAME TO "{schema}"')
                cursor.execute(f'CREATE SCHEMA "{current}"')
    connection.close()
    for path in data_dir().iterdir():
        if path.name not in NOT_KEPT and not path.name.startswith(("before-", ".restore-")):
            aside.mkdir(exist_ok=True, mode=0o700)
            path.rename(aside / path.name)


def bring_back(manifest: Manifest, folder: Path) -> None:
    if (folder / "data").exists():
        shutil.copytree(folder / "data", data_dir(), dirs_exist_ok=True)
    source = folder / "database" / "headwater.sqlite3"
    if connection.vendor == "sqlite" and manifest.vendor == "sqlite":
        shutil.copy2(source, settings.DATABASES["default"]["NAME"])
    elif connection.vendor == "sqlite":
        raise Refused("This backup is of a PostgreSQL database. Set HEADWATER_DATABASE_URL to one.")
    else:
        _into_postgresql(manifest, folder)


def _into_postgresql(manifest: Manifest, folder: Path) -> None:
    """Build the tables as they were when the backup was made, then fill them at one go."""
    executor = MigrationExecutor(connection)
    executor.migrate(_last_of_each_room(executor.loader.graph, manifest))
    call_command("createcachetable", verbosity=0)
    with transaction.atomic():
        here = tables.names()
        tables.empty(here)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        if manifest.vendor == "postgresql":
            for table, fields in manifest.columns.items():
                tables.copy_in(table, fields, folder / "database" / f"{table}.copy")
        else:
            source = sqlite3.connect(folder / "database" / "headwater.sqlite3")
            for table in here:
                tables.copy_from_sqlite(table, source)
            source.close()
        tables.set_sequences(here)


def _last_of_each_room(graph: MigrationGraph, manifest: Manifest) -> list[tuple[str, str]]:
    applied = {(app, name) for app, name in manifest.migrations}

    def is_followed(node: tuple[str, str]) -> bool:
        children = (child.key for child in graph.node_map[node].children)
        return any(key in applied and key[0] == node[0] for key in children)

    return sorted(node for node in applied if not is_followed(node))
