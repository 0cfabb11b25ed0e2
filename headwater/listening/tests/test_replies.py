from datetime import timedelta
from typing import Any

import pytest

from headwater.kit.errors import Refused
from headwater.ledger.models import Entry
from headwater.listening.models import Answer, Invitation, Need, Reply, Wish
from headwater.listening.tests import make
from headwater.listening.tests.make import AT, LATER
from headwater.people.models import Person

pytestmark = pytest.mark.django_db


def begun(survey: Any, person: Any, **options: Any) -> Any:
    Invitation.invite(survey, Person.objects.filter(pk=person.pk), way="mail", actor=None, at=AT)
    return Reply.begin(survey, person, at=LATER, **options)


def test_an_answer_is_kept_as_they_go_and_counts_as_asking_for_it() -> None:
    ada, survey = make.person(), make.survey()
    wishes, _scale, _words = make.parts(survey)
    photos, lines, *_rest = wishes.options.all()
    reply = begun(survey, ada)

    reply.answer(wishes, options=[photos, lines], at=LATER)

    assert {a.option for a in reply.answers.all()} == {photos, lines}
    assert {(w.person, w.need.slug, w.source) for w in Wish.objects.all()} == {
        (ada, "phone-photos", "survey"),
        (ada, "first-lines", "survey"),
    }
    assert reply.reached == 1
    assert not Entry.objects.exists()


def test_answering_again_replaces_the_answer_and_its_wishes() -> None:
    ada, survey = make.person(), make.survey()
    wishes, *_rest = make.parts(survey)
    photos, lines, _films, none = wishes.options.all()
    reply = begun(survey, ada)
    reply.answer(wishes, options=[photos, lines], at=LATER)

    reply.answer(wishes, options=[none], text="A quieter week", at=LATER)

    assert {(a.option, a.text) for a in reply.answers.all()} == {
        (none, ""),
        (None, "A quieter week"),
    }
    assert not Wish.objects.exists()


def test_finishing_tells_the_ledger_that_but_not_what_they_answered() -> None:
    ada, survey = make.person(), make.survey()
    _wishes, scale, words = make.parts(survey)
    reply = begun(survey, ada)
    reply.answer(scale, number=9, at=LATER)
    reply.answer(words, text="Fridays", at=LATER)

    reply.finish(at=LATER)
    reply.finish(at=LATER)

    assert [(e.verb, e.person, e.data) for e in Entry.objects.all()] == [
        ("listening.survey_answered", ada, {})
    ]
    assert survey.invitations.get().is_done


def test_a_survey_without_names_keeps_no_person_no_moment_and_no_ledger_entry() -> None:
    make.house()
    ada, survey = make.person(), make.survey(is_anonymous=True)
    wishes, *_rest = make.parts(survey)
    reply = begun(survey, ada)
    reply.answer(wishes, options=[wishes.options.all()[0]], at=LATER)
    assert not Wish.objects.exists()

    reply.finish(at=LATER, person=ada)

    reply.refresh_from_db()
    assert (reply.person, reply.key, reply.done_at, reply.entered_by) == (None, None, None, None)
    wish = Wish.objects.get()
    assert (wish.person, wish.people) == (None, 1)
    assert wish.at.astimezone(make.house().zone).time().isoformat() == "00:00:00"
    assert not Entry.objects.exists()
    assert survey.invitations.get().is_done


def test_no_column_of_a_nameless_reply_reaches_whoever_gave_it() -> None:
    survey = make.survey(is_anonymous=True)
    ada = make.person()
    reply = begun(survey, ada)
    reply.finish(at=LATER, person=ada)

    links = [f.name for f in Reply._meta.fields + Answer._meta.fields if f.related_model is Person]
    row = Reply.objects.values(*links).get()

    assert links == ["person", "entered_by"]
    assert set(row.values()) == {None}


def test_without_names_nobody_answers_twice() -> None:
    ada, survey = make.person(), make.survey(is_anonymous=True)
    begun(survey, ada).finish(at=LATER, person=ada)

    with pytest.raises(Refused, match="answered this survey already"):
        Reply.begin(survey, ada, at=LATER)

    assert Reply.objects.count() == 1


def test_without_names_the_browsers_key_alone_finds_the_half_finished_reply() -> None:
    ada, survey = make.person(), make.survey(is_anonymous=True)
    first = begun(survey, ada)

    assert Reply.begin(survey, ada, at=LATER, key=first.key) == first
    assert Reply.begin(survey, ada, at=LATER, key="somebody-else") != first


def test_an_answer_after_closing_is_refused_and_leaves_no_trace() -> None:
    ada = make.person()
    survey = make.survey(closes_at=LATER)

    with pytest.raises(Refused, match="closed"):
        Reply.begin(survey, ada, at=LATER)

    assert not Reply.objects.exists()


def test_more_than_may_be_chosen_is_refused() -> None:
    ada, survey = make.person(), make.survey()
    wishes, *_rest = make.parts(survey)
    reply = begun(survey, ada)

    with pytest.raises(Refused, match="at most 2"):
        reply.answer(wishes, options=list(wishes.options.all())[:3], at=LATER)

    assert not Answer.objects.exists()


@pytest.mark.parametrize(("number", "text"), [(11, ""), (-1, ""), (None, "x" * 301)])
def test_what_the_question_does_not_offer_is_refused(number, text):
    ada, survey = make.person(), make.survey()
    _wishes, scale, _words = make.parts(survey)
    reply = begun(survey, ada)

    with pytest.raises(Refused):
        reply.answer(scale, number=number, text=text, at=LATER)

    assert not Answer.objects.exists()


def test_an_option_of_another_question_is_refused() -> None:
    ada, survey, other = make.person(), make.survey(), make.survey()
    wishes, *_rest = make.parts(survey)
    strange = make.parts(other)[0].options.first()

    with pytest.raises(Refused, match="another question"):
        begun(survey, ada).answer(wishes, options=[strange], at=LATER)


def test_taking_answers_out_again_takes_the_wishes_and_the_deed_too() -> None:
    ada, survey = make.person(), make.survey()
    wishes, *_rest = make.parts(survey)
    reply = begun(survey, ada)
    reply.answer(wishes, options=[wishes.options.all()[0]], at=LATER)
    reply.finish(at=LATER)

    reply.withdraw(at=LATER)

    assert not Reply.objects.exists()
    assert not Wish.objects.exists()
    assert not Entry.objects.standing().exists()
    assert not survey.invitations.get().is_done


def test_staff_enter_what_was_said_on_the_phone_once() -> None:
    ada, mirela, survey = make.person(), make.staff(), make.survey()
    wishes, *_rest = make.parts(survey)

    reply = Reply.enter(survey, ada, actor=mirela, at=LATER)
    reply.answer(wishes, options=[wishes.options.all()[1]], at=LATER)
    reply.finish(at=LATER)

    assert (reply.entered_by, reply.source) == (mirela, "call")
    assert [w.source for w in Wish.objects.all()] == ["call"]
    with pytest.raises(Refused, match="answered already"):
        Reply.enter(survey, ada, actor=mirela, at=LATER)


def test_a_sheet_without_names_is_entered_without_one() -> None:
    ada, mirela, survey = make.person(), make.staff(), make.survey(is_anonymous=True)

    reply = Reply.enter(survey, None, actor=mirela, at=LATER, source="paper")

    assert (reply.person, reply.entered_by) == (None, None)
    with pytest.raises(Refused, match="leave the name out"):
        Reply.enter(survey, ada, actor=mirela, at=LATER)


def test_each_who_asked_counts_once_however_often_they_said_it() -> None:
    ada, survey, again = make.person(), make.survey(), make.survey()
    for one in (survey, again):
        wishes, *_rest = make.parts(one)
        begun(one, ada).answer(wishes, options=[wishes.options.all()[0]], at=LATER)
    photos = Need.objects.get(slug="phone-photos")

    assert list(photos.asked_by(LATER)) == [ada]
    assert list(photos.asked_by(LATER - timedelta(days=1))) == []
    assert Need.objects.counted(LATER).get(pk=photos.pk).people == 1
