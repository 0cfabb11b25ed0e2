"""Working the ways that partners were offered out again from the number of their draw."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.sharing.models import WaysDraw
from headwater.sharing.models.ways import place_of, way_at


@dataclass(frozen=True)
class WayDrawn:
    """One partner by public id: their lot from 0 up to 1, the way offered, and the one due."""

    public_id: str
    place: float
    letter: str
    should_be: str

    @property
    def is_right(self) -> bool:
        return self.letter == self.should_be


@dataclass(frozen=True)
class WaysAudit:
    draw: WaysDraw
    lines: list[WayDrawn]

    @property
    def matches(self) -> bool:
        return all(line.is_right for line in self.lines)


def audit(draw: WaysDraw) -> WaysAudit:
    ways = list(draw.ways.all())
    offers = draw.offers.select_related("person", "way").order_by("at", "pk")
    lines = []
    for offer in offers.iterator(chunk_size=2000):
        public_id = offer.person.public_id
        place = place_of(draw.number, public_id)
        lines.append(WayDrawn(public_id, place, offer.way.letter, way_at(ways, place).letter))
    return WaysAudit(draw, lines)
