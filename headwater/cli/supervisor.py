"""Keeps programs running side by side: restarts what crashes, and ends them all together.

Each runs in a process group of its own, because a server's master that is killed leaves its
workers behind, holding the port.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import NoReturn

LONGEST_PAUSE_SECONDS = 30.0
STEADY_AFTER_SECONDS = 60.0
PATIENCE_SECONDS = 10.0


@dataclass
class Program:
    name: str
    command: list[str]
    polite_signal: signal.Signals = signal.SIGTERM
    after_seconds: float = 0.0
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    crashes: int = 0
    start_again: float = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        line = [sys.executable, __file__, str(os.getpid()), *self.command]
        self.process = subprocess.Popen(line, start_new_session=True)

    def look(self) -> str:
        """Notice a crash and, when its pause is over, start again. Gives words for the log."""
        moment = time.monotonic()
        if self.process is None:
            if moment >= self.start_again:
                self.start()
                return f"The {self.name} is starting again." if self.crashes else ""
            return ""
        code = self.process.poll()
        if code is None:
            return ""
        self.end_group(signal.SIGKILL)  # what a crashed master left behind
        self.process = None
        self.crashes = 1 if moment - self.started > STEADY_AFTER_SECONDS else self.crashes + 1
        pause = min(2.0 ** (self.crashes - 1), LONGEST_PAUSE_SECONDS)
        self.start_again = moment + pause
        return f"The {self.name} ended by itself ({_cause(code)}); again in {pause:.0f} s."

    def end_group(self, number: signal.Signals) -> None:
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except (ProcessLookupError, PermissionError):
                return

    def is_over(self) -> bool:
        return self.process is None or self.process.poll() is not None


def supervise(programs: list[Program]) -> None:
    """Run until a signal asks to stop."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    for program in programs:
        program.start_again = time.monotonic() + program.after_seconds
        program.look()
    try:
        while not stopping.wait(0.2):
            for program in programs:
                if words := program.look():
                    print(words, file=sys.stderr, flush=True)
    finally:
        stop(programs)


def stop(programs: list[Program]) -> None:
    """Ask each to end, wait, then end what is left. A second Ctrl-C waits no longer."""
    hurried = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: hurried.set())
    for program in programs:
        program.end_group(program.polite_signal)
    until = time.monotonic() + PATIENCE_SECONDS
    while not all(program.is_over() for program in programs):
        if hurried.wait(0.05) or time.monotonic() > until:
            break
    for program in programs:
        program.end_group(signal.SIGKILL)
        if program.process is not None:
            program.process.wait()


def _cause(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _become(parent: int, command: list[str]) -> NoReturn:
    """On Linux, end even when the supervisor itself is killed outright and can say nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit(0)
    os.execv(command[0], command)


if __name__ == "__main__":
    _become(int(sys.argv[1]), sys.argv[2:])
