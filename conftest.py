"""What every test in the house can rely on."""

import os

import pytest

from tests.chromium import CHROMIUM, HOW_TO_INSTALL

# Playwright keeps an event loop running, and Django refuses the ORM wherever one runs.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        skip = pytest.mark.skip(reason=f"There is no Chromium here. {HOW_TO_INSTALL}")
        for item in items:
            if "browser" in item.keywords:
                item.add_marker(skip)
