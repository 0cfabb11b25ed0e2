"""Every page has a way to it: its name stands in a template, a letter or a redirect."""

from collections.abc import Iterator
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[1] / "headwater"
# For those who build; for programs, which know where to ask; for letters, which hold whole addresses; and those a view puts together.
BY_ADDRESS_ALONE = {
    "portal:favicon",
    "portal:robots",
    "studio:design",
    "portal:people:mark",
    "portal:sharing:link",
    "portal:sharing:link_with_slash",
    "portal:mail:stop",
    "portal:events:my_place",
    "portal:events:pulse",
    "portal:recognition:story",
    "portal:listening:withdrawal",
    "studio:library:tip_publication",
    "studio:library:article_publication",
    "studio:library:resource_publication",
}


def names(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            space = f"{before}{one.namespace}:" if one.namespace else before
            yield from names(one.url_patterns, space)
        elif one.name:
            yield f"{before}{one.name}"


def leads(name: str, text: str) -> bool:
    """By its whole name, or by the last of it where the rest is put before it."""
    last = name.rpartition(":")[2]
    return f'"{name}"' in text or f'_url(request, "{last}")' in text


def test_every_page_has_a_way_to_it() -> None:
    files = [*ROOT.glob("*/**/*.html"), *ROOT.glob("*/**/*.txt"), *ROOT.glob("*/**/*.py")]
    files = [file for file in files if "tests" not in file.parts and file.name != "urls.py"]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    pages = [
        name
        for name in names(get_resolver().url_patterns)
        if name.startswith(("portal:", "studio:"))
    ]
    assert len(pages) > 150
    lost = {name for name in pages if not leads(name, text)} - BY_ADDRESS_ALONE
    assert lost == set()
