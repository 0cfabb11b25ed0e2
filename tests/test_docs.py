"""The pages that must not drift from what they describe."""

import re
import tomllib

from tests.house import HOUSE, ROOT, modules

READS_SETTING = re.compile(r"\b(?:text|flag|number|secret)\(\s*\"([A-Z_]+)\"")


def test_every_setting_stands_on_the_settings_page_and_no_other_does() -> None:
    source = (HOUSE / "config" / "settings.py").read_text()
    page = (ROOT / "docs" / "operate" / "settings.md").read_text()

    described = set(re.findall(r"^\| `HEADWATER_([A-Z_]+)` \|", page, re.MULTILINE))

    assert described == set(READS_SETTING.findall(source))


def test_settings_are_read_in_one_place() -> None:
    """The command and the supervisor, which run before the settings, are the exception."""
    elsewhere = [
        str(path.relative_to(ROOT))
        for path in modules()
        if path.parent.name not in {"config", "cli"}
        and "cli" not in path.parts
        and re.search(r"os\.environ|getenv", path.read_text())
    ]

    assert elsewhere == []


def test_every_dependency_has_its_reason_and_nothing_else_stands_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    page = (ROOT / "docs" / "dependencies.md").read_text()

    names = {re.split(r"[\[<>=!~; ]", line)[0] for line in wanted}

    assert set(re.findall(r"^\| ([a-z0-9-]+) \|", page, re.MULTILINE)) - {"package", "---"} == names


def test_links_between_the_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]

    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", page.read_text())
        if not (page.parent / target).exists()
    ]

    assert dead == []
