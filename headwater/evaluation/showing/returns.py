from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.ui import charts
from headwater.ui.charts.drawing import Chart

CURVES = ("expected", "low", "high")
BLOCKED = {
    "few_levers": gettext_lazy(
        "Two things that cost something and whose effect was seen would be enough: campaigns with "
        "a verdict, or activities that ten partners took part in."
    ),
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


def finding(word: str) -> str:
    """Whether capacity has paid for itself, as a sentence to head a page with."""
    return {
        "yes": _("Capacity has paid for itself"),
        "probably": _("Capacity has probably paid for itself"),
        "cannot_tell": _("We can’t tell yet whether capacity has paid for itself"),
    }.get(word, _("Capacity has not paid for itself yet"))


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
