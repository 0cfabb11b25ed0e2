"""One partner's own growth: each gauge over time, and what changed beyond noise."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.capacity.models import Gauge, Reading, SharedGauge
from headwater.people.models import Person
from headwater.stats.answers import Word, in_words
from headwater.stats.gauges import Movement, movement
from headwater.ui import charts
from headwater.ui.figures import local_day

MEANS: dict[str, str | Promise] = {
    Gauge.FLUENCY: gettext_lazy("how well you use social media for your own ends"),
    Gauge.AWARENESS: gettext_lazy("whether our messages reach you"),
    Gauge.ROLE: gettext_lazy("whether it’s clear what part you play"),
    Gauge.COMFORT: gettext_lazy("whether you’d put your name beside ours"),
}


@dataclass(frozen=True)
class GaugeGrowth:
    """One gauge of one person. `readings` are all of theirs, oldest first."""

    gauge: Gauge
    readings: list[Reading]
    is_shared: bool

    @property
    def latest(self) -> Reading | None:
        return self.readings[-1] if self.readings else None

    @property
    def before(self) -> Reading | None:
        return self.readings[-2] if len(self.readings) > 1 else None

    @property
    def movement(self) -> Movement | None:
        """From the reading before to the latest."""
        if not self.latest or not self.before:
            return None
        return movement(self.before.as_score, self.latest.as_score)

    @property
    def change(self) -> str:
        """In words: a number only where it is more than noise."""
        return change_in_words(self.movement)

    @property
    def odds(self) -> str:
        """How sure we are of the direction, where it is more than noise."""
        if not self.movement or not self.movement.is_more_than_noise:
            return ""
        return odds_in_words(self.movement.estimate.probability_positive)

    @property
    def staff(self) -> charts.Chart | None:
        """The latest reading on the 0 to 100 staff, with a ring where it was before."""
        if not self.latest:
            return None
        before = self.before.score if self.before else None
        return charts.gauge(self.latest.score, self.latest.low, self.latest.high, before=before)

    @property
    def chart(self) -> charts.Chart | None:
        if not self.latest:
            return None
        points = [
            charts.Point(
                date_format(local_day(r.at), "M Y"), round(r.score), round(r.low), round(r.high)
            )
            for r in self.readings[-8:]
        ]
        return charts.growth(points, label=_("%(gauge)s, 0 to 100") % {"gauge": self.gauge.label})


def growth_of(person: Person, at: datetime) -> list[GaugeGrowth]:
    """All four gauges of one person, in two queries."""
    readings: dict[str, list[Reading]] = {gauge: [] for gauge in Gauge.values}
    for reading in Reading.objects.filter(person=person, at__lte=at).order_by("at", "pk"):
        readings[reading.gauge].append(reading)
    shared = set(SharedGauge.objects.filter(person=person).values_list("gauge", flat=True))
    return [GaugeGrowth(gauge, readings[gauge], gauge in shared) for gauge in Gauge]


def change_in_words(moved: Movement | None) -> str:
    if moved is None:
        return ""
    points = round(abs(moved.estimate.value))
    if not moved.is_more_than_noise or not points:
        return _("No clear change")
    if moved.estimate.value > 0:
        return _("Up %(n)d") % {"n": points}
    return _("Down %(n)d") % {"n": points}


def odds_in_words(chance_of_rise: float) -> str:
    """The one scale of words for odds: 95 yes, 80 probably, between 20 and 80 cannot tell."""
    words = {
        Word.YES: _("It rose: %(n)s in 100 that it did."),
        Word.PROBABLY: _("It probably rose: %(n)s in 100."),
        Word.CANNOT_TELL: _("We cannot tell whether it rose: %(n)s in 100."),
        Word.PROBABLY_NOT: _("It probably fell: %(m)s in 100."),
        Word.NO: _("It fell: %(m)s in 100 that it did."),
    }
    return words[in_words(chance_of_rise)] % {
        "n": _hundred(chance_of_rise),
        "m": _hundred(1 - chance_of_rise),
    }


def _hundred(chance: float) -> str:
    """A chance in 100 that is never called a certainty."""
    return _("more than 99") if chance > 0.995 else str(round(100 * chance))


def clearest(growth: Iterable[GaugeGrowth]) -> GaugeGrowth | None:
    """The gauge that moved most beyond noise, to begin the page with."""
    moved = [g for g in growth if g.movement and g.movement.is_more_than_noise]
    return max(moved, key=lambda g: g.movement.estimate.value if g.movement else 0, default=None)
