from django.db import migrations

from headwater.library import searching

TABLES = ["library_tip", "library_article", "library_resource"]


def build(apps, editor):
    for table in TABLES:
        searching.build(table, editor)


def drop(apps, editor):
    for table in TABLES:
        searching.drop(table, editor)


class Migration(migrations.Migration):
    """Words to search by: an FTS5 index on SQLite, a GIN index on PostgreSQL."""

    dependencies = [("library", "0001_initial")]

    operations = [migrations.RunPython(build, drop)]
