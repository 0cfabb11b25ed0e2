"""What would change an answer, with the figure at which it would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.evaluation.models import Result
from headwater.evaluation.showing.words import ASSUMED, CHECKS, LACKS
from headwater.programme.models import Metric
from headwater.ui import rhythms
from headwater.ui.figures import amount

MOST_WEEKS_ASKED_FOR = 520  # ten years: more than that nobody can count


@dataclass(frozen=True)
class Told:
    """One thing that would change the answer: what, and what then."""

    icon: str
    what: str
    then: str = ""


def would_change(result: Result, metric: Metric) -> list[Told]:
    """Everything that would change the answer: figures first, then what was missing or assumed."""
    answer = result.answer
    told = [
        CHANGES[change["name"]](change["at"], metric, answer)
        for change in answer.get("would_change", [])
    ]
    told += enough(answer, metric) + _fit(answer, metric)
    told += [
        Told("triangle-alert", str(CHECKS[check["name"]]))
        for check in answer.get("checks", [])
        if not check["passed"] and check["name"] != "registered_before"  # said at the head
    ]
    told += [Told("circle-dashed", *map(str, LACKS[lack])) for lack in answer["lacks"]]
    for assumed in answer.get("assumptions", []):
        if_not = _("If it isn’t true that %(assumption)s") % {"assumption": ASSUMED[assumed]}
        told.append(Told("git-branch", if_not))
    return told


def _something_else(at: float | None, metric: Metric, answer: dict[str, Any]) -> Told:
    much = {"n": amount(abs(at or 0)), "unit": metric.unit}
    return Told(
        "git-branch",
        _("If something else moved it by %(n)s %(unit)s at the same time") % much,
        _("Then that could be all of it, and we’d say we can’t tell."),
    )


def _aim(at: float | None, metric: Metric, answer: dict[str, Any]) -> Told:
    if not at or at <= 0:
        what = _("With any aim at all")
        return Told("scale", what, _("it would sooner have been missed than met."))
    what = _("With an aim of about %(n)s %(unit)s") % {"n": amount(at), "unit": metric.unit}
    return Told("scale", what, _("it would have been as likely met as missed."))


def _drift(at: float | None, metric: Metric, answer: dict[str, Any]) -> Told:
    period = rhythms.single(metric.period)
    much = {"n": amount(abs(at or 0)), "unit": metric.unit, "period": period}
    return Told(
        "git-branch",
        _("If ours drifted %(n)s %(unit)s each %(period)s away from the others by itself") % much,
        _("That alone would explain all of it."),
    )


def _none_alike(at: float | None, metric: Metric, answer: dict[str, Any]) -> Told:
    off = _("None without it moved as yours did before.")
    if at:
        off = _("No mixture of those without it came near: it was off %(n)s times as far as usual.")
        off %= {"n": amount(at)}
    return Told("map-pin", _("With a place that moves as yours do"), off)


def _markets_in_draw(at: float | None, metric: Metric, answer: dict[str, Any]) -> Told:
    what = _("With %(n)s places in the draw") % {"n": amount(at)}
    return Told("map-pin", what, _("The lot alone could answer: grade A, which needs no trust."))


def _untouched(at: float | None, metric: Metric, answer: dict[str, Any]) -> Told:
    what = _("With %(n)s places that had none") % {"n": amount(at)}
    then = _("They could be mixed into what would have been without it: grade B.")
    return Told("map-pin", what, then)


CHANGES: dict[str, Callable[[float | None, Metric, dict[str, Any]], Told]] = {
    "something_else_explains": _something_else,
    "aim": _aim,
    "drift_a_week": _drift,
    "untouched_that_move_alike": _none_alike,
    "markets_in_the_draw": _markets_in_draw,
    "untouched_markets": _untouched,
}


def enough(answer: dict[str, Any], metric: Metric) -> list[Told]:
    """How much would be enough; not said where it's out of reach, or isn't what is lacking."""
    enough = answer.get("enough")
    if not enough or "always_the_same" in answer["lacks"]:
        return []
    if enough["unit"] != "weeks":
        what = _("With %(needed)s places to compare instead of %(have)s") % enough
        return [Told("map-pin", what)]
    if enough["needed"] * metric.rhythm.weeks > MOST_WEEKS_ASKED_FOR:
        return []
    counted = {"needed": rhythms.many(enough["needed"], metric.period), "have": enough["have"]}
    what = _("With %(needed)s counted instead of %(have)s") % counted
    then = _("there would be an answer. Before it began they tell what was usual.")
    if answer["estimate"]:
        then = _("the range would be narrow enough to see the aim.")
    return [Told("calendar-clock", what, then)]


def _fit(answer: dict[str, Any], metric: Metric) -> list[Told]:
    """How well the places compared with told of ours before, where that was looked at."""
    figures = answer.get("figures", {})
    if not figures.get("usual_fit_error"):
        return []
    period = rhythms.single(metric.period)
    words = {
        "off": amount(figures["fit_error"]),
        "usual": amount(figures["usual_fit_error"]),
        "unit": metric.unit,
        "period": period,
    }
    what = _("Before it, the places compared with told each %(period)s to within %(off)s %(unit)s")
    then = _("For other places such a mixture is usually off by %(usual)s.")
    return [Told("ruler", what % words, then % words)]


def by_luck(answer: dict[str, Any]) -> str:
    """In how many ways the lot could have fallen, and how many of them would show as much."""
    figures = answer.get("figures", {})
    if "possible_draws" not in figures:
        return ""
    many = round(figures["probability_by_luck"] * 100)
    ways = amount(figures["possible_draws"])
    if many < 1:
        return _("The lot could have fallen in %(ways)s ways; hardly any would show as much.") % {
            "ways": ways
        }
    said = ngettext(
        "The lot could have fallen in %(ways)s ways; %(many)s in 100 would show as much.",
        "The lot could have fallen in %(ways)s ways; %(many)s in 100 would show as much.",
        many,
    )
    return said % {"ways": ways, "many": many}
