"""The only registry in the house: what can have happened, declared once by its room."""

import re
from dataclasses import dataclass

from django.utils.functional import Promise

NAME = re.compile(r"[a-z]+\.[a-z_]+")


@dataclass(frozen=True)
class Verb:
    name: str
    label: str | Promise

    def __str__(self) -> str:
        return self.name


declared: dict[str, Verb] = {}


def declare(name: str, label: str | Promise) -> Verb:
    """A verb in the past tense, `room.thing_done`, with what it reads like after a name."""
    if not NAME.fullmatch(name) or name in declared:
        raise ValueError(f"{name!r} is not a new verb of the form room.thing_done")
    declared[name] = Verb(name, label)
    return declared[name]
