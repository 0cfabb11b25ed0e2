from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from headwater.evaluation.frames.versions import Floats, version_of
from headwater.kit.periods import week_of
from headwater.programme.models import Campaign, Market, OutcomeWeek

WEEKS_BEFORE = 104
WEEKS_AFTER = 12


@dataclass(frozen=True, eq=False)
class CampaignFrame:
    """One campaign's metric: `outcome` and `observed` (weeks,), `controls` (weeks, markets).

    `begins` and `ends` are places in `weeks`: the first touched week and the first not counted.
    """

    weeks: list[date]
    outcome: Floats
    observed: NDArray[np.bool_]
    controls: Floats | None
    control_names: list[str]
    begins: int
    ends: int
    campaign_ends: int

    @property
    def version(self) -> str:
        return version_of(
            self.weeks, self.outcome, self.observed, self.controls, self.begins, self.ends
        )


def campaign_frame(campaign: Campaign, day: date) -> CampaignFrame | None:
    """The campaign's markets added up, with untouched markets beside them; None with no weeks.

    A week is observed where every market was counted. A market that lacks a week that matters is no
    control.
    """
    first, last = week_of(campaign.starts_on), week_of(campaign.counted_until)
    ours = list(campaign.markets.all()) or list(campaign.metric.markets.filter(is_ours=True))
    others = list(campaign.metric.markets.exclude(pk__in=[market.pk for market in ours]))
    until = min(last + timedelta(weeks=WEEKS_AFTER), week_of(day) - timedelta(weeks=1))
    since = first - timedelta(weeks=WEEKS_BEFORE)
    counts = _counts([*ours, *others], since, until)
    known = sorted({week for market in ours for week in counts[market.pk]})
    if not known or known[0] >= first or known[-1] < first:
        return None
    until = known[-1]
    weeks = [known[0] + timedelta(weeks=n) for n in range((until - known[0]).days // 7 + 1)]
    columns = np.array([[counts[m.pk].get(week, np.nan) for week in weeks] for m in ours])
    observed = ~np.isnan(columns).any(axis=0)
    beside = {m.name: np.array([counts[m.pk].get(w, np.nan) for w in weeks]) for m in others}
    whole = {name: column for name, column in beside.items() if not np.isnan(column).any()}
    uses_controls = campaign.comparison != Campaign.Comparison.BEFORE and whole
    return CampaignFrame(
        weeks=weeks,
        outcome=np.where(observed, np.nan_to_num(columns).sum(axis=0), 0.0),
        observed=observed,
        controls=np.array(list(whole.values())).T if uses_controls else None,
        control_names=list(whole) if uses_controls else [],
        begins=(first - weeks[0]).days // 7,
        ends=min(len(weeks), (last - weeks[0]).days // 7 + 1),
        campaign_ends=min(len(weeks), (week_of(campaign.ends_on) - weeks[0]).days // 7 + 1),
    )


def _counts(markets: list[Market], since: date, until: date) -> dict[int, dict[date, float]]:
    found: dict[int, dict[date, float]] = {market.pk: {} for market in markets}
    rows = OutcomeWeek.objects.filter(
        market__in=markets, week_on__gte=since, week_on__lte=until, value__isnull=False
    )
    for market, week, value in rows.values_list("market", "week_on", "value"):
        found[market][week] = float(value or 0)
    return found
