"""What building capacity cost and brought, on one leaf."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from headwater.evaluation import returning
from headwater.evaluation.keeping import Blocked
from headwater.evaluation.leaves import Figure, Leaf
from headwater.evaluation.showing import returns as showing
from headwater.evaluation.showing.words import GRADES
from headwater.evaluation.templatetags.evaluation import about
from headwater.people.models import House
from headwater.ui import figures


def capacity_leaf(at: datetime, house: House) -> Leaf:
    overline = _("Building capacity")
    result = returning.capacity_return(at)
    if isinstance(result, Blocked) or "both" not in result.answer:
        reason = result.reason if isinstance(result, Blocked) else "too_few"
        return Leaf.not_yet(overline, [str(showing.BLOCKED[reason])])
    answer = result.answer
    blocks = [date.fromisoformat(day) for day in answer["blocks"]]
    beside = returning.campaigns_return(at, blocks)
    whole, _river = showing.return_charts(answer, beside, house.currency)
    sides = {"us": _("came back to us"), "partners": _("came back to partners")}
    found = [
        Figure(
            overline, words, one["returned"]["value"], one["returned"]["low"],
            one["returned"]["high"], house.currency, None, answer.get("grade", ""), result,
        )
        for side, words in sides.items()
        if (one := answer.get(f"to_{side}"))
    ]  # fmt: skip
    spent = _("From %(first)s to %(last)s it cost %(money)s, hours priced.") % {
        "first": date_format(blocks[0], "F Y"),
        "last": date_format(at.astimezone(house.zone), "F Y"),
        "money": figures.money(about(answer["spent"]), house.currency),
    }
    back = [_came_back(one, house.currency) for one in found]
    title = showing.finding(returning.paid_for_itself(answer))
    grade = str(GRADES.get(answer.get("grade", ""), ""))
    sentences = [spent, *back, *_break_even(answer)]
    return Leaf(title, overline, sentences, whole, found, grade)


def _came_back(figure: Figure, currency: str) -> str:
    low, high = figure.low or 0.0, figure.high or 0.0
    return _("About %(money)s %(where)s, most likely between %(low)s and %(high)s.") % {
        "money": figures.money(about(figure.value), currency),
        "where": figure.name,
        "low": figures.money(about(low), currency),
        "high": figures.money(about(high), currency),
    }


def _break_even(answer: dict[str, Any]) -> list[str]:
    """When the one met the other, with its range; nothing where it is not in sight."""
    even = showing.break_even_date(answer)
    if not even["week"]:
        return []
    days = {name: date_format(day, "F Y") for name, day in even.items() if day}
    if even["latest"]:
        told = _(
            "It pays for itself about %(week)s, most likely between %(earliest)s and %(latest)s."
        )
        return [told % days]
    days["never"] = figures.share(answer["both"]["break_even"]["never"])
    told = _(
        "It pays for itself about %(week)s, at the earliest %(earliest)s; %(never)s that it does"
        " not within a year."
    )
    return [told % days]
