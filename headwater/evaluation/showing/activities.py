"""What each kind of activity does, and what draws showed, as rows, charts and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from headwater.evaluation.showing.words import SUCCESS, key_of
from headwater.listening.models import Gauge
from headwater.programme.models import Activity
from headwater.stats.answers import in_words
from headwater.ui import charts
from headwater.ui.charts.drawing import Chart

BLOCK_WEEKS = 4
GRADES = {
    "A": gettext_lazy("A: drawn by lot, needs no trust"),
    "B": gettext_lazy("B: compared with partners who had not taken part; who comes chooses to"),
    "D": gettext_lazy("D: they moved apart before they came; a hint, not a proof"),
}


@dataclass(frozen=True)
class Effect:
    """One estimate with its range as a row shows it; its odds count how many stand beside it."""

    value: float
    low: float
    high: float
    odds: float
    word: str
    said: str
    interval: Chart

    @property
    def is_clear(self) -> bool:
        return self.word in {"yes", "no"}


@dataclass(frozen=True)
class Row:
    """A kind of activity: who took part, and what that did to visits and gauges."""

    slug: str
    name: str
    takers: int
    visits: Effect | None
    leaning: Effect | None
    borrowed: float
    grade: str
    grade_said: str
    enough: dict[str, Any] | None
    usual: float | None
    gauges: list[tuple[str, Effect | None, dict[str, Any]]]

    @property
    def fluency(self) -> Effect | None:
        return self.gauges[0][1]


def rows(answer: dict[str, Any]) -> list[Row]:
    kinds = answer["kinds"]
    ends = _ends([kind.get("estimate") for kind in kinds])
    points = _ends([g.get("estimate") for kind in kinds for g in kind["gauges"].values()])
    return [_row(kind, ends, points) for kind in kinds]


def _row(kind: dict[str, Any], ends: tuple[float, float], points: tuple[float, float]) -> Row:
    names = dict(Activity.Kind.choices)
    labels = dict(Gauge.choices)
    return Row(
        slug=kind["kind"],
        name=str(names[kind["kind"]]),
        takers=kind["takers"],
        visits=effect(kind.get("estimate"), ends, kind.get("odds")),
        leaning=effect(kind.get("leaning"), ends),
        borrowed=kind.get("borrowed") or 0.0,
        grade=kind.get("grade", ""),
        grade_said=str(GRADES.get(kind.get("grade", ""), "")),
        enough=kind.get("enough"),
        usual=kind.get("usual"),
        gauges=[
            (str(labels[gauge]), effect(told.get("estimate"), points, told.get("odds")), told)
            for gauge, told in kind["gauges"].items()
        ],
    )


def _ends(estimates: Sequence[dict[str, Any] | None]) -> tuple[float, float]:
    known = [one for one in estimates if one]
    least = min([one["low"] for one in known if one["low"] is not None] + [0.0])
    return least, max([one["high"] for one in known if one["high"] is not None] + [1.0])


def effect(
    one: dict[str, Any] | None,
    ends: tuple[float, float] | None = None,
    odds: float | None = None,
) -> Effect | None:
    """A stored estimate to show; `odds` where they were corrected for others beside it."""
    if not one:
        return None
    least, most = ends or _ends([one])
    low = least if one["low"] is None else one["low"]
    high = most if one["high"] is None else one["high"]
    odds = min(0.9995, max(0.0005, one["probability_positive"] if odds is None else odds))
    word = key_of(in_words(odds).value)
    drawn = charts.interval(one["value"], low, high, least=least, most=most, zero=0)
    return Effect(one["value"], low, high, odds, word, str(SUCCESS[word]), drawn)


def by_block(kind: dict[str, Any]) -> Chart | None:
    """Visits more than expected by four-week blocks since the first time."""
    told = kind.get("by_block")
    if not told or len(told["since"]) < 2:
        return None
    labels = [_since(BLOCK_WEEKS * since) for since in told["since"]]
    line = charts.Line(_("More visits"), told["value"], told["low"], told["high"])
    return charts.cumulative([line], labels=labels, unit=_("visits in four weeks"))


def _since(weeks: int) -> str:
    return ngettext("week %d", "week %d", weeks) % weeks if weeks else _("first")


def headline(found: Sequence[Row]) -> str:
    """What the page says first."""
    known = [row for row in found if row.visits and row.visits.word in {"yes", "probably"}]
    if not known:
        return _("We can’t tell yet which activity does the most")
    best = max(known, key=lambda row: row.visits.value if row.visits else 0.0)
    said = best.visits.word if best.visits else ""
    name = best.name
    if said == "yes":
        return _("%(name)s: it brings the most") % {"name": name}
    return _("%(name)s: it probably brings the most") % {"name": name}
