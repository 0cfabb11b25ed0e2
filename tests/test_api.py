"""The API against its own description: whatever is asked, an answer in its form, never a fault."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils.timezone import now
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from headwater.api.urls import api
from headwater.config.wsgi import application
from headwater.library.models import Tip
from headwater.people.models import ApiToken, Person
from headwater.programme.models import Activity

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CHECKS = [not_a_server_error, response_schema_conformance]
SLOWLY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]


schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
schema.app = application


@pytest.fixture(autouse=True)
def stay_connected() -> Iterator[None]:
    """The end of a request must not close the test's own transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def key(db: None) -> str:
    """A token for everything, over a few rows to answer with."""
    at = now()
    Person.objects.create_user("ada@example.org", name="Ada", is_partner=True, created_at=at)
    tip = Tip(
        slug="first-line", number=1, title="First line", idea="It is read.", action="Do.",
        do="Say it.", dont="Don’t greet: it fills the line.", created_at=at, published_at=at,
        language="en-gb",
    )  # fmt: skip
    tip.fill_keys()
    tip.save()
    Activity.objects.create(
        title="Seminar", kind=Activity.Kind.SEMINAR, gauge="fluency", starts_on=at.date(),
        ends_on=(at + timedelta(days=1)).date(), why_not_asked="They asked.", created_at=at,
    )  # fmt: skip
    _token, made = ApiToken.make("Test", scopes=list(ApiToken.Scope.values), actor=None, at=at)
    return made


@schema.parametrize()
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=SLOWLY)
def test_whatever_is_asked_the_answer_is_as_described(
    case: "schemathesis.Case[Any]", key: str
) -> None:
    headers = {"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"}
    case.call_and_validate(headers=headers, checks=CHECKS)
