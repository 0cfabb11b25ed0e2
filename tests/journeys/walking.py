"""What everybody does on a page, in few words."""

import re
import time
from datetime import timedelta

from django.utils.timezone import now
from playwright.sync_api import Page, expect

from tests.mailbox import Mailbox, text_of
from tests.running import Running


def press(page: Page, name: str) -> None:
    """Press the first button of this name and wait until what follows is there."""
    page.get_by_role("button", name=name).first.click()
    page.wait_for_load_state()


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def sees(page: Page, text: str) -> None:
    expect(page.locator("main")).to_contain_text(text, use_inner_text=True)


def sees_by_and_by(page: Page, path: str, text: str, *, seconds: float = 150) -> None:
    """Look again until the worker, who comes round every minute, has been there."""
    until = time.monotonic() + seconds
    while True:
        page.goto(path)
        if text in shown(page):
            return
        assert time.monotonic() < until, f"{text!r} did not come to {path}:\n{shown(page)}"
        time.sleep(1)


def shown(page: Page) -> str:
    return " ".join(page.locator("main").inner_text().split())


def sign_in(page: Page, email: str, mailbox: Mailbox) -> None:
    page.goto("/sign-in/")
    page.get_by_label("Your e-mail").fill(email)
    press(page, "Send me a code")
    letter = mailbox.wait(email, "Your code")
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", text_of(letter))
    assert code, text_of(letter)
    page.get_by_label("The code from our e-mail").fill(code.group())
    press(page, "Sign me in")


def ten_minutes_pass(server: Running) -> None:
    """For every sending that could still be taken back."""
    from headwater.mail.models import Delivery, Mailing, State
    from headwater.newsletters.models import Sending

    with server.rows():
        at, then = now(), now() - timedelta(seconds=1)
        Delivery.objects.filter(state=State.WAITING, due_at__gt=at).update(due_at=then)
        Mailing.objects.filter(send_at__gt=at).update(send_at=then)
        Sending.objects.filter(send_at__gt=at).update(send_at=then)
