from datetime import datetime, timedelta

import pytest

from headwater.capacity import ladder, personal
from headwater.capacity.growing import clearest, growth_of, odds_in_words
from headwater.capacity.models import CheckIn, CheckInInvitation, Reading, SharedGauge
from headwater.capacity.models.check_ins import due
from headwater.capacity.starting import load_starter
from headwater.capacity.tests import make
from headwater.capacity.tests.make import AT, LATER
from headwater.ledger.models import Entry, record
from headwater.ledger.verbs import declared
from headwater.partners.models import Trait
from headwater.people.models import Person

pytestmark = pytest.mark.django_db


def did(person: Person, verb: str, at: datetime = LATER) -> None:
    Entry.objects.create(person=person, verb=verb, at=at, recorded_at=LATER)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (40, 70, "Up 30"),
        (70, 40, "Down 30"),
        (50, 55, "No clear change"),
        (50, 50, "No clear change"),
    ],
)
def test_a_change_is_a_number_only_where_it_is_more_than_noise(
    before: float, after: float, words: str
) -> None:
    ada = make.person()
    make.reading(ada, before)
    make.reading(ada, after, at=LATER)

    fluency, *_rest = growth_of(ada, LATER)

    assert fluency.change == words


def test_one_reading_says_nothing_about_change() -> None:
    ada = make.person()
    make.reading(ada, 50)

    fluency, awareness, *_rest = growth_of(ada, LATER)

    assert (fluency.change, fluency.odds, fluency.movement) == ("", "", None)
    assert (awareness.latest, awareness.chart) == (None, None)
    assert clearest([fluency, awareness]) is None


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.999, "It rose: more than 99 in 100 that it did."),
        (0.85, "It probably rose: 85 in 100."),
        (0.5, "We cannot tell whether it rose: 50 in 100."),
        (0.1, "It probably fell: 90 in 100."),
        (0.01, "It fell: 99 in 100 that it did."),
    ],
)
def test_odds_are_said_on_one_scale_of_words(chance: float, words: str) -> None:
    assert odds_in_words(chance) == words


def test_the_rung_is_the_highest_that_a_recent_deed_reaches() -> None:
    ada, ben, cy = make.person("Ada"), make.person("Ben"), make.person("Cy")
    did(ada, "library.tip_done")
    did(ada, "sharing.adapted")
    did(ben, "sharing.shared", LATER - timedelta(days=200))

    assert [ladder.standing(p, LATER) for p in (ada, ben, cy)] == [4, 1, 1]
    assert ladder.counts(Person.objects.partners(), LATER) == [2, 0, 0, 1, 0]


def test_a_deed_taken_back_no_longer_holds_anybody_up() -> None:
    from headwater.ledger.models import void

    ada = make.person()
    entry = record(declared["capacity.checked_in"], person=ada, at=LATER)

    void(entry, actor=None, at=LATER)

    assert ladder.standing(ada, LATER) == 1


def test_due_are_those_without_a_check_in_for_six_months_who_were_not_just_asked() -> None:
    new, recent, old, asked, media = (make.person(n) for n in "ABCDE")
    make.kind("member", [new, recent, old, asked])
    make.kind("media", [media], modules=["press"])
    make.reading(recent, 50, at=LATER - timedelta(days=30))
    make.reading(old, 50, at=LATER - timedelta(days=200))
    CheckInInvitation.objects.create(person=asked, invited_at=LATER - timedelta(days=10))

    assert set(due(LATER)) == {new, old}


def test_the_bank_comes_once_and_stays_as_staff_left_it() -> None:
    assert load_starter(AT) == 33
    assert load_starter(AT) == 0


def test_all_of_it_is_in_ones_data_and_all_of_it_can_be_erased() -> None:
    make.bank()
    ada = make.person()
    check_in = CheckIn.begin(ada, at=AT)
    asking = check_in.next()
    assert asking is not None
    check_in.answer(asking, option=1)
    make.reading(ada, 44)
    SharedGauge.share(ada, "fluency", at=AT)
    CheckInInvitation.objects.create(person=ada, invited_at=AT)

    data = personal.export(ada)
    personal.erase(ada, LATER)

    assert sorted(len(c["answers"]) for c in data["check_ins"]) == [0, 1]
    assert data["shared_with_staff"][0]["gauge"] == "fluency"
    assert len(data["invitations"]) == 1
    left = [m.objects.filter(person=ada).exists() for m in
            (CheckIn, Reading, SharedGauge, CheckInInvitation, Trait)]  # fmt: skip
    assert left == [False] * 5
