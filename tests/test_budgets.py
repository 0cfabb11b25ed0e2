"""No page asks the database more than a dozen questions, whatever stands in it."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from pytest_django import DjangoDbBlocker

from headwater.cli.demo.building import build
from headwater.jobs.planning import look_at_the_tables
from headwater.people.models import Person
from tests.pages import every_page

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
MOST_QUESTIONS = 12
MOST_BYTES = 60_000  # compressed, as it travels


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Half a year of sixty partners, gone when these tests are."""
    with django_db_blocker.unblock(), transaction.atomic():
        build(partners=60, months=6, at=now(), say=lambda line: None)
        look_at_the_tables()
        yield
        transaction.set_rollback(True)


def visitor(who: str) -> Client:
    client = Client(raise_request_exception=False, headers={"Accept-Encoding": "gzip"})
    if who == "owner":
        client.force_login(Person.objects.get(role="owner"))
    elif who == "partner":
        client.force_login(Person.objects.partners().exclude(email="").order_by("pk")[0])
    return client


def opened(client: Client, path: str) -> tuple[int, int]:
    """Questions and bytes of a page at its second opening; none where it isn't theirs to see."""
    if client.get(path).status_code != 200:
        return 0, 0
    with CaptureQueriesContext(connection) as asked:
        response = client.get(path)
        assert response.status_code == 200, path
        size = 0 if response.streaming else len(response.content)
        return len(asked.captured_queries), size


@pytest.mark.parametrize("who", ["owner", "partner", "public"])
def test_every_page_keeps_to_its_budget(demo: None, who: str) -> None:
    client = visitor(who)
    found = {
        path: opened(client, path)
        for page in every_page()
        for path in page.paths
        if who == "owner" or not page.name.startswith("studio:")
    }
    seen = [path for path, (questions, _size) in found.items() if questions]
    assert len(seen) > (100 if who == "owner" else 15), "the walk has lost its way"
    over = {path: asked for path, (asked, _size) in found.items() if asked > MOST_QUESTIONS}
    assert not over, f"more than {MOST_QUESTIONS} questions: {over}"
    heavy = {path: size for path, (_asked, size) in found.items() if size > MOST_BYTES}
    assert not heavy, f"more than {MOST_BYTES} bytes: {heavy}"


@pytest.mark.parametrize("who", ["owner", "partner", "public"])
def test_no_page_breaks(demo: None, who: str) -> None:
    client = visitor(who)
    broken = [
        path for page in every_page() for path in page.paths if client.get(path).status_code >= 500
    ]
    assert not broken
