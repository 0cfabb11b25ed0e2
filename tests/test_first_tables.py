"""Both ways to the tables of a new house lead to the same ones."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from headwater.cli import first_tables
from tests.running import House

pytestmark = pytest.mark.slow

# A key nothing points at: Django's own migrations make it wider than its own model says.
DJANGOS_OWN = "('auth_group_permissions', 'id', 'int"

QUESTIONS = {
    "sqlite": ["SELECT tbl_name, name, sql FROM sqlite_master WHERE sql IS NOT NULL"],
    "postgresql": [
        "SELECT table_name, column_name, udt_name, is_nullable, column_default,"
        " identity_generation, character_maximum_length, generation_expression"
        " FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint",
    ],
}


def shape() -> set[str]:
    """Every table with its columns, keys, indexes and constraints, whatever their order."""
    with connection.cursor() as cursor:
        rows: list[tuple[Any, ...]] = []
        for question in QUESTIONS[connection.vendor]:
            cursor.execute(question)
            rows += cursor.fetchall()
    if connection.vendor == "sqlite":
        rows = [
            (table, name, part)
            for table, name, sql in rows
            for part in sql.partition("(")[2].removesuffix(")").split(", ")
        ]
    return {str(row) for row in rows}


def test_tables_made_at_once_are_those_that_the_migrations_make(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    stepwise = House(tmp_path / "stepwise", django_db_blocker)
    at_once = House(tmp_path / "at-once", django_db_blocker)
    stepwise.create_database()
    at_once.create_database()
    stepwise.command("migrate", "--verbosity", "0")
    with at_once.rows():
        first_tables.make()
        made = shape()

    with stepwise.rows():
        assert {row for row in made ^ shape() if DJANGOS_OWN not in row} == set()
    at_once.command("migrate", "--check")
