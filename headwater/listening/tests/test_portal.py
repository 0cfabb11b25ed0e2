from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from headwater.listening import inviting
from headwater.listening.models import Answer, Invitation, Reply, Survey, Wish
from headwater.listening.tests import make
from headwater.mail import personal_links
from headwater.people.models import Person

pytestmark = pytest.mark.django_db


def asked(person: Person, **fields: Any) -> tuple[Survey, str]:
    """A survey open now, and this person's own way into it."""
    make.house()
    survey = make.survey(**{"opens_at": now() - timedelta(days=1), **fields})
    Invitation.invite(survey, Person.objects.filter(pk=person.pk), way="mail", actor=None, at=now())
    token = personal_links.token(person, job=inviting.JOB, key=survey.public_id)
    return survey, f"/surveys/{survey.public_id}/?by={token}"


def press(client: Client, url: str, do: str = "continue", **data: Any) -> str:
    response = client.post(url, {"do": do, **data})
    assert response.status_code == 302, response.content.decode()[:2000]
    return str(response["Location"])


def test_from_the_letter_to_the_thanks_without_signing_in(client: Client) -> None:
    ada = make.person()
    survey, url = asked(ada)
    wishes, _scale, _words = make.parts(survey)
    photos = wishes.options.all()[0]

    first = client.get(url).content.decode()
    assert "Question 1 of 3" in first
    assert "Not you?" in first
    assert not Reply.objects.exists()
    second = press(client, url, options=[photos.pk])
    third = press(client, second, number="8")
    thanks = press(client, third, text="Friday webinars", may_quote="on")

    assert "Thank you" in client.get(thanks).content.decode()
    reply = Reply.objects.get()
    assert (reply.person, reply.is_done, reply.source) == (ada, True, "link")
    assert {(a.option_id, a.number, a.text, a.may_quote) for a in reply.answers.all()} == {
        (photos.pk, None, "", False),
        (None, 8, "", False),
        (None, None, "Friday webinars", True),
    }
    assert client.get(url)["Location"] == thanks
    assert "_auth_user_id" not in client.session


def test_skip_later_and_back_keep_what_was_said(client: Client) -> None:
    survey, url = asked(make.person())
    wishes, *_rest = make.parts(survey)

    second = press(client, url, "skip", options=[wishes.options.all()[0].pk])
    pause = press(client, second, "later", number="3")
    assert "Your answers are kept" in client.get(pause).content.decode()
    resumed = client.get(url).content.decode()
    assert "Question 3 of 3" in resumed
    back = press(client, url + "&q=3", "back")

    assert [a.number for a in Answer.objects.all()] == [3]
    assert 'value="3" checked' in client.get(back).content.decode()


def test_more_than_may_be_chosen_is_said_on_the_page_and_nothing_is_lost(client: Client) -> None:
    survey, url = asked(make.person())
    wishes, *_rest = make.parts(survey)
    pks = [o.pk for o in wishes.options.all()][:3]

    response = client.post(url, {"do": "continue", "options": pks})

    assert response.status_code == 409
    text = response.content.decode()
    assert "Choose at most 2, please." in text
    assert text.count(" checked") == 3
    assert not Answer.objects.exists()


def test_a_link_made_for_another_survey_opens_nothing(client: Client) -> None:
    ada = make.person()
    _survey, url = asked(ada)
    other = make.survey(opens_at=now() - timedelta(days=1))

    response = client.get(f"/surveys/{other.public_id}/?{url.split('?')[1]}")

    assert response.status_code == 409
    assert "opens something else" in response.content.decode()


def test_without_link_and_sign_in_one_is_asked_to_sign_in(client: Client) -> None:
    survey, _url = asked(make.person())

    response = client.get(f"/surveys/{survey.public_id}/")

    assert response.status_code == 302
    assert "next=" in response["Location"]


def test_a_survey_one_was_not_asked_to_answer_is_not_there(client: Client) -> None:
    survey, _url = asked(make.person())
    client.force_login(make.person("Ben"))

    assert client.get(f"/surveys/{survey.public_id}/").status_code == 404


def test_without_names_the_whole_way_leaves_no_trace_of_the_person(client: Client) -> None:
    ada = make.person()
    survey, url = asked(ada, is_anonymous=True)
    wishes, *_rest = make.parts(survey)

    assert "no name is kept" in client.get(url).content.decode()
    second = press(client, url, options=[wishes.options.all()[0].pk])
    assert f"reply-{survey.public_id}" in client.cookies
    third = press(client, second, number="5")
    thanks = press(client, third, "skip")

    assert "without your name" in client.get(thanks).content.decode()
    reply = Reply.objects.get()
    assert (reply.person, reply.key, reply.is_done) == (None, None, True)
    assert list(Wish.objects.values_list("person", flat=True)) == [None]
    assert client.cookies[f"reply-{survey.public_id}"].value == ""
    assert client.post(url, {"do": "continue"})["Location"] == thanks


def test_a_closed_survey_says_so(client: Client) -> None:
    _survey, url = asked(make.person(), closes_at=now() - timedelta(hours=1))

    assert "This survey is closed" in client.get(url).content.decode()


def test_ones_own_answers_can_be_taken_out_by_the_same_link(client: Client) -> None:
    survey, url = asked(make.person())
    thanks = press(client, press(client, press(client, url), number="5"), text="x")
    assert "Take my answers out" in client.get(thanks).content.decode()

    response = client.post(thanks.replace("/thanks/", "/withdrawal/"))

    assert response.status_code == 302
    assert not survey.replies.exists()


def test_my_surveys_show_what_waits_and_what_came_of_it(client: Client) -> None:
    ada = make.person()
    survey, url = asked(ada)
    wishes, *_rest = make.parts(survey)
    press(client, url, options=[wishes.options.all()[0].pk])
    make.need("phone-photos").respond(title="A seminar", text="", actor=make.staff(), at=now())
    client.force_login(ada)

    text = client.get("/surveys/").content.decode()

    assert "Go on" in text
    assert "A seminar" in text
    assert "A seminar" in client.get("/you-said-we-did/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_my_surveys_take_the_same_queries_with_one_and_with_three(
    client: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    ada = make.person()
    for _number in range(count):
        survey, _url = asked(ada)
        Reply.begin(survey, ada, at=now())
    client.force_login(ada)
    client.get("/surveys/")

    with django_assert_max_num_queries(12):
        client.get("/surveys/")


def test_every_naughty_string_comes_back_as_it_was_or_is_refused_plainly(client: Client) -> None:
    ada = make.person()
    survey, url = asked(ada)
    *_rest, words = make.parts(survey)
    strings = ["<script>alert(1)</script>", "Ω≈ç√∫˜µ≤", "‫test‫", "田中さん", "=cmd|' /C calc'!A0",
               "👩🏽", "%s%x%n", "'; DROP TABLE people; --", "{{ 7*7 }}", "\u202etest"]  # fmt: skip

    for string in strings:
        press(client, url + "&q=3", "later", text=string)
        shown = client.get(url + "&q=3").content.decode()
        assert Answer.objects.get(question=words).text == string
        assert "<script>alert" not in shown
    response = client.post(url + "&q=3", {"do": "continue", "text": "a\x00b"})

    assert response.status_code == 422
