"""Take the pictures in README and docs from the running product.

    .venv/bin/python docs/make_pictures.py                  the pictures that stand in docs/pictures
    .venv/bin/python docs/make_pictures.py --all FOLDER     every screen, light, dark and narrow
    ... --data DIR                                          on data that stand already

It builds the demo organisation in a temporary folder, serves it on a free port, and drives the
system's Chromium. Nothing is drawn by hand: a picture that is wrong is a page that is wrong.
"""

import argparse
import io
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

HEADWATER = [sys.executable, "-m", "headwater.cli.main"]
PICTURES = Path(__file__).parent / "pictures"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTHS = {"light": 1280, "dark": 1280, "narrow": 390}
MOST_BYTES = 200_000
ENTRANCE = re.compile(r"As (?P<side>staff|a partner), .*: (?P<url>http\S+)")


@dataclass(frozen=True)
class Screen:
    """One page: who looks at it, where it is, or on which page the link to it stands."""

    name: str
    side: str  # staff, a partner, nobody
    path: str
    link: str = ""  # an expression; the first link on the page that it fits is followed
    nth: int = 0  # or a later one


SCREENS = [
    Screen("studio-today", "staff", "/studio/"),
    Screen("studio-ask", "staff", "/studio/surveys/"),
    Screen("studio-survey", "staff", "/studio/surveys/", r"/studio/surveys/\d+/$"),
    Screen("studio-need", "staff", "/studio/surveys/", r"/studio/needs/"),
    Screen("studio-conversations", "staff", "/studio/conversations/"),
    Screen("studio-know", "staff", "/studio/capacity/"),
    Screen("studio-know-cell", "staff", "/studio/capacity/", r"/studio/capacity/[a-z]+/.+/.+/$"),
    Screen("studio-plan", "staff", "/studio/plan/"),
    Screen("studio-budget", "staff", "/studio/plan/budget/"),
    Screen("studio-activity", "staff", "/studio/plan/", r"/studio/plan/activities/\d+/$"),
    Screen("studio-campaigns", "staff", "/studio/campaigns/"),
    Screen("studio-campaign", "staff", "/studio/campaigns/", r"/studio/campaigns/\d+/$"),
    Screen("studio-campaign-new", "staff", "/studio/campaigns/new/"),
    Screen("studio-build", "staff", "/studio/build/"),
    Screen("studio-tips", "staff", "/studio/tips/"),
    Screen("studio-tip", "staff", "/studio/tips/", r"/studio/tips/\d+/$"),
    Screen("studio-articles", "staff", "/studio/articles/"),
    Screen("studio-toolkit", "staff", "/studio/toolkit/"),
    Screen("studio-codes", "staff", "/studio/codes/"),
    Screen("studio-events", "staff", "/studio/events/"),
    Screen("studio-event", "staff", "/studio/events/", r"/studio/events/\d+/$"),
    Screen("studio-talk", "staff", "/studio/talk/"),
    Screen("studio-talk-kit", "staff", "/studio/talk/", r"/studio/talk/\d+/$"),
    Screen("studio-newsletters", "staff", "/studio/newsletters/"),
    Screen("studio-newsletter", "staff", "/studio/newsletters/", r"/studio/newsletters/\d+/$"),
    Screen("studio-share", "staff", "/studio/messages/"),
    Screen("studio-message", "staff", "/studio/messages/", r"/studio/messages/\d+/$"),
    Screen("studio-results", "staff", "/studio/messages/", r"/studio/messages/\d+/results/$"),
    Screen("studio-recognise", "staff", "/studio/recognise/"),
    Screen("studio-measure", "staff", "/studio/measure/"),
    Screen("studio-verdict-to-come", "staff", "/studio/measure/", r"/measure/campaigns/\d+/$"),
    Screen("studio-verdict", "staff", "/studio/measure/", r"/measure/campaigns/\d+/$", nth=1),
    Screen("studio-verdict-before", "staff", "/studio/measure/", r"/measure/campaigns/\d+/$", 2),
    Screen("studio-verdict-first", "staff", "/studio/measure/", r"/measure/campaigns/\d+/$", 3),
    Screen("studio-return", "staff", "/studio/measure/return/"),
    Screen("studio-protect", "staff", "/studio/protect/"),
    Screen("studio-guideline", "staff", "/studio/protect/", r"/studio/protect/guidelines/\d+/$"),
    Screen("studio-audit", "staff", "/studio/protect/audit/"),
    Screen("studio-partners", "staff", "/studio/partners/"),
    Screen("studio-partner", "staff", "/studio/partners/", r"/studio/partners/\d+/$"),
    Screen("studio-organisations", "staff", "/studio/organisations/"),
    Screen(
        "studio-organisation", "staff", "/studio/organisations/", r"/studio/organisations/\d+/$"
    ),
    Screen("studio-import", "staff", "/studio/imports/"),
    Screen("studio-kinds", "staff", "/studio/kinds/"),
    Screen("studio-look-alikes", "staff", "/studio/look-alikes/"),
    Screen("studio-post-office", "staff", "/studio/post-office/"),
    Screen("studio-sending", "staff", "/studio/post-office/", r"/studio/mailings/\d+/$"),
    Screen("studio-ready-to-send", "staff", "/studio/ready-to-send/"),
    Screen("studio-team", "staff", "/studio/team/"),
    Screen("studio-house", "staff", "/studio/house/"),
    Screen("studio-find", "staff", "/studio/find/?q=food"),
    Screen("studio-design", "staff", "/studio/design/"),
    Screen("portal-home", "a partner", "/"),
    Screen("portal-learn", "a partner", "/learn/"),
    Screen("portal-tips", "a partner", "/tips/"),
    Screen("portal-tip", "a partner", "/tips/", r"/tips/[a-z0-9-]+/$"),
    Screen("portal-toolkit", "a partner", "/toolkit/"),
    Screen("portal-share", "a partner", "/share/"),
    Screen("portal-message", "a partner", "/share/", r"/share/\d+/$"),
    Screen("portal-progress", "a partner", "/progress/"),
    Screen("portal-growth", "a partner", "/growth/"),
    Screen("portal-goal", "a partner", "/goal/"),
    Screen("portal-badges", "a partner", "/badges/"),
    Screen("portal-stories", "a partner", "/stories/"),
    Screen("portal-talk", "a partner", "/talk/"),
    Screen("portal-talk-kit", "a partner", "/talk/", r"/talk/[a-z0-9-]+/$"),
    Screen("portal-surveys", "a partner", "/surveys/"),
    Screen("portal-survey", "a partner", "/surveys/", r"/surveys/[a-z0-9-]+/$"),
    Screen("portal-check-in", "a partner", "/check-in/"),
    Screen("portal-events", "a partner", "/events/"),
    Screen("portal-event", "a partner", "/events/", r"/events/[a-z0-9-]+/$"),
    Screen("portal-guidelines", "a partner", "/guidelines/"),
    Screen("portal-responses", "a partner", "/you-said-we-did/"),
    Screen("portal-settings", "a partner", "/you/"),
    Screen("public-tip", "nobody", "/tips/", r"/tips/[a-z0-9-]+/$"),
    Screen("public-event", "nobody", "/events/", r"/events/[a-z0-9-]+/$"),
    Screen("public-newsletter", "nobody", "/newsletters/", r"/newsletters/[a-z0-9-]+/$"),
    Screen("public-subscribe", "nobody", "/subscribe/"),
    Screen("public-sign-in", "nobody", "/sign-in/"),
    Screen("public-nothing-here", "nobody", "/tips/no-such-tip/"),
]

# The pictures that stand in the pages: (screen, light, dark or narrow).
COMMITTED = [
    ("studio-today", "light"),
    ("studio-today", "dark"),
    ("studio-ask", "light"),
    ("studio-know", "light"),
    ("studio-plan", "light"),
    ("studio-newsletter", "light"),
    ("studio-recognise", "light"),
    ("studio-verdict", "light"),
    ("studio-ready-to-send", "light"),
    ("portal-home", "light"),
    ("portal-message", "light"),
    ("portal-tip", "narrow"),
]


def main() -> None:
    parser = argparse.ArgumentParser(description="Take the pictures in README and docs.")
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every screen, into FOLDER")
    parser.add_argument("--data", type=Path, metavar="DIR", help="data that stand already")
    parser.add_argument("--only", default="", help="an expression: only screens it fits")
    options = parser.parse_args()
    folder = options.all or PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    with demo(options.data) as data, served(data) as doors, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for look in WIDTHS:
            wanted = [
                screen
                for screen in SCREENS
                if re.search(options.only, screen.name)
                and (options.all or (screen.name, look) in COMMITTED)
            ]
            photograph(browser, doors, wanted, look, folder, whole=bool(options.all))
        browser.close()


def chromium() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        sys.exit("No Chromium here. On Debian: sudo apt-get install chromium")
    return found


@contextmanager
def demo(data: Path | None) -> Iterator[Path]:
    """The data folder that was named, or a new demo organisation that goes when we are done."""
    if data:
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="headwater-pictures-") as folder:
        environment = {**os.environ, "HEADWATER_DATA": folder}
        subprocess.run([*HEADWATER, "demo"], env=environment, check=True)  # noqa: S603
        yield Path(folder)


@contextmanager
def served(data: Path) -> Iterator[dict[str, str]]:
    """Headwater on a free port; gives its address, and a link that signs each side in."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    options = ["--prepare", "--no-browser", "--processes", "1", "--port", str(port)]
    server = subprocess.Popen(  # noqa: S603
        [*HEADWATER, "serve", *options],
        env={**os.environ, "HEADWATER_DATA": str(data)},
        stdout=subprocess.PIPE,
        text=True,
    )
    doors = {"nobody": f"http://127.0.0.1:{port}"}
    try:
        for line in server.stdout or ():
            entrance = ENTRANCE.search(line)
            if entrance:
                doors[entrance["side"]] = entrance["url"]
            if "Ctrl-C" in line:
                break
        yield doors
    finally:
        server.terminate()
        server.wait(20)


def photograph(
    browser: Browser,
    doors: dict[str, str],
    screens: list[Screen],
    look: str,
    folder: Path,
    *,
    whole: bool,
) -> None:
    for side in ("staff", "a partner", "nobody"):
        its_screens = [screen for screen in screens if screen.side == side]
        if not its_screens or side not in doors:
            continue
        context = looking(browser, doors["nobody"], look)
        page = context.new_page()
        if side != "nobody":
            enter(page, doors[side])
        for screen in its_screens:
            take(page, doors["nobody"], screen, folder / f"{screen.name}-{look}.png", whole=whole)
        context.close()


def looking(browser: Browser, address: str, look: str) -> BrowserContext:
    height = 844 if look == "narrow" else 900
    context = browser.new_context(
        viewport={"width": WIDTHS[look], "height": height},
        color_scheme="dark" if look == "dark" else "light",
        reduced_motion="reduce",
        locale="en-GB",
    )
    theme = "dark" if look == "dark" else "light"
    context.add_cookies([{"name": "theme", "value": theme, "url": address}])
    return context


def enter(page: Page, link: str) -> None:
    page.goto(link)
    press = page.locator("main form button").first
    if press.count():
        press.click()
        page.wait_for_load_state()


def take(page: Page, address: str, screen: Screen, path: Path, *, whole: bool) -> None:
    answer = page.goto(address + screen.path)
    if screen.link:
        # The page's own links alone: the navigation has them too.
        links = page.locator("main a[href]").evaluate_all(
            "links => links.map(link => link.getAttribute('href').split('#')[0])"
        )
        fit = dict.fromkeys(link for link in links if re.search(screen.link, link.split("?")[0]))
        found = next(iter(list(fit)[screen.nth :]), None)
        if not found:
            print(f"{path.stem}: no link like {screen.link} on {screen.path}")
            return
        answer = page.goto(address + found if found.startswith("/") else found)
    too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if too_wide > 0:
        print(f"{path.stem}: {too_wide} pixels too wide")
    if answer and answer.status >= 400 and "nothing" not in screen.name:
        print(f"{path.stem}: answered {answer.status}")
    page.evaluate("document.fonts.ready")
    save(page.screenshot(full_page=whole), path)


def save(picture: bytes, path: Path) -> None:
    """As few colours as it takes to stay small; PNG, so that letters stay sharp."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (256, 128, 64):
        small = image.quantize(
            colors=colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
        small.save(path, optimize=True)
        if path.stat().st_size <= MOST_BYTES:
            return


if __name__ == "__main__":
    main()
