import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from headwater.ledger.models import Entry
from headwater.library.models import Article, Category, Comment, Resource, ResourceCode, Tip
from headwater.library.tests import make

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n"


@pytest.fixture
def mirela(client):
    make.house(time_zone="Europe/Lisbon")
    person = make.staff()
    client.force_login(person)
    return person


def studio(name: str, *args: object) -> str:
    return reverse(f"studio:library:{name}", args=args)


TYPED = {
    "number": "48",
    "title": "Say what’s in the picture",
    "idea": "Not everybody sees it.",
    "body": "Two lines are enough.",
    "action": "Describe your next picture.",
    "do": "Say what matters in it.",
    "dont": "Don’t begin with “picture of”: the phone says that already.",
    "language": "en-gb",
    "tag_words": "Pictures, access",
    "need_name": "Photos with the phone I have",
}


def test_a_tip_is_written_kept_published_and_taken_back(client, mirela):
    client.post(studio("new_tip"), TYPED)
    tip = Tip.objects.get()
    assert (tip.slug, tip.need_slug) == (
        "say-whats-in-the-picture",
        "photos-with-the-phone-i-have",
    )
    assert {tag.name for tag in tip.tags.all()} == {"Pictures", "access"}
    assert tip.published_at is None

    client.post(studio("tip_publication", tip.pk), {"now": "1"})
    assert Tip.objects.published(now()).exists()

    client.post(studio("tip_publication", tip.pk), {"withdraw": "1"})
    assert not Tip.objects.published(now()).exists()
    assert {entry.actor for entry in Entry.objects.by_staff()} == {mirela}
    assert Entry.objects.by_staff().count() == 3


def test_a_known_need_keeps_its_slug(client, mirela):
    make.tip(1, need_slug="phone-photos", need_name=TYPED["need_name"])

    client.post(studio("new_tip"), TYPED)

    assert Tip.objects.get(number=48).need_slug == "phone-photos"


def test_a_tip_comes_out_by_itself_on_the_houses_own_clock(client, mirela):
    tip = make.tip(published_at=None)

    client.post(studio("tip_publication", tip.pk), {"later": "1", "on": "2099-06-02T07:00"})

    tip.refresh_from_db()
    assert tip.published_at is not None
    assert tip.published_at.hour == 6  # seven in the morning in Lisbon, in summer


@pytest.mark.parametrize("on", ["", "2001-01-01T07:00", "soon"])
def test_a_time_that_cannot_be_is_refused(client, mirela, on):
    tip = make.tip(published_at=None)

    answer = client.post(studio("tip_publication", tip.pk), {"later": "1", "on": on})

    assert answer.status_code == 409
    tip.refresh_from_db()
    assert tip.published_at is None


@pytest.mark.parametrize(
    ("field", "value", "status", "said"),
    [
        ("dont", "", 422, "Every how-to has its don’t"),
        ("do", "  ", 422, "Say what to do"),
        ("body", "word " * 200, 409, "a minute holds 200"),
        ("number", "-1", 422, "Number"),
    ],
)
def test_what_makes_no_tip_is_said_plainly_and_nothing_is_lost(
    client, mirela, field, value, status, said
):
    answer = client.post(studio("new_tip"), TYPED | {field: value})

    text = answer.content.decode()
    assert answer.status_code == status
    assert said in text
    assert "Describe your next picture." in text
    assert not Tip.objects.exists()


def test_a_number_is_used_once_in_a_language(client, mirela):
    make.tip(48)

    answer = client.post(studio("new_tip"), TYPED)

    assert answer.status_code == 422
    assert Tip.objects.count() == 1


def test_words_are_counted_while_typing_and_nothing_is_kept(client, mirela):
    answer = client.post(studio("count"), TYPED | {"body": "word " * 190})
    text = answer.content.decode()

    assert "words too many for a minute" in text
    assert TYPED["action"] in text
    assert not Tip.objects.exists()

    text = client.post(studio("count"), {"title": "<script>", "dont": ""}).content.decode()
    assert "&lt;script&gt;" in text
    assert "The don’t is missing" in text


def test_an_article_elsewhere_names_its_outlet_and_how_its_reach_is_known(client, mirela):
    typed = {
        "title": "Our harbour", "summary": "In the paper.", "language": "en-gb",
        "place": "print", "reach": "12000", "reach_grade": "self-reported",
    }  # fmt: skip
    assert client.post(studio("new_article"), typed).status_code == 422

    client.post(studio("new_article"), typed | {"outlet": "The Fenwick Post"})

    article = Article.objects.get()
    assert (article.outlet, article.reach) == ("The Fenwick Post", 12000)
    assert client.get(studio("articles")).status_code == 200


def test_a_how_to_article_needs_its_dont(client, mirela):
    typed = {
        "title": "How to", "summary": "Do it.", "is_how_to": "on", "language": "en-gb",
        "place": "here", "reach_grade": "self-reported",
    }  # fmt: skip

    assert client.post(studio("new_article"), typed).status_code == 422
    assert client.post(studio("new_article"), typed | {"dont": "Not so."}).status_code == 302


def upload(name: str, content: bytes) -> dict[str, object]:
    return {
        "title": "A sheet", "kind": "template", "summary": "One page.", "language": "en-gb",
        "file": SimpleUploadedFile(name, content),
    }  # fmt: skip


def test_a_file_is_kept_under_a_name_nobody_can_guess_and_handed_out_as_itself(client, mirela):
    client.post(studio("new_resource"), upload("../Price list ☕.pdf", PDF))
    sheet = Resource.objects.get()
    sheet.publish(actor=mirela, at=now())

    answer = client.get(reverse("portal:library:file", args=[sheet.slug]))

    assert sheet.file_name.endswith(".pdf")
    assert "Price" not in str(sheet.file.name)
    assert (answer["Content-Type"], b"".join(answer.streaming_content)) == ("application/pdf", PDF)
    assert answer["Content-Disposition"].startswith("attachment")


def zipped() -> bytes:
    box = BytesIO()
    with zipfile.ZipFile(box, "w") as archive:
        archive.writestr("a.txt", "a")
    return box.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>"),
        ("picture.svg", b"<svg onload=alert(1)>"),
        ("run.exe", b"MZ"),
        ("noending", b"x"),
        ("sheet.pdf", b"<script>"),
        ("sheet.docx", b"not a zip"),
        ("empty.pdf", b""),
        ("sheet.pdf.html", PDF),
    ],
)
def test_files_that_could_do_harm_or_lie_about_themselves_are_refused(
    client, mirela, name, content
):
    answer = client.post(studio("new_resource"), upload(name, content))

    assert answer.status_code == 422
    assert not Resource.objects.exists()


@pytest.mark.parametrize("name", ["sheet.docx", "sheet.xlsx", "all.zip"])
def test_documents_are_taken(client, mirela, name):
    assert client.post(studio("new_resource"), upload(name, zipped())).status_code == 302


def test_a_code_is_made_used_and_ended(client, mirela):
    sheet = make.resource(is_bonus=True)
    typed = {"code": "QUAY-47", "opens": [sheet.pk], "expires_at": "2099-06-01T10:00"}

    client.post(studio("new_code"), typed)
    code = ResourceCode.objects.get()
    ResourceCode.open("quay47", person=make.person(), at=now())

    assert "Ada Okafor" in client.get(studio("code", code.pk)).content.decode()
    client.post(studio("code_end", code.pk))
    code.refresh_from_db()
    assert code.ended_at is not None
    assert client.get(studio("codes")).status_code == 200


def test_a_code_left_empty_is_made_up(client, mirela):
    client.post(studio("new_code"), {"code": ""})

    assert len(ResourceCode.objects.get().code) == 6


def test_staff_decide_on_comments(client, mirela):
    tip = make.tip()
    shown, refused = (
        Comment.leave(tip, name=name, words="<b>Words</b>", at=make.NOON) for name in ("Rui", "Bo")
    )
    assert "&lt;b&gt;Words" in client.get(studio("comments")).content.decode()

    client.post(studio("decision", shown.pk), {"show": "1"})
    client.post(studio("decision", refused.pk), {"refuse": "1"})

    assert [comment.name for comment in tip.comments.shown()] == ["Rui"]
    assert not Comment.objects.waiting().exists()


def test_analysts_look_and_editors_write(client):
    make.house()
    client.force_login(make.staff("Ana Lyst", role="analyst"))
    assert client.get(studio("tips")).status_code == 200
    assert client.post(studio("count"), TYPED).status_code == 200
    assert client.post(studio("new_tip"), TYPED).status_code == 403

    client.force_login(make.staff("Edi Tor", role="editor"))
    assert client.post(studio("new_tip"), TYPED).status_code == 302


def test_partners_find_no_studio(client):
    make.house()
    client.force_login(make.person())

    for name in ("tips", "articles", "resources", "codes", "comments", "subjects"):
        assert client.get(studio(name)).status_code == 404


@pytest.mark.parametrize(
    ("name", "queries"),
    [("tips", 10), ("articles", 7), ("resources", 7), ("codes", 7), ("comments", 7)],
)
def test_lists_ask_the_database_no_more_for_more_rows(
    client, mirela, django_assert_max_num_queries, name, queries
):
    words = Category.objects.create(slug="words", name="Words")
    for number in range(1, 13):
        tip = make.tip(number, category=words, published_at=now() + timedelta(days=number - 5))
        Comment.leave(tip, name="Rui", words="Yes.", at=now()) if number < 5 else None
        make.article(f"Article {number}", category=words)
        make.code(f"CODE-{number:02}", make.resource(f"Resource {number}"))

    with django_assert_max_num_queries(queries):
        assert client.get(studio(name)).status_code == 200


def test_subjects_are_added(client, mirela):
    client.post(studio("subjects"), {"name": "Words", "slug": "words", "position": "0"})

    assert "Words" in client.get(studio("subjects")).content.decode()
