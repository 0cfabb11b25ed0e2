from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from ninja.testing import TestClient

from headwater.kit.errors import Refused
from headwater.ledger.models import Entry
from headwater.mail.models import Delivery
from headwater.safeguards.models import Hold
from headwater.sharing.api import router
from headwater.sharing.models import (
    Adaptation,
    Link,
    Message,
    NotForMe,
    Recall,
    Reminder,
    Share,
    VisitDay,
)
from headwater.sharing.personal import erase, export
from headwater.sharing.telling import chase_recalls, send_reminders
from headwater.sharing.tests import make
from headwater.sharing.tests.make import AT, BODY, DAY, HOME

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "fields",
    [
        {"target": "http://harbour.example/"},
        {"kind": "repost", "post_url": ""},
        {"starts_at": AT, "expires_at": AT},
        {"picture": "x.jpg", "picture_description": ""},
    ],
)
def test_the_database_refuses_a_message_that_cannot_be(fields: dict[str, object]) -> None:
    message = make.message()

    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**fields)


def test_our_words_come_with_what_we_know_filled_in_and_the_link_once() -> None:
    ada = make.person("Ada", place="Fenwick")
    message = make.message(body="[Your name] of [your town] likes [your pick].")

    assert message.draft_for(ada, "https://h.example/s/a") == (
        "Ada of Fenwick likes [your pick]. https://h.example/s/a"
    )
    assert make.message(body=BODY).draft_for(ada, "L").count("L") == 1


def test_a_message_is_open_between_its_days_and_until_it_is_called_back() -> None:
    message = make.message(starts_at=AT, expires_at=AT + DAY)
    ada = make.person()

    def seen(at: object) -> list[Message]:
        return Message.objects.meant_for(ada, at)  # type: ignore[arg-type]

    assert seen(AT - timedelta(seconds=1)) == []
    assert seen(AT) == [message]
    assert seen(AT + DAY) == []
    Recall.begin(message, reason="Wrong", actor=make.staff(), at=AT)
    assert seen(AT) == []
    with pytest.raises(Refused, match="called back"):
        message.change(actor=make.staff(), at=AT, title="New")


def test_a_message_cannot_be_shared_before_its_hour_or_unpublished() -> None:
    ada = make.person()
    later = make.message(embargo_until=AT + DAY)
    draft = make.message(published=False)

    for message in (later, draft):
        with pytest.raises(Refused):
            Share.say(person=ada, message=message, network="x", at=AT)
    Share.say(person=ada, message=later, network="x", at=AT + DAY)

    assert Entry.objects.filter(verb="sharing.shared").count() == 1


def test_adapting_is_noted_once_and_only_when_words_differ() -> None:
    ada, message = make.person(), make.message()
    Adaptation.keep(person=ada, message=message, text=message.body, at=AT)
    assert not Entry.objects.filter(verb="sharing.adapted").exists()

    for text in ("Mine", "Mine again"):
        Adaptation.keep(person=ada, message=message, text=text, at=AT)

    assert Entry.objects.filter(verb="sharing.adapted").count() == 1
    assert Adaptation.objects.get().text == "Mine again"


def test_a_reminder_goes_once_with_the_words_and_not_while_all_is_held() -> None:
    ada, message = make.person(), make.message()
    Adaptation.keep(person=ada, message=message, text="My own words", at=AT)
    Reminder.ask(person=ada, message=message, due_at=AT + DAY, keeps_text=True, at=AT)
    hold = Hold.begin(reason="Ill", actor=make.staff(), at=AT)
    assert (send_reminders(AT), send_reminders(AT + DAY)) == (0, 0)
    hold.release(actor=make.staff(), at=AT)

    assert (send_reminders(AT + DAY), send_reminders(AT + DAY)) == (1, 0)

    assert "My own words" in Delivery.objects.get(person=ada).mailing.text


def test_a_recall_asks_three_times_and_then_stops() -> None:
    ada, message = make.person(), make.message()
    Share.say(person=ada, message=message, network="x", at=AT)
    Recall.begin(message, reason="Wrong day", actor=make.staff(), at=AT)
    hours = [0, 1, 4, 5, 28, 29, 200]

    asked = [chase_recalls(AT + timedelta(hours=n)) for n in hours]

    assert asked == [1, 0, 1, 0, 1, 0, 0]


def test_a_partner_takes_their_data_along_and_erases_it_while_links_go_on() -> None:
    ada, message = make.person(), make.message()
    Adaptation.keep(person=ada, message=message, text="My own words", at=AT)
    Share.say(person=ada, message=message, network="x", at=AT)
    NotForMe.say(person=ada, message=make.message(), at=AT)
    link = Link.of(ada, message, at=AT)
    assert export(ada)["your_words"][0]["text"] == "My own words"

    erase(ada, AT)

    assert all(not rows for rows in export(ada).values())
    link.refresh_from_db()
    assert (link.person, link.message) == (None, message)


def test_the_api_gives_visits_by_link_and_day_and_nobodys_name() -> None:
    link = make.link()
    for day, people in ((date(2026, 5, 14), 3), (date(2026, 5, 15), 5)):
        VisitDay.objects.create(link=link, day=day, people=people, visits=9, machines=2)

    answer = TestClient(router).get("/visits?since=2026-05-15")

    row = {
        "link": link.code, "message": link.message_id, "day": "2026-05-15", "people": 5,
        "visits": 9, "machines": 2,
    }  # fmt: skip
    assert answer.json() == {"items": [row], "count": 1}


def test_a_changed_target_leads_every_link_there() -> None:
    link = make.link()
    assert link.message
    link.message.change(actor=make.staff(), at=AT, target=HOME + "/saturday")

    from headwater.sharing.links import find

    found = find(link.code)
    assert found
    assert found.address == HOME + "/saturday"
