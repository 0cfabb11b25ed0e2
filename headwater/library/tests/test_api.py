import pytest
from ninja import NinjaAPI
from ninja.testing import TestClient

from headwater.library.api import router
from headwater.library.models import Category, Tag
from headwater.library.tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def api():
    made = NinjaAPI(urls_namespace="library-tests")
    made.add_router("", router)
    return TestClient(made)


def test_tips_that_are_out_are_read_with_their_dont_and_without_the_insight(api):
    words = Category.objects.create(slug="words", name="Words")
    tip = make.tip(1, category=words, need_slug="first-lines")
    tip.tags.set(Tag.named("price"))
    make.tip(2, published_at=None)

    answer = api.get("/tips").json()

    assert answer["count"] == 1
    [item] = answer["items"]
    assert (item["number"], item["category"], item["tags"]) == (1, "words", ["price"])
    assert item["dont"] == tip.dont
    assert "insight" not in item


def test_tips_are_found_narrowed_and_paged(api):
    words = Category.objects.create(slug="words", name="Words")
    for number in range(1, 4):
        make.tip(number, title=f"Bread {number}", category=words if number < 3 else None)

    assert [t["number"] for t in api.get("/tips?limit=2").json()["items"]] == [3, 2]
    assert [t["number"] for t in api.get("/tips?limit=2&offset=2").json()["items"]] == [1]
    assert api.get("/tips?q=bread&category=words").json()["count"] == 2
    assert api.get("/tips?q=nothing").json() == {"items": [], "count": 0}


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "offset=-1", f"q={'x' * 201}"])
def test_what_is_out_of_bounds_is_refused(api, query):
    assert api.get(f"/tips?{query}").status_code == 422


def test_one_tip_is_read_by_its_slug_and_a_draft_is_not_there(api):
    tip, draft = make.tip(1), make.tip(2, published_at=None)

    assert api.get(f"/tips/{tip.slug}").json()["title"] == tip.title
    assert api.get(f"/tips/{draft.slug}").status_code == 404


def test_a_page_of_tips_asks_the_database_no_more_for_more_rows(api, django_assert_num_queries):
    for number in range(1, 13):
        make.tip(number).tags.set(Tag.named(f"tag {number}"))

    with django_assert_num_queries(3):
        api.get("/tips")
