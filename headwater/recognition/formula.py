"""The points formula as one sentence that anybody can check, made from the rules themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from headwater.recognition.models import Points, Rule, Season
from headwater.ui import charts
from headwater.ui.charts.drawing import Chart


def sentence(rules: Sequence[Rule]) -> str:
    """Every rule with its points, learning and helping first."""
    if not rules:
        return ""

    def said(*groups: str) -> str:
        parts = [
            _("%(points)d for %(deed)s") % {"points": r.points, "deed": _lower(r.label)}
            for r in rules
            if r.group in groups
        ]
        return get_text_list(parts, _("and"))

    words = {"learning": said("learning", "helping"), "sharing": said("sharing")}
    return (
        _("For learning and helping you get %(learning)s. For sharing you get %(sharing)s.") % words
    )


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


@dataclass(frozen=True)
class RuleRow:
    """A rule, the points it gave this season, and what share of all they are."""

    rule: Rule
    given: int
    share: float | None
    in_100: int | None
    bar: Chart


def rows(season: Season) -> list[RuleRow]:
    """Each rule with its part of the season's points: measured, counted from the ledger."""
    points = Points.objects.filter(season=season, rule=OuterRef("pk")).order_by().values("rule")
    standing: QuerySet[Rule] = Rule.objects.standing_in(season)
    rules = list(
        standing.annotate(points_given=Subquery(points.annotate(n=Sum("points")).values("n")))
    )
    given = {rule.pk: rule.points_given or 0 for rule in rules}
    total = sum(given.values())
    return [
        RuleRow(
            rule,
            given[rule.pk],
            given[rule.pk] / total if total else None,
            round(100 * given[rule.pk] / total) if total else None,
            charts.bar(
                100 * given[rule.pk] / total if total else 0,
                most=100,
                tone="other" if rule.group == Rule.Group.SHARING else "flow",
            ),
        )
        for rule in rules
    ]
