from hashlib import sha256
from typing import Any

import pytest
from django.test import Client

from headwater.kit.errors import Refused
from headwater.people.models import House, Person
from headwater.sharing import personal
from headwater.sharing.models import Adaptation, Message, Offer, WaysDraw
from headwater.sharing.models.ways import place_of
from headwater.sharing.tests import make
from headwater.sharing.tests.make import AT

pytestmark = pytest.mark.django_db
SHORT = "Supper Week begins on 1 June. Come to [your pick]. [your link]"


@pytest.fixture(autouse=True)
def house() -> House:
    return House.objects.create(pk=1, name="The Alliance", lotteries_allowed=True, created_at=AT)


def held(message: Message | None = None, words: list[str] | None = None, **more: Any) -> WaysDraw:
    values: dict[str, Any] = {
        "number": "7 11 23 31 40 44", "is_about_safety": False, "actor": make.staff(), "at": AT,
        "words": [SHORT] if words is None else words,
    }  # fmt: skip
    return WaysDraw.hold(message or make.message(published=False), **values | more)


def test_lots_give_each_partner_a_way_that_anybody_can_work_out_again() -> None:
    draw = held()
    people = [make.person(f"P{n}") for n in range(60)]

    ways = {person.public_id: draw.way_of(person).letter for person in people}

    for public_id, letter in ways.items():
        lots = sha256(f"7 11 23 31 40 44:{public_id}".encode()).hexdigest()
        assert letter == ("A" if int(lots[:13], 16) / 16**13 < 0.5 else "B")
        assert 0 <= place_of(draw.number, public_id) < 1
    assert set(ways.values()) == {"A", "B"}
    assert [way.share for way in draw.ways.all()] == [0.5, 0.5]


def test_a_way_is_offered_once_however_often_somebody_looks() -> None:
    draw, ada = held(), make.person()

    first, again = draw.offer(ada, at=AT), draw.offer(ada, at=AT + make.DAY)

    assert first == again
    assert [(o.person, o.way, o.at) for o in Offer.objects.all()] == [(ada, first, AT)]


def test_a_lot_past_the_last_share_falls_to_the_last_way() -> None:
    draw = held(words=[SHORT, SHORT + " Soon."])
    draw.ways.update(share=1e-9)

    assert draw.way_of(make.person()).letter == "C"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"is_about_safety": True}, "to everybody"),
        ({"number": "  "}, "Write the number"),
        ({"words": ["  "]}, "each one different"),
        ({"words": [make.BODY + " "]}, "each one different"),
        ({"words": ["a", "b", "c", "d"]}, "More than four"),
    ],
)
def test_a_draw_that_should_not_be_held_is_refused(more: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        held(**more)

    assert WaysDraw.objects.count() == 0


def test_no_draw_where_they_are_off_or_somebody_has_seen_it_or_one_stands(house: House) -> None:
    with pytest.raises(Refused, match="have seen it"):
        held(make.message())
    draw = held()
    with pytest.raises(Refused, match="set already"):
        held(Message.objects.get(pk=draw.message_id))
    House.objects.update(lotteries_allowed=False)
    with pytest.raises(Refused, match="switched off"):
        held()


def test_words_that_lots_decide_about_stay_until_the_ways_are_taken_back() -> None:
    draw, staff = held(), make.staff()
    message = Message.objects.get(pk=draw.message_id)
    with pytest.raises(Refused, match="Take its ways back"):
        message.change(actor=staff, at=AT, body="Other words.")

    draw.take_back(actor=staff, at=AT)
    Message.objects.get(pk=message.pk).change(actor=staff, at=AT, body="Other words.")

    assert WaysDraw.objects.count() == 0


def test_once_it_is_out_the_ways_stay() -> None:
    draw = held()
    draw.message.publish(actor=make.staff(), at=AT)

    with pytest.raises(Refused, match="It is out"):
        draw.take_back(actor=make.staff(), at=AT)


def test_a_partner_sees_their_way_first_and_may_take_any(client: Client) -> None:
    draw, ada = held(), make.person()
    draw.message.publish(actor=make.staff(), at=AT)
    first = draw.way_of(ada)
    other = draw.ways.exclude(pk=first.pk).get()
    begins = first.body.split("[")[0]
    client.force_login(ada)
    url = f"/share/{draw.message_id}/"

    page = client.get(url)
    answer = client.post(url, {"way": other.position, "text": "x", "relationship": ""})

    assert page.context["draft"].text.startswith(begins)
    assert "Lots decide which one each partner sees first" in page.content.decode()
    assert answer.status_code == 302
    assert Adaptation.objects.get().text.startswith(other.body.split("[")[0])
    assert [(o.person, o.way) for o in Offer.objects.all()] == [(ada, first)]
    assert client.post(url, {"way": "9", "text": "x", "relationship": ""}).status_code == 404
    assert client.post(url, {"way": "A", "text": "x", "relationship": ""}).status_code == 404


def test_the_letter_leaves_the_words_to_the_page() -> None:
    from django.template.loader import render_to_string  # only here

    draw = held()
    context = {"message": draw.message, "url": "https://x.example/"}

    letter = render_to_string("sharing/mail/message.txt", context)

    assert "Our words for it stand on its page." in letter
    assert "Supper Week is 1 to 7 June" not in letter


def test_staff_set_ways_by_page_and_everybody_can_draw_again(client: Client) -> None:
    message, ada = make.message(published=False), make.person()
    client.force_login(make.staff())
    url = f"/studio/messages/{message.pk}/ways/"
    refused = client.post(url, {"second": SHORT, "number": "7"})

    client.post(url, {"second": SHORT, "number": "7", "is_harmless": "on"})

    draw = WaysDraw.objects.get()
    draw.message.publish(actor=make.staff(), at=AT)
    way = draw.offer(ada, at=AT)
    lots = b"".join(client.get(f"{url}lots.csv")).decode().split()
    assert refused.status_code == 409
    assert "Draw again, if you like" in client.get(url).content.decode()
    assert lots[0] == "public_id,lot,place,offered_first"
    assert lots[1].startswith(ada.public_id)
    assert lots[1].endswith(f",{way.letter}")
    assert client.post(f"/studio/messages/{message.pk}/ways/undone/").status_code == 409


def test_ways_are_taken_back_by_page(client: Client) -> None:
    draw = held()
    client.force_login(make.staff())

    client.post(f"/studio/messages/{draw.message_id}/ways/undone/")

    assert WaysDraw.objects.count() == 0
    page = client.get(f"/studio/messages/{draw.message_id}/ways/").content.decode()
    assert "Let lots decide" in page


def test_what_was_offered_is_the_partners_to_see_and_to_have_erased() -> None:
    draw, ada = held(), make.person()
    way = draw.offer(ada, at=AT)

    seen = personal.export(ada)["offered_first"]
    personal.erase(Person.objects.get(pk=ada.pk), AT)

    assert seen == [{"draw__message__title": "Supper Week", "way__body": way.body, "at": AT}]
    assert Offer.objects.count() == 0
