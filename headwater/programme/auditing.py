"""Working the draw of a campaign's places out again from its number."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.programme.models import Campaign, Market
from headwater.programme.models.campaigns import drawn_first, lot_of


@dataclass(frozen=True)
class PlaceDrawn:
    """One place: its lot, where that puts it, and whether it starts first as its lot says."""

    name: str
    lot: str
    rank: int
    starts_first: bool
    should_start_first: bool

    @property
    def is_right(self) -> bool:
        return self.starts_first == self.should_start_first


@dataclass(frozen=True)
class PlacesAudit:
    """A campaign's draw beside the same draw made again; each place had `chance` to start first."""

    campaign: Campaign
    lines: list[PlaceDrawn]

    @property
    def matches(self) -> bool:
        return bool(self.lines) and all(line.is_right for line in self.lines)

    @property
    def chance(self) -> float:
        return sum(line.starts_first for line in self.lines) / len(self.lines)


def audit(campaign: Campaign) -> PlacesAudit | None:
    """Make the draw again from its number alone. None where none was held.

    Places that were added since were not in it. Where somebody changed what was drawn, all places
    of ours are shown as the number would draw them.
    """
    if not campaign.lot_number:
        return None
    ours = list(campaign.markets.all())
    mine = [market for market in campaign.metric.markets.all() if market.is_ours]
    others = [market for market in mine if market not in ours]
    among = campaign.drawn_among(ours, others) or mine
    return PlacesAudit(campaign, _lines(among, ours, campaign.lot_number))


def _lines(among: list[Market], ours: list[Market], number: str) -> list[PlaceDrawn]:
    first = drawn_first(among, number)
    ordered = sorted(among, key=lambda market: lot_of(market, number))
    return [
        PlaceDrawn(market.name, lot_of(market, number), rank, market in ours, market in first)
        for rank, market in enumerate(ordered, start=1)
    ]
