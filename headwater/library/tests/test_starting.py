import pytest

from headwater.library.models import Article, Category, Resource, ResourceCode, Tip
from headwater.library.starting import load_starter
from headwater.library.tests import make
from headwater.library.tests.make import NOON

pytestmark = pytest.mark.django_db


def test_the_starter_kit_comes_in_once_and_stays_as_staff_left_it():
    make.house()
    first = load_starter(NOON)
    Tip.objects.filter(number=1).update(title="Ours now")

    assert first == 6 + 24 + 4 + 8
    assert load_starter(NOON) == 0
    assert Tip.objects.get(number=1).title == "Ours now"


def test_nothing_is_published_unless_asked_for():
    make.house()
    load_starter(NOON)

    assert not Tip.objects.published(NOON).exists()
    assert not Article.objects.published(NOON).exists()
    assert not Resource.objects.published(NOON).exists()


def test_everything_can_be_published_at_once():
    make.house()
    load_starter(NOON, publish=True)

    assert Tip.objects.published(NOON).count() == 24
    assert Resource.objects.within_reach(None, NOON).count() == 6


def test_every_tip_is_read_in_a_minute_and_says_what_it_answers():
    make.house()
    load_starter(NOON)

    assert max(Tip.objects.values_list("words", flat=True)) <= 200
    assert not Tip.objects.filter(need_name="").exists()
    assert not Tip.objects.filter(category=None).exists()
    assert Category.objects.count() == 6


def test_the_codes_open_what_they_promise():
    make.house()
    load_starter(NOON, publish=True)

    code = ResourceCode.open("first 40", person=make.person(), at=NOON)

    assert [resource.slug for resource in code.resources.all()] == ["forty-first-lines"]


def test_numbers_and_codes_in_use_are_left_alone():
    make.house()
    make.tip(1)
    make.code("FIRST-40")

    load_starter(NOON)

    assert Tip.objects.filter(number=1).count() == 1
    assert Tip.objects.count() == 25
    assert ResourceCode.objects.count() == 3
