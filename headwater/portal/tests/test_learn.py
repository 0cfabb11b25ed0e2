import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from headwater.library.tests import make
from headwater.listening.models import Need, Wish
from headwater.listening.models.needs import Gauge

pytestmark = pytest.mark.django_db


def test_what_this_partner_asked_for_stands_first(client: Client) -> None:
    make.house()
    ada = make.person()
    photos = Need.objects.create(slug="photos", name="Photos", gauge=Gauge.FLUENCY)
    make.tip(1, need_slug="lines", need_name="Short posts")
    make.tip(2, need_slug="lines", need_name="Short posts")
    make.tip(3, need_slug="photos", need_name="Photos")
    client.force_login(ada)
    before = client.get(reverse("portal:learn")).context["shelves"]
    Wish.objects.create(need=photos, person=ada, source=Wish.Source.CALL, at=now())

    after = client.get(reverse("portal:learn")).context["shelves"]

    assert [shelf.name for shelf in before] == ["Short posts", "Photos"]
    assert [(shelf.name, shelf.is_wished) for shelf in after] == [
        ("Photos", True),
        ("Short posts", False),
    ]


def test_five_of_a_need_are_shown_and_all_can_be_seen(client: Client) -> None:
    make.house()
    for number in range(1, 8):
        make.tip(number, need_slug="lines", need_name="Lines")
    client.force_login(make.person())

    answer = client.get(reverse("portal:learn"))

    (shelf,) = answer.context["shelves"]
    assert (len(shelf.first), len(shelf.others)) == (5, 2)
    shown = answer.content.decode()
    assert "See all 7: Lines" in shown
    assert all(f"first line {number}<" in shown for number in range(1, 8))
