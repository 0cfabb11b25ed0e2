import io
import json
import zipfile

import pytest

from headwater.ledger.models import Entry, record
from headwater.library import verbs as library
from headwater.partners import importing
from headwater.partners.models import Basis, Goal, Suppression, address_hash
from headwater.partners.tests import make
from headwater.partners.tests.make import AT
from headwater.people.models import Person
from headwater.portal import your_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client) -> Person:
    make.house()
    ada = make.member("Ada Lovelace", "ada@a.example")
    ada.notes.create(text="Ring after 2", at=AT)
    Basis.give(ada, "surveys", ground="consent", wording="Yes", source="form", at=AT)
    record(library.TIP_READ, person=ada, at=AT)
    make.organisation("Engines", ada)
    client.force_login(ada)
    return ada


def test_the_copy_holds_what_every_room_keeps(client, ada):
    answer = client.get("/you/copy/")

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        kept = json.loads(archive.read("your-data.json"))
        page = archive.read("your-data.html").decode()
    assert kept["people"]["who_you_are"]["email"] == "ada@a.example"
    assert kept["partners"]["notes_about_you"][0]["text"] == "Ring after 2"
    assert kept["ledger"]["what_you_did"][0]["what"]
    assert {"listening", "library", "safeguards", "mail"} <= kept.keys()
    assert "Ring after 2" in page
    assert "{" not in page
    assert "12 May 2026" in page


def test_erasure_needs_the_tick_and_leaves_a_keyed_hash_alone(client, ada, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    assert client.post("/you/erasure/")["Location"] == "/you/"
    assert Person.objects.partners().count() == 1

    answer = client.post("/you/erasure/", {"sure": "1"})

    assert answer["Location"] == "/forgotten/"
    assert client.get("/forgotten/").status_code == 200
    ada.refresh_from_db()
    assert (ada.name, ada.email, ada.email_key, ada.notes.count(), ada.bases.count()) == (
        "",
        "",
        None,
        0,
        0,
    )
    kept = Suppression.objects.get()
    assert (kept.address_hash, kept.reason) == (address_hash("ada@a.example"), "erased")
    assert (kept.person, kept.source) == (None, "")
    assert Entry.objects.filter(person=ada).count() == 0
    of = make.imported(make.list_file(tmp_path, "Name,Email\nAda,ada@a.example\n"))
    assert (of.created, of.refused) == (0, 1)
    assert importing.twin_files(of) == []


def test_a_colleague_is_not_erased_by_themselves(client, ada):
    Person.objects.filter(pk=ada.pk).update(role="editor")

    assert client.post("/you/erasure/", {"sure": "1"}).status_code == 409
    assert Person.objects.get(pk=ada.pk).name == "Ada Lovelace"


def test_each_kind_of_letter_is_turned_off_and_on(client, ada):
    client.post("/you/purposes/surveys/")
    assert ada.bases.filter(ended_at=None).count() == 0
    client.post("/you/purposes/surveys/", {"on": "1"})

    assert [b.ground for b in ada.bases.filter(ended_at=None)] == ["consent"]
    assert client.post("/you/purposes/service/").status_code == 404
    assert client.get("/you/").status_code == 200


def test_the_settings_change_who_one_is_and_the_theme(client, ada):
    client.post("/you/", {"name": "Ada King", "language": "en-gb", "time_zone": "Europe/London"})
    client.post("/you/theme/", {"theme": "dark"})

    ada.refresh_from_db()
    assert (ada.name, ada.name_key, ada.time_zone) == ("Ada King", "ada king", "Europe/London")
    assert client.cookies["theme"].value == "dark"
    assert 'data-theme="dark"' in client.get("/you/").content.decode()
    assert client.post("/you/", {"name": ""}).status_code == 422


def test_a_partners_own_goal_is_set_and_kept_week_by_week(client, ada):
    assert client.get("/goal/")["Location"] == "/goal/new/"
    client.post(
        "/goal/new/", {"what": "Boxes", "unit": "boxes", "target": "40", "by": "2030-01-01"}
    )
    assert "Not enough data yet" in client.get("/goal/").content.decode()

    client.post("/goal/weeks/", {"value": "12", "day": "2026-05-04"})

    assert [float(week.value) for week in Goal.objects.get().weeks.all()] == [12.0]
    assert "3 more weeks are enough" in client.get("/goal/").content.decode()
    assert client.post("/goal/weeks/", {"value": "-1", "day": "x"}).status_code == 422
    assert client.post("/goal/weeks/", {"value": "1", "day": "2090-01-01"}).status_code == 409


def test_every_room_that_is_asked_answers_both(ada):
    assert [room for room, _module in your_data.rooms()][-1] == "people"
    assert all(isinstance(kept, dict) for kept in your_data.everything(ada).values())
