"""The partner's part once more on an old phone that runs no script: forms and buttons do it all."""

import re
from datetime import timedelta

import pytest
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor
from tests.journeys.walking import heading, press, sees, shown, sign_in
from tests.mailbox import Mailbox
from tests.running import Running

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.steps]


@pytest.fixture(scope="module")
def letter_link(server: Running) -> str:
    """A house with a survey asked, a tip, an event and a message; Ada's own link to the survey."""
    from headwater.events.models import Event
    from headwater.library import starting as library
    from headwater.library.models import Tip
    from headwater.listening import inviting, starting
    from headwater.mail.models import Delivery
    from headwater.partners import starting as partners
    from headwater.partners.models import Basis, Belonging, Kind
    from headwater.people.models import House, Person
    from headwater.people.opening import open_house
    from headwater.recognition import starting as recognition
    from headwater.safeguards import starting as safeguards
    from headwater.safeguards.models import ApprovedDomain
    from headwater.sharing.models import Message

    at = now()
    with server.rows():
        owner = open_house(
            name="Harbour Friends", colour="#005a82", logo=None, time_zone="Europe/London",
            owner_name="Olive", owner_email="olive@harbour.example", at=at,
        )  # fmt: skip
        House.objects.update(public_url=server.url)
        partners.load_starter(at, "member")
        for room in (safeguards, library, recognition):
            room.load_starter(at)
        ada = Person.objects.create_user(
            "ada@partners.example", name="Ada Quay", is_partner=True, created_at=at
        )
        Belonging.objects.create(person=ada, kind=Kind.objects.get(slug="member"))
        Basis.give(ada, "surveys", ground="consent", wording="Yes.", source="", at=at)
        survey = starting.survey_from(starting.ready_surveys()[0]["slug"], actor=owner, at=at)
        survey.open(actor=owner, at=at, closes_at=None)
        inviting.invite(survey, Person.objects.partners(), actor=owner, at=at)
        Tip.objects.filter(number=1).update(published_at=at, title="Say the main thing first")
        Event.objects.create(
            slug="posts", title="Four posts in an hour", kind="webinar", summary="A plan.",
            starts_at=at + timedelta(days=3), ends_at=at + timedelta(days=3, hours=1),
            published_at=at, created_at=at,
        )  # fmt: skip
        ApprovedDomain.approve("harbour.example", actor=owner, at=at)
        message = Message.write(
            actor=owner, at=at, title="Autumn boxes", body="Boxes on Saturday at ten. [your link]",
            target="https://harbour.example/boxes",
        )  # fmt: skip
        message.publish(actor=owner, at=at)
        return str(Delivery.objects.get(person=ada, mailing__purpose="surveys").merge["link"])


@pytest.fixture(scope="module")
def ada(visitor: Visitor) -> Page:
    return visitor(java_script_enabled=False, viewport={"width": 320, "height": 640})


def test_the_survey_is_answered_with_forms_alone(ada: Page, letter_link: str) -> None:
    ada.goto(letter_link)
    for number in range(1, 8):
        sees(ada, f"Question {number} of 7")
        choices = ada.locator("fieldset input:is([type=radio], [type=checkbox])")
        if choices.count():
            choices.first.check(force=True)
        else:
            ada.locator("textarea").fill("Fewer long letters, please.")
        press(ada, "Finish" if number == 7 else "Continue")

    heading(ada, "Thank you")


def test_signing_in_and_doing_a_tip(ada: Page, letter_link: str, mailbox: Mailbox) -> None:
    sign_in(ada, "ada@partners.example", mailbox)
    ada.goto("/tips/")
    ada.get_by_role("link", name="Say the main thing first").click()
    press(ada, "I did this")

    sees(ada, "you did this")


def test_keeping_a_place(ada: Page, mailbox: Mailbox) -> None:
    ada.goto("/events/posts/")
    ada.get_by_label("Anything we should get ready?").fill("A seat near the door")
    press(ada, "Keep me a place")

    expect(ada.get_by_role("region", name="You have a place")).to_be_visible()
    mailbox.wait("ada@partners.example", "Your place: Four posts in an hour")


def test_the_button_looks_the_words_over_and_the_mend_lets_them_go(ada: Page) -> None:
    ada.goto("/share/")
    ada.get_by_role("link", name="Adapt and share").click()
    words = ada.get_by_label("Your message")
    words.fill(words.input_value().replace("Boxes", "Allergen-free boxes"))
    ada.get_by_role("region", name="Before it goes").get_by_role(
        "button", name="Look it over"
    ).click()
    sees(ada, "Don’t write that something is free of an allergen")
    assert "Allergen-free boxes" in ada.get_by_label("Your message").input_value()
    press(ada, "Bluesky")
    heading(ada, "Make it sound like you")
    sees(ada, "First mend what stops it, above.")
    press(ada, "Use “")

    assert "First mend what stops it" not in shown(ada)
    assert "Ask us about allergens" in ada.get_by_label("Your message").input_value()


def test_the_words_are_handed_over_and_the_share_is_noted(ada: Page) -> None:
    press(ada, "Bluesky")
    heading(ada, "Now on Bluesky")
    ready = ada.get_by_label("Your words, ready to copy").input_value()
    assert re.search(r"Ask us about allergens.*http\S+/s/\w+", ready, re.DOTALL)
    expect(ada.get_by_role("link", name="Open Bluesky with my words")).to_be_visible()
    press(ada, "I shared it")

    expect(ada.get_by_role("button", name="Bluesky shared")).to_be_visible()
    sees(ada, "How your last shares did")
