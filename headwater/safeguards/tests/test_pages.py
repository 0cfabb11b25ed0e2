from typing import Any

import pytest
from django.test import Client

from headwater.ledger.models import Entry
from headwater.safeguards.models import (
    ApprovedDomain,
    BusyUntil,
    ContactLimit,
    DomainRequest,
    Guideline,
    Hold,
    Incident,
    Policy,
    Review,
)
from headwater.safeguards.starting import load_starter
from headwater.safeguards.tests import make
from headwater.safeguards.tests.make import AT

pytestmark = pytest.mark.django_db

STUDIO = ["protect/", "protect/guidelines/new/", "protect/incidents/", "protect/incidents/new/",
          "protect/rest/", "protect/policies/", "protect/audit/",
          "protect/policies/sharing-with-care/"]  # fmt: skip


@pytest.fixture
def owner(client: Client) -> Any:
    person = make.staff()
    client.force_login(person)
    return person


@pytest.mark.parametrize("path", STUDIO)
def test_every_page_of_protect_opens_with_content_and_without(
    client: Client, owner: Any, path: str
) -> None:
    if "sharing-with-care" not in path:
        assert client.get(f"/studio/{path}").status_code == 200
    load_starter(AT)
    Review.ask(author=make.person(), about="x:1", title="Kelp", text="Allergen-free.", at=AT)
    Incident.log(kind="incident", title="Ill", happened="x", happened_at=AT, actor=owner, at=AT)

    assert client.get(f"/studio/{path}").status_code == 200


def test_protect_takes_as_many_queries_for_three_drafts_as_for_one(
    client: Client, owner: Any, django_assert_max_num_queries: Any
) -> None:
    load_starter(AT)
    for turn in range(3):
        Review.ask(author=make.person(), about=f"x:{turn}", title="K", text="Allergen-free.", at=AT)

    with django_assert_max_num_queries(15):
        body = client.get("/studio/protect/").content.decode()

    assert "3 drafts wait for you" in body
    assert body.count("Allergens") >= 1


def test_a_waiting_draft_is_mended_with_one_press_and_the_trail_says_so(
    client: Client, owner: Any
) -> None:
    load_starter(AT)
    ada = make.person()
    review = Review.ask(author=ada, about="x:1", title="Kelp", text="Allergen-free chips.", at=AT)

    answer = client.post(f"/studio/protect/reviews/{review.pk}/decision/", {"verdict": "mend"})

    assert answer.status_code == 302
    assert Review.clears(author=ada, about="x:1", text="Chips. Ask us about allergens.")
    assert Entry.objects.by_staff().get().verb == "staff.draft_reviewed"


def test_letting_a_draft_go_without_a_reason_is_refused_in_plain_words(
    client: Client, owner: Any
) -> None:
    review = Review.ask(author=make.person(), about="x:1", title="K", text="Best.", at=AT)

    answer = client.post(f"/studio/protect/reviews/{review.pk}/decision/", {"verdict": "approve"})

    assert answer.status_code == 409
    assert "needs a reason" in answer.content.decode()
    assert Review.objects.waiting().count() == 1


def test_a_guideline_is_written_tried_out_changed_and_taken_out_of_use(
    client: Client, owner: Any
) -> None:
    wanted = {"title": "Prices", "level": "stop", "applies_to": ["all"], "do": "Say it.",
              "dont": "Don’t hide it.", "why": "People go.", "mend": "£6.",
              "words": "ask for price => £6\n\nprice on asking", "expressions": ""}  # fmt: skip
    client.post("/studio/protect/guidelines/new/", wanted)
    guideline = Guideline.objects.get()
    assert guideline.patterns == [
        {"kind": "words", "value": "ask for price", "replacement": "£6"},
        {"kind": "words", "value": "price on asking", "replacement": ""},
    ]

    tried = client.post(
        f"/studio/protect/guidelines/{guideline.pk}/trial/", {"text": "Ask for price"},
        headers={"HX-Request": "true"},
    ).content.decode()  # fmt: skip
    assert "<q>Ask for price</q>" in tried
    assert "<html" not in tried

    slow = client.post(
        f"/studio/protect/guidelines/{guideline.pk}/", {**wanted, "expressions": "(a+)+$"}
    )
    assert slow.status_code == 409
    assert "too long" in slow.content.decode()

    client.post(f"/studio/protect/guidelines/{guideline.pk}/end/")
    assert not Guideline.objects.standing().exists()


def test_one_press_holds_everything_and_analysts_cannot_press_it(client: Client) -> None:
    client.force_login(make.staff("Ana", role="editor"))
    assert client.post("/studio/protect/hold/", {"reason": "Ill"}).status_code == 403
    client.force_login(make.staff())

    client.post("/studio/protect/hold/", {"reason": "A guest was taken ill"})
    assert Hold.is_standing()
    assert "Everything is on hold" in client.get("/studio/protect/").content.decode()
    client.post("/studio/protect/hold/release/")

    assert not Hold.is_standing()


def test_limits_seasons_and_domains_are_set_and_lifted(client: Client, owner: Any) -> None:
    DomainRequest.objects.create(domain="ada.example", person=make.person(), at=AT)
    client.post("/studio/protect/rest/", {"purpose": "", "letters": 3, "days": 7})
    client.post("/studio/protect/rest/", {"title": "Harvest", "kind": "",
                                          "starts_on": "2099-09-01", "ends_on": "2099-09-30"})  # fmt: skip
    client.post("/studio/protect/rest/", {"domain": "ada.example", "note": "Ada"})
    page = client.get("/studio/protect/rest/").content.decode()

    assert "3 letters in 7 days" in page
    assert "Harvest" in page
    assert ApprovedDomain.objects.get().domain == "ada.example"
    assert not DomainRequest.objects.exists()
    client.post(f"/studio/protect/limits/{ContactLimit.objects.get().pk}/end/")
    assert not ContactLimit.objects.exists()
    assert client.post("/studio/protect/rest/", {"domain": "no domain"}).status_code == 409


def test_the_trail_is_filtered_by_who_what_and_when(client: Client, owner: Any) -> None:
    guideline, other = make.guideline(), make.staff("Kenji")
    guideline.change(actor=other, at=AT, mend="New")
    ContactLimit.set("", letters=1, days=1, actor=owner, at=AT)

    def rows(query: str) -> int:
        return client.get(f"/studio/protect/audit/?{query}").content.decode().count("<tr>") - 1

    assert rows("") == 2
    assert rows(f"actor={other.pk}") == 1
    assert rows("verb=staff.guideline_changed&since=2026-05-14&until=2026-05-14") == 1
    assert rows("since=2026-05-15") == -1
    assert (
        client.get("/studio/protect/audit/?actor=x&since=no&subject=%00&page=z").status_code == 200
    )


def test_an_incident_gets_its_timeline_its_promises_and_its_end(client: Client, owner: Any) -> None:
    client.post("/studio/protect/incidents/new/", {
        "kind": "near_miss", "title": "Nearly", "happened": "Nut-free", "happened_at": "2026-05-01T09:00"})  # fmt: skip
    path = f"/studio/protect/incidents/{Incident.objects.get().pk}/"
    client.post(path, {"text": "Told everyone", "note": "1"})
    client.post(path, {"what": "Print cards", "owner": owner.pk, "due_on": "2026-06-01"})
    body = client.get(path).content.decode()
    assert "Told everyone" in body
    assert "Print cards" in body

    client.post(path, {"text": "Cards on every stall", "close": "1"})

    assert not Incident.objects.open().exists()


def test_a_partner_reads_the_donts_agrees_to_a_policy_and_says_they_are_busy(
    client: Client,
) -> None:
    load_starter(AT)
    ada = make.person()
    client.force_login(ada)
    body = client.get("/guidelines/").content.decode()
    assert Guideline.objects.get(slug="allergens").dont in body
    policy = Policy.objects.current().get(slug="sharing-with-care")

    client.post(f"/policies/{policy.pk}/acceptance/")
    client.post("/guidelines/busy/", {"until_on": "2099-01-01"})

    assert policy.acceptances.get().person == ada
    assert "You have agreed" in client.get("/policies/").content.decode()
    assert BusyUntil.objects.get().person == ada
    client.post("/guidelines/busy/", {"until_on": ""})
    assert not BusyUntil.objects.exists()


def test_what_people_write_never_becomes_markup(client: Client, owner: Any) -> None:
    nasty = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    make.guideline(title=nasty[:100], do=nasty, dont=nasty, why=nasty, mend=nasty)
    Review.ask(author=make.person(nasty), about="x:1", title=nasty, text=nasty, note=nasty, at=AT)
    Incident.log(kind="incident", title=nasty, happened=nasty, happened_at=AT, actor=owner, at=AT)

    for path in ("/studio/protect/", "/guidelines/", "/studio/protect/incidents/"):
        body = client.get(path).content.decode()
        assert "<script>alert" not in body, path
        assert "<img src=x" not in body, path
