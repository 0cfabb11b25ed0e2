"""Texts that broke other products, through every text field: nothing lost, nothing run."""

import html
import json
import os
import re
import zipfile
from pathlib import Path

import pytest
from django.urls import reverse

from headwater.kit.markdown import as_html, as_text
from headwater.library.models import Article, Comment, Tip
from headwater.library.reading_time import words_in
from headwater.library.tests import make

SHARED = Path(os.environ.get("HEADWATER_SHARED", Path(__file__).parents[4] / "shared")) / "data"
RUNS = re.compile(
    r"<\s*(script|img|iframe|svg|object|embed|form|input|style|link|meta|base|body|video|audio)\b"
    r"|<[^>]*\son\w+\s*=|<[^>]*(javascript|vbscript|data)\s*:",
    re.IGNORECASE,
)


def data(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"no {path}: set HEADWATER_SHARED to the folder of published cases")
    return path


def naughty() -> list[str]:
    return [text for text in json.loads(data("badinput/blns.json").read_text()) if text.strip()]


def zipped(name: str) -> dict[str, str]:
    with zipfile.ZipFile(data(name)) as archive:
        return {
            entry: archive.read(entry).decode("utf-8")
            for entry in archive.namelist()
            if not entry.endswith("/")
        }


def attacks() -> list[str]:
    payloads = data("badinput/csv_injection_payloads.txt").read_text(encoding="utf-8").splitlines()
    return [*naughty(), *payloads, *zipped("badinput/bleach_xss_cases.zip").values()]


def test_markdown_of_any_kind_becomes_nothing_that_runs():
    for text in attacks():
        assert not RUNS.search(as_html(text)), text


@pytest.mark.slow
@pytest.mark.django_db
def test_what_staff_write_is_kept_as_typed_and_shown_without_running(client):
    make.house()
    tip = make.tip(title="Plain")
    address = reverse("portal:library:tip", args=[tip.slug])
    ours = acting(client.get(address).content.decode())

    for text in attacks():
        typed = text.replace("\x00", "")
        tip.title, tip.body, tip.idea = typed[:150], typed[:600], typed[:500]
        tip.do, tip.action, tip.byline = typed[:1000], typed[:600], typed[:100]
        tip.dont = f"Don’t {typed[:900]}"
        if words_in(*tip.counted()) > 200:
            tip.body = tip.idea = ""
        tip.fill_keys()
        tip.save()
        page = client.get(address).content.decode()

        assert acting(page) == ours, text
        assert html.escape(tip.title) in page
        assert Tip.objects.get(pk=tip.pk).dont == tip.dont


def acting(page: str) -> list[tuple[str, int]]:
    """How many of each tag that can do something stand in a page, and how many handlers."""
    tags = ("script", "img", "iframe", "svg", "object", "form", "input", "style", "link", "meta")
    counts = [(tag, len(re.findall(rf"<\s*{tag}\b", page, re.IGNORECASE))) for tag in tags]
    outside_quotes = re.sub(r'"[^"<>]*"', '""', page)
    handlers = re.findall(r"<[a-z][^<>]*\son\w+\s*=", outside_quotes, re.IGNORECASE)
    leads = r"<[a-z][^<>]*?\s(?:href|src|action)=\"\s*(?:javascript|vbscript|data):"
    schemes = re.findall(leads, page, re.IGNORECASE)
    return [*counts, ("handlers", len(handlers)), ("schemes", len(schemes))]


@pytest.mark.django_db
def test_searching_for_anything_answers(client):
    make.house()
    make.tip(1, title="Plain words")

    for text in attacks():
        typed = text.replace("\x00", "")
        list(Tip.objects.search(typed))
        list(Article.objects.search(typed))
    answer = client.get(reverse("portal:library:tips"), {"q": "\x00' OR 1=1; --"})
    assert answer.status_code == 200


@pytest.mark.django_db
def test_comments_of_any_kind_are_kept_or_refused_and_never_run(client):
    make.house()
    tip = make.tip()
    address = reverse("portal:library:comments", args=[tip.slug])

    for text in naughty()[:60]:
        Comment.leave(tip, name=text[:100], words=text[:2000], at=make.NOON)
    Comment.objects.update(state="shown", decided_at=make.NOON)
    page = client.get(reverse("portal:library:tip", args=[tip.slug])).content.decode()
    said = page[page.index('id="comments"') :]

    assert "<script>alert" not in said
    assert client.post(address, {"name": "\x00", "words": "\x00"}).status_code == 422
    assert client.post(address, {"name": "x" * 121, "words": "y"}).status_code == 422


@pytest.mark.django_db
def test_any_text_can_be_typed_as_a_code(client):
    make.house()
    make.code("QUAY-47")

    for text in naughty()[::12]:
        answer = client.post(reverse("portal:library:code"), {"code": text[:60]})
        assert answer.status_code in (409, 422)


@pytest.mark.parametrize(
    "name", ["content/rust_blog_posts_markdown.zip", "content/opensource_guide_articles.zip"]
)
def test_articles_that_others_have_published_come_through_whole_and_clean(name):
    texts = [text for entry, text in zipped(name).items() if entry.endswith(".md")]
    assert len(texts) > 10

    for text in texts:
        shown = as_html(text)
        assert not RUNS.search(re.sub(r"<(pre|code)>.*?</\1>", "", shown, flags=re.DOTALL))
        headings = re.findall(
            r"^## ([A-Za-z ]{4,})", re.sub(r"```.*?```", "", text, flags=re.S), re.M
        )
        assert all(heading.strip() in as_text(text) for heading in headings)
        assert words_in(text) > 10
