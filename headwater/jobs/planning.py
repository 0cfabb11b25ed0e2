"""What the database knows about its own tables, so that it picks the right index."""

from django.db import connection


def look_at_the_tables() -> None:
    """Count a sample of each index. SQLite never does this by itself; PostgreSQL soon would."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit = 1000")
        cursor.execute("ANALYZE")
