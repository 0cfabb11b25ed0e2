from datetime import timedelta
from typing import Any

import pytest

from headwater.kit.errors import Refused
from headwater.listening import inviting
from headwater.listening.models import Conversation, Reminder, Reply, Telling
from headwater.listening.tests import make
from headwater.listening.tests.make import AT, LATER
from headwater.mail import personal_links
from headwater.mail.models import Delivery
from headwater.partners.models import Basis
from headwater.people.models import Person
from headwater.safeguards.models import ContactLimit

pytestmark = pytest.mark.django_db


def everybody() -> Any:
    return Person.objects.partners()


def test_everybody_who_may_be_written_to_gets_a_link_that_opens_this_survey_for_them() -> None:
    make.house()
    ada, survey, mirela = make.person(), make.survey(), make.staff()
    make.person("No Address", reachable=False)

    mailing = inviting.invite(survey, everybody(), actor=mirela, at=LATER)

    sent = Delivery.objects.get(mailing=mailing, person=ada)
    token = sent.merge["link"].rstrip("/").rsplit("/", 1)[1]
    found = personal_links.read(token, inviting.JOB)
    assert (found.person, found.key) == (ada, survey.public_id)
    assert [i.person for i in survey.invitations.all()] == [ada]
    left_out = Delivery.objects.filter(mailing=mailing).exclude(person=ada)
    assert [d.reason for d in left_out] == ["no_address"]


def test_who_is_left_out_and_why_is_known_before_anything_is_sent() -> None:
    make.house()
    make.person()
    ben, survey = make.person("Ben"), make.survey()
    make.person("Cy", reachable=False)
    Basis.end(ben, "surveys", at=AT)

    reached = inviting.reachable(survey, everybody(), LATER)

    assert (reached.asked_for, reached.count) == (3, 1)
    assert reached.excluded == {"no_address": 1, "no_basis": 1}
    assert not survey.invitations.exists()


def test_nobody_is_invited_twice() -> None:
    make.house()
    make.person()
    survey, mirela = make.survey(), make.staff()
    inviting.invite(survey, everybody(), actor=mirela, at=LATER)
    ben = make.person("Ben")

    again = inviting.invite(survey, everybody(), actor=mirela, at=LATER + timedelta(hours=1))

    assert [d.person for d in Delivery.objects.filter(mailing=again)] == [ben]
    with pytest.raises(Refused, match="asked already"):
        inviting.invite(survey, everybody(), actor=mirela, at=LATER + timedelta(hours=2))


def test_a_survey_that_is_not_open_invites_nobody() -> None:
    make.house()
    make.person()

    with pytest.raises(Refused, match="Open the survey first"):
        inviting.invite(make.survey(opened=False), everybody(), actor=make.staff(), at=LATER)


def test_the_reminder_goes_only_to_those_who_have_not_answered_and_only_once() -> None:
    make.house()
    ada, ben, mirela, survey = make.person(), make.person("Ben"), make.staff(), make.survey()
    inviting.invite(survey, everybody(), actor=mirela, at=AT + timedelta(hours=1))
    Reply.begin(survey, ada, at=LATER).finish(at=LATER)

    mailing = inviting.remind(survey, note="", actor=mirela, at=LATER)

    assert [d.person for d in Delivery.objects.filter(mailing=mailing)] == [ben]
    with pytest.raises(Refused, match="once is what we promised"):
        inviting.remind(survey, note="", actor=mirela, at=LATER + timedelta(days=7))
    assert Reminder.objects.count() == 1


def test_whoever_was_asked_just_now_is_not_reminded_yet() -> None:
    make.house()
    make.person()
    mirela, survey = make.staff(), make.survey()
    inviting.invite(survey, everybody(), actor=mirela, at=LATER)

    with pytest.raises(Refused, match="You can remind from"):
        inviting.remind(survey, note="", actor=mirela, at=LATER + timedelta(hours=47))
    assert not Reminder.objects.exists()
    assert inviting.remind(survey, note="", actor=mirela, at=LATER + timedelta(days=2))


def test_the_contact_limit_keeps_a_reminder_back() -> None:
    make.house()
    ada, mirela, survey = make.person(), make.staff(), make.survey()
    inviting.invite(survey, everybody(), actor=mirela, at=AT + timedelta(hours=1))
    ContactLimit.objects.all().delete()
    ContactLimit.objects.create(purpose="", letters=1, days=7)
    from headwater.safeguards.contact import note

    note(ada, purpose="surveys", at=LATER - timedelta(days=1))

    with pytest.raises(Refused, match="nobody to remind"):
        inviting.remind(survey, note="", actor=mirela, at=LATER)
    assert not Reminder.objects.exists()


def test_the_call_sheet_asks_those_without_an_address_too() -> None:
    make.house()
    ada, cy = make.person(), make.person("Cy", reachable=False)
    mirela, survey = make.staff(), make.survey()

    assert inviting.call(survey, everybody(), actor=mirela, at=LATER) == 2

    assert {i.person: i.way for i in survey.invitations.all()} == {ada: "call", cy: "call"}
    assert list(inviting.unanswered(survey)) == []


def test_those_who_asked_are_told_once_what_came_of_it() -> None:
    make.house()
    ada, _ben, mirela = make.person(), make.person("Ben"), make.staff()
    photos = make.need()
    Conversation.log(ada, needs=[photos], channel="visit", at=AT, logged_at=AT, actor=None)
    response = photos.respond(
        title="A seminar on 23 May", text="Forty places.", url="/events/photos/", actor=mirela,
        at=LATER,
    )  # fmt: skip

    mailing = inviting.tell(response, actor=mirela, at=LATER)

    assert [d.person for d in Delivery.objects.filter(mailing=mailing)] == [ada]
    assert "A seminar on 23 May" in mailing.text
    assert "/events/photos/" in mailing.text
    assert Telling.objects.get().people == 1
    with pytest.raises(Refused, match="told already"):
        inviting.tell(response, actor=mirela, at=LATER)
