"""A person who presses every link and finds every form, without a browser: for tests of the whole."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from django.http import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, resolve

WORDS = {"", "text", "search", "email", "url", "tel", "textarea", "number", "date", "time"}
WORDS |= {"datetime-local", "color", "month", "week", "hidden"}


@dataclass
class Field:
    name: str
    kind: str
    value: str = ""
    chosen: bool = False
    options: list[str] = field(default_factory=list)
    long: int = 0


@dataclass
class Form:
    page: str
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    @property
    def key(self) -> str:
        names = ",".join(sorted({one.name for one in self.fields}))
        return f"{self.method} {route(self.action)} {names}"

    def texts(self) -> list[Field]:
        return [one for one in self.fields if one.kind in WORDS - {"hidden"}]

    def filled(self) -> dict[str, Any]:
        """What a browser would send if the person changed nothing."""
        data: dict[str, Any] = {}
        for one in self.fields:
            if one.kind in {"radio", "checkbox"}:
                if one.chosen:
                    data.setdefault(one.name, []).append(one.value or "on")
            elif one.kind == "select":
                data.setdefault(one.name, []).extend([one.value] if one.value else one.options[:1])
            elif one.kind not in {"file", "submit"}:
                data.setdefault(one.name, []).append(one.value)
        for one in self.fields:  # a choice nobody made yet: the first one
            if one.kind == "radio" and one.name not in data:
                data[one.name] = [one.value]
        return data


class Page(HTMLParser):
    """Links and forms of one page, and the names of all its tags."""

    def __init__(self, url: str, html: str) -> None:
        super().__init__()
        self.url = url
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.tags: set[str] = set()
        self._form: Form | None = None
        self._area: Field | None = None
        self._named: dict[str, Form] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        has = {name: value or "" for name, value in attrs}
        if tag == "a" and has.get("href"):
            self.links.append(urldefrag(urljoin(self.url, has["href"])).url)
        elif tag == "form":
            action = urljoin(self.url, has.get("action", "") or self.url)
            self._form = Form(self.url, action, has.get("method", "get").lower())
            self._named[has.get("id", "")] = self._form
            self.forms.append(self._form)
        elif tag == "option" and self._area and self._area.kind == "select":
            self._area.options.append(has.get("value", ""))
            if "selected" in has:
                self._area.value = has.get("value", "")
        elif tag in {"input", "textarea", "select", "button"} and has.get("name"):
            self._add(tag, has)

    def _add(self, tag: str, has: dict[str, str]) -> None:
        form = self._named.get(has.get("form", ""), self._form) if has.get("form") else self._form
        if form is None or "disabled" in has:
            return
        kind = {"input": has.get("type", "text"), "button": "submit"}.get(tag, tag)
        one = Field(has["name"], kind, has.get("value", ""), "checked" in has)
        form.fields.append(one)
        if tag in {"textarea", "select"}:
            self._area = one

    def handle_data(self, data: str) -> None:
        if self._area and self._area.kind == "textarea":
            self._area.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag in {"textarea", "select"}:
            self._area = None
        elif tag == "form":
            self._form = None


def route(url: str) -> str:
    try:
        return resolve(urlsplit(url).path).route
    except Resolver404:
        return urlsplit(url).path


def is_ours(url: str) -> bool:
    parts = urlsplit(url)
    return parts.netloc in {"", "testserver"} and parts.scheme in {"", "http", "https"}


def html_of(answer: HttpResponseBase) -> str:
    if answer.streaming or "html" not in answer.get("Content-Type", ""):
        return ""
    return bytes(getattr(answer, "content", b"")).decode(errors="replace")


def crawl(
    client: Client, *starts: str, each: int = 2, most: int = 1000
) -> Iterator[tuple[str, HttpResponseBase, Page]]:
    """Every page that links lead to, a few of each sort, with what it answered."""
    waiting = deque(starts)
    seen = set(starts)
    of_a_sort: Counter[str] = Counter()
    while waiting and most:
        url = waiting.popleft()
        sort = route(url)
        query = "&".join(sorted(part.split("=")[0] for part in urlsplit(url).query.split("&")))
        of_a_sort[sort] += 1
        of_a_sort[f"{sort}?{query}"] += 1
        if of_a_sort[f"{sort}?{query}"] > each or of_a_sort[sort] > each * 4:
            continue
        most -= 1
        answer = client.get(url, follow=True)
        page = Page(url, html_of(answer))
        yield url, answer, page
        hops = getattr(answer, "redirect_chain", [])
        for link in [*page.links, *[urljoin(url, hop) for hop, _status in hops]]:
            link = link.removeprefix("http://testserver")
            if is_ours(link) and link not in seen and link.startswith("/"):
                seen.add(link)
                waiting.append(link)
