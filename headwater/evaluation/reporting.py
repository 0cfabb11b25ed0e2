"""The board's report: what was worked out, put together once for page, slides, PDF and file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.evaluation import bettering, investing, returning, verdicts
from headwater.evaluation.keeping import Blocked
from headwater.evaluation.models import Result
from headwater.evaluation.showing import returns as showing_returns
from headwater.evaluation.showing import verdicts as showing
from headwater.evaluation.showing.trials import second
from headwater.evaluation.showing.words import GRADES, SUCCESS, key_of
from headwater.evaluation.templatetags.evaluation import about
from headwater.kit.spreadsheets import line
from headwater.people.models import House
from headwater.programme.models import Campaign
from headwater.ui import figures
from headwater.ui.charts.drawing import Chart

CAMPAIGNS = 12
COLUMNS = (
    "about", "figure", "value", "low", "high", "unit", "odds", "grade", "worked_out_at", "method",
    "data_version", "code_version", "seed",
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One number of the report with all that it takes to believe it, or to work it out again."""

    about: str
    name: str
    value: float
    low: float | None
    high: float | None
    unit: str
    odds: float | None
    grade: str
    result: Result

    def cells(self) -> tuple[object, ...]:
        of = self.result
        return (
            self.about, self.name, self.value, self.low, self.high, self.unit, self.odds,
            self.grade, of.computed_at.isoformat(), of.method, of.data_version, of.code_version,
            of.seed,
        )  # fmt: skip


@dataclass(frozen=True)
class Leaf:
    """One slide, or one section of the page: a finding, what it rests on, at most one chart."""

    title: str
    overline: str
    sentences: list[str]
    chart: Chart | None = None
    figures: list[Figure] = field(default_factory=list)
    fine: str = ""


@dataclass(frozen=True)
class Report:
    house: House
    day: date
    leaves: list[Leaf]

    @property
    def title(self) -> str:
        return _("What our work with partners was worth")

    @property
    def dated(self) -> str:
        return date_format(self.day, "j F Y")

    def as_csv(self) -> Iterator[str]:
        yield "\ufeff" + line(COLUMNS)
        for leaf in self.leaves:
            for figure in leaf.figures:
                yield line(figure.cells())


def report(at: datetime) -> Report:
    """Every campaign that is over and the capacity work, newest first."""
    house = House.current()
    over = Campaign.objects.over(at.date()).select_related("metric").prefetch_related("costs")
    campaigns = [_campaign(one, at, house) for one in over[:CAMPAIGNS]]
    capacity = _capacity(at, house)
    leaves = [_in_short(campaigns, capacity), *campaigns, capacity, _how_sure()]
    return Report(house, at.astimezone(house.zone).date(), leaves)


def _in_short(campaigns: list[Leaf], capacity: Leaf) -> Leaf:
    many = len(campaigns)
    counted = ngettext(
        "One campaign is over and was asked three questions.",
        "%(n)s campaigns are over and were asked three questions.",
        many,
    ) % {"n": figures.number(many)}
    if not many:
        counted = _("No registered campaign is over yet.")
    found = [f"{leaf.overline}: {leaf.title}." for leaf in campaigns]
    return Leaf(_("In short"), "", [counted, *found, f"{capacity.title}."])


def _campaign(campaign: Campaign, at: datetime, house: House) -> Leaf:
    result = verdicts.verdict(campaign, at)
    first = showing.first(result, campaign.metric) if result else None
    if result is None or first is None or not first.estimate or not first.effect:
        says = _("There are not enough counts from before it began and while it ran.")
        return Leaf(_("Not enough data yet"), campaign.title, [says])
    found = first.estimate
    figure = Figure(
        about=campaign.title,
        name=_("%(direction)s than without it") % {"direction": first.effect.direction},
        **showing.without_a_sign(found),
        unit=campaign.metric.unit,
        odds=first.met,
        grade=result.answer.get("grade", ""),
        result=result,
    )
    return Leaf(
        title=showing.finding(first),
        overline=campaign.title,
        sentences=[
            _effect(campaign, found, first),
            _better(campaign, at),
            _elsewhere(campaign, at, house),
        ],
        chart=showing.chart(result, campaign),
        figures=[figure],
        fine=first.grade,
    )


def _effect(campaign: Campaign, found: dict[str, float], first: showing.First) -> str:
    effect = showing.effect(found, campaign.metric, lambda value: figures.amount(about(value)))
    return _(
        "About %(value)s %(unit)s %(direction)s than without it%(spread)s, most likely between"
        " %(low)s and %(high)s. The aim was %(aim)s: %(met)s that it was met."
    ) % {
        "value": effect.size,
        "low": effect.low,
        "high": effect.high,
        "unit": campaign.metric.unit,
        "direction": effect.direction,
        "spread": first.spread,
        "aim": figures.amount(campaign.aim),
        "met": figures.share(first.met),
    }


def _better(campaign: Campaign, at: datetime) -> str:
    result = bettering.better(campaign, at)
    if result is None:
        return _(
            "Whether it could have done better can’t be known: it was never tried another way."
        )
    answer = second(result.answer)
    return _("Could it have done better? %(said)s %(words)s") % {
        "said": answer.said,
        "words": " ".join(answer.words),
    }


def _elsewhere(campaign: Campaign, at: datetime, house: House) -> str:
    result = investing.elsewhere(campaign, at)
    answer: dict[str, Any] = result.answer if isinstance(result, Result) else {}
    if "better_by" not in answer or showing.overlaps(answer):
        return _("Whether the money should have gone elsewhere can’t be told yet.")
    better = answer["better_by"]
    return _(
        "Should it have gone elsewhere? %(word)s: the best split would have brought about %(money)s"
        " more (%(odds)s)."
    ) % {
        "word": SUCCESS[key_of(answer["word"])],
        "money": figures.money(about(better["value"]), house.currency),
        "odds": figures.share(better["probability_positive"]),
    }


def _capacity(at: datetime, house: House) -> Leaf:
    overline = _("Building capacity")
    result = returning.capacity_return(at)
    if isinstance(result, Blocked):
        return Leaf(
            _("Not enough data yet"), overline, [str(showing_returns.BLOCKED[result.reason])]
        )
    answer = result.answer
    if "both" not in answer:
        words = str(showing_returns.BLOCKED["too_few"])
        return Leaf(_("Not enough data yet"), overline, [words])
    blocks = [date.fromisoformat(day) for day in answer["blocks"]]
    beside = returning.campaigns_return(at, blocks)
    whole, _river = showing_returns.return_charts(answer, beside, house.currency)
    sides = {"us": _("came back to us"), "partners": _("came back to partners")}
    found = [
        Figure(
            overline, words, one["returned"]["value"], one["returned"]["low"],
            one["returned"]["high"], house.currency, None, answer.get("grade", ""), result,
        )
        for side, words in sides.items()
        if (one := answer.get(f"to_{side}"))
    ]  # fmt: skip
    spent = _("It cost %(money)s, hours priced.") % {
        "money": figures.money(about(answer["spent"]), house.currency)
    }
    back = [_came_back(one, house.currency) for one in found]
    title = showing_returns.finding(returning.paid_for_itself(answer))
    grade = str(GRADES.get(answer.get("grade", ""), ""))
    return Leaf(title, overline, [spent, *back], whole, found, grade)


def _came_back(figure: Figure, currency: str) -> str:
    low, high = figure.low or 0.0, figure.high or 0.0
    return _("About %(money)s %(where)s, most likely between %(low)s and %(high)s.") % {
        "money": figures.money(about(figure.value), currency),
        "where": figure.name,
        "low": figures.money(about(low), currency),
        "high": figures.money(about(high), currency),
    }


def _how_sure() -> Leaf:
    return Leaf(
        _("How sure we are"),
        _("The grades"),
        [str(words) for words in GRADES.values()],
        fine=_(
            "“Yes” means 95 in 100 or more, “probably” 80 to 95, “we can’t tell” 20 to 80. Ranges"
            " hold the truth 95 times in 100 if what is assumed is true. Machines are never counted"
            " as visits. Money is only what the organisation itself said one more is worth."
        ),
    )
