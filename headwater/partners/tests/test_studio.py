from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from headwater.ledger.models import Entry
from headwater.partners.models import Basis, Goal, Import, Kind, Note, Segment, Twin
from headwater.partners.tests import make
from headwater.partners.tests.make import AT
from headwater.people.models import House, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def mirela() -> Person:
    make.house()
    return make.staff()


@pytest.fixture
def studio(client: Client, mirela: Person) -> Client:
    client.force_login(mirela)
    return client


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def upload(studio: Client, text: str, name: str = "list.csv") -> Import:
    file = SimpleUploadedFile(name, text.encode())
    answer = studio.post("/studio/imports/", {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return Import.objects.latest("pk")


# ---- The directory ----


@pytest.mark.parametrize(
    "path", ["/studio/partners/", "/studio/organisations/", "/studio/look-alikes/"]
)
def test_a_list_asks_the_database_as_often_for_three_as_for_one(studio, path):
    def add(n: int) -> None:
        one, other = make.member(f"Ada {n}", f"ada{n}@a.example"), make.person(f"Ada {n}")
        make.organisation(f"Nets {n}", one)
        Twin.objects.create(one=other, other=one, reason="name", found_at=AT)

    add(1)
    with_one = queries(studio, path)
    add(2)
    add(3)

    assert queries(studio, path) == with_one <= 12


def test_the_list_shows_who_fits_and_finds_names_without_accents(studio):
    make.member("Pádraig Ó Conaill")
    make.person("Rui Zhang")

    assert "Pádraig" in studio.get("/studio/partners/?q=padraig").content.decode()
    text = studio.get("/studio/partners/?kind=member").content.decode()
    assert ("Pádraig" in text, "Rui Zhang" in text) == (True, False)


def test_partners_do_not_see_the_studio(client, mirela):
    client.force_login(make.person("Ada", "ada@a.example"))

    assert client.get("/studio/partners/").status_code == 404


def test_chosen_partners_are_tagged_and_given_a_kind(studio):
    ada, bo = make.person("Ada"), make.person("Bo")
    make.kind("supplier")

    studio.post("/studio/partners/chosen/", {"chosen": [ada.pk], "tag_name": "nets"})
    studio.post("/studio/partners/chosen/", {"all": "1", "kind_given": "supplier"})

    assert [tag.name for tag in ada.tags.all()] == ["nets"]
    assert bo.tags.count() == 0
    assert Kind.objects.get().belongings.count() == 2


def test_the_file_is_harmless_and_its_taking_is_written_down(studio):
    make.person("=HYPERLINK(1)", "evil@a.example")

    text = b"".join(studio.get("/studio/partners/file/")).decode()

    assert "'=HYPERLINK(1)" in text
    assert Entry.objects.by_staff().get().verb == "staff.partners_exported"


def test_an_analyst_reads_and_takes_nothing(client, mirela):
    client.force_login(make.staff("analyst", "a@h.example"))
    ada = make.person("Ada")

    assert client.get("/studio/partners/").status_code == 200
    assert client.get("/studio/partners/file/").status_code == 403
    assert client.post(f"/studio/partners/{ada.pk}/notes/", {"text": "x"}).status_code == 403
    assert client.get("/studio/imports/").status_code == 403
    assert client.get("/studio/team/").status_code == 403


# ---- One partner ----


def test_a_partner_is_added_changed_noted_and_suspended(studio, mirela):
    make.kind()
    kind = Kind.objects.get()

    answer = studio.post(
        "/studio/partners/new/", {"name": "Ada", "email": "a@a.example", "kinds": [kind.pk]}
    )
    ada = Person.objects.partners().get()
    assert answer["Location"] == f"/studio/partners/{ada.pk}/"
    studio.post(f"/studio/partners/{ada.pk}/change/", {"name": "Ada L", "email": "a@a.example"})
    studio.post(f"/studio/partners/{ada.pk}/notes/", {"text": "Ring after 2", "is_contact": "on"})
    studio.post(f"/studio/partners/{ada.pk}/steward/", {"steward": mirela.pk})
    studio.post(f"/studio/partners/{ada.pk}/suspension/")

    ada.refresh_from_db()
    assert (ada.name, ada.is_active, ada.stewardship.steward) == ("Ada L", False, mirela)
    assert Note.objects.get().author == mirela
    text = studio.get(f"/studio/partners/{ada.pk}/").content.decode()
    assert "Ring after 2" in text
    assert "suspended" in text


def test_what_cannot_be_is_said_on_the_form(studio):
    make.person("Ada", "ada@a.example")

    taken = studio.post("/studio/partners/new/", {"name": "Bo", "email": "ada@a.example"})
    nameless = studio.post("/studio/partners/new/", {"name": "", "email": "nonsense"})

    assert (taken.status_code, nameless.status_code) == (409, 422)
    assert "Ada has this address already" in taken.content.decode()


def test_a_partners_page_takes_few_questions_however_much_there_is(studio):
    ada = make.member("Ada", "ada@a.example")
    make.organisation("Nets", ada)
    ada.notes.create(text="One", at=AT)
    before = queries(studio, f"/studio/partners/{ada.pk}/")
    for n in range(3):
        ada.notes.create(text=f"More {n}", at=AT)
        make.organisation(f"Nets {n}", ada)

    assert queries(studio, f"/studio/partners/{ada.pk}/") == before


def test_a_goal_is_seen_by_staff_only_where_it_is_shared(studio):
    ada = make.person("Ada")
    Goal.set(ada, what="Sell smoked boxes", unit="boxes", target=40, by=date(2026, 12, 1), at=AT)
    page = f"/studio/partners/{ada.pk}/"

    assert "Sell smoked boxes" not in studio.get(page).content.decode()
    Goal.objects.update(is_shared=True)
    assert "Sell smoked boxes" in studio.get(page).content.decode()


# ---- Segments, kinds, look-alikes ----


def test_a_segment_is_counted_before_it_is_saved_and_changed_afterwards(studio):
    make.member("Ada")
    answers = {"name": "Members", "kinds": ["member"]}

    counted = studio.post("/studio/segments/new/", {**answers, "action": "try"})
    assert "1 partner fits today" in counted.content.decode()
    assert Segment.objects.count() == 0
    studio.post("/studio/segments/new/", answers)
    segment = Segment.objects.get()
    assert segment.rule == {"kinds": ["member"]}
    studio.post(f"/studio/segments/{segment.pk}/", {"name": "Welsh", "countries": "Wales, Cymru"})
    segment.refresh_from_db()
    assert (segment.name, segment.rule) == ("Welsh", {"countries": ["Wales", "Cymru"]})
    assert (
        "is in Wales or Cymru"
        in studio.get(f"/studio/partners/?segment={segment.pk}").content.decode()
    )


def test_a_kind_says_what_its_partners_meet(studio):
    studio.post("/studio/kinds/", {"name": "Chapter"})
    kind = Kind.objects.get()

    studio.post(
        f"/studio/kinds/{kind.pk}/",
        {"name": "Chapter", "plural": "Chapters", "modules": ["learn"], "primary": "1"},
    )

    kind.refresh_from_db()
    assert (kind.modules, kind.is_primary) == (["learn"], True)


def test_look_alikes_are_decided_by_hand(studio):
    old, new = make.person("Ada"), make.person("Ada", place="Quay")
    twin = Twin.objects.create(one=new, other=old, reason="name", found_at=AT)

    assert "Quay" in studio.get("/studio/look-alikes/").content.decode()
    studio.post(f"/studio/look-alikes/{twin.pk}/decision/", {"decision": "one"})

    assert list(Person.objects.partners()) == [old]
    merge = old.merges.get()
    studio.post(f"/studio/merges/{merge.pk}/undo/")
    assert Person.objects.partners().count() == 2


# ---- Bringing a list in ----


def test_a_list_comes_in_by_four_steps_and_goes_out_again(
    studio, django_capture_on_commit_callbacks
):
    of = upload(studio, "Who,E-mail,Town\nAda,ada@a.example,Quay\n,x@x.example,\n")
    columns = f"/studio/imports/{of.pk}/columns/"
    assert "What each column becomes" in studio.get(columns).content.decode()

    studio.post(columns, {
        "column-0": "name", "column-1": "email", "column-2": "place",
        "purposes": ["surveys"], "ground": "interest", "wording": "Members of ours",
    })  # fmt: skip
    look = studio.get(f"/studio/imports/{of.pk}/").content.decode()
    assert "We could read all 2 rows" in look
    assert Person.objects.partners().count() == 0
    with django_capture_on_commit_callbacks(execute=True):
        studio.post(f"/studio/imports/{of.pk}/run/")

    assert list(Person.objects.partners().values_list("name", flat=True)) == ["Ada"]
    assert Basis.objects.get().wording == "Members of ours"
    done = studio.get(f"/studio/imports/{of.pk}/").content.decode()
    assert "1 came in, 0 brought up to date" in done
    refused = b"".join(studio.get(f"/studio/imports/{of.pk}/refused/")).decode()
    assert refused.splitlines()[1].startswith(",x@x.example,,3,No name")
    studio.post(f"/studio/imports/{of.pk}/undo/")
    assert Person.objects.partners().count() == 0
    assert "This list is out again" in studio.get(f"/studio/imports/{of.pk}/").content.decode()


def test_the_same_file_again_is_asked_first(studio, django_capture_on_commit_callbacks):
    for again in ({}, {}, {"again": "1"}):
        of = upload(studio, "Name\nAda\n")
        studio.post(f"/studio/imports/{of.pk}/columns/", {"column-0": "name"})
        with django_capture_on_commit_callbacks(execute=True):
            studio.post(f"/studio/imports/{of.pk}/run/", again)

    assert list(Import.objects.order_by("pk").values_list("state", flat=True)) == [
        "done",
        "new",
        "done",
    ]


def test_what_is_no_list_is_refused_on_the_page_and_not_kept(studio):
    answer = studio.post(
        "/studio/imports/", {"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04..")}
    )

    assert answer.status_code == 409
    assert "a.xlsx is a spreadsheet" in answer.content.decode()
    assert Import.objects.count() == 0


def test_no_column_for_a_name_is_refused_and_the_choices_stand(studio):
    of = upload(studio, "a,b\nAda,x\n")

    answer = studio.post(f"/studio/imports/{of.pk}/columns/", {"column-0": "", "column-1": "place"})

    assert answer.status_code == 409
    assert "No column holds a name" in answer.content.decode()


# ---- The team and the house ----


def test_an_owner_asks_a_colleague_in_and_takes_them_out(
    studio, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        studio.post("/studio/team/", {"name": "Kenji", "email": "k@h.example", "role": "editor"})
    kenji = Person.objects.get(name="Kenji")

    assert (kenji.role, mailoutbox[0].to) == ("editor", ["k@h.example"])
    studio.post(f"/studio/team/{kenji.pk}/role/", {"role": "manager"})
    studio.post(f"/studio/team/{kenji.pk}/role/", {"role": ""})
    kenji.refresh_from_db()
    assert kenji.role == ""
    assert sorted(Entry.objects.by_staff().values_list("verb", flat=True)) == [
        "staff.colleague_invited", "staff.role_changed", "staff.role_changed",
    ]  # fmt: skip


def test_the_last_owner_cannot_go(studio, mirela):
    answer = studio.post(f"/studio/team/{mirela.pk}/role/", {"role": "editor"})

    assert answer.status_code == 409


def test_the_house_is_changed_with_its_fields_in_the_audit_trail(studio):
    values = {"name": "Harbour", "colour": "#112233", "time_zone": "Europe/London",
              "currency": "eur", "hourly_rate": "32.50"}  # fmt: skip

    studio.post("/studio/house/", values)

    house = House.objects.get()
    assert (house.currency, house.colour, float(house.hourly_rate or 0)) == ("EUR", "#112233", 32.5)
    assert Entry.objects.by_staff().get().data["fields"] == [
        "colour", "currency", "hourly_rate", "name", "time_zone",
    ]  # fmt: skip
    assert studio.post("/studio/house/", {**values, "currency": "€€€"}).status_code == 422
