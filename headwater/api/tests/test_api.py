import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils.timezone import now

from headwater.api.urls import api
from headwater.people.models import ApiToken
from headwater.people.tests import make

pytestmark = pytest.mark.django_db
COMMITTED = Path(__file__).parents[3] / "docs" / "openapi.json"
SCOPES = list(ApiToken.Scope.values)


def bearing(*scopes: str) -> dict[str, str]:
    _token, key = ApiToken.make("Test", scopes=list(scopes), actor=None, at=now())
    return {"Authorization": f"Bearer {key}"}


PATHS = {
    "partners": "partners:read", "activities": "activities:read", "tips": "tips:read",
    "visits": "visits:read", "metrics": "outcomes:read",
}  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_without_a_token_nothing_is_read(client: Client, path: str) -> None:
    assert client.get(f"/api/v1/{path}").status_code == 401


@pytest.mark.parametrize("path", PATHS)
def test_a_token_reads_what_its_scope_says_and_nothing_else(client: Client, path: str) -> None:
    scope = PATHS[path]
    others = [other for other in SCOPES if other != scope]

    allowed = client.get(f"/api/v1/{path}", headers=bearing(scope))
    refused = client.get(f"/api/v1/{path}", headers=bearing(*others))

    assert (allowed.status_code, allowed.json()) == (200, {"items": [], "count": 0})
    assert refused.status_code == 403


def test_an_ended_token_opens_nothing(client: Client) -> None:
    header = bearing(*SCOPES)
    ApiToken.objects.update(ended_at=now() - timedelta(seconds=1))

    assert client.get("/api/v1/tips", headers=header).status_code == 401


def test_only_a_hash_of_the_key_is_kept() -> None:
    token, key = ApiToken.make("Test", scopes=[], actor=None, at=now())

    assert key not in json.dumps(list(ApiToken.objects.values()), default=str)
    assert ApiToken.standing(key) == token


def test_partners_are_read_by_public_id_without_notes_or_gauges(client: Client) -> None:
    ada = make.person()

    page = client.get("/api/v1/partners", headers=bearing("partners:read")).json()

    assert [row["id"] for row in page["items"]] == [ada.public_id]
    assert set(page["items"][0]) == {
        "id", "name", "email", "country", "place", "language", "kinds", "is_general_contact",
        "created_at",
    }  # fmt: skip


@pytest.mark.parametrize("query", ["limit=0", "limit=100000", "offset=-1", "limit=many"])
def test_pages_are_bounded(client: Client, query: str) -> None:
    answer = client.get(f"/api/v1/partners?{query}", headers=bearing("partners:read"))

    assert answer.status_code == 422


def test_the_committed_description_is_the_one_that_is_served() -> None:
    served = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))

    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == served
