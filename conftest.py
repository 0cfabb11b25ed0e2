"""What every test in the house can rely on."""

import os

import pytest
from pytest_django import DjangoDbBlocker

from headwater.cli.first_tables import finish
from headwater.evaluation import keeping
from tests.chromium import CHROMIUM, HOW_TO_INSTALL

# Playwright keeps an event loop running, and Django refuses the ORM wherever one runs.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        skip = pytest.mark.skip(reason=f"There is no Chromium here. {HOW_TO_INSTALL}")
        for item in items:
            if "browser" in item.keywords:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Tables made at once, as a new house makes them, instead of a migration at a time."""
    with django_db_blocker.unblock():
        finish()


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What one test's pages worked out, another's must not answer from."""
    keeping.forget()
