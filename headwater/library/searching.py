"""Finding pieces by words: FTS5 on SQLite, full text on PostgreSQL, behind one function.

Both search the same folded text (no case, no accents) for words that begin as typed, so both
give the same answer. SQLite keeps its index by triggers on the table; a migration that rebuilds
the table drops them, so it runs `build` again (a test finds out if it was forgotten).
"""

from typing import Any, TypeVar

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import connections, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, FloatField, Func, Value
from django.db.models.expressions import Combinable, RawSQL

from headwater.kit.names import name_key

Row = TypeVar("Row", bound=models.Model)
MOST_WORDS = 12


def search(rows: models.QuerySet[Row, Row], words: str) -> models.QuerySet[Row, Row]:
    """Rows that hold all of these words or beginnings of words, nearest first."""
    terms = [term[:60] for term in name_key(words).split() if term.strip("_")][:MOST_WORDS]
    if not terms:
        return rows.none()
    table = rows.model._meta.db_table
    is_sqlite = connections[rows.db].vendor == "sqlite"
    found, nearness = (_in_sqlite if is_sqlite else _in_postgresql)(table, terms)
    return rows.filter(pk__in=found).order_by(nearness, "-pk")


def _in_sqlite(table: str, terms: list[str]) -> tuple[RawSQL, Combinable]:
    match = " ".join(f'"{term}"*' for term in terms)
    index = f"{table}_words"
    found = RawSQL(f"SELECT rowid FROM {index} WHERE {index} MATCH %s", [match])  # noqa: S608, S611
    nearness = Func(
        F("pk"),
        Value(match),
        template=f"(SELECT bm25({index}, 8.0, 1.0) FROM {index}"  # noqa: S608
        " WHERE rowid = %(expressions)s)",
        arg_joiner=f" AND {index} MATCH ",
        output_field=FloatField(),
    )
    return found, nearness


def _in_postgresql(table: str, terms: list[str]) -> tuple[RawSQL, Combinable]:
    match = " & ".join(f"'{term}':*" for term in terms)
    found = RawSQL(  # noqa: S611
        f'SELECT id FROM "{table}"'  # noqa: S608
        " WHERE to_tsvector('simple', search_text) @@ to_tsquery('simple', %s)",
        [match],
    )
    vector = SearchVector("title", weight="A", config="simple") + SearchVector(
        "search_text", weight="D", config="simple"
    )
    query = SearchQuery(match, config="simple", search_type="raw")
    return found, SearchRank(vector, query).desc()


def build(table: str, editor: BaseDatabaseSchemaEditor) -> None:
    """Make a table's index, or make it again after the table was rebuilt."""
    drop(table, editor)
    if editor.connection.vendor == "sqlite":
        for statement in _sqlite_index(table):
            editor.execute(statement)
    else:
        editor.execute(
            f"CREATE INDEX {table}_words ON {table} USING gin (to_tsvector('simple', search_text))"
        )


def drop(table: str, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        for moment in ("insert", "delete", "update"):
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_words_{moment}")
        editor.execute(f"DROP TABLE IF EXISTS {table}_words")
    else:
        editor.execute(f"DROP INDEX IF EXISTS {table}_words")


def _sqlite_index(table: str) -> list[str]:
    index, fields = f"{table}_words", "rowid, title, search_text"
    add = f"INSERT INTO {index} ({fields}) VALUES (new.id, new.title, new.search_text);"  # noqa: S608
    taken = "'delete', old.id, old.title, old.search_text"
    take = f"INSERT INTO {index} ({index}, {fields}) VALUES ({taken});"  # noqa: S608
    return [
        f"CREATE VIRTUAL TABLE {index} USING fts5(title, search_text, content='{table}',"
        " content_rowid='id', tokenize='unicode61 remove_diacritics 2')",
        f"CREATE TRIGGER {index}_insert AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {index}_delete AFTER DELETE ON {table} BEGIN {take} END",
        f"CREATE TRIGGER {index}_update AFTER UPDATE OF title, search_text ON {table}"
        f" BEGIN {take} {add} END",
        f"INSERT INTO {index} ({index}) VALUES ('rebuild')",  # noqa: S608
    ]


def folded(*texts: Any) -> str:
    """The words of a piece as search compares them."""
    return name_key(" ".join(str(text) for text in texts if text))
