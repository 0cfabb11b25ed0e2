"""A house that a whole file of steps shares, and the people who walk through it."""

from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page
from pytest_django import DjangoDbBlocker

from tests.conftest import is_expected
from tests.mailbox import Mailbox
from tests.running import Running

SLOW_MACHINE = 15_000
failed_in: dict[str, str] = {}
Visitor = Callable[..., Page]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if "steps" in item.keywords and call.excinfo and report.failed:
        failed_in.setdefault(item.nodeid.split("::")[0], item.name)
    return report


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A journey that broke is not walked on: the step where it broke is the one to read."""
    broken = failed_in.get(item.nodeid.split("::")[0])
    if "steps" in item.keywords and broken:
        pytest.xfail(f"The journey broke at {broken}.")


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker, mailbox: Mailbox
) -> Iterator[Running]:
    """Headwater as an operator sets it up: with its public address, so that letters lead here."""
    mailbox.empty()
    running = Running(tmp_path_factory.mktemp("data"), django_db_blocker, smtp_url=mailbox.url)
    running.environment["HEADWATER_PUBLIC_URL"] = running.url
    with running:
        yield running


@pytest.fixture(scope="module")
def visitor(
    browser: Browser, browser_context_args: dict[str, Any], server: Running
) -> Iterator[Visitor]:
    """`visitor()` is a new person at a window of their own. What their consoles say is kept."""
    contexts, complaints = [], []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not is_expected(message):
            complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def new(**options: Any) -> Page:
        context = browser.new_context(**{**browser_context_args, "base_url": server.url, **options})
        context.set_default_timeout(SLOW_MACHINE)
        context.on("console", note)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        contexts.append(context)
        return context.new_page()

    yield new
    for context in contexts:
        context.close()
    assert complaints == []
