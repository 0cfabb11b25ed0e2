"""What the shells hand to the base templates: where one can go, and where one is."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Item:
    """One way to go. It is current on every page of its `rooms`.

    A room stands alone ("listening") or with one of its views ("people:account", which wins).
    `count` waits to be dealt with unless `waits` is false; `key` is a keyboard shortcut to show.
    """

    url: str
    icon: str
    label: str | Promise
    name: str = ""
    rooms: tuple[str, ...] = ()
    count: int = 0
    waits: bool = True
    key: str = ""


def current(items: Iterable[Item], *, room: str, view: str, here: str = "") -> Item | None:
    """The item of the page one is on: the page's own word first, then its view, then its room."""
    items = list(items)
    for claim in (
        lambda item: bool(here) and item.name == here,
        lambda item: f"{room}:{view}" in item.rooms,
        lambda item: bool(room) and room in item.rooms,
    ):
        for item in items:
            if claim(item):
                return item
    return None
