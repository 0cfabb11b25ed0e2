import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now

from headwater.kit.errors import Refused
from headwater.ledger.models import Entry
from headwater.people.models import ApiToken
from headwater.people.tests.make import house
from headwater.sharing import converting, personal, results
from headwater.sharing.models import Conversion
from headwater.sharing.tests import make
from headwater.sharing.tests.make import AT, DAY

pytestmark = pytest.mark.django_db


def test_a_conversion_told_twice_counts_once_and_stands_in_the_ledger() -> None:
    link = make.link()
    told: dict[str, Any] = {
        "happened_at": AT + DAY,
        "once": "order-7",
        "value": Decimal(40),
        "at": AT + 2 * DAY,
    }

    first = Conversion.note(link, **told)
    again = Conversion.note(link, **told)

    assert (first[1], again[1]) == (True, False)
    deeds = Entry.objects.filter(verb="sharing.conversion_brought")
    assert [(deed.person, deed.at) for deed in deeds] == [(link.person, AT + DAY)]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"value": Decimal(41)}, "told before, and otherwise"),
        ({"once": "order-8", "happened_at": AT + 9 * DAY}, "lies in the future"),
        ({"once": "order-8", "happened_at": AT - DAY}, "was not there yet"),
    ],
)
def test_what_cannot_be_is_refused(changed: dict[str, Any], why: str) -> None:
    link = make.link()
    told: dict[str, Any] = {
        "happened_at": AT + DAY,
        "once": "order-7",
        "value": Decimal(40),
        "at": AT + 2 * DAY,
    }
    Conversion.note(link, **told)

    with pytest.raises(Refused, match=why):
        Conversion.note(link, **told | changed)

    assert Conversion.objects.count() == 1


def test_a_list_keeps_what_it_can_and_names_the_rest() -> None:
    house()
    link = make.link()
    content = (
        "id,when,link,amount\n"
        f"1,2026-05-15 10:00,https://h.example/s/{link.code},40.50\n"
        f"2,2026-05-15,{link.code},\n"
        f"3,soon,{link.code},1\n"
        "4,2026-05-15,nowhere,1\n"
        f"5,2026-05-15,{link.code},much\n"
        f",2026-05-15,{link.code},1\n"
    ).encode()

    tried = converting.bring_in(content, name="orders.csv", at=AT + 2 * DAY, only_try=True)
    before = Conversion.objects.count()
    told = converting.bring_in(content, name="orders.csv", at=AT + 2 * DAY)
    again = converting.bring_in(content, name="orders.csv", at=AT + 2 * DAY)

    assert (tried.new, before) == (2, 0)
    assert (told.new, told.known, again.new, again.known) == (2, 0, 0, 2)
    assert [problem.row for problem in told.problems] == [4, 5, 6, 7]
    assert {c.once: c.value for c in Conversion.objects.all()} == {"1": Decimal("40.5"), "2": None}


def test_a_list_without_the_columns_is_refused() -> None:
    with pytest.raises(Refused, match="code, at and id"):
        converting.bring_in(b"name,town\nAda,Quay\n", name="orders.csv", at=AT)


def test_results_and_what_we_keep_of_a_partner_show_them() -> None:
    link = make.link()
    Conversion.note(link, happened_at=AT, once="1", value=Decimal(40), at=AT)
    Conversion.note(link, happened_at=AT, once="2", value=None, at=AT)
    assert link.message
    assert link.person

    found = results.of_message(link.message)

    assert (found.conversions, found.worth) == (2, Decimal(40))
    assert len(personal.export(link.person)["conversions"]) == 2


def post(client: Client, scope: str, **told: Any) -> Any:
    _token, key = ApiToken.make("Test", scopes=[scope], actor=None, at=now())
    return client.post(
        "/api/v1/conversions", json.dumps(told), content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )  # fmt: skip


def test_a_program_tells_conversions_once(client: Client) -> None:
    link = make.link()
    told = {"link": link.code, "at": "2026-05-15T10:00:00Z", "once": "order-7", "value": "40.5"}
    scope = "conversions:write"

    first, again = post(client, scope, **told), post(client, scope, **told)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Conversion.objects.count() == 1


@pytest.mark.parametrize(
    ("scope", "changed", "status"),
    [
        ("visits:read", {}, 403),
        ("conversions:write", {"link": "nowhere"}, 404),
        ("conversions:write", {"at": "2099-05-15T10:00:00Z"}, 409),
        ("conversions:write", {"at": "2026-05-15T10:00:00"}, 422),
        ("conversions:write", {"value": -1}, 422),
        ("conversions:write", {"once": ""}, 422),
    ],
)
def test_a_program_is_refused_in_a_documented_way(
    client: Client, scope: str, changed: dict[str, Any], status: int
) -> None:
    told = {"link": make.link().code, "at": "2026-05-15T10:00:00Z", "once": "order-7"}

    answer = post(client, scope, **told | changed)

    assert answer.status_code == status
    assert Conversion.objects.count() == 0


def test_the_page_shows_what_stays_behind(client: Client) -> None:
    house()
    client.force_login(make.staff())
    link = make.link()
    made_at = f"{link.made_at + timedelta(hours=1):%Y-%m-%d %H:%M}"
    text = f"code,at,id\n{link.code},{made_at},1\nnowhere,{made_at},2\n"

    empty = client.get("/studio/conversions/")
    page = client.post("/studio/conversions/", {"file": SimpleUploadedFile("o.csv", text.encode())})
    wrong = client.post(
        "/studio/conversions/", {"file": SimpleUploadedFile("o.csv", b"a,b\n1,x\n")}
    )

    assert empty.status_code == 200
    assert "There is no link with this code" in page.content.decode()
    assert Conversion.objects.count() == 1
    assert wrong.status_code == 409


def test_the_command_keeps_a_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    house()
    link = make.link()
    file = tmp_path / "orders.csv"
    file.write_text(f"code,at,id,value\n{link.code},2026-05-15,1,5\n")

    call_command("import_conversions", str(file), "--dry-run")
    before = Conversion.objects.count()
    call_command("import_conversions", str(file), "--json")

    out = capsys.readouterr().out.splitlines()
    assert (before, Conversion.objects.count()) == (0, 1)
    assert json.loads(out[-1]) == {"new": 1, "known": 0, "problems": []}
