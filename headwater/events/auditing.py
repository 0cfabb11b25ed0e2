"""Working a draw out again from its number, so that nobody has to trust it."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.events.models import Draw, lot


@dataclass(frozen=True)
class Line:
    """One person of a draw by their public id, which is no name: rank as recorded and as found."""

    public_id: str
    lot: str
    rank: int
    found: int
    is_drawn: bool
    should_be_drawn: bool

    @property
    def is_right(self) -> bool:
        return self.rank == self.found and self.is_drawn == self.should_be_drawn


@dataclass(frozen=True)
class Audit:
    """A draw beside the same draw made again. `erased` people can’t be placed any more."""

    draw: Draw
    lines: list[Line]
    erased: int

    @property
    def matches(self) -> bool:
        return bool(self.lines) and all(line.is_right for line in self.lines)


def audit(draw: Draw) -> Audit:
    """Make the draw again from its number alone, and compare it with what was recorded.

    Those who missed out last time come first; who they were is taken from the record. Whoever was
    erased keeps their rank, and the others are compared in the ranks that are left.
    """
    rows = list(draw.lots.select_related("person").order_by("rank"))
    known = [(row, row.person.public_id) for row in rows if row.person]
    again = sorted(known, key=lambda one: (not one[0].came_first, lot(draw.number, one[1])))
    ranks = [row.rank for row, _id in known]
    found = {row.pk: rank for (row, _id), rank in zip(again, ranks, strict=True)}
    lines = [
        Line(
            public_id=public_id, lot=lot(draw.number, public_id), rank=row.rank,
            found=found[row.pk], is_drawn=row.is_drawn,
            should_be_drawn=row.rank <= draw.drawn,
        )
        for row, public_id in known
    ]  # fmt: skip
    return Audit(draw, lines, erased=len(rows) - len(known))
