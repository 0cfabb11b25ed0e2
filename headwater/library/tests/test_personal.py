import pytest

from headwater.library.models import CodeUse, Comment, Download, ResourceCode, TipDone
from headwater.library.personal import erase, export
from headwater.library.tests import make
from headwater.library.tests.make import NOON

pytestmark = pytest.mark.django_db


def leave_traces(person) -> None:
    tip, sheet = make.tip(), make.resource()
    tip.mark_done(person, NOON).show("https://example.org/post", NOON)
    Comment.leave(tip, name=person.name, words="It works.", at=NOON, person=person)
    sheet.note_download(person, NOON)
    make.code("QUAY-47", sheet)
    ResourceCode.open("QUAY-47", person=person, at=NOON)


def test_a_person_gets_out_what_the_library_keeps_of_them():
    ada = make.person()
    leave_traces(ada)

    found = export(ada)

    assert found["tips_done"][0]["where_to_see_it"] == "https://example.org/post"
    assert found["comments"][0]["words"] == "It works."
    assert found["downloads"][0]["resource"] == "Photo consent form"
    assert found["codes_opened"][0]["code"] == "QUAY-47"


def test_what_is_forgotten_is_gone_and_what_was_counted_stays_a_number():
    ada = make.person()
    leave_traces(ada)

    erase(ada, NOON)

    assert not any(export(ada).values())
    assert not TipDone.objects.exists()
    assert not Comment.objects.exists()
    assert (Download.objects.count(), CodeUse.objects.count()) == (1, 1)
