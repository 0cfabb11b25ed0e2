"""What a verdict suggests for the next time, and what is kept with a decision."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from headwater.evaluation.models import Result
from headwater.evaluation.showing.verdicts import overlaps, split
from headwater.evaluation.templatetags.evaluation import about
from headwater.stats.answers import NotEnough
from headwater.ui.figures import amount, money

Elsewhere = Result | NotEnough | None


def _answer(elsewhere: Elsewhere) -> dict[str, Any] | None:
    if not isinstance(elsewhere, Result) or "rows" not in elsewhere.answer:
        return None
    answer: dict[str, Any] = elsewhere.answer
    return answer


def suggestions(result: Result, elsewhere: Elsewhere, currency: str) -> list[str]:
    """What to do next time, most telling first: the split, then what makes an answer surer."""
    said = []
    other = _answer(elsewhere)
    if other and not overlaps(other) and other["word"] in {"yes", "probably"}:
        parts = [f"{row['name']} {money(about(row['money']), currency)}" for row in split(other)]
        said.append(_("Split such a sum: %(parts)s") % {"parts": ", ".join(parts)})
    needed = {change["name"]: change["at"] for change in result.answer.get("would_change", [])}
    lacks = result.answer["lacks"]
    if "markets_in_the_draw" in needed or "draw_not_kept" in lacks:
        many = amount(needed.get("markets_in_the_draw") or 8)
        said.append(_("Draw among %(n)s places which start first, and keep to it") % {"n": many})
    elif "untouched_markets" in needed or "nothing_to_compare" in lacks:
        many = amount(needed.get("untouched_markets") or 5)
        said.append(_("Count %(n)s places that have none, from now on") % {"n": many})
    elif result.answer["grade"] != "A":
        said.append(_("Draw by lot which places start first"))
    said.append(_("Write two wordings, and let lots decide who is offered which"))
    return said


def alternatives_shown(elsewhere: Elsewhere) -> dict[str, Any]:
    """The advised split and the alternatives as they stood on the page when it was decided."""
    answer = _answer(elsewhere)
    if answer is None or overlaps(answer):
        return {}
    return {key: answer[key] for key in ("word", "better_by", "split", "rows")}
