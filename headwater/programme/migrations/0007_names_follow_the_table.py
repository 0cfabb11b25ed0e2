from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FOLLOWING = {"outcomeweek": "outcome", "week_on": "period_on", "8697e6be": "32f77623"}
KEPT = """
    SELECT conname, 'CONSTRAINT' FROM pg_constraint WHERE conrelid = 'programme_outcome'::regclass
    UNION ALL
    SELECT i.relname, 'INDEX' FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
    WHERE x.indrelid = 'programme_outcome'::regclass
      AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid)
"""


def follow(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """PostgreSQL keeps the old table's name in those of its keys when a table is renamed."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(KEPT)
        for name, what in cursor.fetchall():
            new = name
            for old, now in FOLLOWING.items():
                new = new.replace(old, now)
            if new == name:
                continue
            if what == "INDEX":
                schema_editor.execute(f'ALTER INDEX "{name}" RENAME TO "{new}"')
            else:
                schema_editor.execute(
                    f'ALTER TABLE programme_outcome RENAME CONSTRAINT "{name}" TO "{new}"'
                )


class Migration(migrations.Migration):
    """Names alone: backwards there is nothing to do."""

    dependencies = [
        ("programme", "0006_an_outcome_keeps_six_decimals"),
    ]

    operations = [migrations.RunPython(follow, migrations.RunPython.noop)]
