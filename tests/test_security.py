"""What must not happen, whoever tries: read another's things, act above one's role, stay behind."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.timezone import now

from headwater.cli.demo.building import build
from headwater.kit.errors import Refused
from headwater.mail import personal_links
from headwater.partners.models import Import, RefusedRow
from headwater.people.models import Person
from headwater.people.tests.make import house, person, staff
from headwater.portal.your_data import erase, everything
from headwater.recognition.models import Story
from headwater.sharing.models import Link, Reminder, Share

# Machines' one click to stop letters has no page to take a token from (RFC 8058).
WITHOUT_CSRF = {"stop/<str:token>/"}
PAGES = ["/sign-in/", "/tips/", "/no-such-page/", "/studio/", "/brand.css", "/api/v1/openapi.json"]


def views(patterns: Any = None, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every address of the house, with the view that answers it."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from views(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            yield route, one.callback


def test_only_the_one_click_stop_takes_a_post_without_a_token() -> None:
    exempt = {
        route
        for route, view in views()
        if getattr(view, "csrf_exempt", False) and not route.startswith("api/")
    }
    assert exempt == WITHOUT_CSRF


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_every_answer_carries_the_content_policy(db: None, path: str, is_signed_in: bool) -> None:
    house()
    client = Client()
    if is_signed_in:
        client.force_login(staff())
    answer = client.get(path)
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"


def test_a_broken_page_carries_the_content_policy_too(db: None, monkeypatch: Any) -> None:
    def breaks(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("on purpose")

    house()
    monkeypatch.setattr("headwater.people.portal.House.is_open", breaks)
    answer = Client(raise_request_exception=False).get("/sign-in/")
    assert answer.status_code == 500
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert b"on purpose" not in answer.content


def test_pages_made_for_one_person_stay_in_no_cache(db: None) -> None:
    house()
    client = Client()
    client.force_login(person())
    for path in ("/", "/you/", "/you/copy/", "/progress/", "/goal/", "/growth/"):
        answer = client.get(path)
        assert "no-store" in answer["Cache-Control"], path
        assert "private" in answer["Cache-Control"] or "public" not in answer["Cache-Control"]


def test_the_address_of_a_button_alone_shows_a_page(db: None) -> None:
    house()
    client = Client()
    client.force_login(staff())
    answer = client.get("/studio/surveys/drafts/")
    assert answer.status_code == 405
    assert "press the button" in answer.content.decode()


def test_a_foreign_host_name_is_turned_away(db: None) -> None:
    house()
    answer = Client(raise_request_exception=False).get(
        "/sign-in/", headers={"host": "evil.example"}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_sign_in_leads_nowhere_else(db: None, target: str) -> None:
    house()
    person(email="ada@a.example")
    client = Client()
    client.post(reverse("account_login"), {"email": "ada@a.example", "next": target})
    code = next(word for word in mail.outbox[-1].body.split() if "-" in word and word.isupper())
    answer = client.post("/sign-in/code/", {"code": code.strip("."), "next": target})
    assert answer.status_code == 302
    assert answer["Location"] == "/"


def test_signing_in_gives_a_new_session(db: None) -> None:
    house()
    person(email="ada@a.example")
    client = Client()
    client.post(reverse("account_login"), {"email": "ada@a.example"})
    before = client.session.session_key
    code = next(word for word in mail.outbox[-1].body.split() if "-" in word and word.isupper())
    client.post("/sign-in/code/", {"code": code.strip(".")})
    assert "_auth_user_id" in client.session
    assert client.session.session_key != before


def test_a_code_cannot_be_guessed_for_long(db: None) -> None:
    house()
    person(email="ada@a.example")
    client = Client()
    client.post(reverse("account_login"), {"email": "ada@a.example"})
    code = next(word for word in mail.outbox[-1].body.split() if "-" in word and word.isupper())
    for _ in range(5):
        client.post("/sign-in/code/", {"code": "AAAA-AAAA"})
    client.post("/sign-in/code/", {"code": code.strip(".")})
    assert "_auth_user_id" not in client.session


def test_a_suspended_or_erased_person_is_signed_out_at_once(db: None) -> None:
    house()
    ada, bea = person(), person("Bea Lind", "bea@b.example")
    for one in (ada, bea):
        client = Client()
        client.force_login(one)
        assert client.get("/you/").status_code == 200
        if one == ada:
            erase(one, now())
        else:
            one.suspend(now())
        assert client.get("/you/").status_code == 302, one.pk


def test_a_personal_link_opens_its_own_job_for_as_long_as_the_person_stands(db: None) -> None:
    house()
    ada = person()
    token = personal_links.token(ada, job="listening.survey", key="1")
    assert personal_links.read(token, "listening.survey").person == ada
    with pytest.raises(Refused):
        personal_links.read(token, "events.place")
    with pytest.raises(Refused):
        personal_links.read(token[:-1] + ("A" if token[-1] != "A" else "B"), "listening.survey")
    with pytest.raises(Refused):
        personal_links.read(token, "listening.survey", days=-1)
    ada.suspend(now())
    with pytest.raises(Refused):
        personal_links.read(token, "listening.survey")
    ada.let_back()
    erase(ada, now())
    with pytest.raises(Refused):
        personal_links.read(token, "listening.survey")


OWNERS_ALONE = ("house/", "team/", "tokens/", "ready-to-send/")


@pytest.mark.parametrize("role", ["", "analyst", "editor", "manager"])
def test_nobody_posts_above_their_role(db: None, role: str) -> None:
    """A partner finds no studio; an analyst posts nothing; the house is the owner's alone."""
    house()
    client = Client()
    client.force_login(staff(role) if role else person())
    for route, view in views():
        if not route.startswith("studio/"):
            continue
        needed = getattr(view, "needs_role", "editor")
        is_owners = route.removeprefix("studio/").startswith(OWNERS_ALONE)
        if is_owners:
            assert needed == "owner" or not takes_posts(route), route
        if "<" in route and needed == "editor" and role in {"editor", "manager"}:
            continue
        allowed = bool(role) and Person(role=role).is_at_least(needed)
        if allowed:
            continue
        path = "/" + filled(route)
        status = client.post(path).status_code
        assert status in ({403, 405} if role else {404, 405}), (
            f"{role or 'partner'}: {route}: {status}"
        )


def takes_posts(route: str) -> bool:
    owner = Person.objects.filter(role="owner").first() or staff("owner", "owner@h.example")
    client = Client(raise_request_exception=False)
    client.force_login(owner)
    return client.post("/" + filled(route)).status_code != 405


def filled(route: str) -> str:
    for part, value in {
        "<int:pk>": "1", "<slug:slug>": "x", "<str:token>": "x", "<slug:public_id>": "x",
        "<int:row>": "1", "<int:question>": "1", "<int:person_pk>": "1", "<int:chase>": "1",
        "<slug:person>": "x", "<slug:ident>": "x", "<slug:by>": "kind", "<slug:key>": "x",
        "<slug:gauge>": "fluency", "<int:file>": "1", "<slug:kind>": "tip", "<slug:network>": "x", "<str:code>": "x",
    }.items():  # fmt: skip
        route = route.replace(part, value)
    assert "<" not in route, route
    return route


@pytest.fixture
def demo(db: None) -> None:
    build(partners=80, months=3, seed=11, at=now(), say=lambda line: None)


def busiest() -> Person:
    found = (
        Person.objects.partners().exclude(email="").filter(is_active=True, is_general_contact=False)
        .annotate(n=Count("deeds")).order_by("-n").first()
    )  # fmt: skip
    assert found
    return found


def rows_with(*words: str) -> Iterator[str]:
    """Every column of every table in which one of these words still stands."""
    for model in apps.get_models(include_auto_created=True):
        table = connection.ops.quote_name(str(model._meta.db_table))
        for column in model._meta.concrete_fields:
            name = connection.ops.quote_name(str(column.column))
            for word in words:
                with connection.cursor() as cursor:
                    cursor.execute(
                        f"SELECT count(*) FROM {table} WHERE lower(CAST({name} AS text)) LIKE %s",
                        [f"%{word.lower()}%"],
                    )
                    if cursor.fetchone()[0]:
                        yield f"{model._meta.db_table}.{column.column}: {word}"


@pytest.mark.slow
def test_after_erasure_no_table_knows_the_person(demo: None) -> None:
    ada = busiest()
    name, email = "Xanthippe Quartermain-Oyelaran", "xanthippe.q@oyelaran.example"
    Person.objects.filter(pk=ada.pk).update(name=name, email=email, email_key=email)
    ada.refresh_from_db()
    seen = {"people": [{"name": name}]}
    of = Import.objects.create(name="list.csv", state="done", preview=seen, begun_at=now())
    RefusedRow.objects.create(of=of, number=3, cells=[name, email.upper()], reason="They disagree.")
    assert list(rows_with(email, name))
    erase(ada, now())
    assert list(rows_with(email, name)) == []


@pytest.mark.slow
def test_the_copy_of_ones_data_tells_of_every_table_that_points_to_one(demo: None) -> None:
    ada = busiest()
    kept = json.dumps(everything(ada), default=str)
    assert ada.email in kept
    assert ada.name in kept
    assert set(everything(ada)) >= {"people", "partners", "ledger", "mail", "listening", "sharing"}


@pytest.mark.slow
def test_no_partner_reaches_what_is_anothers(demo: None) -> None:
    ada = busiest()
    bea = Person.objects.partners().exclude(pk=ada.pk).filter(is_active=True).first()
    assert bea
    client = Client()
    client.force_login(bea)
    for story in Story.objects.exclude(person=bea)[:3]:
        assert client.post(f"/stories/{story.pk}/down/").status_code == 404
    theirs = set(Link.objects.filter(person=bea).values_list("message", flat=True))
    for link in Link.objects.exclude(person=bea).exclude(message__in=theirs)[:3]:
        assert client.get(f"/share/{link.message_id}/link.svg").status_code == 404
    before = Share.objects.exclude(person=bea).count(), Reminder.objects.exclude(person=bea).count()
    for share in Share.objects.exclude(person=bea)[:3]:
        client.post(f"/share/{share.message_id}/on/{share.network}/undone/")
    after = Share.objects.exclude(person=bea).count(), Reminder.objects.exclude(person=bea).count()
    assert after == before
    copied = everything(bea)
    assert ada.email not in json.dumps(copied, default=str)


def test_the_list_of_partners_cannot_trick_a_spreadsheet(db: None) -> None:
    house()
    for place, trap in enumerate(["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1", " =1"]):
        person(f"{trap} Ada", f"p{place}@a.example", place=trap)
    client = Client()
    client.force_login(staff())
    answer = client.get("/studio/partners/file/")
    text = b"".join(answer)
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert len(rows) == 9
    for row in rows:
        for cell in row:
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "＝")), row


@pytest.mark.parametrize("path", ["/studio/partners/file/", "/studio/house/", "/studio/team/"])
def test_lists_of_people_and_the_team_are_not_for_editors(db: None, path: str) -> None:
    house()
    client = Client()
    client.force_login(staff("editor"))
    assert client.get(path).status_code == 403
