"""What holds for every template of the house, whoever wrote it."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Template
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

import headwater
from headwater.ui import icons
from headwater.ui.navigation import Item
from headwater.ui.sheet import sheet

HOUSE = Path(headwater.__file__).parent
TEMPLATES = sorted(HOUSE.glob("*/templates/**/*.html"))
PAGES = [path for path in TEMPLATES if "mail" not in path.relative_to(HOUSE).parts[2:-1]]
FORBIDDEN = {
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style\b",
    "a script of its own": r"<script(?![^>]*\bsrc=)",
    "a handler": r"<[^>]*\son[a-z]+\s*=",
    "an htmx handler": r"\bhx-on\b",
    "a script address": r"javascript:",
}


def named(path: Path) -> str:
    return str(path.relative_to(HOUSE))


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_the_content_policy_holds(path: Path) -> None:
    source = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(), flags=re.DOTALL)

    found = [
        what for what, pattern in FORBIDDEN.items() if re.search(pattern, source, re.IGNORECASE)
    ]
    assert found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_every_template_compiles(path: Path) -> None:
    assert Template(path.read_text(), name=named(path)).name == named(path)


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_every_template_that_is_named_exists(path: Path) -> None:
    names = set(re.findall(r'{% (?:include|extends) "([^"#]+)', path.read_text()))

    assert [name for name in names if not _found(name)] == []


def _found(name: str) -> bool:
    if name.startswith("django/"):
        return bool(get_template(name))
    return any((folder / "templates" / name).exists() for folder in HOUSE.iterdir())


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_every_form_that_posts_carries_its_token(path: Path) -> None:
    forms = re.findall(
        r"<form\b[^>]*?method=.post.*?</form>", path.read_text(), re.DOTALL | re.IGNORECASE
    )

    assert [
        form[:80] for form in forms if "csrf_token" not in form and "{% include" not in form
    ] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_every_icon_that_is_named_exists(path: Path) -> None:
    names = set(re.findall(r'{% icon "([^"]+)"| icon="([^"]+)"', path.read_text()))

    missing = [name for pair in names for name in pair if name and not icons.exists(name)]
    assert missing == []


NAV = [Item("/", "house", "Home", name="Home"), Item("/learn/", "book-open", "Learn", count=3)]


class House:
    name = "Harbour Food Alliance"
    mark_url = ""
    postal_address = "Old Ice House"
    currency = "GBP"


@pytest.mark.urls("headwater.ui.tests.site")
@pytest.mark.parametrize("face", ["portal", "public", "studio"])
def test_every_face_has_its_landmarks_and_says_where_one_is(face: str) -> None:
    context = {"house": House(), "nav": NAV, "nav_foot": [NAV[1]], "here": "Home"}

    html = render_to_string(f"ui/{face}.html", context)

    assert f'<body class="{face}">' in html
    assert [html.count(f"<{tag}") for tag in ("main", "nav", "title")] == [1, 1, 1]
    assert html.count('aria-current="page"') == 1
    assert 'href="#main"' in html
    assert re.findall(r"<script(?![^>]*src=)", html) == []


@pytest.mark.urls("headwater.ui.tests.site")
def test_a_partner_sees_the_organisation_and_not_the_maker() -> None:
    html = render_to_string("ui/portal.html", {"house": House(), "nav": NAV})

    assert re.findall(r'class="brand"[^>]*>(.*?)</a>', html) == ["Harbour Food Alliance"]
    assert "<title> – Harbour Food Alliance</title>" in html


@pytest.mark.parametrize("theme", ["light", "dark", "purple", ""])
@pytest.mark.urls("headwater.ui.tests.site")
def test_only_a_theme_there_is_reaches_the_page(theme: str) -> None:
    html = render_to_string("ui/portal.html", {"house": House(), "theme": theme})

    assert ("data-theme" in html) == (theme in {"light", "dark"})


@pytest.mark.urls("headwater.ui.tests.site")
@pytest.mark.parametrize("name", ["404.html", "403.html", "403_csrf.html", "ui/refused.html"])
def test_every_no_is_said_kindly(name: str) -> None:
    html = render_to_string(name, {"house": House(), "message": "This survey is closed."})

    assert html.count("<h1>") == 1
    assert "Harbour Food Alliance" in html


def test_the_page_for_what_broke_needs_nothing_else() -> None:
    html = render_to_string("500.html")

    assert "It wasn’t anything you did." in html
    assert "masthead" not in html


@pytest.mark.django_db
@pytest.mark.urls("headwater.ui.tests.site")
def test_the_design_sheet_shows_every_component_and_chart() -> None:
    request = RequestFactory().get("/studio/design/")
    request.user = AnonymousUser()
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]

    html = sheet(request).content.decode()

    parts = [
        "page-head", "panel", "notice", "toast", "empty", "practice", "stat", "tip", "plate",
        "timeline", "field", "choice", "switch", "tag", "avatar", "rungs", "person", "tabs",
        "filters", "table", "scroll", "minute", "gauge", "interval", "stream", "lots", "odds",
    ]  # fmt: skip
    missing = [part for part in parts if not re.search(rf'class="(?:[\w -]* )?{part}[ "]', html)]
    assert missing == []
    assert re.findall(r"\sstyle=|\son\w+=", html) == []
