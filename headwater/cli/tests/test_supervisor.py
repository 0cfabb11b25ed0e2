"""The supervisor is run as its own program here: signals belong to whole processes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SUPERVISE = """
import sys
from headwater.cli import supervisor
supervise, Program = supervisor.supervise, supervisor.Program
supervise([Program("program", [sys.executable, "-c", program]) for program in sys.argv[1:]])
"""
# Starts a child of its own, as a web server's master does, and writes both ids down.
WITH_CHILD = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
with open({file!r}, "a") as file:
    file.write(f"{{os.getpid()}} {{child.pid}}\\n")
time.sleep(60)
"""


def start(*programs: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", SUPERVISE, *programs], stderr=subprocess.PIPE)


def written(file: Path, lines: int) -> list[list[int]]:
    for _ in range(200):
        rows = file.read_text().splitlines() if file.exists() else []
        if len(rows) >= lines:
            return [[int(word) for word in row.split()] for row in rows]
        time.sleep(0.05)
    raise AssertionError(f"{file} has {rows}")


def is_alive(pid: int) -> bool:
    """Whether it runs; one that has ended but was not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def all_gone(pids: list[int]) -> bool:
    for _ in range(100):
        if not any(is_alive(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@linux
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_whatever_ends_the_supervisor_ends_its_programs(
    tmp_path: Path, number: signal.Signals
) -> None:
    file = tmp_path / "pids"
    alone = (
        f"import os, time; open({str(file)!r}, 'a').write(f'{{os.getpid()}}\\n'); time.sleep(60)"
    )
    supervisor = start(alone, alone)
    pids = [pid for row in written(file, 2) for pid in row]

    supervisor.send_signal(number)
    supervisor.communicate(timeout=20)

    assert all_gone(pids)


@linux
@pytest.mark.slow
def test_the_children_of_a_program_end_with_it(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    supervisor = start(WITH_CHILD.format(file=str(file)))
    [pids] = written(file, 1)

    supervisor.terminate()
    supervisor.communicate(timeout=20)

    assert all_gone(pids)


@linux
@pytest.mark.slow
def test_a_program_that_is_killed_is_started_again_and_leaves_no_child(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    supervisor = start(WITH_CHILD.format(file=str(file)))
    [first] = written(file, 1)

    os.kill(first[0], signal.SIGKILL)

    _, second = written(file, 2)
    assert second[0] != first[0]
    assert all_gone(first)
    supervisor.terminate()
    _, words = supervisor.communicate(timeout=20)
    assert b"The program ended by itself (signal 9); again in 1 s." in words
    assert all_gone(second)
