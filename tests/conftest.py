"""The real thing for journeys: server, worker, mail server and browser, as a partner meets them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page
from pytest_django import DjangoDbBlocker

from tests.chromium import CHROMIUM, FLAGS
from tests.mailbox import Mailbox
from tests.running import Running, Worker


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-GB", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    """A real SMTP server on loopback that keeps every letter it is given."""
    with Mailbox() as box:
        yield box


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker, mailbox: Mailbox
) -> Iterator[Running]:
    """Headwater itself, empty, with its web server and its worker, on a free port."""
    mailbox.empty()
    data = tmp_path_factory.mktemp("data")
    with Running(data, django_db_blocker, smtp_url=mailbox.url) as running:
        yield running


@pytest.fixture
def worker(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, mailbox: Mailbox
) -> Iterator[Worker]:
    """A worker of its own over an empty data folder, to be killed and started again at will."""
    mailbox.empty()
    with Worker(tmp_path / "data", django_db_blocker, smtp_url=mailbox.url) as worker:
        yield worker


@pytest.fixture
def context(
    request: pytest.FixtureRequest, new_context: Callable[..., BrowserContext]
) -> BrowserContext:
    """So that `page.goto("/tips/")` goes to the server under test."""
    if "server" in request.fixturenames:
        return new_context(base_url=request.getfixturevalue("server").url)
    return new_context()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails its test when the console complains or the content policy is broken."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not is_expected(message):
            complaints.append(f"{message.text} ({message.location.get('url', '')})")

    context.on("console", note)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    page = context.new_page()
    yield page
    assert complaints == []


def is_expected(message: ConsoleMessage) -> bool:
    """A refusal (409), bad input (422) and "no such page" (404) are answers, not faults."""
    return any(f"status of {code}" in message.text for code in (404, 409, 422))
