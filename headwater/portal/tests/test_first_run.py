import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from headwater.library.models import Tip
from headwater.newsletters.models import Issue
from headwater.partners.models import Kind
from headwater.people.models import House, Person

pytestmark = pytest.mark.django_db

ANSWERS = {
    "name": "Harbour Food Alliance", "time_zone": "Europe/London", "dye": "own",
    "colour": "#ffee00", "primary": "supplier", "owner_name": "Mirela Ionescu",
    "owner_email": "mirela@harbour.example",
}  # fmt: skip


def test_sign_in_leads_to_the_first_run_until_there_is_a_house(client):
    assert client.get("/sign-in/")["Location"] == "/first-run/"


def test_the_first_run_opens_the_house_and_signs_its_owner_in(client):
    answer = client.post("/first-run/", ANSWERS)

    assert answer["Location"] == "/studio/"
    house, owner = House.objects.get(), Person.objects.get()
    assert (house.name, house.colour, owner.role) == ("Harbour Food Alliance", "#ffee00", "owner")
    assert Kind.objects.get(is_primary=True).slug == "supplier"
    assert client.session["_auth_user_id"] == str(owner.pk)
    assert Tip.objects.count() == 0
    assert client.get("/first-run/").status_code == 302


def test_the_starter_kit_comes_with_it_if_wished(client):
    client.post("/first-run/", {**ANSWERS, "starter_kit": "on"})

    assert Tip.objects.count() == 24
    assert Issue.objects.count() == 1
    assert "Harbour Food Alliance" in Issue.objects.get().title + str(Issue.objects.get().blocks)


def test_what_is_missing_is_said_and_nothing_is_opened(client):
    answer = client.post("/first-run/", {**ANSWERS, "owner_email": "mirela@harbour", "colour": ""})

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Write the whole address" in text
    assert "Harbour Food Alliance" in text
    assert House.objects.count() == 0


def test_a_picture_that_is_none_is_refused_and_nothing_is_opened(client):
    logo = SimpleUploadedFile("logo.svg", b"<svg/>")

    answer = client.post("/first-run/", {**ANSWERS, "logo": logo})

    assert answer.status_code == 409
    assert (House.objects.count(), Person.objects.count(), Kind.objects.count()) == (0, 0, 0)
