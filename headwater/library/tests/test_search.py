import pytest

from headwater.library.models import Article, Resource, Tip
from headwater.library.tests import make

pytestmark = pytest.mark.django_db


def found(words: str) -> list[int]:
    return [tip.number for tip in Tip.objects.search(words)]


def test_all_words_must_stand_in_it_or_begin_one_that_does():
    make.tip(1, title="Turn your back to the window", body="Daylight explained.")
    make.tip(2, title="Thank before you explain")

    assert found("window daylight") == [1]
    assert found("DAYLI") == [1]
    assert set(found("expl")) == {1, 2}
    assert found("window thank") == []


def test_case_and_accents_do_not_matter():
    make.tip(1, title="Un café très bon")

    assert found("CAFE tres") == found("café Très") == [1]


def test_titles_come_before_what_is_only_mentioned():
    make.tip(2, title="Something else", body="A queue, said once, among other words.")
    make.tip(1, title="Keep a queue talking", body="Other words.")

    assert found("queue") == [1, 2]


def test_the_insight_for_our_side_is_not_searched():
    make.tip(1, insight="Zebra")

    assert found("zebra") == []


def test_search_follows_what_is_changed_and_taken_out():
    tip = make.tip(1, title="Old words")
    tip.title = "Fresh words"
    tip.fill_keys()
    tip.save()

    assert (found("old"), found("fresh")) == ([], [1])
    tip.delete()
    assert found("fresh") == []


def test_search_goes_with_other_filters():
    make.tip(1, title="Bread and butter", need_slug="first-lines")
    make.tip(2, title="Bread alone")

    rows = Tip.objects.search("bread").on_need("first-lines")

    assert ([tip.number for tip in rows], rows.count()) == ([1], 1)


@pytest.mark.parametrize(
    "words",
    ["", "   ", "_", "'", '"', "' OR 1=1 --", "a* NOT b", "title:x", "NEAR(a b)", "(", "&|!", "½"],
)
def test_signs_that_mean_something_to_a_database_mean_nothing_here(words):
    make.tip(1, title="Plain words about bread")

    assert found(words) == []


def test_articles_and_resources_are_found_too():
    make.article("When people are angry")
    make.resource("Photo consent form")

    assert Article.objects.search("angry").count() == 1
    assert Resource.objects.search("consent").count() == 1
