from typing import Any

import pytest

from headwater.listening import personal
from headwater.listening.models import Conversation, Invitation, Reply, Wish
from headwater.listening.tests import make
from headwater.listening.tests.make import AT, LATER
from headwater.people.models import Person

pytestmark = pytest.mark.django_db


def told() -> Any:
    ada, survey = make.person(), make.survey()
    wishes, scale, words = make.parts(survey)
    Invitation.invite(survey, Person.objects.filter(pk=ada.pk), way="mail", actor=None, at=AT)
    reply = Reply.begin(survey, ada, at=LATER)
    reply.answer(wishes, options=[wishes.options.all()[0]], at=LATER)
    reply.answer(scale, number=7, at=LATER)
    reply.answer(words, text="Fridays", at=LATER)
    Conversation.log(
        ada, needs=[make.need()], channel="visit", at=AT, logged_at=AT, actor=None, note="Tea"
    )
    return ada


def test_all_that_somebody_told_us_is_in_their_data() -> None:
    data = personal.export(told())

    assert [a["answer"] for a in data["surveys"][0]["answers"]] == ["Phone photos", 7, "Fridays"]
    assert [talk["note"] for talk in data["conversations"]] == ["Tea"]
    assert {w["source"] for w in data["wishes"]} == {"survey", "conversation"}
    assert len(data["invitations"]) == 1


def test_erasing_somebody_leaves_nothing_they_told_us() -> None:
    ada = told()

    personal.erase(ada, LATER)

    left = [
        model.objects.filter(person=ada).count()
        for model in (Reply, Conversation, Invitation, Wish)
    ]
    assert left == [0, 0, 0, 0]
