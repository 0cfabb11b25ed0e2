"""What holds for every template: whose parts it may use, no inline code, every word marked."""

import re
from pathlib import Path

import pytest

from tests.house import named, room_of, templates

TAG = re.compile(r"{%-?.*?-?%}", re.DOTALL)
TRANSLATED = re.compile(
    r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}"
    r"|{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}|<!--.*?-->"
    r"|<(script|style|code|kbd|pre|mj-style)\b[^>]*>.*?</\1>"
    r"|{%\s*block \w+\s*%}[a-z-]*{%\s*endblock\b[^%]*%}"  # one of a layout's own words
    r"|\[\[\w+\]\]|\b(?:Subject|Preview):",  # a letter's marks, which no reader sees
    re.DOTALL,
)
SPOKEN_ATTRIBUTE = re.compile(r"\s(alt|title|placeholder|aria-label|label)=\"([^\"]*)\"")
SPOKEN_ARGUMENT = re.compile(r"(?<![_\w])(\w+)=(?<!_\()([\"'])([A-Z][^\"'|]*)\2")
ELEMENT = re.compile(r"<[^>]*>", re.DOTALL)
LETTERS = re.compile(r"[^\W\d_]{2,}")
NAMES = {"Headwater"}
SPECIMENS = {"ui/sheet.html"}  # the sheet of components, for those who build them
PAGES = [path for path in templates() if "mail" not in path.parts]


def test_there_are_templates_to_look_at() -> None:
    assert len(PAGES) > 5


def test_a_template_uses_only_its_own_rooms_parts_and_those_of_ui() -> None:
    borrowed = [
        f"{named(path)} uses {name}"
        for path in templates(".html", ".txt", ".mjml")
        for name in re.findall(r"{%\s*(?:extends|include)\s+[\"']([^\"']+)", path.read_text())
        if name.split("/")[0] not in {room_of(path), "ui", "django"}
    ]

    assert borrowed == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("style attribute", r"<[^>]*\sstyle\s*="),
        ("style element", r"<style\b"),
        ("event attribute", r"<[^>]*\son[a-z]+\s*="),
        ("inline script", r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*application/(?:ld\+)?json)"),
        ("javascript: link", r"[\"']\s*javascript:"),
    ],
)
def test_no_page_carries_inline_code(what: str, pattern: str) -> None:
    """The content policy forbids it, so it would be silently dead. Mails need inline styles."""
    found = [
        f"{named(path)} has a {what}"
        for path in PAGES
        if re.search(pattern, TAG.sub("", path.read_text()), re.IGNORECASE)
    ]

    assert found == []


def test_every_word_on_a_page_is_marked_for_translation() -> None:
    bare = [f"{named(path)}: {words}" for path in templates() for words in unmarked(path)]

    assert bare == []


def test_every_word_in_a_letter_is_marked_for_translation() -> None:
    letters = templates(".txt", ".mjml")

    assert [f"{named(path)}: {words}" for path in letters for words in unmarked(path)] == []


def unmarked(path: Path) -> list[str]:
    """Words that a reader would see and a translator would not."""
    if "/".join(path.parts[-2:]) in SPECIMENS:
        return []
    text = TRANSLATED.sub(" ", path.read_text(encoding="utf-8"))
    arguments = [
        match[3]
        for tag in TAG.findall(text)
        if not re.match(r"{%\s*(translate|trans|url|static|include|extends|load)\b", tag)
        for match in SPOKEN_ARGUMENT.finditer(tag)
    ]
    plain = re.sub(r"{{.*?}}", " ", TAG.sub(" ", text), flags=re.DOTALL)
    attributes = [value for _, value in SPOKEN_ATTRIBUTE.findall(plain)]
    between = re.sub(r"&#?\w+;", " ", ELEMENT.sub("\n", plain)).split("\n")
    spoken = [words.strip() for words in (*arguments, *attributes, *between)]
    return [words for words in spoken if LETTERS.search(words) and words not in NAMES]


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<p>{% translate "Hello" %}</p>', []),
        ("{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}", []),
        ('<img alt="A river">', ["A river"]),
        ('<img alt="{{ picture.words }}">', []),
        ('{% card title="Your answer" %}', ["Your answer"]),
        ('{% card title=_("Your answer") %}', []),
        ("<p>&nbsp;{{ figure }} %</p>", []),
        ("<code>HEADWATER_SMTP_URL</code>", []),
    ],
)
def test_the_search_for_unmarked_words_finds_them(
    tmp_path: Path, template: str, words: list[str]
) -> None:
    path = tmp_path / "page.html"
    path.write_text(template)

    assert unmarked(path) == words
