"""PostgreSQL's tables in and out by COPY, for backups that need no program beside Python."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import sql

CHUNK = 1 << 20


def names() -> list[str]:
    return sorted(connection.introspection.table_names())


def columns(table: str) -> dict[str, str]:
    """The columns that hold something of their own, each with its type."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = %s"
            " AND is_generated = 'NEVER' ORDER BY ordinal_position",
            [table],
        )
        return dict(cursor.fetchall())


def copy_out(table: str, file: Path) -> list[str]:
    fields = list(columns(table))
    statement = _copy(table, fields) + sql.SQL(" TO STDOUT")
    with connection.cursor() as cursor, file.open("wb") as out, cursor.copy(statement) as copy:
        for block in copy:
            out.write(block)
    return fields


def copy_in(table: str, fields: list[str], file: Path) -> None:
    statement = _copy(table, fields) + sql.SQL(" FROM STDIN")
    with (
        connection.cursor() as cursor,
        file.open("rb") as source,
        cursor.copy(statement) as copy,
    ):
        while block := source.read(CHUNK):
            copy.write(block)


def copy_from_sqlite(table: str, source: sqlite3.Connection) -> None:
    """A table of a SQLite backup: so an organisation moves to PostgreSQL when it has grown."""
    there = {row[1] for row in source.execute(f'PRAGMA table_info("{table}")')}
    types = {name: kind for name, kind in columns(table).items() if name in there}
    if not types:
        return
    statement = _copy(table, list(types)) + sql.SQL(" FROM STDIN")
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in _rows(source, table, list(types)):
            copy.write_row(
                [_converted(value, kind) for value, kind in zip(row, types.values(), strict=True)]
            )


def empty(tables: list[str]) -> None:
    quoted = sql.SQL(", ").join(map(sql.Identifier, tables))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("TRUNCATE {}").format(quoted))


def set_sequences(tables: list[str]) -> None:
    """Let each table's next number follow the highest that came back."""
    with connection.cursor() as cursor:
        for table in tables:
            if "id" not in columns(table):
                continue
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [f'"{table}"'])
            [sequence] = cursor.fetchone()
            if sequence:
                cursor.execute(
                    sql.SQL(
                        "SELECT setval(%s, coalesce(max(id), 1), max(id) IS NOT NULL) FROM {}"
                    ).format(sql.Identifier(table)),
                    [sequence],
                )


def _copy(table: str, fields: list[str]) -> sql.Composed:
    listed = sql.SQL(", ").join(map(sql.Identifier, fields))
    return sql.SQL("COPY {} ({})").format(sql.Identifier(table), listed)


def _rows(source: sqlite3.Connection, table: str, fields: list[str]) -> Iterator[tuple[Any, ...]]:
    listed = ", ".join(f'"{field}"' for field in fields)
    yield from source.execute(f'SELECT {listed} FROM "{table}"')  # noqa: S608 (our own names)


def _converted(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "boolean":
        return bool(value)
    if kind == "interval":
        return timedelta(microseconds=value)
    return value if isinstance(value, bytes) else str(value)
