"""What the doctor looks at. Each finding says what it saw and, if it is wrong, what to do."""

import shutil
import smtplib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Max

from headwater.cli.archive import data_dir
from headwater.cli.preparing import is_behind
from headwater.jobs.models import Heartbeat
from headwater.ledger.models import Entry

LEAST_FREE_BYTES = 1_000_000_000
SILENT_AFTER = timedelta(minutes=3)
AHEAD_BY = timedelta(minutes=5)


@dataclass(frozen=True)
class Finding:
    about: str
    is_well: bool
    seen: str
    todo: str = ""

    def as_line(self) -> list[str]:
        return [self.about, "well" if self.is_well else "wrong", self.seen, self.todo]


def examine(at: datetime, *, expect_worker: bool = True) -> list[Finding]:
    findings = [database()]
    if findings[0].is_well:
        findings.append(migrations())
    findings += [mail(), storage()]
    if all(finding.is_well for finding in findings[:2]):
        findings.append(clock(at))
        findings += [worker(at)] if expect_worker else []
    return findings


def database() -> Finding:
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("SELECT 'SQLite ' || sqlite_version()")
                [version] = cursor.fetchone()
                cursor.execute("PRAGMA quick_check(1)")
                [answer] = cursor.fetchone()
                if answer != "ok":
                    todo = "Stop Headwater and restore the last backup: headwater restore FILE"
                    return Finding("database", False, f"{version}: {answer}", todo)
            else:
                cursor.execute("SHOW server_version")
                version = f"PostgreSQL {cursor.fetchone()[0]}"
    except DatabaseError as error:
        todo = "Is the server running, and is HEADWATER_DATABASE_URL right?"
        return Finding("database", False, _first_line(error), todo)
    return Finding("database", True, version)


def migrations() -> Finding:
    if is_behind():
        todo = "Make a backup, then run: headwater migrate"
        return Finding("migrations", False, "the tables are older than this Headwater", todo)
    return Finding("migrations", True, "up to date")


def mail() -> Finding:
    if not settings.SMTP_URL:
        return Finding("mail", True, "no mail server set: every letter stays in the Post office")
    parts = urlsplit(settings.SMTP_URL)
    kind: Callable[..., smtplib.SMTP] = (
        smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    )
    try:
        with kind(parts.hostname or "", parts.port or 0, timeout=10) as server:
            server.ehlo()
            if parts.scheme != "smtps" and server.has_extn("starttls"):
                server.starttls()
                server.ehlo()
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
    except (OSError, smtplib.SMTPException) as error:
        todo = "Look at HEADWATER_SMTP_URL; can this machine reach the server?"
        return Finding("mail", False, _first_line(error), todo)
    return Finding("mail", True, f"{parts.hostname} answers")


def storage() -> Finding:
    try:
        with tempfile.TemporaryFile(dir=data_dir()):
            free = shutil.disk_usage(data_dir()).free
    except OSError as error:
        todo = "Give the folder to the user that Headwater runs as."
        return Finding("storage", False, f"{data_dir()}: {error.strerror}", todo)
    seen = f"{data_dir()}, {free / 1e9:.1f} GB free"
    if free < LEAST_FREE_BYTES:
        return Finding("storage", False, seen, "Make room: under 1 GB, backups and imports fail.")
    return Finding("storage", True, seen)


def clock(at: datetime) -> Finding:
    """Rows from the future mean that the clock was, or is, wrong."""
    newest = Entry.objects.aggregate(newest=Max("recorded_at"))["newest"]
    if newest and newest > at + AHEAD_BY:
        seen = f"{at:%Y-%m-%d %H:%M} UTC here, {newest:%Y-%m-%d %H:%M} in the ledger"
        return Finding("clock", False, seen, "Set this machine's clock, best by NTP.")
    return Finding("clock", True, f"{at:%Y-%m-%d %H:%M} UTC")


def worker(at: datetime) -> Finding:
    todo = "Start it: headwater worker, or headwater serve --with-worker"
    heartbeat = Heartbeat.objects.filter(name="worker").first()
    if heartbeat is None:
        return Finding("worker", False, "has never run here", todo)
    silent = at - heartbeat.at
    seen = f"last seen {max(0, round(silent.total_seconds()))} s ago"
    return Finding("worker", silent < SILENT_AFTER, seen, "" if silent < SILENT_AFTER else todo)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].replace("\t", " ")
