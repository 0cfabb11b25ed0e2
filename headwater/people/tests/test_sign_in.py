import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from headwater.people.entering import one_press_link, operators_link
from headwater.people.models import House, Person
from headwater.people.tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()
    make.house()


def ask(client: Client, address: str):
    return client.post("/sign-in/", {"email": address})


def code_sent() -> str:
    found = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{2,})$", str(mail.outbox[-1].body), re.M)
    assert found
    return found[1]


def test_a_partner_signs_in_with_the_code_from_the_letter_case_apart(client):
    ada = make.person(email="Ada@a.example")

    answer = ask(client, "ADA@A.example")
    assert answer["Location"] == "/sign-in/code/"
    answer = client.post("/sign-in/code/", {"code": code_sent().lower(), "action": "verify"})

    assert answer["Location"] == "/"
    assert client.session["_auth_user_id"] == str(ada.pk)


def test_staff_land_in_the_studio_and_everybody_where_they_wanted_to_go(client):
    make.staff()
    ask(client, "mirela@h.example")
    assert client.post("/sign-in/code/", {"code": code_sent()})["Location"] == "/studio/"

    other = Client()
    answer = other.post("/sign-in/?next=/tips/3/", {"email": "mirela@h.example"})
    answer = other.post(answer["Location"], {"code": code_sent(), "next": "/tips/3/"})
    assert answer["Location"] == "/tips/3/"


def test_an_unknown_address_gets_the_same_answer_and_no_letter(client):
    make.person()
    known = ask(client, "ada@a.example")
    unknown = ask(Client(), "nobody@a.example")

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.to for message in mail.outbox] == [["ada@a.example"]]


def test_a_wrong_code_signs_nobody_in_and_five_end_the_attempt(client):
    make.person()
    ask(client, "ada@a.example")

    answers = [client.post("/sign-in/code/", {"code": "WRONG1"}) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 302]
    assert client.post("/sign-in/code/", {"code": code_sent()})["Location"] == "/sign-in/"
    assert "_auth_user_id" not in client.session


def test_codes_for_one_address_are_throttled(client):
    make.person()

    answers = [ask(Client(), "ada@a.example").status_code for _ in range(4)]

    assert answers == [302, 302, 302, 422]
    assert len(mail.outbox) == 3


def test_a_suspended_partner_gets_no_code_and_an_open_session_ends(client):
    ada = make.person()
    client.force_login(ada)

    ada.suspend(make.AT)
    ask(Client(), "ada@a.example")

    assert mail.outbox == []
    assert client.get("/")["Location"] == "/sign-in/?next=/"


def test_a_next_that_leads_away_from_here_is_not_followed(client):
    make.person()
    client.post("/sign-in/?next=https://evil.example/", {"email": "ada@a.example"})

    answer = client.post("/sign-in/code/?next=https://evil.example/", {"code": code_sent()})

    assert answer["Location"] == "/"


# ---- One-press links ----


def test_a_one_press_link_signs_in_by_post_alone_and_only_in_the_demo(client):
    ada = make.person()
    house = House.objects.get()
    house.is_demo = True
    house.save()
    link = one_press_link(ada, "http://testserver")

    assert client.get(link).status_code == 200
    assert "_auth_user_id" not in client.session
    assert client.post(link).status_code == 302
    assert client.session["_auth_user_id"] == str(ada.pk)
    House.objects.update(is_demo=False)
    assert Client().post(link).status_code == 410


def test_an_operators_link_works_once(client):
    mirela = make.staff()
    link = operators_link(mirela, "http://testserver")

    assert client.post(link)["Location"] == "/studio/"
    assert Client().post(link).status_code == 410


@pytest.mark.parametrize("token", ["x", "W10:1abc:def", "null"])
def test_a_forged_link_lets_nobody_in(client, token):
    assert client.post(f"/enter/{token}/").status_code == 410
    assert Person.objects.filter(last_login__isnull=False).count() == 0
