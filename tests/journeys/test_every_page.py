"""Every page that owners, partners and the public can reach by links, over the demo's rows."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from playwright.sync_api import Browser, ConsoleMessage, Page
from pytest_django import DjangoDbBlocker

from headwater.events.models import Event
from headwater.listening.models import Survey
from headwater.mail import personal_links
from headwater.mail.letters import stop_token
from headwater.mail.models import Delivery
from headwater.people.models import Person
from headwater.sharing.models import Message
from tests.axe import violations
from tests.journeys.crawling import Found, crawl
from tests.mailbox import Mailbox
from tests.running import Running

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DEMO = ["demo", "--partners", "60", "--months", "8", "--seed", "3"]
BEGIN = {
    "owner": ["/studio/", "/"],
    "partner": ["/"],
    "public": ["/tips/", "/events/", "/subscribe/", "/newsletters/", "/stories/", "/sign-in/"],
}
LEAST = {"owner": 110, "partner": 28, "public": 12}
QUERIES = 12
# Pages that still ask the database more often. None may be added, and none may ask more than this.
MORE_QUERIES = {
    "studio:capacity:cell": 13,
    "studio:mail:sending": 13,
    "studio:listening:question": 13,
}
SKIPS = "document.activeElement.getAttribute('href')"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
Crawled = tuple[dict[str, Found], list[str]]


@pytest.fixture(scope="module")
def demo(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker, mailbox: Mailbox
) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("demo"), django_db_blocker, smtp_url=mailbox.url)
    with running:
        running.command(*DEMO)
        yield running


@pytest.fixture(scope="module", params=BEGIN)
def audience(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def crawled(demo: Running, audience: str) -> Crawled:
    with demo.rows():
        return crawl(who(audience), *BEGIN[audience], *from_letters_and_buttons(audience))


def from_letters_and_buttons(audience: str) -> list[str]:
    """Pages that no link leads to: those a letter opens for one job, and those behind a button."""
    letter = Delivery.objects.exclude(person=None).order_by("-pk")[0]
    if audience == "owner":
        return [reverse("studio:mail:letter", args=[letter.pk])]
    if audience == "partner":
        partner = who(audience)
        assert isinstance(partner, Person)
        message = Message.objects.visible_to(partner, now())[0]
        return [reverse("portal:sharing:by_hand", args=[message.pk, "bluesky"])]
    survey = Survey.objects.open(now()).exclude(invitations=None)[0]
    asked = survey.invitations.filter(is_done=False)[0].person
    past = Event.objects.past(now()).exclude(attendances=None)[0]
    came = past.attendances.all()[0].person
    return [
        reverse("portal:mail:stop", args=[stop_token(letter.pk)]),
        personal(asked, "listening.survey", survey.public_id, f"/surveys/{survey.public_id}/"),
        personal(came, "events.pulse", str(past.pk), "/events/pulse/{token}/"),
        personal(came, "events.place", str(past.pk), "/events/place/{token}/"),
        personal(asked, "capacity.check_in", "", "/check-in/"),
    ]


def personal(person: Person, job: str, key: str, path: str) -> str:
    """Where the personal link in a letter leads."""
    token = personal_links.token(person, job=job, key=key, path=path)
    return path.format(token=token) if "{token}" in path else f"{path}?{urlencode({'by': token})}"


def who(audience: str) -> Person | AnonymousUser:
    """The partner is one who has done something: they have badges, so that more pages are full."""
    if audience == "public":
        return AnonymousUser()
    staff = audience == "owner"
    rows = Person.objects.filter(role="owner") if staff else Person.objects.partners()
    return rows.order_by("pk")[0] if staff else rows.exclude(awards=None).order_by("pk")[0]


@pytest.fixture
def window(
    browser: Browser, browser_context_args: dict[str, Any], demo: Running, audience: str
) -> Iterator[Page]:
    context = browser.new_context(**{**browser_context_args, "base_url": demo.url})
    context.set_default_timeout(30_000)
    with demo.rows():
        person = who(audience)
        if isinstance(person, Person):
            client = Client()
            client.force_login(person, backend=BACKEND)
            key = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": key, "url": demo.url}])
    yield context.new_page()
    context.close()


def test_every_link_leads_to_a_page(crawled: Crawled, audience: str) -> None:
    found, problems = crawled

    assert problems == []
    assert len(found) >= LEAST[audience], sorted(found)


def test_no_page_asks_the_database_more_than_a_dozen_questions(crawled: Crawled) -> None:
    found, _problems = crawled
    most = {name: MORE_QUERIES.get(name, QUERIES) for name in found}

    over = [p for p in found.values() if len(p.queries) > most[p.name]]

    assert [f"{p.name} {p.path}: {len(p.queries)}" for p in over] == []


def test_every_page_is_accessible_and_quiet_and_fits_a_small_phone(
    crawled: Crawled, window: Page
) -> None:
    """In light and in dark; nothing in the console, so no breach of the content policy either."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"{window.url}: {message.text}")

    window.on("console", note)
    window.on("pageerror", lambda error: complaints.append(f"{window.url}: {error}"))

    for page in crawled[0].values():
        complaints += [f"{page.path}: {problem}" for problem in look_at(window, page.path)]

    assert complaints == []


def look_at(window: Page, path: str) -> Iterator[str]:
    window.set_viewport_size({"width": 1280, "height": 900})
    window.emulate_media(color_scheme="light", reduced_motion="reduce")
    answer = window.goto(path)
    if answer is None or answer.status != 200:
        yield f"answers {answer and answer.status}"
        return
    yield from violations(window)
    yield from keyboard(window)
    window.emulate_media(color_scheme="dark", reduced_motion="reduce")
    yield from (f"dark: {found}" for found in violations(window, rule="color-contrast"))
    window.set_viewport_size({"width": 320, "height": 700})
    if (too_wide := window.evaluate(TOO_WIDE)) > 0:
        yield f"{too_wide} px too wide for a small phone"


def keyboard(window: Page) -> Iterator[str]:
    """The first Tab gets to the skip link, the skip link to the page, the next to what is in it."""
    field = window.evaluate("document.activeElement !== document.body")
    if field:  # a page whose first field has the focus already
        return
    window.keyboard.press("Tab")
    if window.evaluate(SKIPS) != "#main":
        yield "the first Tab does not get to the skip link"
        return
    window.keyboard.press("Enter")
    if window.locator("main :is(a[href], button:not([disabled]), input, select)").count():
        window.keyboard.press("Tab")
        if not window.evaluate("!!document.activeElement.closest('main, footer')"):
            yield "Tab after the skip link does not get to what is on the page"
