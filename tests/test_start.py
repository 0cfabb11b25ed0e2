"""The first thing a newcomer sees."""

import pytest
from playwright.sync_api import Page, expect

from tests.axe import violations
from tests.running import Running

pytestmark = pytest.mark.browser


def test_the_start_page_shows_and_the_console_is_silent(server: Running, page: Page) -> None:
    answer = page.goto("/")

    assert answer is not None
    assert answer.status == 200
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_the_start_page_is_open_to_everyone(server: Running, page: Page) -> None:
    page.goto("/")

    assert violations(page) == []
