"""What only a browser can show: old phones, and the small custom elements."""

from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from headwater.ui import assets, tokens
from headwater.ui.colour import contrast
from tests.chromium import CHROMIUM, FLAGS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SCRIPTS = Path(assets.__file__).parent / "static" / "ui" / "js"
BODY = """
<main class="page"><h1>Page</h1><section class="panel"><p id="words">Words</p></section>
<article class="tip deep"><p id="deep">Words</p></article>
<button class="button primary" id="go">Go</button></main>
"""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


def shown(
    browser: Browser, css: str, *, scheme: Literal["light", "dark"], theme: str = ""
) -> dict[str, tuple[str, str]]:
    """The colours of words and their ground, as a browser works them out."""
    page: Page = browser.new_page(color_scheme=scheme)
    page.set_content(f'<html data-theme="{theme}"><style>{css}</style><body>{BODY}</body></html>')
    found = page.evaluate(
        """() => Object.fromEntries(['words', 'deep', 'go'].map((id) => {
          const words = document.getElementById(id);
          let ground = words;
          while (getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
          const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
          const hex = (colour) => {
            canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
            const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data;
            return '#' + [r, g, b].map((part) => part.toString(16).padStart(2, '0')).join('');
          };
          return [id, [hex(getComputedStyle(words).color), hex(getComputedStyle(ground).backgroundColor)]];
        }))"""
    )
    page.close()
    return {name: tuple(pair) for name, pair in found.items()}


@pytest.mark.parametrize(
    ("scheme", "theme", "dark"),
    [
        ("light", "", False),
        ("dark", "", True),
        ("dark", "light", False),
        ("light", "dark", True),
    ],
)
@pytest.mark.parametrize("is_old", [False, True])
def test_every_phone_gets_a_face_it_can_read(
    browser: Browser, is_old: bool, scheme: Literal["light", "dark"], theme: str, dark: bool
) -> None:
    css = assets.joined()
    if is_old:  # a phone that knows neither light-dark() nor OKLCH
        css = css.replace("light-dark(", "unheard-of(").replace("oklch(", "unheard-of(")

    pairs = shown(browser, css, scheme=scheme, theme=theme)

    assert [name for name, (words, ground) in pairs.items() if contrast(words, ground) < 4.5] == []
    face, night = tokens.palette(dark=dark), tokens.palette(dark=True)
    if is_old:
        assert pairs["words"] == (face["--text"], face["--surface"])
        assert pairs["deep"] == (night["--text"], night["--deep"])
        assert pairs["go"] == (face["--on-blue"], face["--blue"])


def run(browser: Browser, name: str, html: str) -> Page:
    page: Page = browser.new_page()
    page.set_content(f"<html lang='en-GB'><body>{html}</body></html>")
    page.evaluate(
        "(source) => import(URL.createObjectURL(new Blob([source], {type: 'text/javascript'})))",
        (SCRIPTS / name).read_text(encoding="utf-8"),
    )
    return page


def test_the_room_left_is_counted_in_letters_as_people_see_them(browser: Browser) -> None:
    page = run(
        browser,
        "draft.js",
        """<draft-room data-left="{name}: {n} left" data-over="{name}: {n} too many">
        <textarea></textarea><span data-name="X" data-limit="10" data-link="4"></span></draft-room>""",
    )

    page.fill("textarea", "👩‍👩‍👧 é")
    assert page.inner_text("span") == "X: 7 left"
    page.fill("textarea", "See https://a.example/a-very-long-address and more")
    assert page.inner_text("span") == "X: 7 too many"
    assert page.get_attribute("span", "class") == "over"


def test_what_cannot_be_undone_is_asked_first(browser: Browser) -> None:
    page = run(
        browser,
        "confirm.js",
        """<confirm-first for="stop"><form id="f"><button id="go">Stop</button></form></confirm-first>
        <dialog id="stop"><form method="dialog"><button value="" id="no">Keep</button>
        <button value="yes" id="yes">Stop</button></form></dialog>""",
    )
    page.evaluate(
        """() => { window.sent = 0;
        document.addEventListener('submit', (e) => { if (e.target.id === 'f') { window.sent += 1; e.preventDefault(); } }); }"""
    )

    page.click("#go")
    page.click("#no")
    assert page.evaluate("window.sent") == 0
    page.click("#go")
    page.click("#yes")
    page.wait_for_function("window.sent === 1")


def test_a_slash_goes_to_find_but_not_while_typing(browser: Browser) -> None:
    page = run(browser, "find.js", '<input id="a"><input type="search" id="find">')

    page.focus("#a")
    page.keyboard.press("/")
    assert page.input_value("#a") == "/"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    assert page.input_value("#find") == ""
