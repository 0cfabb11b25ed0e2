from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from headwater.events import telling
from headwater.events.models import Event, Place, Pulse
from headwater.events.tests import make
from headwater.mail.models import Delivery
from headwater.people.models import Person, SignUp

pytestmark = pytest.mark.django_db


def coming(title: str = "Photograph food", **fields: object) -> Event:
    start = now() + timedelta(days=7)
    times = {"starts_at": start, "ends_at": start + timedelta(hours=3), "published_at": now()}
    return make.event(title, **times | fields)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_much_for_three_events_as_for_one(
    client: Client, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make.house()
    for n in range(rows):
        coming(f"Event {n}")

    with django_assert_max_num_queries(12):
        page = client.get("/events/").content.decode()

    assert page.count('class="event"') == rows


def test_a_partner_keeps_a_place_and_gives_it_back(client: Client) -> None:
    make.house()
    ada, event = make.person("Ada"), coming()
    client.force_login(ada)

    client.post(f"/events/{event.slug}/", {"to_prepare": "step-free"})
    kept = Place.objects.get()
    page = client.get(f"/events/{event.slug}/").content.decode()
    client.post(f"/events/{event.slug}/release/")

    assert (kept.state, kept.to_prepare) == ("held", "step-free")
    assert "You have a place" in page
    assert Place.objects.get().state == "released"
    assert Delivery.objects.filter(person=ada).count() == 1


def test_a_guest_has_a_place_only_after_the_press_in_the_letter(client: Client) -> None:
    make.house()
    event = coming()
    form = {"name": "Zoë Müller", "email": "zoe@example.org"}

    client.post(f"/events/{event.slug}/", form)
    link = f"/events/guest/{SignUp.objects.get().public_id}/"
    client.get(link)
    before = Place.objects.count()
    client.post(link)

    assert before == 0
    assert [p.person.name for p in Place.objects.all()] == ["Zoë Müller"]


def test_a_form_filled_by_a_machine_makes_no_letter_and_says_the_same(client: Client) -> None:
    make.house()
    event = coming()
    form = {"name": "Bot", "email": "bot@example.org", "website": "https://spam.example"}

    answer = client.post(f"/events/{event.slug}/", form)

    assert answer.status_code == 302
    assert list(SignUp.objects.all()) == []


def test_one_address_is_written_to_three_times_an_hour_at_most(client: Client) -> None:
    make.house()
    event = coming()

    for _time in range(6):
        client.post(f"/events/{event.slug}/", {"name": "Zoë", "email": "zoe@example.org"})

    assert SignUp.objects.count() == 3


def test_bad_input_is_shown_again_with_what_was_typed(client: Client) -> None:
    make.house()
    event = coming()

    answer = client.post(f"/events/{event.slug}/", {"name": "<script>", "email": "not an address"})

    assert answer.status_code == 422
    assert "&lt;script&gt;" in answer.content.decode()
    assert "<script>" not in answer.content.decode().replace('<script src="', "")


def test_a_personal_link_gives_one_place_back_and_opens_nothing_else(client: Client) -> None:
    make.house()
    ada, event = make.person("Ada"), coming()
    place = event.register(ada, at=now())
    link = telling.place_url(place)

    shown = client.get(link, follow=True)
    client.post(shown.redirect_chain[-1][0])

    assert "Not you?" in shown.content.decode()
    assert Place.objects.get().state == "released"
    assert client.get("/studio/events/").status_code == 302


def test_a_link_for_a_place_answers_no_pulse(client: Client) -> None:
    make.house()
    ada, event = make.person("Ada"), coming()
    token = telling.place_url(event.register(ada, at=now())).split("/")[-2]

    answer = client.post(f"/events/pulse/{token}/", {"useful": "9"})

    assert answer.status_code == 409
    assert list(Pulse.objects.all()) == []


def test_reminders_and_thanks_go_once_to_those_they_are_for(client: Client) -> None:
    make.house()
    ada, ben = make.person("Ada"), make.person("Ben")
    soon = coming(
        places=1, starts_at=now() + timedelta(hours=30), ends_at=now() + timedelta(hours=33)
    )
    soon.register(ada, at=now())
    soon.register(ben, at=now())

    first, second = telling.send_what_is_due(now()), telling.send_what_is_due(now())

    assert (first, second) == (1, 0)
    told = Delivery.objects.filter(mailing__title__startswith="Reminder")
    assert [d.person for d in told] == [ada]


def test_the_calendar_file_has_the_event_in_its_own_zone(client: Client) -> None:
    make.house()
    event = coming(time_zone="Europe/London", venue="Fenwick Market Hall")

    body = client.get(f"/events/{event.slug}/calendar.ics").content.decode()

    assert "DTSTART;TZID=Europe/London" in body
    assert "LOCATION:Fenwick Market Hall" in body


def test_staff_plan_publish_tick_and_call_off(client: Client) -> None:
    make.house()
    ada, owner = make.person("Ada"), make.staff()
    client.force_login(owner)
    form = {
        "title": "Films", "kind": "webinar", "summary": "One minute.", "time_zone": "Europe/London",
        "starts_at": "2099-06-01T10:00", "ends_at": "2099-06-01T11:00", "places": "2",
    }  # fmt: skip

    client.post("/studio/events/new/", form)
    event = Event.objects.get()
    pages = [client.get(f"/studio/events/{event.pk}/{part}").status_code for part in ("", "edit/")]
    client.post(f"/studio/events/{event.pk}/publication/")
    event.refresh_from_db()
    event.register(ada, at=now())
    client.post(f"/studio/events/{event.pk}/attendance/", {"person": ada.pk, "came": "1"})
    client.post(f"/studio/events/{event.pk}/cancellation/")
    event.refresh_from_db()

    assert pages == [200, 200]
    assert event.starts_at.hour == 9  # ten in London is nine in UTC in June
    assert [a.person for a in event.attendances.all()] == [ada]
    assert event.cancelled_at is not None
    assert Person.objects.partners().get() == ada


def test_an_event_shows_the_hour_where_it_is_held_whatever_the_clock_of_the_house(
    client: Client,
) -> None:
    make.house(time_zone="America/New_York")
    event = make.event("Posting at noon", time_zone="Europe/London")  # 12:00 UTC, in summer
    client.force_login(make.staff())

    public = client.get(f"/events/{event.slug}/").content.decode()
    ours = client.get(f"/studio/events/{event.pk}/").content.decode()
    calendar = client.get(f"/events/{event.slug}/calendar.ics").content.decode()

    assert "21 May 2026, 13:00" in public
    assert "21 May 2026, 13:00 to 16:00" in ours
    assert "DTSTART;TZID=Europe/London:20260521T130000" in calendar
