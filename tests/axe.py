"""What axe-core finds wrong on a page, in words short enough to read in a failing test."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page, *, rule: str = "") -> list[str]:
    """All of the rules, or one of them alone where only that can have changed."""
    only = {"type": "rule", "values": [rule]} if rule else {"type": "tag", "values": RULES}
    options = {"resultTypes": ["violations"], "runOnly": only}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in found
        for node in violation["nodes"]
    ]
