import pytest
from django.test import Client

from headwater.library.tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/privacy/", "/accessibility/"])
def test_anybody_reads_the_statements_with_the_house_and_whom_to_ask(
    client: Client, path: str
) -> None:
    make.house(name="Orchard Trust", reply_to="hello@orchard.example", postal_address="1 Lane")

    shown = client.get(path).content.decode()

    assert "Orchard Trust, 1 Lane" in shown
    assert 'href="mailto:hello@orchard.example"' in shown


def test_every_public_page_leads_to_the_statements(client: Client) -> None:
    make.house()

    shown = client.get("/tips/").content.decode()

    assert 'href="/privacy/"' in shown
    assert 'href="/accessibility/"' in shown


def test_search_may_find_tips_and_nothing_personal(client: Client) -> None:
    answer = client.get("/robots.txt")

    lines = answer.content.decode().splitlines()
    assert answer["Content-Type"].startswith("text/plain")
    assert lines == ["User-agent: *", "Allow: /tips/", "Allow: /static/", "Disallow: /"]


def test_old_programs_find_the_small_picture(client: Client) -> None:
    answer = client.get("/favicon.ico")

    assert (answer.status_code, answer["Location"]) == (302, "/static/ui/favicon.svg")
