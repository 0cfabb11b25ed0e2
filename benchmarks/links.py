"""Tracked links: requests a second, and whether every redirect was kept.

Three servers of the same kind (granian, WSGI, one process) in the same run: one that only answers
302, ours, and a plain Django view that inserts a row per click. Run: python -m benchmarks.links
"""

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.table import Figure, benchmark

SECONDS = 5.0
CONNECTIONS = 8
PIPELINED = 16
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Measured:
    name: str
    answered: int
    seconds: float
    kept: int | None = None

    @property
    def per_second(self) -> float:
        return self.answered / self.seconds


def measure() -> list[Measured]:
    """The three servers, one after the other, all clicks on one hot link."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        code = _prepare(data)
        bare = _run("bare granian", "benchmarks.link_peers:bare", data, "/s/x")
        ours = _run("headwater", "headwater.config.wsgi:application", data, f"/s/{code}")
        kept = sum(file.read_bytes().count(b"\n") for file in (data / "spool").glob("visits-*.log"))
        ours = Measured(ours.name, ours.answered, ours.seconds, kept)
        django = _run("django inserting", "benchmarks.link_peers:inserting", data, "/s/x")
    return [bare, ours, django]


def _prepare(data: Path) -> str:
    """An installation with one published message and its link."""
    script = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.utils.timezone import now
from headwater.people.models import Person
from headwater.safeguards.models import ApprovedDomain
from headwater.sharing.models import Link, Message
at = now()
ApprovedDomain.approve("harbour.example", actor=None, at=at)
ada = Person.objects.create_user("ada@example.org", name="Ada", is_partner=True, created_at=at)
message = Message.write(actor=ada, at=at, title="Supper", body="x", target="https://harbour.example/")
message.publish(actor=ada, at=at)
print(Link.of(ada, message, at=at).code)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], env=_environment(data), cwd=ROOT, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.split()[-1]


def _environment(data: Path) -> dict[str, str]:
    return {
        **os.environ,
        "HEADWATER_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "headwater.config.settings",
    }


def _run(name: str, target: str, data: Path, path: str) -> Measured:
    port = _free_port()
    options = f"--interface wsgi --workers 1 --blocking-threads 1 --port {port} --no-ws"
    command = [sys.executable, "-m", "granian", target, *options.split(), "--log-level", "error"]
    server = subprocess.Popen(command, env=_environment(data), cwd=ROOT, start_new_session=True)
    try:
        _wait(port)
        return _load(name, port, path)
    finally:
        os.killpg(server.pid, 9)
        server.wait()


def _load(name: str, port: int, path: str) -> Measured:
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: {AGENT}\r\n\r\n".encode()
    )
    counts = [0] * CONNECTIONS
    began = time.monotonic()
    ends = began + SECONDS

    def press(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while time.monotonic() < ends:
                line.sendall(request * PIPELINED)
                answered = 0
                rest = b""
                while answered < PIPELINED:
                    block = line.recv(65_536)
                    if not block:
                        raise ConnectionError(f"{name} hung up")
                    rest += block
                    answered += rest.count(b" 302 ")
                    rest = rest[-4:] if b" 302 " not in rest[-4:] else b""
                counts[number] += answered

    threads = [threading.Thread(target=press, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Measured(name, sum(counts), time.monotonic() - began)


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _wait(port: int) -> None:
    for _turn in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server didn't come up")


@benchmark
def tracked_links() -> Figure:
    """All clicks on one hot link, against a server that only answers 302, and Django inserting."""
    bare, ours, django = measure()
    times = ours.per_second / django.per_second
    return Figure(
        work="tracked link on one worker, every click kept",
        ours=f"{ours.per_second:,.0f} a second; {ours.kept:,} kept of {ours.answered:,}",
        peer=f"bare granian {bare.per_second:,.0f}; Django inserting {django.per_second:,.0f}",
        ratio=f"{times:.1f} times Django, {ours.per_second / bare.per_second:.2f} of bare",
        reach="5 times Django, nothing lost",
        is_reached=times >= 5 and ours.kept == ours.answered,
    )


def main() -> None:
    bare, ours, django = measure()
    for one in (bare, ours, django):
        kept = "" if one.kept is None else f"\tkept {one.kept} of {one.answered}"
        print(f"{one.name}\t{one.per_second:,.0f} a second{kept}")
    print(f"ours to bare\t{ours.per_second / bare.per_second:.2f}")
    print(f"ours to django\t{ours.per_second / django.per_second:.1f}")


if __name__ == "__main__":
    main()
