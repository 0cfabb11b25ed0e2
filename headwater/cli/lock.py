"""Whether Headwater runs on a data folder: held shared while it does, alone by a restore."""

from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from pathlib import Path

from headwater.kit.errors import Refused

NAME = "running.lock"


@contextmanager
def in_use(data: Path) -> Iterator[None]:
    with (data / NAME).open("a") as file:
        try:
            flock(file, LOCK_SH | LOCK_NB)
        except BlockingIOError:
            raise Refused("A restore is running on these data. Start when it is done.") from None
        yield


@contextmanager
def alone(data: Path) -> Iterator[None]:
    with (data / NAME).open("a") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise Refused("Headwater is running on these data. Stop it first.") from None
        yield
