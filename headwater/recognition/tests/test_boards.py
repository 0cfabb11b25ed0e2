import pytest

from headwater.kit.errors import Refused
from headwater.partners.models import Belonging, Kind
from headwater.people.models import Person
from headwater.recognition import awarding
from headwater.recognition.models import BoardPlace, Standing, neighbours
from headwater.recognition.tests import make
from headwater.recognition.tests.make import NOON

pytestmark = pytest.mark.django_db


def people_with(points: dict[str, int]) -> dict[str, Person]:
    """Members who joined the board, each with so many deeds of ten points."""
    kind = Kind.objects.create(slug="member", name="Member", modules=["points"])
    make.rule(cap=1000)
    made = {}
    for name, deeds in points.items():
        made[name] = make.person(name)
        Belonging.objects.create(person=made[name], kind=kind)
        BoardPlace.join(made[name], at=NOON)
        for _time in range(deeds):
            make.deed(made[name])
    awarding.award(NOON)
    return made


def test_the_board_shows_two_above_me_and_two_below() -> None:
    people = people_with({"A": 7, "B": 6, "C": 5, "D": 4, "E": 3, "F": 2, "G": 1})

    shown = neighbours(people["D"], make.season())

    assert [(row.name, row.rank) for row in shown] == [
        ("B", 2), ("C", 3), ("D", 4), ("E", 5), ("F", 6),
    ]  # fmt: skip


def test_those_with_the_same_points_have_the_same_rank() -> None:
    people = people_with({"A": 3, "B": 2, "C": 2, "D": 1})

    shown = neighbours(people["B"], make.season())

    assert [(row.name, row.rank) for row in shown] == [("A", 1), ("B", 2), ("C", 2), ("D", 4)]


def test_nobody_stands_on_the_board_who_has_not_joined() -> None:
    people_with({"A": 2})
    zoe = make.person("Zoe")
    make.deed(zoe)
    awarding.award(NOON)

    assert neighbours(zoe, make.season()) == []
    assert [row.name for row in Standing.objects.all()] == ["A"]


def test_leaving_takes_one_off_at_once_and_keeps_the_points() -> None:
    people = people_with({"A": 2, "B": 1})

    BoardPlace.leave(people["A"])

    assert [row.name for row in Standing.objects.all()] == ["B"]
    assert people["A"].points.count() == 1


def test_a_pseudonym_stands_in_place_of_the_name() -> None:
    people = people_with({"A": 2})

    BoardPlace.join(people["A"], at=NOON, pseudonym="Otter")

    assert [row.name for row in Standing.objects.all()] == ["Otter"]


def test_staff_cannot_join_and_suspended_people_drop_off() -> None:
    people = people_with({"A": 2, "B": 1})
    people["A"].suspended_at = NOON
    people["A"].save()
    make.deed(people["B"])
    awarding.award(NOON)

    with pytest.raises(Refused, match="Staff"):
        BoardPlace.join(make.staff(), at=NOON)

    assert [(row.name, row.rank) for row in Standing.objects.all()] == [("B", 1)]


def test_members_and_suppliers_do_not_stand_on_one_board() -> None:
    people = people_with({"A": 2})
    supplier = Kind.objects.create(slug="supplier", name="Supplier", modules=["points"])
    sam = make.person("Sam")
    Belonging.objects.create(person=sam, kind=supplier)
    BoardPlace.join(sam, at=NOON)

    assert [row.name for row in neighbours(people["A"], make.season())] == ["A"]
    assert [row.name for row in neighbours(sam, make.season())] == ["Sam"]
