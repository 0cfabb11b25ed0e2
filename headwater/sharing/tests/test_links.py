import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from headwater.safeguards.models import ApprovedDomain
from headwater.sharing import spool
from headwater.sharing.links import Links
from headwater.sharing.models import Link, Recall
from headwater.sharing.tests import make
from headwater.sharing.tests.make import AT, HOME

pytestmark = pytest.mark.django_db
PASSED_ON = [b"Django's"]


class Visit:
    """One request to the wrapper, and what came of it."""

    def __init__(self, application: Links, path: str, **more: Any) -> None:
        self.status, self.headers = "", dict[str, str]()
        body = application(make.environ(path, **more), self._start)
        self.passed_on = body is PASSED_ON
        self.body = b"".join(body).decode()

    def _start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status, self.headers = status, dict(headers)


@pytest.fixture
def wrapper() -> Links:
    return Links(lambda environ, start_response: PASSED_ON)


def lines() -> list[list[str]]:
    return [
        line.split("\t")
        for file in spool.files()
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


def test_a_link_sends_on_at_once_is_never_kept_and_is_on_disk(wrapper: Links) -> None:
    link = make.link()

    visit = Visit(wrapper, link.path, HTTP_REFERER="https://l.facebook.com/l.php?u=secret")

    assert (visit.status, visit.headers["Location"], visit.body) == ("302 Found", HOME, "")
    assert visit.headers["Cache-Control"] == "no-store, max-age=0"
    [(_moment, code, kind, key, host)] = lines()
    assert (code, kind, host) == (link.code, "p", "l.facebook.com")
    assert "192.0.2.1" not in key
    assert "secret" not in host


def test_what_is_no_live_link_goes_on_to_django(wrapper: Links) -> None:
    make.link()
    paths = ["/", "/share/", "/s/", "/s/nothere", "/s/" + "x" * 5000, "/s/\x00", "/s/пять"]

    assert [Visit(wrapper, path).passed_on for path in paths] == [True] * len(paths)
    assert Visit(wrapper, Link.objects.get().path, REQUEST_METHOD="POST").passed_on
    assert lines() == []


def test_it_leads_only_to_https_on_approved_domains(wrapper: Links) -> None:
    link = make.link()
    ApprovedDomain.objects.get(domain="harbour.example").delete()

    assert Visit(wrapper, link.path).passed_on


def test_a_recall_bites_when_ten_seconds_are_over(
    wrapper: Links, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = make.link()
    clock = [1000.0]
    monkeypatch.setattr("headwater.sharing.links.time.monotonic", lambda: clock[0])
    assert Visit(wrapper, link.path).status == "302 Found"
    assert link.message
    Recall.begin(link.message, reason="It gives Sunday", actor=make.staff(), at=AT)

    clock[0] += 9.9
    assert Visit(wrapper, link.path).status == "302 Found"
    clock[0] += 0.2

    assert Visit(wrapper, link.path).passed_on


def test_a_recalled_link_leads_to_the_correction_even_where_it_led_to_an_own_page(
    wrapper: Links,
) -> None:
    link = make.link()
    link.point_to("https://ada.harbour.example/table", at=AT)
    assert Visit(wrapper, link.path).headers["Location"] == "https://ada.harbour.example/table"
    assert link.message
    right = "https://harbour.example/saturday"
    Recall.begin(link.message, reason="Sunday", target=right, actor=make.staff(), at=AT)

    assert Visit(Links(wrapper.application), link.path).headers["Location"] == right


@pytest.mark.parametrize("agent", ["facebookexternalhit/1.1", "LinkedInBot/1.0", "WhatsApp/2.2"])
def test_a_preview_gets_the_messages_tags_and_counts_as_a_machine(
    wrapper: Links, agent: str
) -> None:
    about = make.message(title='<b>Supper</b> "Week"', occasion="1 to 7 June")
    link = make.link(about=about)

    visit = Visit(wrapper, link.path, HTTP_USER_AGENT=agent)

    assert visit.status == "200 OK"
    tag = '<meta property="og:title" content="&lt;b&gt;Supper&lt;/b&gt; &quot;Week&quot;">'
    assert tag in visit.body
    assert '<meta property="og:description" content="1 to 7 June">' in visit.body
    assert int(visit.headers["Content-Length"]) == len(visit.body.encode())
    assert [row[2] for row in lines()] == ["v"]


@pytest.mark.parametrize(
    "more",
    [
        {"REQUEST_METHOD": "HEAD"},
        {"HTTP_USER_AGENT": ""},
        {"HTTP_USER_AGENT": "curl/8"},
        {"HTTP_SEC_PURPOSE": "prefetch;prerender"},
    ],
)
def test_machines_are_sent_on_and_noted_as_machines(wrapper: Links, more: dict[str, str]) -> None:
    assert Visit(wrapper, make.link().path, **more).status == "302 Found"
    assert [row[2] for row in lines()] == ["m"]


def test_one_person_has_one_key_a_day_and_another_on_the_next(
    wrapper: Links, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, clock = make.link(), [AT.timestamp()]
    monkeypatch.setattr("headwater.sharing.spool.time.time", lambda: clock[0])
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        Visit(wrapper, link.path, REMOTE_ADDR=address)
    clock[0] += 86_400
    Visit(wrapper, link.path)

    keys = [row[3] for row in lines()]

    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def test_the_visitors_own_address_counts_behind_a_proxy_only(settings: Any) -> None:
    link = make.link()
    forwarded = {"HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.7"}
    open_to_all = Links(lambda environ, start_response: PASSED_ON)
    assert open_to_all._address(make.environ(link.path, **forwarded)) == "192.0.2.1"

    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    behind = Links(lambda environ, start_response: PASSED_ON)

    assert behind._address(make.environ(link.path, **forwarded)) == "198.51.100.7"


@pytest.mark.parametrize(
    "nasty",
    ["a\tb\nc", "https://x.example\t1\tp\n", "https://[::1", "\udcff", "https://" + "x" * 9000],
)
def test_nothing_a_visitor_sends_can_forge_a_line(wrapper: Links, nasty: str) -> None:
    link = make.link()
    Visit(wrapper, link.path, HTTP_REFERER=nasty, HTTP_USER_AGENT=make.BROWSER + nasty)

    assert [len(row) for row in lines()] == [5]


def test_a_forked_process_writes_to_a_file_of_its_own(wrapper: Links, monkeypatch: Any) -> None:
    link = make.link()
    Visit(wrapper, link.path)
    monkeypatch.setattr(os, "getpid", lambda: 4242)

    Visit(wrapper, link.path)

    assert len(spool.files()) == 2
    assert len(lines()) == 2


def test_threads_that_come_together_share_one_file_and_lose_no_line() -> None:
    link = make.link()
    writer = spool.Writer()
    together = Barrier(16)

    def press(number: int) -> None:
        together.wait()
        for turn in range(50):
            writer.write(
                code=link.code, kind="p", address=f"{number}", agent=f"{turn}", referrer=""
            )

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(press, range(16)))

    assert len(spool.files()) == 1
    assert len({row[3] for row in lines()}) == len(lines()) == 800


def test_a_full_disk_loses_a_count_and_never_a_visitor(
    wrapper: Links, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_args: object) -> int:
        raise OSError(28, "No space left on device")

    link = make.link()
    monkeypatch.setattr("headwater.sharing.spool.os.write", full)

    assert Visit(wrapper, link.path).status == "302 Found"
    assert "could not be kept" in caplog.text
