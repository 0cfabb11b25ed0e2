"""Write many rows fast: executemany on SQLite, COPY on PostgreSQL, behind the same functions."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models

Values = Sequence[Any]


def next_ids(model: type[models.Model], count: int) -> range | list[int]:
    """Numbers for rows not written yet. Call it inside the transaction that writes them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        first = (row[0] if row else 0) + 1
        return range(first, first + count)


def insert(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Sequence[Values],
    *,
    pass_over_known: bool = False,
) -> None:
    """Insert rows of plain values. Those that a unique constraint knows may be passed over."""
    if not rows:
        return
    table = model._meta.db_table
    names = ", ".join(f'"{column}"' for column in columns)
    if connection.vendor == "postgresql" and not pass_over_known:
        with (
            connection.cursor() as cursor,
            cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy,
        ):
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join(["%s"] * len(columns))
    ending = " ON CONFLICT DO NOTHING" if pass_over_known else ""
    statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks}){ending}'  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def update(model: type[models.Model], columns: Sequence[str], rows: Sequence[Values]) -> None:
    """Set columns of rows by their number, which stands last in each tuple."""
    if not rows:
        return
    names = ", ".join(f'"{column}" = %s' for column in columns)
    statement = f'UPDATE "{model._meta.db_table}" SET {names} WHERE id = %s'  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def stored(moment: datetime) -> Any:
    """A moment as this database keeps it."""
    return connection.ops.adapt_datetimefield_value(moment)


def matching(
    model: type[models.Model], column: str, values: Collection[Any], columns: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Columns of the rows that hold one of many values, as plain values, in one question.

    The thousands of values travel as one parameter: made one by one into Django's lookups they took
    a third of an import.
    """
    if not values:
        return []
    names = ", ".join(f'"{name}"' for name in columns)
    question = f'SELECT {names} FROM "{model._meta.db_table}" WHERE "{column}"'  # noqa: S608
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"{question} = ANY(%s)", [list(values)])
        else:
            among = f"{question} IN (SELECT value FROM json_each(%s))"  # noqa: S608
            cursor.execute(among, [json.dumps(list(values))])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def within(values: Iterable[Any], size: int = 900) -> Iterable[list[Any]]:
    """Values in lists short enough for one query's parameters."""
    values = list(values)
    for start in range(0, len(values), size):
        yield values[start : start + size]
