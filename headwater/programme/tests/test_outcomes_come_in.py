import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from headwater.kit.errors import Refused
from headwater.people.models import ApiToken
from headwater.programme.models import Metric, Outcome, OutcomeFile
from headwater.programme.tests import make

pytestmark = pytest.mark.django_db
TEXT = "Place,Week,Boxes\nQuay,2026-W10,310\nQuay,2026-W11,320\nWick,2026-W10,200\nWick,2026-W11,x1"


@pytest.fixture
def metric() -> Metric:
    make.house()
    values = {"slug": "boxes", "name": "Boxes", "unit": "boxes", "source": "measured"}
    return Metric.objects.create(**values)


@pytest.fixture
def studio(client: Client, metric: Metric) -> Client:
    client.force_login(make.staff())
    return client


def uploaded(studio: Client, metric: Metric, text: str) -> str:
    file = SimpleUploadedFile("counts.csv", text.encode())
    answer = studio.post(f"/studio/metrics/{metric.pk}/files/", {"file": file})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_a_file_is_looked_at_and_then_kept(studio: Client, metric: Metric) -> None:
    there = uploaded(studio, metric, TEXT)
    seen = studio.get(there).content.decode()
    before = Outcome.objects.count()

    studio.post(f"{there}keeping/", {"ours": ["Quay"]})

    assert "We could read 3 counts" in seen
    assert "“x1” is no number." in seen
    assert (before, Outcome.objects.count()) == (0, 3)
    assert {m.name: m.is_ours for m in metric.markets.all()} == {"Quay": True, "Wick": False}
    assert bytes(OutcomeFile.objects.get().content) == b""


def test_a_file_kept_once_cannot_be_kept_again_and_is_known(studio: Client, metric: Metric) -> None:
    there = uploaded(studio, metric, TEXT)
    studio.post(f"{there}keeping/", {"ours": ["Quay"]})

    again = studio.post(f"{there}keeping/")
    second = uploaded(studio, metric, TEXT)
    seen = studio.get(second).content.decode()
    studio.post(f"{second}keeping/")

    assert again.status_code == 404
    assert "This very file was here before" in seen
    assert [file.changed for file in OutcomeFile.objects.order_by("pk")] == [3, 0]


def test_what_cannot_be_read_is_said_and_can_be_read_otherwise(
    studio: Client, metric: Metric
) -> None:
    there = uploaded(studio, metric, "Week,Boxes\n02/03/2026,5\n")
    asked = studio.get(there)

    studio.post(there, {"order": "month"})
    seen = studio.get(there)

    assert asked.status_code == 409
    assert "02/03/2026 can be read in two ways" in asked.content.decode()
    assert (seen.status_code, "week of 2 February 2026" in seen.content.decode()) == (200, True)


def test_no_file_is_asked_for_in_words_and_an_analyst_brings_none(
    studio: Client, metric: Metric
) -> None:
    empty = studio.post(f"/studio/metrics/{metric.pk}/files/", {})
    studio.force_login(make.staff("analyst", "ann@house.example"))
    refused = studio.get(f"/studio/metrics/{metric.pk}/files/")

    assert (empty.status_code, refused.status_code) == (422, 403)


@pytest.mark.parametrize("places", [1, 30])
def test_the_pages_ask_as_much_for_thirty_places_as_for_one(
    studio: Client,
    metric: Metric,
    places: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    rows = "\n".join(f"Town {n},2026-W10,{n + 5}" for n in range(places))
    there = uploaded(studio, metric, f"Place,Week,Boxes\n{rows}")

    with django_assert_max_num_queries(12):
        studio.get(there)
    studio.post(f"{there}keeping/")
    with django_assert_max_num_queries(12):
        page = studio.get(f"/studio/metrics/{metric.pk}/?place={metric.markets.all()[0].pk}")

    assert page.content.decode().count("one week") == places


def test_the_command_says_what_would_happen_and_then_does_it(
    metric: Metric, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "counts.csv"
    file.write_text(TEXT)
    call_command("import_outcomes", "boxes", str(file), "--dry-run", "--json")
    tried = json.loads(capsys.readouterr().out)
    before = Outcome.objects.count()

    call_command("import_outcomes", "boxes", str(file), "--ours", "Quay")
    out = capsys.readouterr()
    call_command("import_outcomes", "boxes", str(file), "--json")
    again = json.loads(capsys.readouterr().out)

    assert (tried["counts"], tried["refused"], before) == (3, 1, 0)
    assert tried["problems"][0]["row"] == 5
    assert "changed\t3" in out.out
    assert "is no number" in out.err
    assert (again["changed"], again["unchanged"]) == (0, 3)


def test_the_command_is_refused_in_a_sentence(metric: Metric, tmp_path: Path) -> None:
    file = tmp_path / "counts.csv"
    file.write_text("Year,Boxes\n2024,5\n")

    with pytest.raises(Refused, match="counts by years"):
        call_command("import_outcomes", "boxes", str(file))
    with pytest.raises(CommandError, match="There are: boxes"):
        call_command("import_outcomes", "crates", str(file))
    with pytest.raises(CommandError, match="no file"):
        call_command("import_outcomes", "boxes", str(tmp_path / "none.csv"))


# ---- By program ----


def put(client: Client, rows: list[dict[str, Any]], *scopes: str, slug: str = "boxes") -> Any:
    wanted = list(scopes or ["outcomes:write"])
    _token, key = ApiToken.make("Test", scopes=wanted, actor=None, at=now())
    return client.put(
        f"/api/v1/metrics/{slug}/outcomes", json.dumps({"outcomes": rows}),
        content_type="application/json", headers={"Authorization": f"Bearer {key}"},
    )  # fmt: skip


def test_a_program_writes_counts_and_the_same_again_changes_nothing(
    client: Client, metric: Metric
) -> None:
    rows: list[dict[str, Any]] = [
        {"place": "Quay", "period": "2026-W10", "value": 310},
        {"place": "Wick", "period": "2026-03-04", "value": "200.5", "is_ours": False},
        {"place": "Wick", "period": "2026-W11", "value": None},
    ]  # fmt: skip

    first, again = put(client, rows), put(client, rows)

    assert (first.json(), again.json()) == (
        {"changed": 3, "unchanged": 0}, {"changed": 0, "unchanged": 3},
    )  # fmt: skip
    found = [(o.market.name, str(o.period_on), o.value and float(o.value))
             for o in Outcome.objects.order_by("market__name", "period_on")]  # fmt: skip
    assert found == [
        ("Quay", "2026-03-02", 310), ("Wick", "2026-03-02", 200.5), ("Wick", "2026-03-09", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ({"place": "Quay", "period": "2099-W10", "value": 1}, 409),
        ({"place": "Quay", "period": "2026", "value": 1}, 409),
        ({"place": "Quay", "period": "soon", "value": 1}, 409),
        ({"place": " ", "period": "2026-W10", "value": 1}, 409),
        ({"place": "Wick", "period": "2026-W10", "value": 2}, 409),
        ({"place": "Quay", "period": "2026-W10", "value": "many"}, 422),
        ({"place": "Quay", "period": "2026-W10"}, 422),
    ],
)
def test_a_program_that_is_refused_leaves_no_trace(
    client: Client, metric: Metric, row: dict[str, Any], status: int
) -> None:
    answer = put(client, [{"place": "Wick", "period": "2026-W10", "value": 1}, row])

    assert answer.status_code == status
    assert "detail" in answer.json()
    assert (Outcome.objects.count(), metric.markets.count()) == (0, 0)


def test_writing_needs_its_scope_and_a_metric_there_is(client: Client, metric: Metric) -> None:
    rows = [{"place": "Quay", "period": "2026-W10", "value": 310}]

    assert put(client, rows, "outcomes:read").status_code == 403
    assert put(client, rows, slug="crates").status_code == 404


def test_a_program_reads_what_is_counted(client: Client, metric: Metric) -> None:
    put(client, [{"place": "Quay", "period": "2026-W10", "value": 310}])
    _token, key = ApiToken.make("Test", scopes=["outcomes:read"], actor=None, at=now())
    headers = {"Authorization": f"Bearer {key}"}

    metrics = client.get("/api/v1/metrics", headers=headers).json()
    rows = client.get("/api/v1/metrics/boxes/outcomes?since=2026-01-01", headers=headers).json()
    none = client.get("/api/v1/metrics/boxes/outcomes?until=2026-01-01", headers=headers).json()

    assert [row["period"] for row in metrics["items"]] == ["week"]
    assert rows["items"] == [
        {"place": "Quay", "is_ours": True, "period_on": "2026-03-02", "value": "310.000000"}
    ]
    assert none["count"] == 0
