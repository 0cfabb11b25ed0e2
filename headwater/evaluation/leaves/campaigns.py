"""A campaign on one leaf: what it did, whether it could have done better, and elsewhere."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from headwater.evaluation import bettering, frames, investing, verdicts
from headwater.evaluation.leaves import Figure, Leaf
from headwater.evaluation.models import Result
from headwater.evaluation.showing import verdicts as showing
from headwater.evaluation.showing.changes import enough
from headwater.evaluation.showing.trials import second
from headwater.evaluation.showing.words import LACKS, SUCCESS, key_of
from headwater.evaluation.templatetags.evaluation import about
from headwater.people.models import House
from headwater.programme.models import Campaign, priced
from headwater.ui import figures


def campaign_leaf(campaign: Campaign, at: datetime, house: House) -> Leaf:
    mark = _("Noted afterwards") if campaign.is_looked_back else ""
    ran = _ran(campaign, house)
    result = verdicts.verdict(campaign, at)
    first = showing.first(result, campaign.metric) if result else None
    if result is None or first is None or first.estimate is None:
        said = _why_not(campaign, result, at, house)
        return Leaf.not_yet(campaign.title, [ran, *said], mark)
    found = first.estimate
    figure = Figure(
        about=campaign.title,
        name=_("%(direction)s than without it") % {"direction": first.direction},
        value=found["value"],
        low=found["low"],
        high=found["high"],
        unit=campaign.metric.unit,
        odds=first.met,
        grade=result.answer.get("grade", ""),
        result=result,
        is_looked_back=campaign.is_looked_back,
        ran=(campaign.starts_on, campaign.ends_on),
    )
    return Leaf(
        title=showing.finding(first),
        overline=campaign.title,
        sentences=[
            ran,
            _effect(campaign, found, first),
            _better(campaign, at),
            _elsewhere(campaign, at, house),
        ],
        chart=showing.chart(result, campaign),
        figures=[figure],
        fine=first.grade,
        mark=mark,
    )


def _ran(campaign: Campaign, house: House) -> str:
    """When it ran and what that cost, hours priced where an hour has a price."""
    # From the rows at hand: the report has asked for those of all campaigns at once.
    costs = campaign.costs.all()
    money = sum((one.money for one in costs), Decimal(0))
    hours = sum((one.hours for one in costs), Decimal(0))
    days = figures.date_range(campaign.starts_on, campaign.ends_on)
    if not money and not hours:
        return _("It ran %(days)s. No cost was written down.") % {"days": days}
    whole = priced(money, hours)
    if whole is None:
        return _("It ran %(days)s and cost %(money)s and %(hours)s hours without a price.") % {
            "days": days,
            "money": figures.money(money, house.currency),
            "hours": figures.number(hours),
        }
    return _("It ran %(days)s and cost %(money)s, hours priced.") % {
        "days": days,
        "money": figures.money(about(float(whole)), house.currency),
    }


def _why_not(campaign: Campaign, result: Result | None, at: datetime, house: House) -> list[str]:
    """What is missing, and what to add."""
    if result is None:
        today = at.astimezone(house.zone).date()
        return [str(words) for words in LACKS[frames.missing(campaign, today)]]
    lacks = [" ".join(map(str, LACKS[lack])) for lack in result.answer["lacks"]]
    told = [f"{one.what}: {one.then}" for one in enough(result.answer, campaign.metric) if one.then]
    return [*lacks, *told]


def _effect(campaign: Campaign, found: dict[str, float], first: showing.First) -> str:
    return _(
        "About %(value)s %(unit)s %(direction)s than without it%(spread)s, most likely between"
        " %(low)s and %(high)s. The aim was %(aim)s: %(met)s that it was met."
    ) % {
        "value": figures.amount(about(found["value"])),
        "low": figures.amount(about(found["low"])),
        "high": figures.amount(about(found["high"])),
        "unit": campaign.metric.unit,
        "direction": first.direction,
        "spread": first.spread,
        "aim": figures.amount(campaign.aim),
        "met": figures.share(first.met),
    }


def _better(campaign: Campaign, at: datetime) -> str:
    """The second answer in short; how to test it next time stands on the verdict's own page."""
    result = bettering.better(campaign, at)
    if result is None or result.answer["method"] == "never_varied":
        return _(
            "Could it have done better? It was never tried another way, so nobody can know. Next"
            " time two wordings, offered by lot, would tell."
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
        return _("Should the money have gone elsewhere? That can’t be told yet.")
    better = answer["better_by"]
    return _(
        "Should it have gone elsewhere? %(word)s: the best split would have brought about %(money)s"
        " more, most likely between %(low)s and %(high)s (%(odds)s that it is more at all;"
        " %(grade)s)."
    ) % {
        "word": SUCCESS[key_of(answer["word"])],
        "money": figures.money(about(better["value"]), house.currency),
        "low": figures.money(about(better["low"]), house.currency),
        "high": figures.money(about(better["high"]), house.currency),
        "odds": figures.share(min(0.9995, max(0.0005, better["probability_positive"]))),
        "grade": _("grade %(letter)s") % {"letter": showing.grade_of_split(answer)[:1]},
    }
