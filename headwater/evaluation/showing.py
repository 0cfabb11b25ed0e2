"""Stored answers as the pages say them: words on the one scale, charts, and honest gaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.evaluation.models import Result
from headwater.programme.models import Campaign
from headwater.ui import charts
from headwater.ui.charts.drawing import Chart

SUCCESS = {
    "yes": gettext_lazy("Yes"),
    "probably": gettext_lazy("Probably"),
    "cannot_tell": gettext_lazy("We can’t tell"),
    "probably_not": gettext_lazy("Probably not"),
    "no": gettext_lazy("No"),
}
ASSUMED = {
    "nothing_else_began": gettext_lazy("nothing else of that size began in the same weeks"),
    "weeks_before_tell_the_usual": gettext_lazy("the weeks before tell what is usual"),
    "controls_untouched": gettext_lazy("the places compared with were not touched by it"),
    "controls_keep_their_relation": gettext_lazy("those places go on moving as ours do"),
    "no_season_or_event": gettext_lazy("no season or holiday explains it"),
}
CURVES = ("expected", "low", "high")
GRADES = {
    "A": gettext_lazy("A: drawn by lot, needs no trust"),
    "B": gettext_lazy("B: compared with others who were not reached"),
    "C": gettext_lazy("C: weeks before, with places to compare"),
    "D": gettext_lazy("D: weeks before alone; a hint, not a proof"),
}
BLOCKED = {
    "too_few": gettext_lazy(
        "At least thirty partners, ten of them reached by something you built, and some months of "
        "visits through their links would be enough to begin."
    ),
    "hours_unpriced": gettext_lazy(
        "Hours are costs. Until an hour has a price in Settings there is no break-even to show."
    ),
    "worth_unsaid": gettext_lazy(
        "Say what one visit through a partner’s link is worth, to you and to them, as low, likely "
        "and high: count “Visits” under Campaigns. Without it we claim no money."
    ),
}


def key_of(word: str) -> str:
    """The scale's word as a class and a key: yes, probably, cannot_tell, probably_not, no."""
    return word.replace(" ", "_").replace("-", "_")


@dataclass(frozen=True)
class First:
    """The first answer as the page shows it."""

    word: str
    said: str
    estimate: dict[str, float] | None
    odds_more: Chart | None
    more: float | None
    met: float | None
    grade: str
    assumptions: list[str]
    false_alarms: int | None
    enough: dict[str, Any] | None
    css: str


def first(result: Result) -> First:
    answer = result.answer
    word = key_of(answer["word"])
    estimate = answer.get("estimate")
    more = _never_certain(estimate["probability_positive"]) if estimate else None
    met = answer.get("probability_met")
    checks = {check["name"]: check for check in answer.get("checks", [])}
    alarms = checks.get("placebo_dates", {}).get("value")
    return First(
        word=word,
        said=str(SUCCESS[word]),
        estimate=estimate,
        odds_more=charts.odds(more) if more is not None else None,
        more=more,
        met=_never_certain(met) if met is not None else None,
        grade=str(GRADES.get(answer.get("grade", ""), "")),
        assumptions=[str(ASSUMED.get(a, a)) for a in answer.get("assumptions", [])],
        false_alarms=int(alarms) if alarms is not None else None,
        enough=answer.get("enough"),
        css={"yes": "yes", "probably": "perhaps", "no": "no"}.get(word, ""),
    )


def _never_certain(odds: float) -> float:
    """Four thousand draws can't tell certainty from nearly so: 100 in 100 is never said."""
    return min(0.9995, max(0.0005, odds))


def chart(result: Result, campaign: Campaign) -> Chart | None:
    """What happened against what would have been, week by week."""
    series = result.answer["series"]
    if "expected" not in series:
        return None
    labels = [_week(week) for week in series["weeks"]]
    estimate = result.answer.get("estimate")
    gap = None
    if estimate:
        about = _("about %(n)s") % {"n": f"{estimate['value']:+,.0f}"}
        span = _("likely %(low)s to %(high)s") % {
            "low": f"{estimate['low']:,.0f}",
            "high": f"{estimate['high']:,.0f}",
        }
        gap = (about, span)
    return charts.verdict(
        series["actual"],
        series["expected"],
        series["low"],
        series["high"],
        labels=labels,
        window=tuple(series["window"]),
        unit=campaign.metric.unit,
        window_name=campaign.title,
        gap=gap,
    )


def _week(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "j M")


@dataclass(frozen=True)
class Choice:
    """A row of what else the money could have done: House currency, likely range, grade."""

    name: str
    money: float
    about: float
    interval: Chart
    grade: str
    is_ours: bool


def choices(answer: dict[str, Any]) -> list[Choice]:
    rows = answer.get("rows", [])
    most = max((row["high"] for row in rows), default=1) or 1
    least = min([row["low"] for row in rows] + [0])
    return [
        Choice(
            _name(row["name"]),
            row["spend"],
            row["effect"],
            charts.interval(
                row["effect"], row["low"], row["high"], most=most, least=least, zero=0,
                tone="other" if row["is_ours"] else "flow",
            ),
            row["grade"],
            row["is_ours"],
        )
        for row in rows
    ]  # fmt: skip


def _name(name: str) -> str:
    return _("Building capacity") if name == "capacity" else name


def split(answer: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [{**row, "name": _name(row["name"])} for row in answer.get("split", [])]
    return sorted((row for row in rows if row["money"] >= 1), key=lambda row: -row["money"])


def overlaps(answer: dict[str, Any]) -> bool:
    """Whether every range holds every middle: then a table would look surer than we are."""
    rows = answer.get("rows", [])
    return all(a["low"] <= b["effect"] <= a["high"] for a in rows for b in rows)


def return_charts(
    answer: dict[str, Any], campaigns: dict[str, Any] | None, currency: str
) -> tuple[Chart, Chart]:
    """The cumulative return beside the campaigns', and each season's work still flowing."""
    labels = [date_format(date.fromisoformat(day), "M y") for day in answer["blocks"]]
    count = len(labels)
    both = answer["both"]
    lines = [charts.Line(_("Capacity"), *(whole_pounds(both[key][:count]) for key in CURVES))]
    events = []
    if campaigns:
        lines.append(charts.Line(_("Campaigns"), *(whole_pounds(campaigns[key]) for key in CURVES)))
        events = [(place, title) for place, title in campaigns["marks"]]
    even = both["break_even"]
    crossing = None
    if even["week"] is not None and even["earliest"] is not None and even["week"] < count:
        latest = even["latest"] if even["latest"] is not None else count - 1
        crossing = (even["earliest"], even["week"], min(latest, count - 1))
    whole = charts.cumulative(
        lines, labels=labels, money=currency, break_even=crossing, events=events
    )
    layers = [
        charts.Layer(date_format(date.fromisoformat(row["from"]), "F Y"), row["values"])
        for row in answer.get("layers", [])
    ]
    return whole, charts.river(layers, labels=labels, money=currency)


def whole_pounds(values: list[float]) -> list[float]:
    """Estimates to the ten: pence of an estimate are nobody's knowledge."""
    return [float(round(value, -1)) for value in values]


def break_even_date(answer: dict[str, Any]) -> dict[str, date | None]:
    """The break-even in days: the middle, the earliest and the latest, where there is one."""
    even, days = answer["both"]["break_even"], answer["blocks"]

    def day(place: int | None) -> date | None:
        if place is None:
            return None
        start = date.fromisoformat(days[0])
        return date.fromordinal(start.toordinal() + 28 * place)

    return {key: day(even[key]) for key in ("week", "earliest", "latest")}
