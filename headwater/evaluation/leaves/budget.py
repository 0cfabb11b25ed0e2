"""Which money to move over the coming year, on one leaf."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from headwater.evaluation import budgeting
from headwater.evaluation.keeping import Blocked
from headwater.evaluation.leaves import NINETY, Figure, Leaf
from headwater.evaluation.models import Result
from headwater.evaluation.showing import budgets as showing
from headwater.evaluation.showing.budgets import Move
from headwater.evaluation.showing.returns import BLOCKED
from headwater.evaluation.templatetags.evaluation import about
from headwater.people.models import House
from headwater.ui import charts, figures

TRIES = 2  # moves that are worth a test first, told in sentences


def budget_leaf(at: datetime, house: House) -> Leaf:
    overline = _("Where next year’s money would do more")
    result = budgeting.advice(at)
    if isinstance(result, Blocked) or "rows" not in result.answer:
        reason = result.reason if isinstance(result, Blocked) else "few_levers"
        return Leaf.not_yet(overline, [str(BLOCKED[reason])])
    answer, currency = result.answer, house.currency
    moves = showing.moves(answer)
    advice = [move for move in moves if move.is_advice]
    tries = [move for move in moves if not move.is_advice]
    grades = {showing.named(row["name"]): row["grade"] for row in answer["rows"]}
    return Leaf(
        title=_title(advice, tries, currency),
        overline=overline,
        sentences=[
            *(_sentence(_("Move %(money)s from %(source)s to %(target)s:"), move, currency)
              for move in advice),
            *(_sentence(_("Worth a test first: %(money)s from %(source)s to %(target)s:"), move,
                        currency) for move in tries[:TRIES]),
            _test(answer, currency),
        ],
        chart=_chart(moves, grades, currency),
        figures=[_figure(move, grades, result, currency) for move in moves],
        fine=_(
            "As much money as last year, %(budget)s with hours priced. Worth to us and to partners"
            " together, as the organisation said; what moves fluency alone is worth more than it"
            " looks. Never all on one, never beyond twice what was spent before. Ranges here hold"
            " 90 times in 100, and a move has the grade of its weaker side."
        )
        % {"budget": figures.money(about(answer["budget"]), currency)},
    )  # fmt: skip


def _title(advice: Sequence[Move], tries: Sequence[Move], currency: str) -> str:
    if advice:
        return _("Move %(money)s from %(source)s to %(target)s") % _words(advice[0], currency)
    if tries:
        return _("No move is sure enough to advise; one is worth a test")
    return _("Leave the money where it is")


def _words(move: Move, currency: str) -> dict[str, str]:
    return {
        "money": figures.money(about(move.money), currency),
        "source": move.source,
        "target": move.target,
        "gain": figures.money(about(move.gain["value"]), currency),
        "low": figures.money(about(move.gain["low"]), currency),
        "high": figures.money(about(move.gain["high"]), currency),
        "odds": figures.share(move.odds),
    }


def _sentence(opening: str, move: Move, currency: str) -> str:
    told = _(
        "about %(gain)s more in a year, most likely between %(low)s and %(high)s; %(odds)s that it"
        " brings more."
    )
    return f"{opening} {told}" % _words(move, currency)


def _test(answer: dict[str, Any], currency: str) -> str:
    return _("One more test would be worth most for %(name)s: about %(worth)s in a year.") % {
        "name": showing.named(answer["test"]["name"]),
        "worth": figures.money(about(answer["test"]["worth"]), currency),
    }


def _chart(moves: Sequence[Move], grades: dict[str, str], currency: str) -> charts.Chart | None:
    if not moves:
        return None
    rows = [_range(move, grades, currency) for move in moves]
    heads = [_("Move"), _("Odds that it is more"), _("Grade")]
    unit = _("Gain in a year, likely range")
    return charts.ranges(rows, what=_("From, to"), unit=unit, heads=heads, money=currency)


def _range(move: Move, grades: dict[str, str], currency: str) -> charts.Range:
    """Rounded to what is known of it, since these are pounds."""
    value, low, high = (about(move.gain[key]) or 0.0 for key in ("value", "low", "high"))
    name = _("%(source)s to %(target)s") % {"source": move.source, "target": move.target}
    money, odds = figures.money(about(move.money), currency), figures.share(move.odds)
    return charts.Range(name, value, low, high, (money, odds, _grade(move, grades)))


def _grade(move: Move, grades: dict[str, str]) -> str:
    """The weaker of the two sides: A is the best, D the weakest."""
    return max(grades[move.source], grades[move.target])


def _figure(move: Move, grades: dict[str, str], result: Result, currency: str) -> Figure:
    words = {"source": move.source, "target": move.target}
    money = figures.money(about(move.money), currency)
    return Figure(
        about=_("%(source)s to %(target)s") % words,
        name=_("gain in a year from moving %(money)s") % {"money": money},
        value=move.gain["value"],
        low=move.gain["low"],
        high=move.gain["high"],
        unit=_("%(currency)s a year") % {"currency": currency},
        odds=move.odds,
        grade=_grade(move, grades),
        result=result,
        holds=NINETY,
    )
