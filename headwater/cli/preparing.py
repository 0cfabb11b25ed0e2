"""Bring a data folder to the state that this Headwater needs. Safe to run at every start."""

from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from headwater.cli import first_tables
from headwater.cli.prepared import edition
from headwater.kit.errors import Refused


def prepare() -> None:
    migrate()
    if not Path(settings.STATIC_ROOT).exists():
        print("Cutting the fonts and joining the styles (once; some seconds).", flush=True)
        Path(settings.STATIC_ROOT).mkdir()
    call_command("build_assets", stdout=StringIO())


def remember() -> None:
    """That this Headwater has prepared these data: the next start need not look."""
    (Path(settings.DATA_DIR) / "prepared").write_text(edition())


def forget() -> None:
    (Path(settings.DATA_DIR) / "prepared").unlink(missing_ok=True)


def migrate() -> None:
    if not connection.introspection.table_names():
        first_tables.make()
    elif is_behind():
        call_command("migrate", verbosity=0, interactive=False)


def migrate_if_empty() -> None:
    """A command that meets an empty folder begins there; one that meets an old one says so."""
    if not connection.introspection.table_names():
        first_tables.make()
    elif is_behind():
        raise Refused("The data are from an older Headwater. Run `headwater migrate` first.")


def is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
