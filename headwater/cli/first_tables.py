"""The tables of an empty database, made at once from the models.

Walking through every migration renders every model again at each step: a quarter of a minute on a
fresh start, and for each process of a test run. `tests/test_first_tables.py` holds both ways to
the same tables.
"""

from typing import Any, cast

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection
from django.db.migrations import Migration, RunPython
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps


def make() -> None:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    emit_pre_migrate_signal(0, False, connection.alias)
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                editor.create_model(model)
    finish([migration for migration, _ in plan])
    emit_post_migrate_signal(0, False, connection.alias)


def finish(plan: list[Migration] | None = None) -> None:
    """Once the tables stand: what else our migrations do, and a note that all have been run."""
    executor = MigrationExecutor(connection)
    if plan is None:
        plan = [executor.loader.disk_migrations[key] for key in _in_order(executor)]
    _take_our_own_steps(plan)
    executor.recorder.ensure_schema()
    for migration in plan:
        executor.recorder.record_applied(migration.app_label, migration.name)


def _take_our_own_steps(plan: list[Migration]) -> None:
    """What our migrations do beside making tables, such as search indexes.

    Other people's move rows from one shape to the next, and here there are none to move.
    """
    ours = {config.label for config in apps.get_app_configs() if "headwater." in config.name}
    with connection.schema_editor() as editor:
        for migration in plan:
            for step in migration.operations if migration.app_label in ours else []:
                if isinstance(step, RunPython):
                    step.code(cast(StateApps, apps), editor)


def _in_order(executor: MigrationExecutor) -> list[Any]:
    graph = executor.loader.graph
    seen: dict[Any, None] = {}
    for leaf in graph.leaf_nodes():
        seen.update(dict.fromkeys(graph.forwards_plan(leaf)))
    return list(seen)
