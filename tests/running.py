"""Headwater as it really runs, over a data folder of its own, for journeys and faults."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, flock
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from django.conf import settings
from django.db import connections
from pytest_django import DjangoDbBlocker

from tests.ports import free_port

COMMAND = [sys.executable, "-m", "headwater.cli.main"]
FURNITURE = Path(settings.DATA_DIR) / "furniture"
TEMPLATE = f"furniture_{os.getpid()}"


class House:
    """A data folder, its database, and the commands that work on it.

    Where the tests run on PostgreSQL it has a database of its own on the same server.
    """

    def __init__(
        self, data: Path, blocker: DjangoDbBlocker, *, smtp_url: str = "", **environment: str
    ) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.blocker = blocker
        self.data = data
        self._server_url = os.environ.get("HEADWATER_TEST_DATABASE_URL", "")
        own = environment.get("HEADWATER_DATABASE_URL", self._server_url)
        self._database = f"house_{uuid4().hex[:12]}" if own else ""
        self.environment = {
            **{name: text for name, text in os.environ.items() if "HEADWATER" not in name},
            "DJANGO_SETTINGS_MODULE": "headwater.config.settings",
            "HEADWATER_DATA": str(data),
            "HEADWATER_SMTP_URL": smtp_url,
            "HEADWATER_SECRET_KEY": settings.SECRET_KEY,
            "HEADWATER_DATABASE_URL": self.database_url,
            **environment,
        }

    @property
    def database_url(self) -> str:
        if not self._database:
            return ""
        return urlsplit(self._server_url)._replace(path=f"/{self._database}").geturl()

    def __enter__(self) -> Self:
        self._furnish()
        self.start()
        return self

    def _furnish(self) -> None:
        """Migrating and cutting fonts takes seconds: the first house does it for all of them."""
        kept = ["assets", "static"] + ([] if self._database else ["headwater.sqlite3"])
        furniture = FURNITURE / ("postgresql" if self._database else "sqlite")
        if furniture.exists():
            for name in kept:
                subprocess.run(["cp", "-r", furniture / name, self.data], check=True)
            self.create_database(TEMPLATE)
        else:
            self.create_database()
            self.command("init")
            furniture.mkdir(parents=True)
            for name in kept:
                subprocess.run(["cp", "-r", self.data / name, furniture], check=True)
            if self._database:
                self._on_server(f'CREATE DATABASE "{TEMPLATE}" TEMPLATE "{self._database}"')

    def create_database(self, template: str = "template1") -> None:
        if self._database:
            self._on_server(f'CREATE DATABASE "{self._database}" TEMPLATE "{template}"')

    def _on_server(self, statement: str) -> None:
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(statement)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        if self._database:
            self._on_server(f'DROP DATABASE "{self._database}" WITH (FORCE)')

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def command(self, *arguments: str, exit_code: int = 0) -> str:
        """Run `headwater ...` over this data folder and give what it printed."""
        ran = subprocess.run(
            [*COMMAND, *arguments], env=self.environment, capture_output=True, text=True
        )
        assert ran.returncode == exit_code, f"headwater {arguments}: {ran.stdout}{ran.stderr}"
        return ran.stdout

    @contextmanager
    def rows(self) -> Iterator[None]:
        """Within, Django's ORM in the test reads and writes this house's own database."""
        before, connection = connections.settings["default"], connections["default"]
        ours: dict[str, Any] = {**before, "CONN_MAX_AGE": 0}
        if self._database:
            parts = urlsplit(self.database_url)
            ours |= {"NAME": self._database, "HOST": parts.hostname, "PORT": parts.port or ""}
        else:
            engine, file = "django.db.backends.sqlite3", self.data / "headwater.sqlite3"
            options = {"timeout": 20, "transaction_mode": "IMMEDIATE"}  # waits its turn, as we do
            ours |= {"ENGINE": engine, "NAME": file, "OPTIONS": options}
        connections.settings["default"] = ours
        connections["default"] = connections.create_connection("default")
        try:
            with self.blocker.unblock():
                yield
        finally:
            connections["default"].close()
            connections.settings["default"] = before
            connections["default"] = connection


class Running(House):
    """The web server and the worker together, as `./run` starts them."""

    def __init__(
        self, data: Path, blocker: DjangoDbBlocker, *, smtp_url: str = "", **environment: str
    ) -> None:
        super().__init__(data, blocker, smtp_url=smtp_url, **environment)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        serve = ["serve", "--with-worker", "--no-browser", "--processes", "1"]
        with (self.data / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*COMMAND, *serve, "--port", str(self.port)],
                env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        wait_until_it_answers(self)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)
            self._process = None

    @property
    def log(self) -> str:
        return (self.data / "log").read_text(errors="replace")


class Worker(House):
    """The worker alone, which a test may kill at any moment and start again."""

    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.data / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*COMMAND, "worker"],
                env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def wait_until_working(self, *, seconds: float = 30) -> None:
        """Until it holds its data folder: from then on a restore is refused."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with (self.data / "running.lock").open("a") as file, suppress(BlockingIOError):
                flock(file, LOCK_EX | LOCK_NB)
                flock(file, LOCK_UN)
                time.sleep(0.1)
                continue
            return
        raise AssertionError(f"The worker did not begin:\n{self.log}")

    def kill(self) -> None:
        """As a power cut does it: no signal that could be caught, and nobody told."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGINT)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
            self._process.wait(timeout=30)
            self._process = None

    @property
    def log(self) -> str:
        return (self.data / "log").read_text(errors="replace")


def wait_until_it_answers(running: Running, *, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise AssertionError(f"The server did not answer in {seconds:.0f} s:\n{running.log}")
