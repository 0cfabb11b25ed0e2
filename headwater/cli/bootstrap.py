"""Make the environment that everything else runs in, with nothing but the standard library.

`./run` and `./test` call this file before any package is installed, so it imports none.
"""

import argparse
import hashlib
import importlib.util
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = "uv==0.13.9"


def main() -> None:
    what, *arguments = sys.argv[1:]
    run(arguments) if what == "run" else test(arguments)


def run(arguments: list[str]) -> NoReturn:
    options = run_options().parse_args(arguments)
    data = Path(options.data).absolute()
    check_writable(data)
    check_port(options.host, options.port)
    make_environment(for_tests=False)

    os.environ["HEADWATER_DATA"] = str(data)
    command = [str(PYTHON), "-m", "headwater.cli.main", "serve", "--with-worker", "--prepare"]
    command += ["--host", options.host, "--port", str(options.port)]
    command += ["--empty"] if options.empty else []
    command += ["--no-browser"] if options.no_browser else []
    os.execv(command[0], command)


def run_options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run",
        description="Start Headwater: the web server and the worker. Ctrl-C ends both.",
    )
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on (8000)")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    parser.add_argument(
        "--data",
        default=os.environ.get("HEADWATER_DATA") or ROOT / "data",
        help="the folder that holds everything Headwater keeps (./data)",
    )
    parser.add_argument(
        "--empty",
        action="store_true",
        help="begin with a fresh organisation of your own, not with the demo",
    )
    parser.add_argument("--no-browser", action="store_true", help="open no browser window")
    return parser


def test(arguments: list[str]) -> NoReturn:
    make_environment(for_tests=True)
    command = [str(PYTHON), str(ROOT / "tests" / "everything.py"), *arguments]
    os.execv(command[0], command)


def make_environment(*, for_tests: bool) -> None:
    """Bring `.venv` to what the lock file says; does nothing when it is there already."""
    wanted = fingerprint()
    stamps = [VENV / "made-for-tests"] + ([] if for_tests else [VENV / "made-to-run"])
    if any(stamp.is_file() and stamp.read_text() == wanted for stamp in stamps):
        return
    check_writable(ROOT)
    if not is_whole():
        say("Making the environment in .venv (once; about a minute).")
        make_venv()
    if not has_uv():
        command([str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input", UV], "install uv")
    install(for_tests)
    stamps[-1].write_text(wanted)


def fingerprint() -> str:
    """Changes with the lock, with Python, and when the folder has moved (scripts name it)."""
    digest = hashlib.sha256(f"{ROOT} {sys.version}".encode())
    for name in ("uv.lock", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def is_whole() -> bool:
    if not PYTHON.exists():
        return False
    asked = [
        str(PYTHON),
        "-c",
        "import pip, sys; print(sys.version_info[:2], sys.prefix)",
    ]
    answer = subprocess.run(asked, capture_output=True, text=True)
    return answer.stdout.strip() == f"{sys.version_info[:2]} {VENV}"


def has_uv() -> bool:
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        return False
    answer = subprocess.run([str(uv), "--version"], capture_output=True, text=True)
    return answer.stdout.split()[1:2] == [UV.partition("==")[2]]


def make_venv() -> None:
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        give_up(
            "This Python cannot make environments: its venv module is missing.\n"
            f"On Debian and Ubuntu: sudo apt install python{version}-venv. Then try again."
        )
    command([sys.executable, "-m", "venv", "--clear", str(VENV)], "make the environment")


def install(for_tests: bool) -> None:
    """Install what the lock names. A home that cannot be written to only costs uv its cache."""
    environment = {
        **os.environ,
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "UV_PYTHON": str(PYTHON),
        "UV_PYTHON_DOWNLOADS": "never",
    }
    environment.pop("VIRTUAL_ENV", None)
    if not os.access(Path.home(), os.W_OK):
        environment["UV_NO_CACHE"] = "1"
    group = ["--group", "dev"] if for_tests else ["--no-dev"]
    sync = [str(VENV / "bin" / "uv"), "sync", "--frozen", "--inexact", "--quiet", *group]
    command([*sync, "--project", str(ROOT)], "install the packages", environment)


def command(line: list[str], purpose: str, environment: dict[str, str] | None = None) -> None:
    try:
        subprocess.run(line, check=True, env=environment, cwd=ROOT)
    except (subprocess.CalledProcessError, OSError) as error:
        give_up(
            f"Could not {purpose}: {error}.\n"
            "What went wrong stands above. Is the package registry (pypi.org) within reach, "
            "and is there a gigabyte of room on the disk? Then try again."
        )


def check_writable(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        give_up(
            f"Cannot write in {folder}: {error.strerror}.\n"
            "Choose another with --data DIR or HEADWATER_DATA, or make this one yours with chown."
            if folder != ROOT
            else f"Cannot write in {folder}: {error.strerror}.\n"
            "Headwater makes its environment there. Copy the clone to a folder of your own."
        )


def check_port(host: str, port: int) -> None:
    if not 1 <= port <= 65535:
        give_up(f"There is no port {port}: ports run from 1 to 65535. Choose one with --port.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind(address)
    except PermissionError:
        give_up(f"Port {port} is for the administrator alone. Choose one above 1023 with --port.")
    except socket.gaierror:
        give_up(f"This machine knows no address {host}. Choose another with --host.")
    except OSError as error:
        give_up(
            f"Port {port} on {host} cannot be used: {error.strerror}.\n"
            "Stop what is using it, or choose another port with --port."
        )


def say(words: str) -> None:
    print(words, flush=True)


def give_up(words: str) -> NoReturn:
    print(words, file=sys.stderr)
    raise SystemExit(2)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        give_up("Stopped.")
