"""The dates before a campaign that were asked the same, and the places it was compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from headwater.evaluation.models import Result
from headwater.programme.models import Metric
from headwater.ui import charts, rhythms
from headwater.ui.charts.drawing import Chart
from headwater.ui.figures import amount, share

SHOWN = 8  # places named with their weight; the rest are told as a number


@dataclass(frozen=True)
class Placebo:
    """One date at which nothing happened: what it claimed a period, and whether that is wrong."""

    when: str
    about: float
    interval: Chart
    claims: bool


def placebos(result: Result, metric: Metric) -> list[Placebo]:
    rows = result.answer.get("placebos", [])
    ends = [row["estimate"][end] for row in rows for end in ("low", "high")]
    least, most = min([0.0, *ends]), max([0.0, *ends])
    return [
        Placebo(
            rhythms.named(date.fromisoformat(row["on"]), metric.period),
            row["estimate"]["value"],
            charts.interval(
                row["estimate"]["value"], row["estimate"]["low"], row["estimate"]["high"],
                most=most, least=least, zero=0, tone="other" if row["claims"] else "flow",
            ),
            row["claims"],
        )
        for row in rows
    ]  # fmt: skip


def leaned_on(answer: dict[str, Any]) -> str:
    """The places compared with, and how far each was leaned on."""
    rows = answer.get("leaned_on", [])
    named = [row for row in rows if row["weight"] >= 0.01][:SHOWN]
    if not named:
        return ""
    if answer["method"] == "structural_time_series":
        places = [_odds(row) for row in named]
        said = _("How likely it is that each helps to tell: %(places)s.")
    else:
        places = [f"{row['name']} {amount(row['weight'] * 100)}" for row in named]
        said = _("Out of 100 parts of what would have been: %(places)s.")
    words = said % {"places": ", ".join(places)}
    left = len(rows) - len(named)
    return f"{words} {_rest(left)}" if left else words


def _odds(row: dict[str, Any]) -> str:
    return _("%(name)s %(odds)s") % {"name": row["name"], "odds": share(row["weight"])}


def _rest(left: int) -> str:
    return _("%(n)s more hardly count.") % {"n": left}
