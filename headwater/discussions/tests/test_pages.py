from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now
from icalendar import Calendar

from headwater.discussions.models import Kit, Transcript
from headwater.discussions.tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client):
    make.house()
    person = make.person()
    client.force_login(person)
    return person


@pytest.fixture
def mirela(client):
    make.house()
    person = make.staff()
    client.force_login(person)
    return person


def soon(**fields) -> Kit:
    return make.kit(starts_at=now() + timedelta(days=1), **fields)


def talk(name: str, *args: object) -> str:
    return reverse(f"portal:discussions:{name}", args=args)


def studio(name: str, *args: object) -> str:
    return reverse(f"studio:discussions:{name}", args=args)


def test_talk_shows_what_comes_and_what_came_of_it(client, ada):
    coming, held = soon(title="Queues"), make.kit("Opening hours")
    Transcript.paste(held, "Bo: Secret words", actor=None, at=make.NOON)
    Transcript.summarise(
        held, "Save your **hours** yourself.", actor=None, at=make.NOON, publish=True
    )

    text = client.get(talk("talk")).content.decode()

    assert "Next: Queues" in text
    assert coming.question in text
    assert "Save your <strong>hours</strong> yourself." in text
    assert "Secret words" not in text


def test_the_conversation_itself_is_shown_only_where_staff_share_it(client, ada):
    kit = make.kit()
    Transcript.paste(kit, "Bo: <i>Secret</i> words", actor=None, at=make.NOON)
    Transcript.summarise(kit, "Ten lines.", actor=None, at=make.NOON, publish=True)
    assert "Secret" not in client.get(talk("kit", kit.slug)).content.decode()

    Transcript.summarise(kit, "Ten.", actor=None, at=make.NOON, publish=True, share=True)

    assert "&lt;i&gt;Secret&lt;/i&gt; words" in client.get(talk("kit", kit.slug)).content.decode()


def test_what_is_not_announced_is_not_found(client, ada):
    kit = make.kit("Template", starts_at=None)

    assert client.get(talk("kit", kit.slug)).status_code == 404
    assert client.get(talk("calendar", kit.slug)).status_code == 404


def test_the_calendar_file_reminds_before_it_starts(client, ada):
    kit = soon(title="Line\nbreak; and, signs")

    calendar = Calendar.from_ical(client.get(talk("calendar", kit.slug)).content)
    [event] = calendar.walk("VEVENT")

    assert event["summary"] == "Line\nbreak; and, signs"
    assert len(event.walk("VALARM")) == 1


def test_staff_prepare_a_chat_announce_it_and_print_its_run_sheet(client, mirela):
    answer = client.post(
        studio("new"),
        {
            "kind": "live_chat", "title": "An hour", "question": "What?", "network": "x",
            "hashtag": "an hour!", "starts_at": "2026-06-04T19:00", "minutes": "40",
            "time_zone": "Europe/Lisbon", "do": "Ask.", "dont": "Don’t sell: all sell.",
            "step_lines": "0 Welcome\n6: Q1. Why?\n  and how?", "host": "Rui",
        },
    )  # fmt: skip
    kit = Kit.objects.get()
    assert answer.status_code == 302
    assert kit.hashtag == "#anhour"
    assert kit.starts_at is not None
    assert kit.starts_at.hour == 18  # seven in the evening in Lisbon
    client.post(studio("publication", kit.pk))
    kit.refresh_from_db()
    assert kit.published_at is not None

    sheet = client.get(studio("run_sheet", kit.pk)).content.decode()

    assert "19:06" in sheet
    assert "Q1. Why? and how?" in sheet


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [("dont", "", 422), ("step_lines", "no minute", 422), ("time_zone", "Mars/Base", 422),
     ("minutes", "0", 422), ("starts_at", "soon", 422)],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_typed_is_lost(client, mirela, field, value, status):
    typed = {
        "kind": "discussion", "title": "Kept title", "question": "What?", "network": "x",
        "minutes": "40", "time_zone": "UTC", "do": "Ask.", "dont": "Don’t sell: all sell.",
    }  # fmt: skip

    answer = client.post(studio("new"), typed | {field: value})

    assert answer.status_code == status
    assert "Kept title" in answer.content.decode()
    assert Kit.objects.count() == 0


def test_staff_take_a_talk_in_credit_who_helped_and_sum_it_up(client, mirela):
    kit, ada = make.kit(), make.person("Adaeze Okonkwo")
    client.post(studio("transcript", kit.pk), {"text": "ADAEZE OKONKWO: Try this.\nBo: Thanks?"})

    answer = client.get(studio("kit", kit.pk))
    assert [row["person"] for row in answer.context["likely"]] == [ada]

    client.post(studio("credit", kit.pk, ada.pk), {"helped": "1"})
    client.post(studio("summary", kit.pk), {"summary": "Ten lines.", "publish": "on"})
    assert kit.parts.get().helped
    assert "Adaeze Okonkwo" in client.get(talk("kit", kit.slug)).content.decode()
    client.post(studio("credit", kit.pk, ada.pk), {"remove": "1"})
    assert not kit.parts.exists()


def test_a_summary_without_words_is_refused_on_the_page(client, mirela):
    answer = client.post(studio("summary", make.kit().pk), {"summary": "", "publish": "on"})

    assert answer.status_code == 409
    assert "before you publish" in answer.content.decode()


def test_partners_are_not_let_into_the_studio(client, ada):
    kit = make.kit()

    assert client.get(studio("kits")).status_code == 404
    assert client.post(studio("transcript", kit.pk), {"text": "x"}).status_code == 404
    assert not Transcript.objects.exists()


def test_analysts_read_and_do_not_write(client):
    make.house()
    client.force_login(make.staff(role="analyst"))
    kit = make.kit()

    assert client.get(studio("kits")).status_code == 200
    assert client.post(studio("transcript", kit.pk), {"text": "x"}).status_code == 403


@pytest.fixture
def full():
    for number in range(15):
        kit = make.kit(f"Held {number}")
        Transcript.paste(kit, "Ada: One", actor=None, at=make.NOON)
        Transcript.summarise(kit, "Ten lines.", actor=None, at=make.NOON, publish=True)
        soon(title=f"Coming {number}")


def test_talk_asks_the_database_no_more_for_more_rows(
    client, ada, full, django_assert_max_num_queries
):
    with django_assert_max_num_queries(9):
        assert client.get(talk("talk")).status_code == 200


def test_the_studio_list_asks_the_database_no_more_for_more_rows(
    client, mirela, full, django_assert_max_num_queries
):
    with django_assert_max_num_queries(8):
        assert client.get(studio("kits")).status_code == 200


def test_the_studio_page_opens_with_and_without_a_talk(client, mirela):
    kit, template = make.kit(steps=[(0, "Welcome")]), make.kit("T", starts_at=None)

    for pk in (kit.pk, template.pk):
        for name in ("kit", "edit", "run_sheet"):
            assert client.get(studio(name, pk)).status_code == 200
    answer = client.post(studio("copy", kit.pk))
    assert answer.status_code == 302
    assert Kit.objects.filter(starts_at=None).count() == 2
