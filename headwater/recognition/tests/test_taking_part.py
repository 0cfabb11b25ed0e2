import pytest
from django.test import Client

from headwater.kit.errors import Refused
from headwater.partners.models import Belonging, Kind
from headwater.people.models import Person
from headwater.recognition import awarding
from headwater.recognition.models import Award, Badge, BoardPlace, Points, Standing
from headwater.recognition.tests import make
from headwater.recognition.tests.make import NOON

pytestmark = pytest.mark.django_db


def of_kind(name: str, *slugs: str) -> Person:
    modules = {"member": ["learn", "points"], "media": ["press", "events"]}
    person = make.person(name)
    for slug in slugs:
        kind, _new = Kind.objects.get_or_create(
            slug=slug, defaults={"name": slug, "modules": modules[slug]}
        )
        Belonging.objects.create(person=person, kind=kind)
    return person


def test_media_have_no_points_and_no_badges_whatever_they_do() -> None:
    make.rule()
    Badge.objects.create(
        slug="b", name="B", level=10, what_for="Tips.", verb="library.tip_done", times=1
    )
    media, member, both, neither = (
        of_kind("Mia", "media"), of_kind("Max", "member"),
        of_kind("Bo", "media", "member"), of_kind("Noa"),
    )  # fmt: skip
    for who in (media, member, both, neither):
        make.deed(who)

    awarding.award(NOON)

    assert {cell.person for cell in Points.objects.all()} == {member, both, neither}
    assert {award.person for award in Award.objects.all()} == {member, both, neither}


def test_counting_anew_gives_media_nothing_either() -> None:
    make.rule()
    make.deed(of_kind("Mia", "media"))

    awarding.count_anew(NOON)

    assert list(Points.objects.all()) == []


def test_media_cannot_join_the_board_and_whoever_becomes_media_drops_off() -> None:
    make.rule()
    media, member = of_kind("Mia", "media"), of_kind("Max", "member")
    BoardPlace.join(member, at=NOON)

    with pytest.raises(Refused, match="no board"):
        BoardPlace.join(media, at=NOON)
    before = [standing.person for standing in Standing.objects.all()]
    Belonging.objects.filter(person=member).update(kind=Kind.objects.get(slug="media"))
    awarding.count_anew(NOON)

    assert before == [member]
    assert list(Standing.objects.all()) == []


def test_the_page_of_badges_is_there_for_kinds_that_have_it(client: Client) -> None:
    make.house()
    answers = {}
    for name, slug in (("Mia", "media"), ("Max", "member")):
        client.force_login(of_kind(name, slug))
        answers[slug] = client.get("/badges/").status_code

    assert answers == {"media": 404, "member": 200}
