"""What each kind of activity does to sharing and to fluency, on two leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from headwater.evaluation import activities as asking
from headwater.evaluation import draws as drawing
from headwater.evaluation.leaves import Figure, Leaf
from headwater.evaluation.models import Result
from headwater.evaluation.showing import activities as showing
from headwater.evaluation.showing.activities import Effect, Row
from headwater.ui import charts, figures

CLEAR = 3  # activities named in sentences; the chart shows all
FEWEST_SHOWN = 10  # of whose check-ins anything is told


def activity_leaves(at: datetime) -> list[Leaf]:
    result = asking.activities(at)
    if result is None:
        words = _(
            "As soon as ten partners have taken part in something, ten have not, and visits through"
            " their links were counted before and after, what it does stands here."
        )
        return [Leaf.not_yet(_("What activities do"), [words])]
    rows = showing.rows(result.answer)
    return [_on_sharing(rows, result, at), _on_fluency(rows, result)]


def _on_sharing(rows: Sequence[Row], result: Result, at: datetime) -> Leaf:
    seen = [(row, row.visits) for row in rows if row.visits]
    sure = [(row, one) for row, one in seen if not _is_unsure(one)]
    sentences = [_brings(row, one) for row, one in sure[:CLEAR]]
    sentences += _the_rest(rows, [row for row, _one in sure], [row for row, _one in seen])
    lots, by_lot = _by_lot(at)
    found = [
        _figure(row, one, result, _("visits more in four weeks"), _("visits")) for row, one in seen
    ]
    return Leaf(
        title=showing.headline(rows),
        overline=_("What activities do to sharing"),
        sentences=[*sentences, *lots],
        chart=_chart(seen, _("Visits more in four weeks, a partner who took part")),
        figures=[*found, *by_lot],
        fine=_(
            "Visits by people through partners’ links, more than they would have brought. Partners"
            " choose what they come to, so no grade is better than B unless lots decided (A); D"
            " means that they moved apart before they came: a hint, not a proof."
        ),
    )


def _brings(row: Row, one: Effect) -> str:
    return _(
        "%(name)s: about %(value)s visits more in four weeks for a partner who took part, most"
        " likely between %(low)s and %(high)s; %(odds)s that it is more at all. Grade %(grade)s."
    ) % {
        "name": row.name,
        "value": figures.number(one.value, 1),
        "low": figures.number(one.low, 1),
        "high": figures.number(one.high, 1),
        "odds": figures.share(one.odds),
        "grade": row.grade,
    }


def _the_rest(rows: Sequence[Row], told: Sequence[Row], seen: Sequence[Row]) -> list[str]:
    also = [row.name for row in told[CLEAR:]]
    unsure = [row.name for row in seen if row not in told]
    lacking = [row.name for row in rows if row not in seen]
    sentences = []
    if also:
        sentences.append(_("More also with: %(names)s.") % {"names": ", ".join(also)})
    if unsure:
        sentences.append(_("We can’t tell yet of: %(names)s.") % {"names": ", ".join(unsure)})
    if lacking:
        sentences.append(_("Not enough data yet on: %(names)s.") % {"names": ", ".join(lacking)})
    return sentences


def _is_unsure(one: Effect) -> bool:
    return one.word not in {"yes", "probably"}


def _by_lot(at: datetime) -> tuple[list[str], list[Figure]]:
    """What lots showed: the one figure about activities that needs no trust."""
    result = drawing.draws(at)
    together = result.answer["together"] if result else {}
    one = showing.effect(together.get("on_those_who_came") or together.get("estimate"))
    if result is None or one is None:
        return [], []
    told = _(
        "Where places were drawn by lot, nobody chose: about %(value)s visits more in four weeks,"
        " most likely between %(low)s and %(high)s (%(drawn)s drawn, %(waiting)s waiting). Grade A."
    ) % {
        "value": figures.number(one.value, 1),
        "low": figures.number(one.low, 1),
        "high": figures.number(one.high, 1),
        "drawn": figures.number(together["drawn"]),
        "waiting": figures.number(together["waiting"]),
    }
    name, unit = _("visits more in four weeks, by lot"), _("visits")
    about = _("Draws of places")
    figure = Figure(about, name, one.value, one.low, one.high, unit, one.odds, "A", result)
    return [told], [figure]


def _on_fluency(rows: Sequence[Row], result: Result) -> Leaf:
    overline = _("What activities do to fluency")
    seen = [(row, row.fluency) for row in rows if row.fluency]
    if not seen:
        words = _(
            "Ten partners who took part between two check-ins, and ten who didn’t, would be enough"
            " to begin. Fewer are never shown."
        )
        return Leaf.not_yet(overline, [words])
    clear = [(row, one) for row, one in seen if one.is_clear]
    sentences = [
        _("%(name)s: about %(value)s points, most likely between %(low)s and %(high)s.")
        % {
            "name": row.name,
            "value": figures.number(one.value),
            "low": figures.number(one.low),
            "high": figures.number(one.high),
        }
        for row, one in clear
    ]
    unclear = [row.name for row, one in seen if not one.is_clear]
    if unclear:
        sentences.append(_("No clear change with: %(names)s.") % {"names": ", ".join(unclear)})
    few = [row.name for row in rows if not row.fluency]
    if few:
        sentences.append(_("Too few check-ins to show: %(names)s.") % {"names": ", ".join(few)})
    return Leaf(
        title=_fluency_title(clear),
        overline=overline,
        sentences=sentences,
        chart=_chart(seen, _("Points of 100 added at the second check-in")),
        figures=[
            _figure(row, one, result, _("points on fluency between two check-ins"), _("points"))
            for row, one in seen
        ],
        fine=_(
            "Self-reported, by partners who checked in twice, against those who did so at the same"
            " times and took no part. Groups of ten or more, never a name. Grade B: who comes"
            " chooses to."
        ),
    )


def _fluency_title(clear: Sequence[tuple[Row, Effect]]) -> str:
    best = max(clear, key=lambda pair: pair[1].value, default=None)
    if best is None:
        return _("No activity has clearly changed fluency yet")
    if best[1].value <= 0:
        return _("No activity has clearly raised fluency yet")
    return _("%(name)s: it raises fluency") % {"name": best[0].name}


def _chart(seen: Sequence[tuple[Row, Effect]], unit: str) -> charts.Chart | None:
    if not seen:
        return None
    rows = [
        charts.Range(
            row.name, one.value, one.low, one.high,
            (_many(row, one), figures.share(one.odds), _grade(row, one)),
        )
        for row, one in seen
    ]  # fmt: skip
    heads = [_("Partners"), _("Odds that it is more"), _("Grade")]
    return charts.ranges(rows, what=_("Activity"), unit=unit, heads=heads)


def _many(row: Row, one: Effect) -> str:
    many: int = row.gauges[0][2]["takers"] if row.fluency is one else row.takers
    return figures.number(many) if many >= FEWEST_SHOWN else _("under ten")


def _grade(row: Row, one: Effect) -> str:
    """Of the effect on visits the row's own; of a gauge's, that of its own estimate."""
    return str(row.gauges[0][2].get("grade", "")) if row.fluency is one else row.grade


def _figure(row: Row, one: Effect, result: Result, name: str, unit: str) -> Figure:
    grade = _grade(row, one)
    return Figure(row.name, name, one.value, one.low, one.high, unit, one.odds, grade, result)
