from datetime import timedelta

import pytest

from headwater.kit.errors import Refused
from headwater.ledger.models import Entry
from headwater.library import verbs
from headwater.library.models import Resource, ResourceCode
from headwater.library.tests import make
from headwater.library.tests.make import NOON

pytestmark = pytest.mark.django_db


def opened(typed: str, person=None, at=NOON) -> ResourceCode:
    return ResourceCode.open(typed, person=person, at=at)


@pytest.mark.parametrize("typed", ["QUAY-47", "quay 47", " Quay47 ", "ＱＵＡＹ－４７"])
def test_a_code_opens_however_it_is_typed(typed):
    make.code("QUAY-47")

    assert opened(typed).code == "QUAY-47"


@pytest.mark.parametrize("typed", ["QUAY-74", "", "-", "QUAY"])
def test_a_wrong_code_gets_no_hint(typed):
    make.code("QUAY-47")

    with pytest.raises(Refused) as refusal:
        opened(typed)
    assert "47" not in str(refusal.value)


def test_a_code_counts_once_a_person():
    code, ada = make.code(uses_allowed=1), make.person()

    opened("QUAY-47", ada)
    opened("QUAY-47", ada)

    assert code.uses.count() == 1
    assert Entry.objects.did(verbs.CODE_OPENED).count() == 1


def test_a_code_opens_as_often_as_it_may():
    make.code(uses_allowed=1)
    opened("QUAY-47", make.person())

    with pytest.raises(Refused, match="as often"):
        opened("QUAY-47", make.person("Bo Berg"))


def test_a_code_ends_and_those_who_opened_it_keep_what_it_opened():
    sheet = make.resource(is_bonus=True)
    make.code("QUAY-47", sheet, expires_at=NOON + timedelta(days=1))
    ada, later = make.person(), NOON + timedelta(days=2)
    opened("QUAY-47", ada)

    with pytest.raises(Refused, match="15 May"):
        opened("QUAY-47", make.person("Bo Berg"), at=later)
    assert opened("QUAY-47", ada, at=later)
    assert Resource.objects.within_reach(ada, later).get() == sheet


def test_a_code_taken_back_opens_nothing_more():
    code = make.code()
    code.end(actor=make.staff(), at=NOON)

    with pytest.raises(Refused):
        opened("QUAY-47", at=NOON + timedelta(seconds=1))


def test_bonus_material_is_within_reach_only_with_its_code():
    free, sheet = make.resource("Free"), make.resource("Bonus", is_bonus=True)
    code = make.code("QUAY-47", sheet)
    ada, bo = make.person(), make.person("Bo Berg")
    opened("QUAY-47", ada)

    assert set(Resource.objects.within_reach(ada, NOON)) == {free, sheet}
    assert set(Resource.objects.within_reach(bo, NOON)) == {free}
    assert set(Resource.objects.within_reach(None, NOON, [code.pk])) == {free, sheet}
    assert set(Resource.objects.within_reach(make.staff(), NOON)) == {free, sheet}


def test_a_code_may_stand_for_having_come():
    make.code(event_id=7, counts_as_attendance=True)
    make.code("OTHER-1", event_id=7)
    ada = make.person()

    opened("QUAY-47", ada)
    opened("OTHER-1", ada)

    entries = Entry.objects.did(verbs.CODE_OPENED).order_by("pk")
    assert [entry.data for entry in entries] == [{"event": 7}, {}]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"code": "abc"}, "four letters"),
        ({"code": "quay 47"}, "already"),
        ({"code": "NEWER-1", "counts_as_attendance": True}, "which event"),
    ],
)
def test_a_code_that_would_not_work_is_refused(fields, why):
    make.code("QUAY-47")

    with pytest.raises(Refused, match=why):
        ResourceCode(**fields).keep(actor=make.staff(), at=NOON)


def test_downloads_are_counted_each_and_a_partners_deed_once_a_day():
    sheet, ada = make.resource(), make.person()

    for moment in (NOON, NOON, NOON + timedelta(days=1)):
        sheet.note_download(ada, moment)
    sheet.note_download(None, NOON)

    [row] = Resource.objects.with_download_counts()
    assert getattr(row, "download_count", None) == 4
    assert Entry.objects.did(verbs.RESOURCE_DOWNLOADED).count() == 2
