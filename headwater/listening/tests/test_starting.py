import pytest

from headwater.listening.models import Need, Survey
from headwater.listening.starting import load_starter, ready_surveys, survey_from
from headwater.listening.tests import make
from headwater.listening.tests.make import AT

pytestmark = pytest.mark.django_db


def test_the_needs_come_once_and_stay_as_staff_left_them() -> None:
    first = load_starter(AT)
    Need.objects.filter(slug="phone-photos").update(name="Pictures")

    assert first == Need.objects.count() == 12
    assert load_starter(AT) == 0
    assert Need.objects.get(slug="phone-photos").name == "Pictures"


def test_the_ready_survey_names_our_house_and_points_to_needs() -> None:
    make.house()

    survey = survey_from("what-would-help", actor=None, at=AT)

    assert "Harbour Food Alliance" in survey.intro
    assert survey.questions.count() == 7
    first = survey.questions.all()[0]
    assert (first.kind, first.at_most, first.is_shuffled, first.has_own_words) == (
        "choose", 3, True, True,
    )  # fmt: skip
    assert [o.need.slug if o.need else "" for o in first.options.all()][:2] == [
        "first-lines",
        "phone-photos",
    ]
    assert [o.need for o in first.options.all()][-1] is None


def test_every_ready_survey_can_be_opened_as_it_is() -> None:
    make.house()

    for ready in ready_surveys():
        survey = survey_from(ready["slug"], actor=None, at=AT, activity="the seminar")
        survey.open(actor=make.staff(), at=AT, closes_at=None)

    assert Survey.objects.open(AT).count() == 2
