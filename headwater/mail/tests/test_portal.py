import pytest
from django.test import Client
from django.urls import reverse

from headwater.kit.errors import Refused
from headwater.mail import letters, personal_links
from headwater.mail.models import Delivery, State
from headwater.mail.tests import make
from headwater.mail.tests.make import NOW
from headwater.partners.models import Basis, Suppression

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery() -> Delivery:
    make.house()
    ada = make.person(purpose="newsletter")
    make.allow(ada, "surveys")
    return Delivery.objects.create(
        mailing=make.mailing(), person=ada, address=ada.email, state=State.SENT, due_at=NOW, at=NOW
    )


def stop_url(delivery: Delivery) -> str:
    return reverse("portal:mail:stop", args=[letters.stop_token(delivery.pk)])


def test_a_get_never_unsubscribes(client: Client, delivery: Delivery) -> None:
    answer = client.get(stop_url(delivery))

    assert "Stop this kind of letter" in answer.content.decode()
    assert not Suppression.objects.exists()
    assert Basis.objects.filter(ended_at=None).count() == 2


def test_one_click_needs_no_page_cookie_or_token(delivery: Delivery) -> None:
    machine = Client(enforce_csrf_checks=True)

    answer = machine.post(stop_url(delivery), {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert [(s.purpose, s.source) for s in Suppression.objects.all()] == [
        ("newsletter", "one click")
    ]
    assert [b.purpose for b in Basis.objects.filter(ended_at=None)] == ["surveys"]


def test_stopping_everything_ends_every_basis_and_twice_is_once(
    client: Client, delivery: Delivery
) -> None:
    client.post(stop_url(delivery), {"everything": "1"})
    client.post(stop_url(delivery), {"everything": "1"})

    assert [s.purpose for s in Suppression.objects.all()] == [""]
    assert not Basis.objects.filter(ended_at=None).exists()


def test_a_changed_stop_link_is_no_page(client: Client, delivery: Delivery) -> None:
    answer = client.post(f"/stop/{letters.stop_token(delivery.pk)[:-2]}xx/")

    assert answer.status_code == 404
    assert not Suppression.objects.exists()


def test_a_personal_link_leads_to_its_one_job_and_signs_nobody_in(client: Client) -> None:
    ada = make.person()
    address = personal_links.link(ada, job="listening.survey", key="x1", path="/surveys/x1/")

    answer = client.get(address.removeprefix("http://127.0.0.1:8000"))

    token = address.split("/i/")[1].rstrip("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/surveys/x1/?by=")
    assert personal_links.read(token, "listening.survey").person == ada
    assert "_auth_user_id" not in client.session
    with pytest.raises(Refused, match="something else"):
        personal_links.read(token, "events.place")


@pytest.mark.parametrize("token", ["x", "a" * 400, "%00", "..", "Ω"])
def test_a_link_that_is_not_whole_is_refused_in_words(client: Client, token: str) -> None:
    answer = client.get(f"/i/{token}/")

    assert answer.status_code in {404, 409}
