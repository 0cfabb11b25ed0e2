from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from headwater.mail import checking
from headwater.mail.models import Check, Delivery, Outgoing, OutgoingServer, State
from headwater.mail.tests import make
from headwater.mail.tests.make import NOW, Sink
from headwater.partners.models import Suppression

pytestmark = pytest.mark.django_db


@pytest.fixture
def mira(client: Client) -> Any:
    make.house()
    mira = make.staff(role="owner")
    client.force_login(mira)
    return mira


@pytest.mark.parametrize("count", [1, 3])
def test_the_post_office_lists_letters_in_few_queries(
    client: Client, mira: Any, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        single = make.mailing(is_single=True, purpose="service", title=f"Letter {number}")
        make.deliveries(single, 1, state=State.STANDS)
    make.deliveries(make.mailing(), 4, state=State.STANDS)
    client.get(reverse("studio:mail:post_office"))

    with django_assert_max_num_queries(12):
        answer = client.get(reverse("studio:mail:post_office"))

    page = answer.content.decode()
    assert f"Nothing leaves this machine. {count + 4} letters stand here." in page
    assert [f"Letter {n}" in page for n in range(4)] == [n < count for n in range(4)]
    assert "4 readers" in page


def test_a_code_is_hidden_from_staff_but_for_the_demo(client: Client, mira: Any) -> None:
    code = make.mailing(
        text="Your code is 482016.\n", title="Your code is 482016", subject="Your code is 482016",
        is_single=True, is_secret=True, purpose="service",
    )  # fmt: skip
    delivery = make.deliveries(code, 1, state=State.STANDS)[0]
    url = reverse("studio:mail:letter", args=[delivery.pk])
    pages = [
        url,
        f"{url}?as=words",
        f"{url}?as=source",
        f"{url}body/",
        reverse("studio:mail:post_office"),
    ]

    hidden = ["482016" in client.get(page).content.decode() for page in pages]
    make.house(is_demo=True)
    seen = ["482016" in client.get(page).content.decode() for page in pages]

    assert hidden == [False] * 5
    assert seen == [True] * 5


def test_a_personal_link_is_hidden_from_staff(client: Client, mira: Any) -> None:
    mailing = make.mailing(text="Answer: [[link]]\n\n[[unsubscribe]]\n")
    delivery = make.deliveries(mailing, 1)[0]
    delivery.merge = {"link": "https://harbour.example/i/SECRET:TOKEN/"}
    delivery.save()
    url = reverse("studio:mail:letter", args=[delivery.pk])

    pages = [client.get(page).content.decode() for page in (f"{url}?as=words", f"{url}body/")]

    assert ["SECRET" in page for page in pages] == [False, False]


def test_a_letter_is_shut_in_by_a_policy_of_its_own(client: Client, mira: Any) -> None:
    mailing = make.mailing(text="<script>alert(1)</script>\n")
    delivery = make.deliveries(mailing, 1)[0]

    answer = client.get(reverse("studio:mail:letter_body", args=[delivery.pk]))

    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert policy.endswith("frame-ancestors 'self'; sandbox")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "<script>alert" not in answer.content.decode()


def test_partners_and_editors_do_not_read_letters(client: Client) -> None:
    make.house()
    url = reverse("studio:mail:post_office")
    answers = []
    for number, role in enumerate(["", "analyst", "editor", "manager"]):
        client.force_login(make.person(f"P{number}", role=role, is_partner=not role))
        answers.append(client.get(url).status_code)

    assert answers == [404, 403, 403, 200]


def test_the_sending_page_adds_up_and_moves_only_while_there_is_something_to_do(
    client: Client, mira: Any
) -> None:
    mailing = make.mailing()
    make.deliveries(mailing, 3, state=State.SENT)
    make.deliveries(mailing, 2, state=State.UNKNOWN)
    url = reverse("studio:mail:sending", args=[mailing.pk])

    done = client.get(url).content.decode()
    make.deliveries(mailing, 1)
    going = client.get(url, HTTP_HX_REQUEST="true").content.decode()

    assert "All of it is done" in done
    assert "every 2s" not in done
    assert going.lstrip().startswith('<div id="sending"')
    assert "every 2s" in going
    assert "5 <small>of 6 done" in going


def test_pause_resume_and_take_back_by_their_buttons(client: Client, mira: Any) -> None:
    mailing = make.mailing()
    make.deliveries(mailing, 2)
    pause = reverse("studio:mail:pause", args=[mailing.pk])

    client.post(pause)
    paused = mailing.standing_pause is not None
    client.post(pause, {"end": "1"})
    resumed = mailing.standing_pause is None
    client.post(reverse("studio:mail:taking_back", args=[mailing.pk]))

    assert (paused, resumed, mailing.is_taken_back) == (True, True, True)
    assert client.post(pause).status_code == 409


def test_the_unknown_is_decided_and_what_stands_is_thrown_away(client: Client, mira: Any) -> None:
    unknown, gone = make.deliveries(make.mailing(), 2, state=State.UNKNOWN)
    stands = make.deliveries(make.mailing(), 1, state=State.STANDS)[0]

    for delivery, choice in ((unknown, "again"), (gone, "gone"), (stands, "throw")):
        client.post(reverse("studio:mail:decision", args=[delivery.pk]), {"choice": choice})

    assert [d.state for d in Delivery.objects.order_by("pk")] == ["waiting", "sent", "excluded"]
    assert (
        client.post(
            reverse("studio:mail:decision", args=[stands.pk]), {"choice": "throw"}
        ).status_code
        == 409
    )


def test_only_what_bounced_can_be_used_again(client: Client, mira: Any) -> None:
    bounced = Suppression.add("a@example.org", reason="bounced", at=NOW)
    asked = Suppression.add("b@example.org", reason="unsubscribed", at=NOW)

    answers = [
        client.post(reverse("studio:mail:suppression", args=[row.pk])).status_code
        for row in (bounced, asked)
    ]

    assert answers == [302, 409]
    assert list(Suppression.objects.all()) == [asked]


def test_sending_goes_green_only_after_a_real_test_letter(
    client: Client, mira: Any, sink: Sink, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "_texts", lambda name: [])
    port = int(settings.SMTP_URL.rpartition(":")[2])
    settings.SMTP_URL = ""
    address = {
        "public_url": "https://harbour.example", "from_email": "post@harbour.example",
        "reply_to": "", "postal_address": "Saltmarsh Quay",
    }  # fmt: skip
    server = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "user": "",
        "password": "s3cret",
    }

    kept = client.post(reverse("studio:mail:ready"), address)
    client.post(reverse("studio:mail:server"), server)
    before = Outgoing.current()
    client.post(reverse("studio:mail:test_letter"))
    after = Outgoing.current()
    page = client.get(reverse("studio:mail:ready")).content.decode()

    assert kept.status_code == 302
    assert before is None
    assert after == Outgoing("127.0.0.1", port, "none", "", "s3cret", None)
    assert sink.addresses == [mira.email]
    assert "s3cret" not in page
    assert "s3cret" not in OutgoingServer.objects.get().sealed_password
    assert Check.objects.get(what="spf").is_good is False


def test_a_changed_server_has_to_be_tested_anew(client: Client, mira: Any) -> None:
    for what in ("address", "from", "postal", "server", "letter"):
        Check.keep(what, True, "fine", NOW)
    OutgoingServer.objects.create(pk=1, host="127.0.0.1", port=25, changed_at=NOW)
    green = Outgoing.current() is not None

    client.post(reverse("studio:mail:server"), {"host": "127.0.0.1", "port": 9, "security": "none"})

    assert green
    assert Outgoing.current() is None


def test_a_form_with_mistakes_is_shown_again_with_422(client: Client, mira: Any) -> None:
    answer = client.post(
        reverse("studio:mail:ready"), {"public_url": "nonsense", "from_email": "x"}
    )
    other = client.post(reverse("studio:mail:server"), {"host": "", "port": "0"})

    assert (answer.status_code, other.status_code) == (422, 422)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mx.example.org", Outgoing("mx.example.org", 25)),
        ("smtps://u:p%40s@mx.example.org", Outgoing("mx.example.org", 465, "tls", "u", "p@s")),
        ("smtp://mx.example.org:2525?starttls", Outgoing("mx.example.org", 2525, "starttls")),
        ("smtp://mx?per_minute=90", Outgoing("mx", 25, "none", "", "", 90)),
    ],
)
def test_an_operators_server_is_one_line(url: str, expected: Outgoing) -> None:
    assert Outgoing.from_url(url) == expected


def test_hours_are_told_by_the_clock_of_the_house(client: Client, mira: Any) -> None:
    make.deliveries(make.mailing(), 1, state=State.STANDS)  # 7:00 UTC

    in_london = client.get(reverse("studio:mail:post_office")).content.decode()
    make.house(time_zone="America/New_York")
    in_new_york = client.get(reverse("studio:mail:post_office")).content.decode()

    assert "7:00" in in_london
    assert "3:00" in in_new_york
    assert 'data-zone="America/New_York"' in in_new_york
