from typing import Any

import pytest

from headwater.listening.models import Answer, Reply
from headwater.listening.results import SurveyResults
from headwater.listening.tests import make
from headwater.listening.tests.make import AT, LATER

pytestmark = pytest.mark.django_db


def answered(survey: Any, counts: Any, *, person: bool = True) -> Any:
    """So many replies choosing each option of the first question, one option each."""
    wishes, *_rest = make.parts(survey)
    replies = []
    for option, count in zip(wishes.options.all(), counts, strict=False):
        for _number in range(count):
            who = make.person("P", reachable=False) if person else None
            reply = Reply.objects.create(
                survey=survey, person=who, begun_on=AT.date(), is_done=True, reached=3
            )
            Answer.objects.create(reply=reply, question=wishes, option=option)
            replies.append(reply)
    return replies


def test_answers_are_ranked_with_shares_and_wilsons_range() -> None:
    survey = make.survey()
    answered(survey, [3, 12, 5])
    wishes, *_rest = make.parts(survey)

    results = SurveyResults(survey).of(wishes)

    assert [(line.option.label, line.count) for line in results.lines] == [
        ("First lines", 12),
        ("Short video", 5),
        ("Phone photos", 3),
        ("None of these", 0),
    ]
    top = results.lines[0].share
    assert (top.value, top.low, top.high) == pytest.approx((0.6, 0.3866, 0.7812), abs=1e-4)
    assert results.answered == 20


def test_answers_whose_ranges_overlap_share_their_places() -> None:
    survey = make.survey()
    answered(survey, [40, 5, 4])
    wishes, *_rest = make.parts(survey)

    lines = SurveyResults(survey).of(wishes).lines

    assert [(line.first_place, line.last_place) for line in lines] == [
        (1, 1),
        (2, 4),
        (2, 4),
        (2, 4),
    ]
    assert [line.is_tied for line in lines] == [False, True, True, False]


def test_the_range_narrows_when_most_of_those_asked_answered() -> None:
    survey, wide = make.survey(), make.survey()
    for one in (survey, wide):
        answered(one, [10, 10])
    from headwater.listening.models import Invitation
    from headwater.people.models import Person

    Invitation.invite(
        survey,
        Person.objects.filter(pk__in=[make.person("Q", reachable=False).pk for _ in range(24)]),
        way="mail",
        actor=None,
        at=AT,
    )

    few = SurveyResults(survey).of(make.parts(survey)[0]).lines[0].share
    many = SurveyResults(wide).of(make.parts(wide)[0]).lines[0].share

    assert few.high - few.low < (many.high - many.low) * 0.6


def test_skipping_is_counted_apart_from_answering() -> None:
    survey = make.survey()
    ada = make.person()
    wishes, scale, _words = make.parts(survey)
    reply = Reply.begin(survey, ada, at=LATER)
    reply.answer(wishes, at=LATER)
    reply.answer(scale, number=4, at=LATER)

    results = SurveyResults(survey)

    assert (results.of(wishes).answered, results.of(wishes).skipped) == (0, 1)
    assert (results.of(scale).answered, results.of(scale).skipped) == (1, 0)


def test_a_scale_has_its_mean_with_a_range_and_its_steps() -> None:
    survey = make.survey()
    _wishes, scale, _words = make.parts(survey)
    for number in (2, 4, 6, 8):
        Reply.begin(survey, make.person(reachable=False), at=LATER).answer(
            scale, number=number, at=LATER
        )

    results = SurveyResults(survey).of(scale)

    assert results.mean is not None
    assert results.mean.value == pytest.approx(5)
    assert results.mean.low < 5 < results.mean.high
    assert [step.number for step in results.steps if step.count] == [2, 4, 6, 8]


def test_one_kind_of_partner_can_be_looked_at_alone() -> None:
    survey = make.survey()
    replies = answered(survey, [2, 1])
    members = make.kind("member", people=(replies[0].person, replies[2].person))
    wishes, *_rest = make.parts(survey)

    lines = SurveyResults(survey, members).of(wishes).lines

    assert [line.count for line in lines] == [1, 1, 0, 0]


def test_only_words_that_may_be_quoted_are_quoted() -> None:
    survey = make.survey()
    *_rest, words = make.parts(survey)
    yes = Reply.begin(survey, make.person("Ada"), at=LATER)
    yes.answer(words, text="Not on a Friday.", may_quote=True, at=LATER)
    no = Reply.begin(survey, make.person("Ben"), at=LATER)
    no.answer(words, text="Between us.", at=LATER)

    results = SurveyResults(survey)

    assert [a.text for a in results.quotations()] == ["Not on a Friday."]
    assert {a.text for a in results.words(words)} == {"Not on a Friday.", "Between us."}


def test_a_survey_without_names_shows_nothing_until_eight_have_finished() -> None:
    survey = make.survey(is_anonymous=True)
    answered(survey, [7], person=False)
    assert SurveyResults(survey).is_too_few

    answered(survey, [1], person=False)

    assert not SurveyResults(survey).is_too_few


def test_half_finished_replies_without_names_are_not_counted() -> None:
    survey = make.survey(is_anonymous=True)
    Reply.objects.create(survey=survey, key="k", begun_on=AT.date())

    assert SurveyResults(survey).counts == {"begun": 0, "done": 0}


def test_a_page_of_results_takes_the_same_few_queries_however_many_answered(
    django_assert_num_queries,
):
    survey = make.survey()
    answered(survey, [3, 2, 1])
    questions = list(survey.questions.prefetch_related("options"))

    with django_assert_num_queries(4):
        results = SurveyResults(survey, questions=questions)
        for question in questions:
            results.of(question)
