from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from headwater.capacity import inviting
from headwater.capacity.models import CheckIn, Item, MessageToRecall, Reading, SharedGauge
from headwater.capacity.tests import make
from headwater.kit.errors import Refused
from headwater.mail import personal_links
from headwater.mail.models import Delivery
from headwater.people.models import Person

pytestmark = pytest.mark.django_db


def answer_all(client: Client, url: str, do: str = "continue") -> str:
    """Press through the check-in, whatever it asks, until it is done."""
    for _press in range(40):
        current = CheckIn.objects.get(finished_at=None)
        asking = current.next()
        assert asking is not None
        data = {"do": do, "key": asking.key, "option": "1", "words": "mussels"}
        response = client.post(url, data)
        assert response.status_code == 302
        if "done" in response["Location"]:
            return str(response["Location"])
    raise AssertionError("it never ends")


def test_from_the_letter_to_ones_own_reading_without_signing_in(client: Client) -> None:
    make.house()
    make.bank()
    make.message()
    ada = make.person()
    url = f"/check-in/?by={personal_links.token(ada, job=inviting.JOB)}"

    assert "Begin" in client.get(url).content.decode()
    assert not CheckIn.objects.exists()
    client.post(url, {"do": "begin"})
    first = client.get(url).content.decode()
    assert "What has Harbour Food Alliance been saying lately?" in first
    assert "test" not in first.split("<main")[1].split("</main")[0].lower()
    done = client.get(answer_all(client, url)).content.decode()

    assert Reading.objects.filter(person=ada).count() == 4
    assert "Your first reading" in done
    assert "_auth_user_id" not in client.session


def test_all_can_be_skipped_and_that_is_fine(client: Client) -> None:
    make.house()
    make.bank()
    ada = make.person()
    client.force_login(ada)
    client.post("/check-in/", {"do": "begin"})

    done = client.get(answer_all(client, "/check-in/", "skip")).content.decode()

    assert "Too little to read" in done
    assert not Reading.objects.exists()


def test_an_earlier_page_sent_again_answers_nothing(client: Client) -> None:
    make.house()
    make.bank()
    client.force_login(make.person())
    client.post("/check-in/", {"do": "begin"})
    check_in = CheckIn.objects.get()
    asking = check_in.next()
    assert asking is not None
    data = {"do": "continue", "key": asking.key, "option": "1"}

    client.post("/check-in/", data)
    client.post("/check-in/", data)

    assert check_in.answers.count() == 1


def test_a_personal_link_opens_the_check_in_and_nothing_else(client: Client) -> None:
    make.house()
    ada = make.person()
    token = personal_links.token(ada, job="listening.survey")

    assert client.get(f"/check-in/?by={token}").status_code == 409
    assert client.get(f"/growth/?by={token}").status_code == 302


def test_growth_is_ones_own_and_shared_only_by_choice(client: Client) -> None:
    make.house()
    ada = make.person()
    make.kind("member", [ada])
    make.reading(ada, 40, at=now() - timedelta(days=100))
    make.reading(ada, 70, at=now() - timedelta(days=1))
    client.force_login(ada)

    text = client.get("/growth/").content.decode()
    assert "Fluency: Up 30" in text
    assert "Only you see this." in text
    client.post("/growth/fluency/sharing/", {"shared": "on"})
    assert SharedGauge.objects.get().person == ada
    client.post("/growth/fluency/sharing/", {"shared": "off"})

    assert not SharedGauge.objects.exists()
    assert client.post("/growth/weight/sharing/", {"shared": "on"}).status_code == 404


def test_kinds_without_gauges_have_no_growth_page(client: Client) -> None:
    make.house()
    ada = make.person()
    make.kind("media", [ada], modules=["press"])
    client.force_login(ada)

    assert client.get("/growth/").status_code == 404


def staff(client: Client, role: str = "manager") -> Person:
    make.house()
    person = make.person("Mirela", is_partner=False, role=role)
    client.force_login(person)
    return person


def recent(people: list[Person]) -> None:
    Reading.objects.filter(person__in=people).update(at=now() - timedelta(days=10))


def test_the_map_names_nobody_who_has_not_shared(client: Client) -> None:
    staff(client)
    people = make.group(11, middle=60, before=50)
    for place, someone in enumerate(people):
        someone.rename(f"Partner Number{place}")
    recent(people)
    make.kind("member", people)
    SharedGauge.share(people[3], "fluency", at=now())

    whole = client.get("/studio/capacity/").content.decode()
    cell = client.get("/studio/capacity/kind/member/fluency/").content.decode()

    assert "Fluency rose among members" in whole
    assert "too few to show" in whole
    assert "Partner Number" not in whole
    assert [n for n in range(11) if f"Partner Number{n}<" in cell] == [3]


@pytest.mark.parametrize("kinds", [1, 3])
def test_studio_pages_keep_to_twelve_queries(
    client: Client, kinds: int, django_assert_max_num_queries: Any
) -> None:
    from headwater.partners.models import Segment

    staff(client)
    make.bank()
    for number in range(kinds):
        people = make.group(10, middle=60, before=50)
        recent(people)
        make.kind(f"kind{number}", people)
        make.message(f"M{number}")
        Segment.objects.create(name=f"S{number}", created_at=now())
    paths = ["", "?by=segment", "kind/kind0/fluency/", "questions/", "recall/", "method/"]
    for path in paths:
        client.get(f"/studio/capacity/{path}")
        with django_assert_max_num_queries(12):
            assert client.get(f"/studio/capacity/{path}").status_code == 200, path


def test_those_who_are_due_are_asked_once(client: Client) -> None:
    mirela = staff(client)
    ada = make.person(reachable=True)
    ben = make.person("Ben")
    make.kind("member", [ada, ben])

    shown = client.get("/studio/capacity/invitations/").content.decode()
    assert "have no e-mail address" in shown
    client.post("/studio/capacity/invitations/", {})

    assert [d.person for d in Delivery.objects.exclude(state="excluded")] == [ada]
    with pytest.raises(Refused, match="Nobody in this group is due"):
        inviting.invite(Person.objects.partners(), actor=mirela, at=now())


def test_staff_write_what_may_be_recalled_and_its_words(client: Client) -> None:
    staff(client)

    client.post(
        "/studio/capacity/recall/",
        {"title": "Mussels", "text": "Mussel season", "about": "message", "active": "on",
         "words": "mussel\n\n when safe "},
    )  # fmt: skip

    assert MessageToRecall.objects.get().keywords == ["mussel", "when safe"]


def test_a_question_is_reworded_or_taken_out_of_use_but_its_answers_stay(client: Client) -> None:
    staff(client)
    make.bank()
    item = Item.objects.get(slug="role-clear")

    client.post(f"/studio/capacity/questions/{item.pk}/", {"prompt": "How clear is your part?"})

    item.refresh_from_db()
    assert (item.prompt, item.is_active, len(item.options)) == ("How clear is your part?", False, 4)


@pytest.mark.parametrize(
    "words",
    ["<script>alert(1)</script>", "田中さんにあげて下さい", "👾 🙇", "'; DROP TABLE", "{{ 7*7 }}"],
)
def test_naughty_words_are_kept_as_they_are(client: Client, words: str) -> None:
    make.house()
    make.bank()
    make.message()
    client.force_login(make.person())
    client.post("/check-in/", {"do": "begin"})
    check_in = CheckIn.objects.get()
    asking = check_in.next()
    assert asking is not None

    client.post("/check-in/", {"do": "continue", "key": asking.key, "words": words})

    assert check_in.answers.get().words == words
    bad = client.post("/check-in/", {"do": "continue", "key": "x", "words": "a\x00"})
    assert bad.status_code == 422


def test_partners_do_not_find_the_map(client: Client) -> None:
    make.house()
    client.force_login(make.person())

    assert client.get("/studio/capacity/").status_code == 404
