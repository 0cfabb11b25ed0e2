from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from headwater.evaluation.frames.versions import Floats, version_of
from headwater.kit.periods import Rhythm
from headwater.programme.models import Campaign, Market, Metric, Outcome

MOST_BEFORE = 104  # periods looked back at
WEEKS_AFTER = 12  # shown after those that count
FURTHEST_WEEKS = 104  # no "without it" is carried on further than this from the periods before


@dataclass(frozen=True, eq=False)
class CampaignFrame:
    """One campaign's metric: `ours` (periods, our markets), `observed` (periods,): where all of
    them were counted, and `controls` (periods, markets it didn't run in).

    `begins` and `ends` are places in `periods`: the first touched one and the first not counted.
    `is_cut` where fewer count than were registered: with nothing to compare with, what is usual is
    not carried on past 104 weeks. `left_out` names places to compare with that lack a count.
    `waiting` says for each control whether it was in the draw too and drawn to wait.
    """

    rhythm: Rhythm
    periods: list[date]
    ours: Floats
    is_level: bool
    observed: NDArray[np.bool_]
    controls: Floats | None
    control_names: list[str]
    waiting: NDArray[np.bool_]
    left_out: list[str]
    begins: int
    ends: int
    campaign_ends: int
    is_cut: bool

    @property
    def version(self) -> str:
        return version_of(
            self.periods, self.ours, self.observed, self.controls, self.begins, self.ends,
            self.waiting,
        )  # fmt: skip

    @property
    def outcome(self) -> Floats:
        """Our markets together: counts added up, levels averaged; nought where not observed."""
        together: Floats = self.ours.mean(axis=1) if self.is_level else self.ours.sum(axis=1)
        return together

    @property
    def is_counted(self) -> bool:
        """Whether all of ours were counted at least once before, and once while it counts."""
        return bool(
            self.observed[: self.begins].any() and self.observed[self.begins : self.ends].any()
        )

    @property
    def is_constant(self) -> bool:
        """Whether every count before it is the same: nothing then tells how much is usual luck."""
        before = self.outcome[: self.begins][self.observed[: self.begins]]
        return bool(before.size and np.ptp(before) == 0)


def campaign_frame(
    campaign: Campaign, day: date, metric: Metric | None = None
) -> CampaignFrame | None:
    """The campaign's markets apart, with untouched markets beside them; None with no counts from
    before it or from while it ran. Of another metric, the places of the same names.

    Counts are added up over its markets, levels averaged. A period is observed where every market
    was counted. A market that lacks a period that matters is no control.
    """
    counted = metric or campaign.metric
    rhythm = counted.rhythm
    first, last = rhythm.first_day(campaign.starts_on), rhythm.first_day(campaign.counted_until)
    ours, others = _markets(campaign, counted)
    until = min(rhythm.later(last, rhythm.within(WEEKS_AFTER)), rhythm.later(day, -1))
    counts = _counts([*ours, *others], rhythm.later(first, -MOST_BEFORE), until)
    known = sorted({period for market in ours for period in counts[market.pk]})
    if not known or known[0] >= first or known[-1] < first:
        return None
    periods = [rhythm.later(known[0], n) for n in range(rhythm.between(known[0], known[-1]) + 1)]
    columns = np.array([[counts[m.pk].get(period, np.nan) for period in periods] for m in ours])
    observed = ~np.isnan(columns).any(axis=0)
    beside = {m.name: np.array([counts[m.pk].get(p, np.nan) for p in periods]) for m in others}
    whole = {name: column for name, column in beside.items() if not np.isnan(column).any()}
    uses_controls = bool(campaign.comparison != Campaign.Comparison.BEFORE and whole)
    begins = rhythm.between(periods[0], first)
    ends = min(len(periods), rhythm.between(periods[0], last) + 1)
    drawn_among = {market.pk for market in campaign.drawn_among(ours, others)}
    waiting = [m.pk in drawn_among for m in others if uses_controls and m.name in whole]
    furthest = len(periods) if uses_controls else begins + rhythm.within(FURTHEST_WEEKS)
    return CampaignFrame(
        rhythm=rhythm,
        periods=periods,
        ours=np.where(observed, np.nan_to_num(columns), 0.0).T,
        is_level=counted.is_level,
        observed=observed,
        controls=np.array(list(whole.values())).T if uses_controls else None,
        control_names=list(whole) if uses_controls else [],
        waiting=np.array(waiting, np.bool_),
        left_out=[name for name in beside if name not in whole],
        begins=begins,
        ends=min(ends, furthest),
        campaign_ends=min(len(periods), rhythm.between(periods[0], campaign.ends_on) + 1),
        is_cut=ends > furthest,
    )


def _markets(campaign: Campaign, metric: Metric) -> tuple[list[Market], list[Market]]:
    """Where it ran, and where it didn't: all of ours where no places were chosen."""
    markets = list(metric.markets.all())
    chosen = {market.name for market in campaign.markets.all()}
    ours = [market for market in markets if market.name in chosen]
    ours = ours or [market for market in markets if market.is_ours]
    return ours, [market for market in markets if market not in ours]


def missing(campaign: Campaign, day: date) -> str:
    """Why there is no frame: "no_counts", "no_before" or "no_while"."""
    rhythm = campaign.metric.rhythm
    rows = Outcome.objects.filter(
        market__metric=campaign.metric_id, value__isnull=False,
        period_on__lt=rhythm.first_day(day),
    )  # fmt: skip
    chosen = campaign.markets.all()
    rows = rows.filter(market__in=chosen) if chosen else rows.filter(market__is_ours=True)
    if not rows.exists():
        return "no_counts"
    is_before = rows.filter(period_on__lt=rhythm.first_day(campaign.starts_on)).exists()
    return "no_while" if is_before else "no_before"


def _counts(markets: list[Market], since: date, until: date) -> dict[int, dict[date, float]]:
    found: dict[int, dict[date, float]] = {market.pk: {} for market in markets}
    rows = Outcome.objects.filter(
        market__in=markets, period_on__gte=since, period_on__lte=until, value__isnull=False
    )
    for market, period, value in rows.values_list("market", "period_on", "value"):
        found[market][period] = float(value or 0)
    return found
