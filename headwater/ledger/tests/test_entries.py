from datetime import timedelta

import pytest

from headwater.ledger.models import Entry, kind_of, record, record_many, record_staff, void
from headwater.ledger.verbs import Verb, declare
from headwater.people.tests import make

pytestmark = pytest.mark.django_db

HELPED = Verb("quay.helped", "helped at the quay")
CHANGED = Verb("staff.quay_changed", "changed the quay")


def test_a_deed_is_written_once_under_its_key() -> None:
    ada = make.person()

    first = record(HELPED, person=ada, at=make.AT, once="quay:1", minutes=30)
    again = record(HELPED, person=ada, at=make.NOON, once="quay:1", minutes=45)
    record(HELPED, person=ada, at=make.NOON)
    record(HELPED, person=ada, at=make.NOON)

    assert again == first
    assert (again.at, again.data) == (make.AT, {"minutes": 30})
    assert Entry.objects.did(HELPED).count() == 3


def test_many_deeds_pass_over_those_that_stand() -> None:
    ada = make.person()
    record(HELPED, person=ada, at=make.AT, once="quay:1")

    record_many(
        Entry(person=ada, verb=HELPED.name, at=make.NOON, recorded_at=make.NOON, once=f"quay:{n}")
        for n in (1, 2, 3)
    )

    assert sorted(Entry.objects.values_list("once", "at")) == [
        ("quay:1", make.AT), ("quay:2", make.NOON), ("quay:3", make.NOON),
    ]  # fmt: skip


def test_a_deed_taken_back_stands_no_more_and_is_still_there() -> None:
    ada, owner = make.person(), make.staff()
    taken, kept = (record(HELPED, person=ada, at=make.AT) for _ in range(2))

    note = void(taken, actor=owner, at=make.NOON)
    assert void(taken, actor=owner, at=make.NOON) == note

    assert list(Entry.objects.standing()) == [kept]
    assert set(Entry.objects.all()) == {taken, kept, note}


def test_deeds_are_found_by_what_they_are_about_and_when() -> None:
    ada, ben = make.person(), make.person("Ben Weir")
    about = record(HELPED, person=ada, subject=ben, at=make.AT)
    record(HELPED, person=ada, subject=ada, at=make.AT)

    assert list(Entry.objects.about(ben)) == [about]
    assert about.subject_kind == kind_of(ben) == "people.person"
    assert Entry.objects.between(make.AT, make.AT + timedelta(seconds=1)).count() == 2
    assert Entry.objects.between(make.AT - timedelta(days=1), make.AT).count() == 0


def test_the_trail_keeps_which_fields_staff_changed_and_no_partners_deed() -> None:
    owner = make.staff()
    record(HELPED, person=make.person(), at=make.AT)

    change = record_staff(CHANGED, actor=owner, at=make.AT, fields=["title", "aim"])

    assert list(Entry.objects.by_staff()) == [change]
    assert change.data == {"fields": ["aim", "title"]}
    with pytest.raises(ValueError, match="not a staff verb"):
        record_staff(HELPED, actor=owner, at=make.AT)


@pytest.mark.parametrize("name", ["helped", "Quay.helped", "quay.", "quay.helped twice"])
def test_a_verb_is_a_room_and_a_thing_done(name: str) -> None:
    with pytest.raises(ValueError, match="not a new verb"):
        declare(name, "helped")
