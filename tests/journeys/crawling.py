"""Every page somebody can get to by following links, each kind of page once."""

import re
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve

from headwater.people.models import Person

LINK = re.compile(r'<a\b[^>]*\bhref="([^"#?]*)[^"]*"')
FILES = (".ics", ".csv", ".svg", ".xml", ".jpg", ".png", ".pdf", ".zip")
NOT_PAGES = re.compile(r"^/(static|s|i|stop|api)/|/(file|picture|preview|body)/$")


@dataclass(frozen=True)
class Found:
    """One page: its name, a path to it, and what it costs the second time it is asked for."""

    name: str
    path: str
    queries: list[str]


def crawl(person: Person | AnonymousUser, *begin: str) -> tuple[dict[str, Found], list[str]]:
    """One page of each name that `person` can reach, and what went wrong on the way."""
    client, found, problems = Client(raise_request_exception=False), dict[str, Found](), list[str]()
    if isinstance(person, Person):
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    waiting, seen = list(begin), set(begin)
    while waiting:
        path = waiting.pop(0)
        try:
            name = resolve(path.partition("?")[0]).view_name
        except Resolver404:
            problems.append(f"{path} leads nowhere")
            continue
        if name in found:
            continue
        answer = client.get(path)
        if answer.status_code in (301, 302, 303):
            leads = answer["Location"].partition("?")[0]
            waiting += [leads] if leads not in seen and is_page(leads) else []
            seen.add(leads)
            continue
        if answer.status_code != 200:
            problems.append(f"{path} answers {answer.status_code}")
            continue
        if not answer["Content-Type"].startswith("text/html"):
            continue
        with CaptureQueriesContext(connections["default"]) as queries:
            client.get(path)
        found[name] = Found(name, path, [query["sql"] for query in queries])
        for link in LINK.findall(answer.content.decode()):
            if link.startswith("/") and link not in seen and is_page(link):
                seen.add(link)
                waiting.append(link)
    return found, problems


def is_page(path: str) -> bool:
    return not path.endswith(FILES) and not NOT_PAGES.search(path)
