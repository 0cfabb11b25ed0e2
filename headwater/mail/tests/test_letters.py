import json
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.mail import send_mail
from hypothesis import given
from hypothesis import strategies as st

from headwater.mail import forgetting, letters, personal, sealing, wording
from headwater.mail.models import Attachment, Delivery, Mailing
from headwater.mail.tests import make
from headwater.mail.tests.make import NOW
from headwater.mail.wording import Words, from_paragraphs
from headwater.mail.writing import write_words
from headwater.safeguards.models.limit import Contacted

pytestmark = pytest.mark.django_db
BLNS = Path(settings.SHARED_DIR or "../shared") / "data" / "badinput" / "blns.txt"


def parsed(mailing: Mailing, delivery: Delivery) -> EmailMessage:
    wire = letters.letter(mailing).wire(delivery, NOW)
    assert all(len(line) <= 998 for line in wire.split(b"\r\n"))
    assert b"\n" not in wire.replace(b"\r\n", b"")
    return message_from_bytes(letters.source(wire), policy=default)


def words(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def one(mailing: Mailing, **merge: str) -> Delivery:
    return Delivery(
        pk=7,
        mailing=mailing,
        name=merge.get("greeting", ""),
        address="ada@example.org",
        merge=merge,
    )


def test_a_spliced_letter_reads_as_if_it_had_been_written_whole() -> None:
    make.house()
    text = "Dear [[greeting]]:\n\n.dots at the start = fine, " + "long " * 60 + "\n\n[[note]]\n"
    mailing = make.mailing(text=text, subject="For [[greeting]]: grüße 🐟")

    letter = parsed(
        mailing, one(mailing, greeting="Adaeze Okónkwọ̀", note=".one\n.two <b> & “three”")
    )

    assert letter["Subject"] == "For Adaeze Okónkwọ̀: grüße 🐟"
    assert letter["To"].addresses[0].display_name == "Adaeze Okónkwọ̀"
    expected = text.replace("[[greeting]]", "Adaeze Okónkwọ̀")
    expected = expected.replace("[[note]]", ".one\n.two <b> & “three”")
    assert words(letter, "plain").startswith(expected.rstrip())
    assert ".two &lt;b&gt; &amp; “three”" in words(letter, "html")


@given(st.text(max_size=80), st.text(max_size=200))
def test_whatever_stands_in_a_name_no_header_and_no_part_can_be_added(name: str, note: str) -> None:
    mailing = Mailing(
        title="T", subject="For [[greeting]]", purpose="newsletter", text="[[note]]\n",
        body=from_paragraphs("[[note]]\n"), asked_at=NOW, send_at=NOW,
    )  # fmt: skip
    made = letters.Letter(
        mailing, "post@harbour.example", "https://harbour.example", "harbour.example", b"From: a@b.c\r\n",
        tuple(letters._mime(mailing, "<p>[[note]]</p>", "[[note]]\n")), "", "",
    )  # fmt: skip

    wire = made.wire(one(mailing, greeting=name, note=note), NOW)
    letter = message_from_bytes(letters.source(wire), policy=default)

    assert b"\r\n.\r\n" not in wire
    assert sorted(set(letter.keys())) == [
        "Content-Type", "Date", "From", "List-Unsubscribe", "List-Unsubscribe-Post", "Message-ID",
        "Subject", "To",
    ]  # fmt: skip
    assert [part.get_content_type() for part in letter.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip


@pytest.mark.skipif(not BLNS.exists(), reason=f"There is no file {BLNS} here.")
def test_naughty_strings_come_through_unchanged() -> None:
    make.house()
    lines = [line for line in BLNS.read_text("utf-8").splitlines() if line and line[0] != "#"]
    mailing = make.mailing(text="[[note]]\n")
    made = letters.letter(mailing)

    wrong = []
    for line in lines:
        wire = made.wire(one(mailing, greeting=line, note=line), NOW)
        letter = message_from_bytes(letters.source(wire), policy=default)
        if not words(letter, "plain").startswith(line.replace("\r", "\n")):
            wrong.append(line)

    assert len(lines) > 400
    assert wrong == []


def test_a_placeholder_nobody_fills_stays_and_a_value_is_never_filled_again() -> None:
    mailing = make.mailing(text="[[greeting]] [[typo]]\n")

    letter = parsed(mailing, one(mailing, greeting="[[unsubscribe]]"))

    assert words(letter, "plain").startswith("[[unsubscribe]] [[typo]]\n")


def test_an_attachment_goes_along() -> None:
    mailing = make.mailing()
    Attachment.objects.create(
        mailing=mailing, name="place.ics", content=b"BEGIN:VCALENDAR\r\n", kind="text/calendar"
    )

    letter = parsed(mailing, one(mailing, greeting="Ada"))

    files = [(f.get_filename(), f.get_content_type()) for f in letter.iter_attachments()]
    assert files == [("place.ics", "text/calendar")]
    assert words(letter, "plain").startswith("Hello Ada,")


def test_the_foot_says_who_writes_why_and_how_to_stop() -> None:
    make.house()
    mailing = make.mailing()

    letter = parsed(mailing, one(mailing, greeting="Ada"))

    for kind in ("plain", "html"):
        assert "Old Ice House, Saltmarsh Quay" in words(letter, kind)
        assert "https://harbour.example/stop/7." in words(letter, kind)


def test_a_long_first_line_of_a_thousand_letters_is_folded() -> None:
    assert all(len(line) <= 76 for line in letters.encoded("ő" * 1000).split("\r\n "))


def test_a_sealed_password_opens_only_with_its_key(settings: object) -> None:
    sealed = sealing.seal("pass wörd")

    opened = sealing.unseal(sealed)
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]

    assert opened == "pass wörd"
    assert sealing.unseal(sealed) == ""
    assert json.dumps(sealed)


def test_a_letter_we_may_not_write_is_kept_with_its_reason() -> None:
    ada = make.person()

    nothing = write_words(ada, Words("S", "T\n", ""), purpose="newsletter", at=NOW)
    service = write_words(ada, Words("S", "T\n", ""), purpose="service", at=NOW)

    assert nothing is None
    assert service is not None
    assert [(d.state, d.reason) for d in Delivery.objects.order_by("pk")] == [
        ("excluded", "no_basis"),
        ("stands", ""),
    ]


def test_djangos_own_mail_which_is_the_sign_in_code_goes_through_the_post_office(
    settings: Any,
) -> None:
    settings.EMAIL_BACKEND = "headwater.mail.backend.PostOffice"
    ada = make.person()

    count = send_mail("Your code", "Your code is 482016.\n", None, [ada.email, "new@example.org"])

    assert count == 1
    rows = Delivery.objects.order_by("pk").values_list("person", "mailing__is_secret", "state")
    assert list(rows) == [(ada.pk, True, "stands"), (None, True, "stands")]


def test_a_rooms_template_becomes_subject_words_and_a_button(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "hello.txt").write_text(
        "Subject: It’s {{ name }} & co\nPreview: A minute\n\nDear [[greeting]],\n\n"
        "Answer now: https://harbour.example/i/x/?a=1&b=2\n"
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [str(tmp_path)]}]

    found = wording.words("hello", {"name": "<Ada>"})

    assert (found.subject, found.preview) == ("It’s <Ada> & co", "A minute")
    assert found.text.startswith("Dear [[greeting]],\n\nAnswer now: https://")
    assert 'href="https://harbour.example/i/x/?a=1&amp;b=2">Answer now</mj-button>' in found.body


def test_words_are_forgotten_after_ninety_days_and_that_it_went_is_kept() -> None:
    ada = make.person(purpose="thanks")
    delivery = write_words(ada, Words("S", "Thank you.\n", ""), purpose="thanks", at=NOW)
    assert delivery is not None

    early = forgetting.forget_words(NOW + timedelta(days=89))
    late = forgetting.forget_words(NOW + timedelta(days=91))

    delivery.refresh_from_db()
    assert (early, late) == (0, 1)
    assert (delivery.state, delivery.merge, delivery.mailing.text) == ("stands", {}, "")
    assert Contacted.objects.filter(person=ada, purpose="thanks").count() == 1


def test_personal_rows_are_exported_and_erased_and_the_sums_stay() -> None:
    ada = make.person()
    delivery = write_words(ada, Words("S", "Hello Ada.\n", ""), purpose="service", at=NOW)
    assert delivery is not None

    exported = personal.export(ada)
    personal.erase(ada, NOW)

    assert [row["text"] for row in exported["letters"]] == ["Hello Ada.\n"]
    delivery.refresh_from_db()
    assert (delivery.person, delivery.address, delivery.name, delivery.merge) == (None, "", "", {})
    assert delivery.mailing.text == ""
    assert delivery.mailing.counts() == {"excluded": 1}
