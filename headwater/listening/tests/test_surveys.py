from datetime import timedelta

import pytest
from django.db import IntegrityError

from headwater.kit.errors import Refused
from headwater.ledger.models import Entry
from headwater.listening.models import Question, Reply, Survey
from headwater.listening.tests import make
from headwater.listening.tests.make import AT, LATER

pytestmark = pytest.mark.django_db


def test_a_new_survey_asks_the_primary_kind_first() -> None:
    make.kind("media")
    members = make.kind("member")
    members.make_primary()

    survey = Survey.draft(title="Spring", actor=None, at=AT)

    assert survey.kind == members


def test_the_database_refuses_a_survey_that_closes_before_it_opens() -> None:
    with pytest.raises(IntegrityError, match="survey_closes_after_it_opens"):
        Survey.objects.create(title="x", created_at=AT, opens_at=LATER, closes_at=AT)


def test_a_survey_without_questions_does_not_open() -> None:
    survey = Survey.draft(title="Empty", actor=None, at=AT)

    with pytest.raises(Refused, match="at least one question"):
        survey.open(actor=make.staff(), at=AT, closes_at=None)


def test_a_question_with_nothing_to_choose_from_does_not_open() -> None:
    survey = Survey.draft(title="Thin", actor=None, at=AT)
    survey.add_question(kind="one", text="Which?")

    with pytest.raises(Refused, match="at least two answers"):
        survey.open(actor=make.staff(), at=AT, closes_at=None)


def test_opening_and_closing_are_in_the_audit_trail() -> None:
    survey, mirela = make.survey(opened=False), make.staff()

    survey.open(actor=mirela, at=AT, closes_at=AT + timedelta(days=30))
    assert survey.is_open(LATER)
    survey.close(actor=mirela, at=LATER)

    assert not survey.is_open(LATER)
    assert list(Entry.objects.by_staff().values_list("verb", "actor")) == [
        ("staff.survey_opened", mirela.pk),
        ("staff.survey_closed", mirela.pk),
    ]


def test_questions_stay_as_they_were_read_once_somebody_has_answered() -> None:
    survey = make.survey()
    Reply.begin(survey, make.person(), at=LATER)

    with pytest.raises(Refused, match="stay as they are"):
        survey.add_question(kind="text", text="One more?")

    assert survey.questions.count() == 3


def test_the_promise_about_names_cannot_change_once_people_were_asked() -> None:
    survey, mirela = make.survey(), make.staff()
    Reply.begin(survey, make.person(), at=LATER)

    with pytest.raises(Refused):
        survey.change(actor=mirela, at=LATER, is_anonymous=True)


def test_a_copy_has_the_same_questions_and_answers_and_is_a_draft() -> None:
    survey = make.survey()

    copy = survey.copy(actor=make.staff(), at=LATER)

    assert not copy.is_open(LATER)
    assert [q.text for q in copy.questions.all()] == [q.text for q in survey.questions.all()]
    assert [o.need for o in copy.questions.all()[0].options.all()] == [
        o.need for o in survey.questions.all()[0].options.all()
    ]


def test_moving_a_question_changes_places_with_its_neighbour() -> None:
    survey = make.survey()
    first, second, third = survey.questions.all()

    third.move(-1)
    first.move(-1)

    assert list(survey.questions.all()) == [first, third, second]


def test_an_open_survey_is_seen_by_those_who_were_asked_also_once_they_answered() -> None:
    from headwater.listening.models import Invitation
    from headwater.people.models import Person

    ada, survey, _other = make.person(), make.survey(), make.survey()
    Invitation.invite(survey, Person.objects.filter(pk=ada.pk), way="mail", actor=None, at=AT)

    before = list(Survey.objects.visible_to(ada))
    Reply.begin(survey, ada, at=LATER).finish(at=LATER)

    assert before == list(Survey.objects.visible_to(ada)) == [survey]


def test_a_question_takes_a_scale_that_rises() -> None:
    survey = make.survey()

    with pytest.raises(IntegrityError, match="a_scale_rises"):
        Question.objects.create(survey=survey, position=9, kind="scale", text="x", least=5, most=5)
