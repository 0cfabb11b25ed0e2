from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from headwater.listening import starting
from headwater.listening.models import Conversation, HandCount, Need, Reply, Survey, Wish
from headwater.listening.tests import make
from headwater.mail.models import Delivery
from headwater.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def mirela(client: Client) -> Person:
    make.house()
    person = make.staff()
    client.force_login(person)
    return person


def open_survey(**fields: Any) -> Survey:
    return make.survey(**{"opens_at": now() - timedelta(days=1), **fields})


def test_from_the_ready_survey_to_letters_waiting_to_go(client: Client, mirela: Person) -> None:
    members = make.kind("member", people=(make.person(), make.person("Ben")))
    members.make_primary()

    response = client.post("/studio/surveys/drafts/", {"ready": "what-would-help"}, follow=True)
    survey = Survey.objects.get()
    assert survey.questions.count() == 7
    assert "Question 1" in response.content.decode()
    asking = client.post(f"/studio/surveys/{survey.pk}/opening/", {"closes_on": ""}, follow=True)
    assert "Ask 2 by e-mail" in asking.content.decode()
    client.post(f"/studio/surveys/{survey.pk}/asking/", {"kind": members.pk, "way": "mail"})

    assert survey.invitations.count() == 2
    assert Delivery.objects.count() == 2


def test_an_empty_page_asks_the_primary_kind_unless_told_otherwise(
    client: Client, mirela: Person
) -> None:
    media = make.kind("media")
    members = make.kind("member")
    members.make_primary()
    shown = client.get("/studio/surveys/").content.decode()

    client.post("/studio/surveys/drafts/", {"title": "Press", "kind": media.pk})

    assert f'<option value="{members.pk}" selected>' in shown
    assert Survey.objects.get().kind == media


def test_a_survey_without_questions_says_so_in_words_and_counts_them_later(
    client: Client, mirela: Person
) -> None:
    empty = Survey.draft(title="Press", actor=mirela, at=now())
    written = make.survey(opened=False, minutes=1)

    blank = client.get(f"/studio/surveys/{empty.pk}/questions/").content.decode()
    full = client.get(f"/studio/surveys/{written.pk}/questions/", follow=True).content.decode()

    assert "<h1>What will you ask first?</h1>" in blank
    assert f"<h1>{written.questions.count()} questions, about 1 minute</h1>" in full


def test_questions_are_written_moved_and_taken_out(client: Client, mirela: Person) -> None:
    survey = make.survey(opened=False)
    need = make.need("planning-ahead")
    data = {
        "text": "Which day suits you?", "why": "", "kind": "one", "at_most": 3, "least": 0,
        "most": 10, "longest": 200, "options-TOTAL_FORMS": 3, "options-INITIAL_FORMS": 0,
        "options-0-label": "Monday", "options-0-need": need.pk, "options-1-label": "Tuesday",
        "options-2-label": "",
    }  # fmt: skip

    client.post(f"/studio/surveys/{survey.pk}/questions/0/", data)
    new = list(survey.questions.all())[-1]
    assert [(o.label, o.need) for o in new.options.all()] == [("Monday", need), ("Tuesday", None)]
    client.post(f"/studio/surveys/{survey.pk}/questions/{new.pk}/place/", {"step": "up"})
    assert [q.pk for q in survey.questions.all()][2] == new.pk
    client.post(f"/studio/surveys/{survey.pk}/questions/{new.pk}/removal/")

    assert survey.questions.count() == 3


def test_a_scale_that_falls_is_shown_again_with_what_was_typed(
    client: Client, mirela: Person
) -> None:
    survey = make.survey(opened=False)
    data = {
        "text": "How sure?", "kind": "scale", "at_most": 1, "least": 9, "most": 2, "longest": 50,
        "options-TOTAL_FORMS": 0, "options-INITIAL_FORMS": 0,
    }  # fmt: skip

    response = client.post(f"/studio/surveys/{survey.pk}/questions/0/", data)

    assert response.status_code == 422
    assert "The scale has to rise." in response.content.decode()
    assert "How sure?" in response.content.decode()


def test_the_editor_finds_two_questions_in_one(client: Client, mirela: Person) -> None:
    survey = make.survey(opened=False)
    make.question(survey, kind="text", text="Which day suits you, and how?")

    text = client.get(f"/studio/surveys/{survey.pk}/questions/", follow=True).content.decode()

    assert "Question 4 asks two things at once" in text


def test_the_results_page_ranks_and_quotes(client: Client, mirela: Person) -> None:
    survey = open_survey()
    wishes, _scale, words = make.parts(survey)
    for name in ("Ada", "Ben", "Cy", *"DEFGHIJKL"):
        reply = Reply.begin(survey, make.person(name), at=now())
        reply.answer(wishes, options=[wishes.options.all()[1]], at=now())
        reply.answer(words, text=f"{name} says so", may_quote=name == "Ada", at=now())

    text = client.get(f"/studio/surveys/{survey.pk}/").content.decode()

    assert "100 in 100 said: First lines" in text
    assert "“Ada says so”" in text
    assert "Ben says so" not in text
    assert "Ben says so" in client.get(f"/studio/surveys/{survey.pk}/words/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_studio_lists_keep_to_twelve_queries(
    client: Client, mirela: Person, count: int, django_assert_max_num_queries: Any
) -> None:
    starting.load_starter(now())
    members = make.kind("member")
    members.make_primary()
    survey = open_survey()
    wishes, *_rest = make.parts(survey)
    for number in range(count):
        open_survey()
        person = make.person(f"P{number}")
        reply = Reply.begin(survey, person, at=now())
        reply.answer(wishes, options=[wishes.options.all()[0]], at=now())
        Conversation.log(
            person, needs=[make.need()], channel="visit", at=now(), logged_at=now(), actor=mirela,
            quote="Please", may_quote=True,
        )  # fmt: skip
        make.need().respond(title="Done", text="", actor=mirela, at=now())
    pages = [
        "",
        f"{survey.pk}/",
        f"{survey.pk}/words/",
        f"{survey.pk}/call-sheet/",
        f"{survey.pk}/asking/",
    ]
    paths = [f"/studio/surveys/{page}" for page in pages]
    paths += ["/studio/needs/phone-photos/", "/studio/conversations/", "/studio/hands/"]
    for path in paths:
        client.get(path)
        with django_assert_max_num_queries(12):
            assert client.get(path).status_code == 200, path


def test_answers_given_on_the_phone_are_entered_from_the_call_sheet(
    client: Client, mirela: Person
) -> None:
    cy = make.person("Cy", reachable=False, phone="020 1")
    survey = open_survey()
    wishes, scale, words = make.parts(survey)
    client.post(f"/studio/surveys/{survey.pk}/asking/", {"way": "call"})
    listed = client.get(f"/studio/surveys/{survey.pk}/call-sheet/").content.decode()
    assert "020 1" in listed

    client.post(
        f"/studio/surveys/{survey.pk}/sheets/{cy.public_id}/",
        {
            f"q{wishes.pk}-options": [wishes.options.all()[0].pk],
            f"q{scale.pk}-number": "7",
            f"q{words.pk}-text": "Less mail",
        },
    )

    reply = survey.replies.get()
    assert (reply.person, reply.source, reply.is_done) == (cy, "call", True)
    assert reply.answers.count() == 3
    assert [w.source for w in Wish.objects.all()] == ["call"]


def test_a_refused_sheet_keeps_nothing(client: Client, mirela: Person) -> None:
    cy, survey = make.person("Cy"), open_survey()
    wishes, *_rest = make.parts(survey)
    pks = [o.pk for o in wishes.options.all()][:3]

    response = client.post(
        f"/studio/surveys/{survey.pk}/sheets/{cy.public_id}/", {f"q{wishes.pk}-options": pks}
    )

    assert response.status_code == 409
    assert not survey.replies.exists()


def test_a_conversation_is_logged_after_looking_somebody_up(client: Client, mirela: Person) -> None:
    ada, photos = make.person("Adaeze Okonkwo"), make.need()
    found = client.get("/studio/conversations/?who=adaeze").content.decode()
    assert ada.public_id in found

    client.post(
        f"/studio/conversations/?person={ada.public_id}",
        {"person": ada.public_id, "channel": "phone", "on": now().date().isoformat(),
         "needs": [photos.pk], "quote": "I can cook it.", "may_quote": "on"},
    )  # fmt: skip

    talk = Conversation.objects.get()
    assert (talk.person, talk.logged_by) == (ada, mirela)
    assert list(photos.asked_by(now())) == [ada]


def test_a_show_of_hands_with_more_hands_than_people_is_shown_again(
    client: Client, mirela: Person
) -> None:
    photos = make.need()
    data = {"title": "Meeting", "held_on": "2026-05-12", "present": 10, f"need-{photos.pk}": 11}

    response = client.post("/studio/hands/", data)

    assert response.status_code == 409
    assert not HandCount.objects.exists()
    client.post("/studio/hands/", data | {f"need-{photos.pk}": 9})
    assert photos.asked_without_name(now()) == 9


def test_what_came_of_a_wish_is_written_and_told(client: Client, mirela: Person) -> None:
    ada, photos = make.person(), make.need()
    Conversation.log(ada, needs=[photos], channel="visit", at=now(), logged_at=now(), actor=mirela)

    bad = client.post("/studio/needs/phone-photos/responses/",
                      {"title": "A seminar", "url": "javascript:alert(1)"})  # fmt: skip
    assert bad.status_code == 422
    client.post(
        "/studio/needs/phone-photos/responses/", {"title": "A seminar", "url": "/events/x/"}
    )
    response = Need.objects.get().responses.get()
    client.post(f"/studio/responses/{response.pk}/telling/")

    assert [d.person for d in Delivery.objects.all()] == [ada]
    assert client.post(f"/studio/responses/{response.pk}/telling/").status_code == 409


def test_analysts_read_but_neither_write_nor_send(client: Client) -> None:
    make.house()
    client.force_login(make.staff("Ana", role="analyst"))
    survey = open_survey()

    assert client.get("/studio/surveys/").status_code == 200
    assert client.post("/studio/hands/", {}).status_code == 403
    assert client.post(f"/studio/surveys/{survey.pk}/asking/", {}).status_code == 403


def test_partners_do_not_find_the_studio(client: Client) -> None:
    make.house()
    client.force_login(make.person())

    assert client.get("/studio/surveys/").status_code == 404
