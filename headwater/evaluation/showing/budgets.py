from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from headwater.programme.models import Activity
from headwater.ui import charts
from headwater.ui.charts.drawing import Chart

ADVICE = {"yes", "probably"}  # a move with smaller odds is a test to make, and not advice


@dataclass(frozen=True)
class Move:
    """So much money from one thing to another: House currency."""

    source: str
    target: str
    money: float
    gain: dict[str, float]
    odds: float
    interval: Chart
    is_advice: bool


@dataclass(frozen=True)
class Row:
    """Where money goes now and would go then, and what a hundred brings there."""

    name: str
    grade: str
    now: float
    then: float
    brings: dict[str, float]
    interval: Chart
    test: float


def named(name: str) -> str:
    """A kind of activity as people read it; campaigns by their channel."""
    kinds = {str(kind): str(label) for kind, label in Activity.Kind.choices}
    return kinds.get(name) or _("Campaigns: %(channel)s") % {"channel": name}


def moves(answer: dict[str, Any]) -> list[Move]:
    found = answer["moves"]
    most = max((move["gain"]["high"] for move in found), default=1.0)
    least = min([move["gain"]["low"] for move in found] + [0.0])
    return [
        Move(
            named(move["source"]),
            named(move["target"]),
            move["money"],
            move["gain"],
            min(0.9995, max(0.0005, move["gain"]["probability_positive"])),
            charts.interval(
                move["gain"]["value"], move["gain"]["low"], move["gain"]["high"], least=least,
                most=most, zero=0,
            ),
            move["word"] in ADVICE,
        )
        for move in found
    ]  # fmt: skip


def rows(answer: dict[str, Any]) -> list[Row]:
    most = max((row["brings"]["high"] for row in answer["rows"]), default=1.0)
    return [
        Row(
            named(row["name"]),
            row["grade"],
            row["now"],
            row["then"],
            row["brings"],
            charts.interval(
                row["brings"]["value"], row["brings"]["low"], row["brings"]["high"], most=most
            ),
            row["test"],
        )
        for row in sorted(answer["rows"], key=lambda row: -row["brings"]["value"])
    ]
