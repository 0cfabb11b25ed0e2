"""What tracked links are measured against: an empty answer, and a view as one would write it."""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterable
from typing import Any

Answer = Iterable[bytes]
PLACE = "https://harbour.example/"


def bare(environ: dict[str, Any], start_response: Callable[..., Any]) -> Answer:
    start_response("302 Found", [("Location", PLACE), ("Content-Length", "0")])
    return []


def _inserting() -> Callable[..., Answer]:
    import django
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.db import connection
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    file = os.path.join(tempfile.mkdtemp(), "clicks.sqlite3")
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE click (id INTEGER PRIMARY KEY, code TEXT, at TEXT)")

    def click(request: HttpRequest, code: str) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO click (code, at) VALUES (%s, datetime('now'))", [code])
        return HttpResponse(status=302, headers={"Location": PLACE})

    class Urls:
        urlpatterns = [path("s/<str:code>", click)]

    settings.configure(
        SECRET_KEY="x",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=Urls,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": file,
                "CONN_MAX_AGE": 60,
                "OPTIONS": {"init_command": "PRAGMA synchronous=NORMAL"},
            }
        },
    )
    django.setup()
    return get_wsgi_application()


class Inserting:
    """Made on the first request, so that the bare peer doesn't carry Django."""

    application: Callable[..., Answer] | None = None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Answer:
        if self.application is None:
            self.application = _inserting()
        return self.application(environ, start_response)


inserting = Inserting()
