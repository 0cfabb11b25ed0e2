import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from headwater.ledger.models import Entry
from headwater.library import verbs
from headwater.library.models import Category, Comment, Tag, Tip
from headwater.library.tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client):
    make.house()
    person = make.person()
    client.force_login(person)
    return person


@pytest.fixture
def anybody(client):
    make.house()
    return client


def address(name: str, *args: object) -> str:
    return reverse(f"portal:library:{name}", args=args)


def test_anybody_reads_a_tip_with_its_do_and_dont_and_never_the_insight(anybody):
    tip = make.tip()
    tip.tags.set(Tag.named("first line, price"))

    text = anybody.get(address("tip", tip.slug)).content.decode()

    for words in (
        tip.title,
        tip.idea,
        tip.action,
        tip.do,
        "message me for the price",
        "first line",
    ):
        assert words in text
    assert tip.insight not in text
    assert 'property="og:title" content="Put the price in the first line 47"' in text
    assert Entry.objects.count() == 0


def test_staff_see_the_insight_and_the_draft(client):
    make.house()
    client.force_login(make.staff())
    tip = make.tip(published_at=None)

    answer = client.get(address("tip", tip.slug))

    assert tip.insight in answer.content.decode()


def test_a_draft_is_not_found_by_partners_and_the_public(anybody):
    tip = make.tip(published_at=None)

    assert anybody.get(address("tip", tip.slug)).status_code == 404
    anybody.force_login(make.person())
    assert anybody.get(address("tip", tip.slug)).status_code == 404


def test_a_partner_says_i_did_this_and_shows_what_came_of_it(client, ada):
    tip = make.tip()

    answer = client.post(address("done", tip.slug), follow=True)
    assert "Thank you" in answer.content.decode()
    client.post(address("evidence", tip.slug), {"url": "https://example.org/post"})

    assert set(Entry.objects.values_list("verb", flat=True)) == {
        verbs.TIP_READ.name,
        verbs.TIP_DONE.name,
        verbs.TIP_SHOWN.name,
    }
    assert "https://example.org/post" in client.get(address("tip", tip.slug)).content.decode()


def test_a_bad_link_is_shown_again_with_what_is_wrong(client, ada):
    tip = make.tip()
    tip.mark_done(ada, now())

    answer = client.post(address("evidence", tip.slug), {"url": "javascript:alert(1)"})

    assert answer.status_code == 422
    assert "javascript:alert(1)" in answer.content.decode()


def test_what_came_of_it_needs_the_deed_first(client, ada):
    tip = make.tip()

    answer = client.post(address("evidence", tip.slug), {"url": "https://example.org/"})

    assert answer.status_code == 404


def test_i_did_this_asks_to_sign_in(anybody):
    tip = make.tip()

    assert anybody.post(address("done", tip.slug)).status_code == 302
    assert "Sign in to say" in anybody.get(address("tip", tip.slug)).content.decode()
    assert Entry.objects.count() == 0


def test_a_comment_waits_and_a_machine_is_thanked_and_forgotten(anybody):
    tip = make.tip()
    words = {"name": "Rui", "words": "Works on Tuesdays too."}

    anybody.post(address("comments", tip.slug), words | {"key": "a"})
    anybody.post(address("comments", tip.slug), words | {"key": "a"})
    answer = anybody.post(address("comments", tip.slug), words | {"key": "b", "website": "x"})

    assert answer.status_code == 302
    assert Comment.objects.waiting().count() == 1
    assert "Works on Tuesdays" not in anybody.get(address("tip", tip.slug)).content.decode()


def test_a_comment_without_words_keeps_the_name_that_was_typed(anybody):
    tip = make.tip()

    answer = anybody.post(address("comments", tip.slug), {"name": "Rui Zhang", "words": ""})

    assert answer.status_code == 422
    assert "Rui Zhang" in answer.content.decode()


def test_many_comments_in_an_hour_are_refused_and_kept_on_the_form(anybody):
    tip = make.tip()
    for number in range(10):
        anybody.post(address("comments", tip.slug), {"name": "R", "words": f"no. {number}"})

    answer = anybody.post(address("comments", tip.slug), {"name": "R", "words": "the eleventh"})

    assert answer.status_code == 409
    assert "the eleventh" in answer.content.decode()
    assert Comment.objects.count() == 10


def test_the_list_finds_by_words_subject_tag_and_month(anybody):
    words, pictures = (Category.objects.create(slug=s, name=s.title()) for s in ("words", "pics"))
    may, june = make.NOON, make.NOON + timedelta(days=31)
    make.tip(1, title="Bread first", category=words, published_at=may)
    light = make.tip(2, title="Light on bread", category=pictures, published_at=june)
    light.tags.set(Tag.named("window"))

    def shown(query: str) -> set[int]:
        page = anybody.get(address("tips") + query).context["page"]
        return {tip.number for tip in page}

    assert shown("") == {1, 2}
    assert shown("?q=light+bread") == {2}
    assert shown("?subject=words") == {1}
    assert shown("?tag=window") == {2}
    assert shown("?month=2026-05") == {1}
    assert shown("?q=nothing-has-this") == set()
    assert shown("?subject=no-such&month=soon&page=99") == {1, 2}


def test_the_feed_is_atom_and_carries_the_dont(anybody):
    make.tip(1, title="Salt & <vinegar>")
    make.tip(2, published_at=None)

    answer = anybody.get(address("feed"))
    feed = ET.fromstring(answer.content)
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")

    assert answer["Content-Type"].startswith("application/atom+xml")
    assert [entry.findtext("{http://www.w3.org/2005/Atom}title") for entry in entries] == [
        "Salt & <vinegar>"
    ]
    assert "message me for the price" in answer.content.decode()


def test_a_code_opens_its_material_for_this_visit_without_an_account(anybody):
    sheet = make.resource("Forty first lines", is_bonus=True)
    make.code("QUAY-47", sheet)
    assert anybody.get(address("file", sheet.slug)).status_code == 404

    answer = anybody.post(address("code"), {"code": "quay 47"})

    assert sheet.title in answer.content.decode()
    assert anybody.get(address("file", sheet.slug)).status_code == 200
    anybody.post(address("code"), {"code": "quay 47"})
    assert sheet.codes.get().uses.count() == 1


def test_a_wrong_code_says_only_that_it_is_wrong(anybody):
    make.code("QUAY-47")

    answer = anybody.post(address("code"), {"code": "QUAY-74"})

    assert answer.status_code == 409
    assert "QUAY-47" not in answer.content.decode()


def test_guessing_codes_ends_soon(client, ada):
    make.code("QUAY-47")
    for number in range(10):
        client.post(address("code"), {"code": f"GUESS{number}"})

    answer = client.post(address("code"), {"code": "QUAY-47"})

    assert answer.status_code == 409
    assert "many tries" in answer.content.decode()


def test_a_download_is_never_a_page_of_ours(anybody):
    sheet = make.resource(body="<script>alert(1)</script>", file_name='a"b\r\nX: 1.html')

    answer = anybody.get(address("file", sheet.slug))

    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "text/html" not in answer["Content-Type"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert sheet.downloads.count() == 1


def test_learn_shows_shelves_by_need_with_what_is_left_first(client, ada):
    make.tip(1, need_slug="first-lines", need_name="Short posts").mark_done(ada, now())
    make.tip(2, need_slug="photos", need_name="Photos")
    make.tip(3, need_slug="photos", need_name="Photos").mark_done(ada, now())
    make.resource(need_slug="photos", need_name="Photos")

    shelves = client.get(reverse("portal:learn")).context["shelves"]

    assert [(s.name, s.done, [t.number for t in s.tips]) for s in shelves] == [
        ("Photos", 1, [2, 3]),
        ("Short posts", 1, [1]),
    ]
    did = client.get(reverse("portal:learn") + "?show=done").context["did"]
    assert {tip.number for tip in did} == {1, 3}


@pytest.fixture
def full(client):
    """A house with enough on every list that a query for each row would be seen."""
    make.house()
    words = Category.objects.create(slug="words", name="Words")
    for number in range(1, 13):
        tip = make.tip(number, category=words, need_slug="lines", need_name="Lines")
        tip.tags.set(Tag.named(f"tag {number}, bread"))
        Comment.leave(tip, name="Rui", words="Yes.", at=make.NOON)
        make.article(f"Article {number}", category=words)
        make.resource(f"Resource {number}", category=words)
    Comment.objects.update(state="shown", decided_at=make.NOON)
    ada = make.person()
    for tip in Tip.objects.all():
        tip.mark_done(ada, make.NOON)
    client.force_login(ada)


@pytest.mark.parametrize(
    ("name", "query", "queries"),
    [
        ("tips", "", 10),
        ("tips", "?q=price&subject=words", 11),
        ("articles", "", 10),
        ("toolkit", "", 9),
        ("learn", "", 9),
        ("code", "", 6),
    ],
)
def test_lists_ask_the_database_no_more_for_more_rows(
    client, full, django_assert_max_num_queries, name, query, queries
):
    path = reverse("portal:learn") if name == "learn" else address(name)
    with django_assert_max_num_queries(queries):
        assert client.get(path + query).status_code == 200


def test_a_tip_asks_the_database_no_more_with_many_comments(
    client, full, django_assert_max_num_queries
):
    tip = Tip.objects.get(number=6)
    client.get(address("tip", tip.slug))

    with django_assert_max_num_queries(12):
        client.get(address("tip", tip.slug))


def test_every_page_opens_for_anybody_when_there_is_nothing_yet(anybody):
    for name in ("tips", "articles", "toolkit", "code", "feed"):
        assert anybody.get(address(name)).status_code == 200
    assert anybody.get(reverse("portal:learn")).status_code == 302
