import io
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from PIL import Image

from headwater.kit.errors import Refused
from headwater.mail import letters
from headwater.mail import sending as post
from headwater.mail.letters import letter
from headwater.mail.models import Delivery, Mailing, State
from headwater.mail.tests.conftest import sink as sink
from headwater.newsletters import sending
from headwater.newsletters.blocks import parts, words
from headwater.newsletters.models import Issue, Newsletter, Picture, Sending
from headwater.newsletters.starting import load_starter
from headwater.newsletters.tests import make
from headwater.newsletters.tests.make import NOW
from headwater.partners.models import Segment
from headwater.safeguards.models import Hold

pytestmark = pytest.mark.django_db
BLNS = Path(settings.SHARED_DIR or "../shared") / "data" / "badinput" / "blns.txt"
TEXT = {
    "kind": "text",
    "heading": "Good morning",
    "body": "Dear [[greeting]], **mackerel** are in.",
}


@pytest.fixture
def mira(client: Client) -> Any:
    make.house()
    mira = make.staff(role="manager")
    client.force_login(mira)
    return mira


class Alive(HTMLParser):
    """Finds what could run in a mail program or a browser."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "iframe", "object", "embed", "svg", "form"}:
            self.found.append(tag)
        self.found += [name for name, _value in attrs if name.startswith("on")]
        self.found += [v for name, v in attrs if name == "href" and v and "script:" in v.lower()]


def png() -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGBA", (1600, 900), "teal").save(file, "PNG")
    return SimpleUploadedFile("boats.png", file.getvalue(), "image/png")


def test_every_kind_of_block_stands_in_the_letter_and_on_the_web(client: Client) -> None:
    make.house()
    ada = make.reader()
    story = make.story(make.person("Olumide Adébáyọ̀"))
    make.tip(), make.event()
    issue = make.issue(
        TEXT, {"kind": "tip", "ref": "say-what"}, {"kind": "event", "ref": "photo"},
        {"kind": "story", "ref": str(story.pk)},
    )  # fmt: skip
    mira = make.staff()

    made = sending.schedule(issue, actor=mira, at=NOW)
    assert made.mailing is not None
    source = letter(made.mailing).wire(Delivery.objects.get(person=ada), NOW)
    message = message_from_bytes(source, policy=default)
    page = client.get(f"/newsletters/{issue.slug}/").content.decode()

    said = ["mackerel", "Say what it shows", "Don’t begin “picture of”.", "Photograph food",
            "Market Hall", "I wrote the price first.", "Olumide Adébáyọ̀"]  # fmt: skip
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        text = " ".join(part.get_content().split())
        assert [words for words in said if words not in text] == []
        assert "Dear Ada," in text
    assert [words for words in said if words not in page] == []
    assert "Dear reader," in page
    assert "<strong>mackerel</strong>" in page


def test_a_picture_without_a_description_cannot_be_sent(client: Client, mira: Any) -> None:
    make.reader()
    issue = make.issue({"kind": "picture"})
    url = reverse("studio:newsletters:part", args=[issue.pk, "b0"])

    client.post(url, {"file": png(), "alt": ""})
    refused = client.post(reverse("studio:newsletters:sending", args=[issue.pk]), {"send_at": ""})
    client.post(url, {"alt": "Three boats at the quay"})
    sent = client.post(reverse("studio:newsletters:sending", args=[issue.pk]), {"send_at": ""})

    assert refused.status_code == 409
    assert "Describe the picture" in refused.content.decode()
    assert sent.status_code == 302
    picture = Picture.objects.get()
    assert (picture.width, picture.height) == (1200, 675)
    assert bytes(picture.content)[:2] == b"\xff\xd8"
    shown = client.get(reverse("portal:newsletters:picture", args=[picture.public_id]))
    assert shown["Content-Type"] == "image/jpeg"
    assert 'alt="Three boats at the quay"' in Sending.objects.get().mailing.body  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload='alert(1)'/>", b"GIF89a", b"\x89PNG\r\n\x1a\n"]
)
def test_what_is_no_picture_is_refused_in_words(client: Client, mira: Any, content: bytes) -> None:
    issue = make.issue({"kind": "picture"})
    file = SimpleUploadedFile("x.png", content or b" ", "image/png")

    answer = client.post(
        reverse("studio:newsletters:part", args=[issue.pk, "b0"]), {"file": file, "alt": "x"}
    )

    assert answer.status_code == 409
    assert "isn’t a picture we can read" in answer.content.decode()
    assert not Picture.objects.exists()


def test_a_story_needs_its_persons_yes_and_leaves_the_web_when_taken_down(client: Client) -> None:
    make.house()
    make.reader()
    story = make.story(make.person("Olumide"), agreed=None, answered_at=None)
    issue = make.issue(TEXT, {"kind": "story", "ref": str(story.pk)})
    mira = make.staff()

    with pytest.raises(Refused, match="said yes"):
        sending.schedule(issue, actor=mira, at=NOW)
    story.agreed = True
    story.save()
    sending.schedule(issue, actor=mira, at=NOW)
    told = client.get(f"/newsletters/{issue.slug}/").content.decode()
    story.taken_down_at = NOW
    story.save()
    gone = client.get(f"/newsletters/{issue.slug}/").content.decode()

    assert ("price first" in told, "price first" in gone) == (True, False)


def test_an_issue_waits_ten_minutes_and_can_be_taken_back(sink: Any) -> None:
    make.house()
    make.reader()
    mira = make.staff()
    made = sending.schedule(make.issue(TEXT), actor=mira, at=NOW)
    assert made.mailing is not None

    post.send_due(single=False, seconds=5, clock=lambda: NOW + timedelta(minutes=9))
    before = list(sink.addresses)
    count = made.mailing.take_back(mira, NOW + timedelta(minutes=9))
    post.send_due(single=False, seconds=5, clock=lambda: NOW + timedelta(minutes=11))

    assert made.send_at == NOW + timedelta(minutes=10)
    assert (before, count, sink.addresses) == ([], 1, [])
    assert not Issue.objects.in_archive(NOW + timedelta(days=1)).exists()


def test_it_is_received_and_one_click_stops_the_next(sink: Any, client: Client) -> None:
    make.house()
    ada, ben = make.reader(), make.reader("Ben Hale")
    mira = make.staff()
    first = sending.schedule(make.issue(TEXT), actor=mira, at=NOW)
    post.send_due(single=False, seconds=5, clock=lambda: NOW + timedelta(minutes=11))
    received = next(e for e in sink.letters if e.rcpt_tos == [ada.email])
    url = message_from_bytes(received.content, policy=default)["List-Unsubscribe"].strip("<>")

    client.post(url.removeprefix("https://harbour.example"), {"List-Unsubscribe": "One-Click"})
    second = sending.schedule(make.issue(TEXT), actor=mira, at=NOW + timedelta(days=7))

    assert first.mailing is not None
    assert second.mailing is not None
    assert sorted(sink.addresses) == sorted([ada.email, ben.email])
    assert [d.person for d in second.mailing.deliveries.filter(state=State.WAITING)] == [ben]


def test_a_segment_counts_those_left_out_with_their_reasons() -> None:
    make.house()
    make.reader()
    make.person("Ben Hale")
    make.person("Cai Rees", is_active=False)
    issue = make.issue(TEXT, segment=Segment.objects.create(name="All", created_at=NOW))

    found = sending.readers(issue, NOW)
    sent = sending.schedule(issue, actor=make.staff(), at=NOW)

    assert (found.count, found.asked_for) == (1, 3)
    assert [n for _reason, n in found.left_out] == [1, 1]
    assert sent.mailing is not None
    assert sent.mailing.counts() == {State.WAITING: 1, State.EXCLUDED: 2}


def test_an_issue_goes_once_and_changes_no_more() -> None:
    make.house()
    make.reader()
    issue, mira = make.issue(TEXT), make.staff()
    made = sending.schedule(issue, actor=mira, at=NOW)

    again = sending.hand_over(made, NOW)

    assert not again
    with pytest.raises(Refused, match="on its way"):
        sending.schedule(issue, actor=mira, at=NOW)
    with pytest.raises(Refused, match="can’t be changed"):
        issue.change(actor=mira, at=NOW, title="Other")


def test_a_large_audience_is_handed_over_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "AT_ONCE", 0)
    make.house()
    make.reader()

    made = sending.schedule(make.issue(TEXT), actor=make.staff(), at=NOW)
    before = made.mailing
    count = sending.hand_over_waiting(NOW)
    made.refresh_from_db()

    assert (before, count) == (None, 1)
    assert made.mailing is not None
    assert sending.hand_over_waiting(NOW) == 0


def test_nothing_is_scheduled_while_everything_is_on_hold() -> None:
    make.house()
    make.reader()
    mira = make.staff()
    Hold.begin(reason="Spill", actor=mira, at=NOW)

    with pytest.raises(Refused, match="on hold"):
        sending.schedule(make.issue(TEXT), actor=mira, at=NOW)


def test_parts_are_added_changed_moved_and_taken_out(client: Client, mira: Any) -> None:
    issue = make.issue(TEXT)
    added = client.post(reverse("studio:newsletters:parts", args=[issue.pk]), {"kind": "text"})
    ident = added["Location"].rpartition("=")[2]
    url = reverse("studio:newsletters:part", args=[issue.pk, ident])

    client.post(
        url, {"heading": "Second", "body": "Words", "link": "example.org/x", "link_label": "Go"}
    )
    client.post(url, {"deed": "up"})
    issue.refresh_from_db()
    moved = [block.get("heading") for block in issue.blocks]
    client.post(url, {"deed": "drop"})
    issue.refresh_from_db()

    assert moved == ["Second", "Good morning"]
    assert [block["heading"] for block in issue.blocks] == ["Good morning"]
    assert client.post(url, {"deed": "up"}).status_code == 409


def test_the_composer_shows_what_to_mend_who_gets_it_and_sends_a_test(
    client: Client, mira: Any, django_assert_max_num_queries: Any
) -> None:
    make.reader()
    make.tip(published_at=None)
    issue = make.issue(TEXT, {"kind": "tip", "ref": "say-what"})
    url = reverse("studio:newsletters:issue", args=[issue.pk])
    client.get(url)

    with django_assert_max_num_queries(40):
        page = client.get(f"{url}?part=b1").content.decode()
    preview = client.get(reverse("studio:newsletters:preview", args=[issue.pk]))
    client.post(reverse("studio:newsletters:test", args=[issue.pk]))

    assert "This tip isn’t out yet" in page
    assert "<strong>1 reader.</strong>" in page
    assert preview["Content-Security-Policy"].endswith("sandbox")
    assert "Dear Mirela," in preview.content.decode()
    delivery = Delivery.objects.get(person=mira)
    assert delivery.mailing.subject == "Test: Say what’s in the picture"


def test_an_editor_composes_but_only_a_manager_sends(client: Client) -> None:
    make.house()
    make.reader()
    client.force_login(make.person("Eva Lind", role="editor", is_partner=False))
    issue = make.issue(TEXT)

    composed = client.get(reverse("studio:newsletters:issue", args=[issue.pk]))
    sent = client.post(reverse("studio:newsletters:sending", args=[issue.pk]), {})

    assert (composed.status_code, sent.status_code) == (200, 403)
    assert not Sending.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_lists_of_issues_ask_few_questions(
    client: Client, mira: Any, count: int, django_assert_max_num_queries: Any
) -> None:
    make.reader()
    for number in range(count):
        sending.schedule(
            make.issue(TEXT, title=f"Issue {number}"), actor=mira, at=NOW - timedelta(days=2)
        )
    client.get("/newsletters/")

    with django_assert_max_num_queries(12):
        archive = client.get("/newsletters/").content.decode()
    with django_assert_max_num_queries(12):
        studio = client.get(reverse("studio:newsletters:issues")).content.decode()

    assert [f"Issue {n}" in archive for n in range(4)] == [n < count for n in range(4)]
    assert [f"Issue {n}" in studio for n in range(4)] == [n < count for n in range(4)]


def test_a_draft_and_one_not_due_are_not_on_the_web(client: Client) -> None:
    make.house()
    make.reader()
    draft, waiting = make.issue(TEXT), make.issue(TEXT)
    sending.schedule(waiting, actor=make.staff(), at=now(), send_at=now() + timedelta(days=1))

    assert [client.get(f"/newsletters/{i.slug}/").status_code for i in (draft, waiting)] == [
        404,
        404,
    ]


@pytest.mark.skipif(not BLNS.exists(), reason=f"There is no file {BLNS} here.")
def test_naughty_strings_in_every_field_of_an_issue_make_a_letter(
    mira: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "from_paragraphs", None)  # no falling back to the words alone
    lines = [line for line in BLNS.read_text("utf-8").splitlines() if line and line[0] != "#"]
    wrong = []
    for line in lines:
        issue = Issue(newsletter=Newsletter.main(NOW), number=1, title=line, preheader=line)
        issue.blocks = [
            {
                "id": "a",
                "kind": "text",
                "heading": line,
                "body": line,
                "link": "https://a.example",
                "link_label": line,
            },
        ]
        made = words(issue, parts(issue, NOW))
        mailing = Mailing(
            subject=made.subject, preview=made.preview, text=made.text, body=made.body
        )
        mailing.purpose = "newsletter"
        html = letter(mailing).html
        if "https://a.example" not in html or "<pre>" in html:
            wrong.append((line, "lost"))
        reader = Alive()
        reader.feed(html)
        if reader.found:
            wrong.append((line, str(reader.found)))

    assert wrong == []


def test_the_starter_kit_is_put_in_once_as_a_draft() -> None:
    make.house()

    made = [load_starter(NOW), load_starter(NOW)]

    issue = Issue.objects.get()
    assert made == [1, 0]
    assert not issue.is_sent
    assert "[[greeting]]" in issue.blocks[0]["body"]
    assert "{" not in str([block["body"] for block in issue.blocks])
