from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from headwater.kit.errors import Refused
from headwater.ledger.models import Entry
from headwater.safeguards.models import (
    ApprovedDomain,
    Catch,
    DomainRequest,
    Guideline,
    Hold,
    Incident,
    Policy,
    Review,
    host_of,
    refuse_while_held,
)
from headwater.safeguards.models.incident import trend
from headwater.safeguards.personal import erase, export
from headwater.safeguards.tests import make
from headwater.safeguards.tests.make import AT, DAY

pytestmark = pytest.mark.django_db


def trail() -> list[tuple[str, object]]:
    entries = Entry.objects.by_staff().order_by("pk")
    return [(entry.verb, entry.data.get("fields")) for entry in entries]


def counts() -> tuple[int, int, int]:
    guideline = Guideline.objects.with_use().get()
    return guideline.times, guideline.mended, guideline.let_go


@pytest.mark.parametrize("dont", ["", "   "])
def test_the_database_refuses_a_guideline_without_its_dont(dont: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make.guideline(dont=dont)

    assert not Guideline.objects.exists()


def test_a_changed_guideline_leaves_who_and_which_fields_in_the_trail() -> None:
    owner, guideline = make.staff(), make.guideline()

    guideline.change(actor=owner, at=AT, mend="Baked today.", title=guideline.title)
    guideline.change(actor=owner, at=AT, mend="Baked today.")

    assert trail() == [("staff.guideline_changed", ["mend"])]
    with pytest.raises(Refused, match="too long"):
        guideline.change(actor=owner, at=AT, patterns=[{"kind": "regex", "value": "(a+)+$"}])
    assert Guideline.objects.get().patterns[0]["value"] == "the freshest fish"


def test_two_guidelines_of_one_title_have_two_names() -> None:
    assert [make.guideline().slug, make.guideline().slug] == ["claims", "claims-2"]


def test_a_mended_draft_is_counted_as_mended_and_a_broken_one_again_as_not() -> None:
    ada, guideline = make.person(), make.guideline()
    for found in ({guideline.pk}, set(), {guideline.pk}, {guideline.pk}):
        Catch.keep(found=found, person=ada, about="sharing.message:1", at=AT)
    assert counts() == (1, 0, 0)

    Catch.keep(found=set(), person=ada, about="sharing.message:1", at=AT)

    assert counts() == (1, 1, 0)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://harbour.example/x", "harbour.example"),
        ("https://HARBOUR.example.:443/x", "harbour.example"),
        ("https://mün.example/", "xn--mn-xka.example"),
        ("http://harbour.example", ""),
        ("https://harbour.example:8443/", ""),
        ("https://harbour.example@evil.example/", ""),
        ("https://harbour.example\\@evil.example/", ""),
        ("https://harbour.example\n.evil.example/", ""),
        ("javascript:alert(1)", ""),
        ("//harbour.example", ""),
        ("https://localhost/", ""),
        ("https://[::1", ""),
        ("https://a..b.example/", ""),
        ("data:text/html,https://harbour.example", ""),
        ("", ""),
    ],
)
def test_a_host_is_read_only_where_no_browser_could_read_another(address: str, host: str) -> None:
    assert host_of(address) == host


def test_approving_a_domain_settles_who_asked_for_it_and_covers_what_stands_under_it() -> None:
    owner, ada = make.staff(), make.person()
    DomainRequest.objects.create(domain="ada.example", person=ada, at=AT)

    row = ApprovedDomain.approve(" Ada.example ", actor=owner, at=AT)

    assert not DomainRequest.objects.exists()
    assert ApprovedDomain.allows("https://shop.ada.example/x")
    assert not ApprovedDomain.allows("https://notada.example/x")
    row.withdraw(actor=owner, at=AT)
    assert not ApprovedDomain.allows("https://ada.example/")
    assert [verb for verb, _fields in trail()] == [
        "staff.domain_approved",
        "staff.domain_withdrawn",
    ]
    with pytest.raises(Refused):
        ApprovedDomain.approve("not a domain", actor=owner, at=AT)


def test_a_draft_waits_once_and_clears_exactly_the_words_that_staff_saw() -> None:
    owner, ada = make.staff(), make.person()
    asked: dict[str, Any] = {
        "author": ada,
        "about": "sharing.message:1",
        "title": "Kelp crackers",
        "at": AT,
    }
    Review.ask(text="The freshest of all", **asked)
    review = Review.ask(text="The freshest", **asked)
    assert list(Review.objects.waiting()) == [review]
    assert Review.ask(text="The  freshest ", **asked) == review

    review.approve(actor=owner, at=AT, reason="We measured it.")

    assert Review.clears(author=ada, about="sharing.message:1", text="The freshest")
    assert not Review.clears(author=ada, about="sharing.message:1", text="The freshest!")
    assert not Review.clears(author=owner, about="sharing.message:1", text="The freshest")
    assert not Review.objects.waiting().exists()
    with pytest.raises(Refused, match="Mirela has decided"):
        review.send_back(actor=make.staff("Kenji"), at=AT, reason="No")


def test_deciding_needs_a_reason_and_another_pair_of_eyes() -> None:
    owner = make.staff()
    own = Review.ask(author=owner, about="x:1", title="Mine", text="The freshest", at=AT)
    theirs = Review.ask(author=make.person(), about="x:1", title="T", text="The freshest", at=AT)

    with pytest.raises(Refused, match="your own draft"):
        own.approve(actor=owner, at=AT, reason="Because")
    with pytest.raises(Refused, match="reason"):
        theirs.approve(actor=owner, at=AT, reason=" ")
    with pytest.raises(Refused, match="changed"):
        theirs.send_back(actor=owner, at=AT, reason="")
    with pytest.raises(Refused, match="same words"):
        theirs.mend(text="The freshest", actor=owner, at=AT)
    theirs.mend(text="Landed today", actor=owner, at=AT)

    assert Review.clears(author=theirs.author, about="x:1", text="Landed today")
    assert not Review.clears(author=theirs.author, about="x:1", text="The freshest")


def test_a_changed_policy_is_asked_anew_and_the_old_yes_stays() -> None:
    owner, ada = make.staff(), make.person()
    text: dict[str, Any] = {"slug": "care", "title": "Care", "actor": owner}
    first = Policy.publish(version="1.0", body="Be kind.", at=AT, **text)
    first.accept(ada, at=AT)
    first.accept(ada, at=AT)
    assert not Policy.objects.current().not_accepted_by(ada).exists()

    second = Policy.publish(version="1.1", body="Be kinder.", at=AT + DAY, **text)

    assert list(Policy.objects.current().not_accepted_by(ada)) == [second]
    assert first.acceptances.count() == 1
    with pytest.raises(Refused, match="newer"):
        Policy.objects.get(version="1.0").accept(ada, at=AT)
    with pytest.raises(Refused, match="stands already"):
        Policy.publish(version="1.1", body="Changed in secret.", at=AT, **text)


def test_one_press_holds_everything_and_a_second_changes_nothing() -> None:
    owner = make.staff()
    hold = Hold.begin(reason="A guest was taken ill", actor=owner, at=AT)
    assert Hold.begin(reason="Again", actor=owner, at=AT) == hold
    with pytest.raises(Refused, match="hold"):
        refuse_while_held()

    hold.release(actor=owner, at=AT)

    refuse_while_held()
    assert [verb for verb, _f in trail()] == ["staff.everything_held", "staff.hold_released"]


def test_an_incident_is_followed_up_closed_with_what_was_learned_and_counted() -> None:
    owner = make.staff()
    log: dict[str, Any] = {
        "title": "Ill",
        "happened": "A guest was taken ill.",
        "actor": owner,
        "at": AT,
    }
    incident = Incident.log(kind="incident", happened_at=AT - 200 * DAY, **log)
    Incident.log(kind="near_miss", happened_at=AT - DAY, **log)
    promise = incident.promise(
        "Print cards", owner=owner, due_on=AT.date() + timedelta(days=8), actor=owner, at=AT
    )
    promise.finish(actor=owner, at=AT)
    with pytest.raises(Refused, match="learned"):
        incident.close(actor=owner, at=AT, learned="")

    incident.close(actor=owner, at=AT, learned="Cards on every stall.")

    assert [(wrong, nearly) for _start, wrong, nearly in trend(AT)] == [
        (0, 0), (0, 0), (0, 0), (1, 0), (0, 0), (0, 1),
    ]  # fmt: skip
    assert Incident.objects.open().count() == 1
    with pytest.raises(Refused, match="happened yet"):
        Incident.log(kind="incident", happened_at=AT + DAY, **log)


def test_erasing_a_person_takes_their_drafts_and_keeps_that_a_guideline_was_needed() -> None:
    ada, guideline = make.person(), make.guideline()
    Catch.keep(found={guideline.pk}, person=ada, about="x:1", at=AT)
    Review.ask(author=ada, about="x:1", title="T", text="My secret words", at=AT)
    assert export(ada)["drafts_that_waited_for_us"][0]["text"] == "My secret words"

    erase(ada, AT)

    assert not Review.objects.exists()
    assert [row.person for row in Catch.objects.all()] == [None]
    assert all(not rows for rows in export(ada).values())
