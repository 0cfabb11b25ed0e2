from datetime import date, timedelta

import pytest

from headwater.kit.errors import Refused
from headwater.ledger.models import Entry
from headwater.listening.models import (
    Conversation,
    HandCount,
    Invitation,
    Need,
    Response,
    Wish,
    has_asked,
)
from headwater.listening.tests import make
from headwater.listening.tests.make import AT, LATER
from headwater.people.models import Person

pytestmark = pytest.mark.django_db


def test_a_logged_conversation_asks_for_each_need_ticked() -> None:
    ada, mirela = make.person(), make.staff()
    photos, lines = make.need("phone-photos"), make.need("first-lines")

    Conversation.log(
        ada, needs=[photos, lines], channel="phone", at=AT, logged_at=LATER, actor=mirela,
        quote="I can cook it. I can’t make it look like I can.", may_quote=True,
    )  # fmt: skip

    assert list(photos.asked_by(LATER)) == [ada]
    assert {w.need for w in Wish.objects.quotable()} == {photos, lines}
    assert list(Entry.objects.values_list("verb", flat=True)) == [
        "listening.talked",
        "staff.conversation_logged",
    ]


def test_a_conversation_in_the_future_is_refused() -> None:
    with pytest.raises(Refused, match="future"):
        Conversation.log(
            make.person(), needs=[], channel="visit", at=LATER, logged_at=AT, actor=None
        )


def test_a_show_of_hands_counts_people_without_naming_them() -> None:
    photos, lines = make.need("phone-photos"), make.need("first-lines")

    HandCount.note(
        title="Spring meeting", present=40, hands={photos: 23, lines: 0},
        held_on=date(2026, 5, 12), actor=make.staff(), at=LATER,
    )  # fmt: skip

    assert photos.asked_without_name(LATER) == 23
    assert list(photos.asked_by(LATER)) == []
    counted = Need.objects.most_asked_first(LATER)
    assert [(n.slug, n.people, n.unnamed, n.asked) for n in counted] == [
        ("phone-photos", 0, 23, 23),
        ("first-lines", 0, 0, 0),
    ]


@pytest.mark.parametrize("hands", [41, 0])
def test_a_show_of_hands_that_cannot_be_is_refused(hands):
    with pytest.raises(Refused):
        HandCount.note(
            title="Meeting", present=40, hands={make.need(): hands}, held_on=date(2026, 5, 12),
            actor=None, at=LATER,
        )  # fmt: skip

    assert not Wish.objects.exists()


def test_those_who_asked_see_what_came_of_it() -> None:
    ada, ben = make.person(), make.person("Ben Byrne")
    photos = make.need("phone-photos")
    Conversation.log(ada, needs=[photos], channel="visit", at=AT, logged_at=AT, actor=None)

    response = photos.respond(title="A seminar on 23 May", text="", actor=make.staff(), at=LATER)

    assert list(Response.objects.for_person(ada)) == [response]
    assert list(Response.objects.for_person(ben)) == []


def test_nobody_has_been_asked_until_an_invitation_a_talk_or_hands() -> None:
    ada = make.person()
    members, media = make.kind("member", people=(ada,)), make.kind("media")
    survey = make.survey()

    assert not has_asked(at=LATER)
    Invitation.invite(survey, Person.objects.filter(pk=ada.pk), way="mail", actor=None, at=AT)
    assert has_asked(at=LATER)
    assert has_asked(members, at=LATER)
    assert not has_asked(media, at=LATER)
    assert not has_asked(at=AT - timedelta(days=1))


def test_a_show_of_hands_is_asking_but_of_no_kind_in_particular() -> None:
    members = make.kind("member")
    HandCount.note(
        title="Meeting", present=12, hands={make.need(): 3}, held_on=AT.date(), actor=None, at=AT
    )

    assert has_asked(at=LATER)
    assert not has_asked(members, at=LATER)
