"""What would halve the smallest effect a campaign can show, or help otherwise, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from headwater.programme.expecting import Expectation, Offer
from headwater.programme.models import Campaign, Metric
from headwater.ui import rhythms
from headwater.ui.figures import amount


@dataclass(frozen=True)
class Help:
    """One thing to do, what it does, and the smallest effect that would show then."""

    what: str
    then: str
    smallest: float | None = None
    halves: bool = False


def helps(expected: Expectation, metric: Metric, *, is_open: bool = False) -> list[Help]:
    """Other designs by how small an effect they show, then what would halve it.

    While nothing can be foreseen of a campaign that is still open, the designs are offered in
    words alone.
    """
    if is_open and not expected.offers:
        return _in_words_alone(expected)
    offers = sorted(expected.offers, key=lambda one: one.smallest or float("inf"))
    found = [one for offer in offers if (one := OFFERS[offer.comparison](offer, expected))]
    found += [
        Help(*HALVING[change.name](int(change.at or 0), metric, expected), halves=True)
        for change in expected.halving
    ]
    return [*found, _stagger(), _vary()] if expected.offers else found


def _in_words_alone(expected: Expectation) -> list[Help]:
    lot = _lot(Offer(Campaign.Comparison.LOT, None, expected.places), expected)
    markets = Offer(Campaign.Comparison.MARKETS, None, 0, expected.places + 4)
    found = (lot, _markets(markets, expected), _stagger(), _vary())
    return [one for one in found if one]


def _stagger() -> Help:
    told = _(
        "Whatever you do for partners beside it, do it several times some weeks apart: those who"
        " come later show what would have been."
    )
    return Help(_("Stagger the dates"), told)


def _vary() -> Help:
    told = _(
        "Two wordings by lot tell which of them does more, whatever the season does. Write the"
        " message, and press “Try two ways” before it is out."
    )
    return Help(_("Vary the message"), told)


def _lot(offer: Offer, expected: Expectation) -> Help | None:
    what = _("Draw which places start first")
    words = {"n": amount(offer.have), "needed": amount(offer.needed)}
    if offer.smallest is not None:
        told = _("Half of your %(n)s places start later. It needs no trust: grade A.")
        return Help(what, told % words, offer.smallest)
    if offer.needed is None:
        told = _("Count your places apart, eight or more, and lots can decide.")
    else:
        told = _("With %(needed)s places counted apart lots can decide; there are %(n)s.")
    return Help(what, told % words)


def _markets(offer: Offer, expected: Expectation) -> Help | None:
    if offer.smallest is not None:
        told = _("Season and holidays are theirs too, so they fall out.")
        return Help(_("Compare with places that have none"), told, offer.smallest)
    words = {"needed": amount(offer.needed)}
    told = _("With %(needed)s places that wait, counted apart, they can be compared with.")
    return Help(_("Start two places later"), told % words)


def _before(offer: Offer, expected: Expectation) -> Help | None:
    smaller = expected.sight and offer.smallest and offer.smallest < expected.sight.smallest
    if not smaller:
        return None
    told = _("Always possible, but it can’t tell a campaign from a sunny June: grade D.")
    return Help(_("Compare with your own time before"), told, offer.smallest)


OFFERS: dict[str, Callable[[Offer, Expectation], Help | None]] = {
    Campaign.Comparison.LOT: _lot,
    Campaign.Comparison.MARKETS: _markets,
    Campaign.Comparison.BEFORE: _before,
}
Words = tuple[str, str]


def _more_markets(many: int, metric: Metric, expected: Expectation) -> Words:
    words = {"n": amount(many), "have": amount(expected.places)}
    return (
        _("Run it in %(n)s places instead of %(have)s") % words,
        _("What moves one place by chance averages out over several."),
    )


def _longer(many: int, metric: Metric, expected: Expectation) -> Words:
    words = {
        "n": rhythms.many(many, metric.period),
        "have": rhythms.many(expected.periods, metric.period),
    }
    what = _("Count %(n)s instead of %(have)s") % words
    return what, _("It pays only if the campaign does as much in each of them.")


def _controls(many: int, metric: Metric, expected: Expectation) -> Words:
    return (
        _("Count something that moves as yours does, and that it won’t reach"),
        _("If it tells three quarters of what yours does by itself."),
    )


def _places(many: int, metric: Metric, expected: Expectation) -> Words:
    what = _("Give %(n)s a place at once, and draw among twice as many") % {"n": amount(many)}
    return what, _("The others wait for a later date, and everybody gets one.")


def _after(many: int, metric: Metric, expected: Expectation) -> Words:
    what = _("Let the others wait %(n)s") % {"n": rhythms.many(many, metric.period)}
    return what, _("The longer they wait, the longer the two can be compared.")


def _earlier(many: int, metric: Metric, expected: Expectation) -> Words:
    what = _("Count %(n)s before the draw") % {"n": rhythms.many(many, metric.period)}
    return what, _("They tell how people differ already.")


HALVING: dict[str, Callable[[int, Metric, Expectation], Words]] = {
    "markets": _more_markets,
    "weeks_counted": _longer,
    "share_told_by_controls": _controls,
    "places": _places,
    "weeks_after": _after,
    "weeks_before": _earlier,
}
