"""Serving, with nothing of Django imported: a start that finds all prepared is soon up."""

import http.client
import os
import shutil
import signal
import socket
import sys
import threading
import webbrowser
from argparse import ArgumentParser, Namespace
from pathlib import Path

from headwater.cli.bootstrap import check_port
from headwater.cli.lock import in_use
from headwater.cli.supervisor import Program, supervise

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def add_options(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--with-worker", action="store_true", help="run the worker beside it")
    parser.add_argument("--prepare", action="store_true", help="migrate and build assets first")
    parser.add_argument("--empty", action="store_true", help="with --prepare: no demo")
    parser.add_argument("--no-browser", action="store_true", help="open no browser window")


def serve(options: Namespace, data: Path) -> None:
    """Run the web server, and the worker where wanted, until a signal asks to stop."""
    check_port(options.host, options.port)
    allow_hosts(options.host)
    os.environ.setdefault("HEADWATER_LOCAL_URL", address_of(options))  # for links in letters
    programs = [web(options.host, options.port, options.processes)]
    programs += [worker()] if options.with_worker else []
    threading.Thread(target=greet, args=(options,), daemon=True).start()
    with in_use(data):
        supervise(programs)


def web(host: str, port: int, processes: int) -> Program:
    granian = [sys.executable, "-m", "granian", "headwater.config.wsgi:application"]
    options = ["--interface", "wsgi", "--no-ws", "--host", host, "--port", str(port)]
    # One thread a process: Django is bound by the processor here, and SQLite by one writer.
    options += ["--workers", str(processes), "--blocking-threads", "1"]
    options += ["--respawn-failed-workers", "--respawn-interval", "1", "--log-level", "warning"]
    return Program("web server", granian + options)


def worker() -> Program:
    command = [sys.executable, "-m", "headwater.cli.main", "worker"]
    # A little later, so that the first page need not share the processor with it.
    return Program("worker", command, polite_signal=signal.SIGINT, after_seconds=2.0)


def allow_hosts(host: str) -> None:
    """Listening beyond this machine, answer to its own name and addresses too."""
    if host in LOOPBACK or os.environ.get("HEADWATER_HOSTS"):
        return
    name = socket.gethostname()
    addresses = {address[4][0] for address in socket.getaddrinfo(name, None)}
    hosts = ["127.0.0.1", "localhost", "[::1]", name, *map(str, addresses)]
    os.environ["HEADWATER_HOSTS"] = ",".join(hosts)


def near(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104


def address_of(options: Namespace) -> str:
    """Where whoever sits at this machine finds it."""
    host = near(options.host)
    return f"http://[{host}]:{options.port}" if ":" in host else f"http://{host}:{options.port}"


def greet(options: Namespace) -> None:
    """Once the first page has answered, say where to look."""
    address = address_of(options)
    connection = http.client.HTTPConnection(near(options.host), options.port, timeout=60)
    waiting = threading.Event()
    for _ in range(600):
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
            break
        except OSError:
            connection.close()
            waiting.wait(0.1)
    else:
        return
    lines = [f"Headwater is running: {address}", *entrances(address), "Ctrl-C ends it."]
    print("\n".join(lines), flush=True)
    if not options.no_browser and sys.stdout.isatty() and has_screen():
        webbrowser.open(address)


def entrances(address: str) -> list[str]:
    """In the demo, a link that signs in with one press for each side of the house."""
    # Here, because a start that finds all prepared waits for no models.
    import django
    from django.db.models import Count

    django.setup()
    # Here, because models can be imported only once Django is set up.
    from headwater.people.entering import one_press_link
    from headwater.people.models import House, Person, Role

    if not House.current().is_demo:
        return []
    staff = Person.objects.staff().filter(role=Role.OWNER).order_by("pk").first()
    partners = Person.objects.partners().filter(is_general_contact=False, suspended_at=None)
    partner = partners.annotate(deeds_done=Count("deeds")).order_by("-deeds_done", "pk").first()
    sides = [("As staff", staff), ("As a partner", partner)]
    return [
        f"{side}, {person}: {one_press_link(person, address)}" for side, person in sides if person
    ]


def has_screen() -> bool:
    return sys.platform == "darwin" or bool(
        (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
        and shutil.which("xdg-open")
    )
