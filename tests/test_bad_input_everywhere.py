"""Whatever people paste, into whatever form: a plain answer, nothing broken, nothing run as code."""

import json
import os
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils.timezone import now

from headwater.cli.demo.building import build
from headwater.people.models import Person
from tests.crawling import Form, Page, crawl, html_of

SHARED = Path(os.environ.get("HEADWATER_SHARED", Path(__file__).parents[2] / "shared")) / "data"
PLANTED = "\"'><plan-ted onload=x>"
OUR_OWN: list[str | bytes] = [
    PLANTED,
    "a\x00b",
    b"\xed\xa0\x80 half a letter",
    "９" * 400,
    "1e309",
    "-1",
    "99999999999999999999999999",
    "0000-00-00",
    "9999-12-31T23:59",
    "31/02/2026",
    "ÅngströmN\u0303 \u202etxt.exe",
    "=HYPERLINK(\"http://evil.example\")",
    "x@y.example\r\nBcc: all@evil.example",
    "../../../../etc/passwd",
    "{{ 7|add:7 }}{% load x %}",
    "nan",
    " ",
    "w" * 20_000,
]  # fmt: skip
FILES = {
    "nonsense.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
    "../../up.csv": b'name,email\n"never closed, a@b.example\n\x00\xff\xfe',
    "picture.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "empty.csv": b"",
}


def naughty_strings() -> list[str | bytes]:
    """The public list where it is at hand, else a few of our own."""
    path = SHARED / "badinput" / "blns.json"
    listed = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return [*OUR_OWN, *listed]


@pytest.fixture
def house(db: None) -> None:
    build(partners=40, months=3, seed=7, at=now(), say=lambda line: None)


def people() -> list[tuple[Person, str]]:
    owner = Person.objects.filter(role="owner").first()
    partner = Person.objects.partners().filter(is_active=True, suspended_at=None).first()
    assert owner
    assert partner
    return [(owner, "/studio/"), (partner, "/")]


def forms_of(client: Client, *starts: str, most: int) -> list[Form]:
    found: dict[str, Form] = {}
    for url, answer, page in crawl(client, *starts, each=1, most=most):
        assert answer.status_code < 500, url
        for form in page.forms:
            found.setdefault(form.key, form)
    return list(found.values())


class TakenBack(Exception):
    """So that one form's deed does not take the next form away."""


def press(client: Client, form: Form, data: dict[str, Any], *, times: int = 1) -> Iterator[str]:
    """Send a form and say in words what went wrong, if anything did. Nothing is kept."""
    try:
        with transaction.atomic():
            for _ in range(times):
                if form.method == "get":
                    answer = client.get(form.action, data, follow=True)
                else:
                    answer = client.post(form.action, data, follow=True)
            said = Page(form.action, html_of(answer))
            if answer.status_code >= 500:
                yield f"{answer.status_code}"
            if html_of(answer).count('class="notice bad" role="alert"') > 1:
                yield "what is wrong is said twice"
            if "plan-ted" in said.tags:
                yield "what was typed became a tag"
            raise TakenBack
    except TakenBack:
        pass
    except Exception as problem:  # a test client lets a view's mistakes through
        yield f"{type(problem).__name__}: {problem}"[:300]


def try_forms(
    forms: list[Form], client: Client, strings: Iterator[str | bytes], each: int
) -> list[str]:
    complaints = []
    for form in forms:
        texts = [one for one in form.fields if one.kind not in {"file", "submit", "hidden"}]
        presses = [one for one in form.fields if one.kind == "submit"][:1]
        for string in islice(strings, each):
            data = form.filled()
            for one in texts:
                data[one.name] = string
            data |= {one.name: one.value for one in presses}
            data |= a_file_for(form, len(string))
            complaints += [
                f"{form.method} {form.action} with {string[:40]!r}: {said}"
                for said in press(client, form, data)
            ]
        words = form.filled()  # choices left as they are, so that the words get through
        for one in form.texts():
            if one.kind in {"text", "textarea", "search"}:
                words[one.name] = PLANTED
        words |= {one.name: one.value for one in presses}
        words |= a_file_for(form, len(form.action))
        complaints += [
            f"{form.method} {form.action} twice: {said}"
            for said in press(client, form, words, times=2)
        ]
    return complaints


def a_file_for(form: Form, seed: int) -> dict[str, Any]:
    name = list(FILES)[seed % len(FILES)]
    return {
        one.name: SimpleUploadedFile(name, FILES[name]) for one in form.fields if one.kind == "file"
    }


@pytest.mark.slow
def test_no_form_breaks_on_what_people_paste(house: None) -> None:
    strings = cycle(naughty_strings())
    complaints = []
    for person, start in people():
        client = Client()
        client.force_login(person)
        complaints += try_forms(forms_of(client, start, most=150), client, strings, each=3)
    assert complaints == []


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("HEADWATER_TEST_THOROUGH"), reason="takes half an hour")
def test_no_form_breaks_on_any_string_of_the_whole_list(house: None) -> None:
    strings = naughty_strings()
    complaints = []
    for person, start in people():
        client = Client()
        client.force_login(person)
        forms = forms_of(client, start, most=1000)
        complaints += try_forms(forms, client, cycle(strings), each=len(strings))
    assert complaints == []
