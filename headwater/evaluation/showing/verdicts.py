from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from headwater.evaluation.models import Result
from headwater.evaluation.showing.changes import by_luck
from headwater.evaluation.showing.words import GRADES, SUCCESS, key_of
from headwater.programme.models import Campaign, Metric
from headwater.ui import charts, rhythms
from headwater.ui.charts.drawing import Chart
from headwater.ui.figures import amount


@dataclass(frozen=True)
class First:
    """The first answer as the page shows it. `estimate` and `more` are for the good: where less is
    better, of how much less there was. `effect` says in words which way it went."""

    word: str
    said: str
    estimate: dict[str, float] | None
    odds_more: Chart | None
    more: float | None
    met: float | None
    grade: str
    false_alarms: int | None
    by_luck: str
    noted_afterwards: bool
    direction: str
    effect: Effect | None
    spread: str
    css: str


@dataclass(frozen=True)
class Effect:
    """An effect said without a sign: how much, which way, and between what it likely lies."""

    size: str
    direction: str
    low: str
    high: str


def first(result: Result, metric: Metric) -> First:
    answer = result.answer
    word = key_of(answer["word"])
    estimate = _for_the_good(answer.get("estimate"), metric)
    more = _never_certain(estimate["probability_positive"]) if estimate else None
    met = answer.get("probability_met")
    checks = {check["name"]: check for check in answer.get("checks", [])}
    alarms = checks.get("placebo_dates", {}).get("value")
    return First(
        word=word,
        said=_said(word, afterwards=answer["noted_afterwards"]),
        estimate=estimate,
        odds_more=charts.odds(more) if more is not None else None,
        more=more,
        met=_never_certain(met) if met is not None else None,
        grade=str(GRADES.get(answer.get("grade", ""), "")),
        false_alarms=int(alarms) if alarms is not None else None,
        by_luck=by_luck(answer),
        noted_afterwards=answer["noted_afterwards"],
        direction=_directions(metric)[0],
        effect=effect(estimate, metric) if estimate else None,
        spread=_spread(metric),
        css={"yes": "yes", "probably": "perhaps", "no": "no"}.get(word, ""),
    )


def _for_the_good(estimate: dict[str, float] | None, metric: Metric) -> dict[str, float] | None:
    if estimate is None or metric.more_is_better:
        return estimate
    return estimate | {
        "value": -estimate["value"],
        "low": -estimate["high"],
        "high": -estimate["low"],
        "probability_positive": 1 - estimate["probability_positive"],
    }


def effect(
    estimate: dict[str, float], metric: Metric, say: Callable[[float], str] = amount
) -> Effect:
    """An estimate for the good in words; a range around nought says at each end which way."""
    good, bad = _directions(metric)
    value, low, high = estimate["value"], estimate["low"], estimate["high"]
    direction = bad if value < 0 else good
    if low < 0 < high:
        ends = (
            _("%(size)s %(direction)s") % {"size": say(-low), "direction": bad},
            _("%(size)s %(direction)s") % {"size": say(high), "direction": good},
        )
    else:
        ends = (say(min(abs(low), abs(high))), say(max(abs(low), abs(high))))
    return Effect(say(abs(value)), direction, *ends)


def without_a_sign(estimate: dict[str, float]) -> dict[str, float]:
    """An estimate for the good turned the way it went: of five less, from ten less to none."""
    value, low, high = estimate["value"], estimate["low"], estimate["high"]
    if value < 0:
        value, low, high = -value, -high, -low
    return {"value": value, "low": low, "high": high}


def _directions(metric: Metric) -> tuple[str, str]:
    """The way that is hoped for, and the other."""
    more, less = _("more"), _("less")
    return (more, less) if metric.more_is_better else (less, more)


def _said(word: str, *, afterwards: bool) -> str:
    """The word, never without saying so where the aim was chosen when the result was known."""
    if afterwards and word in {"yes", "probably"}:
        return _("%(word)s, by an aim chosen afterwards") % {"word": SUCCESS[word]}
    return str(SUCCESS[word])


def _spread(metric: Metric) -> str:
    if not metric.is_level:
        return ""
    return _(", on average over each %(period)s") % {"period": rhythms.single(metric.period)}


def headline(campaign: Campaign, first: First | None, *, ready: bool, elsewhere: str = "") -> str:
    """What the verdict's page says in its largest letters; `elsewhere` is the third answer's word
    where it is shown."""
    if not ready:
        day = date_format(campaign.counted_until, "j F")
        return _("The verdict comes after %(day)s") % {"day": day}
    if first is None:
        return _("We can’t say yet, and here is why")
    if first.word in {"yes", "probably"} and elsewhere in {"yes", "probably"}:
        told = _("%(finding)s. Split otherwise, the money would probably have brought more.")
        return told % {"finding": finding(first)}
    return finding(first)


def finding(first: First) -> str:
    """The first answer as a sentence to head a page with."""
    if first.noted_afterwards and first.word in {"yes", "probably"}:
        return _("It brought what was hoped for, as chosen afterwards")
    if first.word == "cannot_tell" and first.more is not None and first.more >= 0.95:
        return _("It did something. Whether it met its aim we can’t tell")
    return {
        "yes": _("It worked"),
        "probably": _("It probably worked"),
        "cannot_tell": _("We can’t say yet, and here is why"),
        "probably_not": _("It probably fell short of its aim"),
        "no": _("It fell short of its aim"),
    }[first.word]


def _never_certain(odds: float) -> float:
    """Four thousand draws can't tell certainty from nearly so: 100 in 100 is never said."""
    return min(0.9995, max(0.0005, odds))


def tested(answer: dict[str, Any]) -> dict[str, Any] | None:
    """What one more test would be worth, and of what; None where it would change nothing."""
    test = answer.get("worth_of_test")
    if not test or test["worth"] < 1:
        return None
    return {**test, "name": _name(test["name"])}


def chart(result: Result, campaign: Campaign) -> Chart | None:
    """What happened against what would have been, period by period."""
    series = result.answer["series"]
    if "expected" not in series:
        return None
    labels = [rhythms.short(date.fromisoformat(day), series["rhythm"]) for day in series["weeks"]]
    estimate = result.answer.get("estimate")
    gap = None
    if estimate:
        about = _("about %(n)s") % {"n": _signed(estimate["value"])}
        span = _("likely %(low)s to %(high)s") % {
            "low": amount(estimate["low"]),
            "high": amount(estimate["high"]),
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


def _signed(value: float) -> str:
    return f"+{amount(value)}" if value > 0 else amount(value)


@dataclass(frozen=True)
class Choice:
    """What the same money could have done: House currency, likely range, how often it is the best
    of all and what it leaves on the table on average, grade."""

    name: str
    about: float
    interval: Chart
    best: float
    left: float
    grade: str
    is_ours: bool
    is_chosen: bool


def choices(answer: dict[str, Any]) -> list[Choice]:
    rows = sorted(answer.get("rows", []), key=lambda row: row["left"])
    most = max((row["high"] for row in rows), default=1) or 1
    least = min([row["low"] for row in rows] + [0])
    return [
        Choice(
            _name(row["name"]),
            row["effect"],
            charts.interval(
                row["effect"], row["low"], row["high"], most=most, least=least, zero=0,
                tone="other" if row["is_ours"] else "flow",
            ),
            row["best"],
            row["left"],
            row["grade"],
            row["is_ours"],
            row.get("is_chosen", False),
        )
        for row in rows
    ]  # fmt: skip


def _name(name: str) -> str:
    ours = {
        "capacity": _("Building capacity"),
        "best split": _("The best split of it"),
        "nothing": _("Nothing"),
    }
    return ours.get(name, name)


def split(answer: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [{**row, "name": _name(row["name"])} for row in answer.get("split", [])]
    return sorted((row for row in rows if row["money"] >= 1), key=lambda row: -row["money"])


def grade_of_split(answer: dict[str, Any]) -> str:
    best = next(row for row in answer["rows"] if row["name"] == "best split")
    return str(GRADES[best["grade"]])


def overlaps(answer: dict[str, Any]) -> bool:
    """Whether every range holds every middle: then a table would look surer than we are."""
    rows = [row for row in answer.get("rows", []) if row["name"] not in {"best split", "nothing"}]
    return all(a["low"] <= b["effect"] <= a["high"] for a in rows for b in rows)
