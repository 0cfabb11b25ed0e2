"""The board's report: what was worked out, put together once for page, slides, PDF and file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.evaluation.leaves import COLUMNS, Leaf
from headwater.evaluation.leaves.activities import activity_leaves
from headwater.evaluation.leaves.budget import budget_leaf
from headwater.evaluation.leaves.campaigns import campaign_leaf
from headwater.evaluation.leaves.capacity import capacity_leaf
from headwater.evaluation.showing.words import GRADES
from headwater.evaluation.spans import NEWEST, Span, choices
from headwater.kit.spreadsheets import line
from headwater.people.models import House
from headwater.programme.models import Campaign
from headwater.ui import figures


@dataclass(frozen=True)
class Report:
    house: House
    day: date
    leaves: list[Leaf]
    span: Span = field(default_factory=Span)
    spans: list[Span] = field(default_factory=list)

    @property
    def title(self) -> str:
        return _("What our work with partners was worth")

    @property
    def dated(self) -> str:
        day = date_format(self.day, "j F Y")
        if not self.span.key:
            return day
        return _("%(day)s, campaigns of %(span)s") % {"day": day, "span": self.span.title}

    @property
    def file_name(self) -> str:
        return f"report-{self.span.key.lower()}" if self.span.key else "report"

    def as_csv(self) -> Iterator[str]:
        yield "\ufeff" + line(COLUMNS)
        for leaf in self.leaves:
            for row in leaf.rows():
                yield line(row)


def report(at: datetime, span: Span | None = None) -> Report:
    """The campaigns of a span that are over, newest first, and the work with partners until now."""
    house, chosen = House.current(), span or Span()
    day = at.astimezone(house.zone).date()
    over = Campaign.objects.over(day)
    rows = chosen.of(over.select_related("metric").prefetch_related("costs"))
    campaigns = [campaign_leaf(one, at, house) for one in rows]
    work = [capacity_leaf(at, house), *activity_leaves(at), budget_leaf(at, house)]
    ended = list(over.values_list("ends_on", flat=True))
    short = _in_short(chosen, campaigns, work, all_of_them=len(ended))
    return Report(house, day, [short, *campaigns, *work, _how_sure()], chosen, choices(ended))


def _in_short(
    span: Span, campaigns: Sequence[Leaf], work: Sequence[Leaf], *, all_of_them: int
) -> Leaf:
    found = [f"{_named(leaf)}: {leaf.title}." for leaf in campaigns]
    found += [f"{leaf.overline}: {leaf.title}." for leaf in work]
    fine = ""
    if not span.key and all_of_them > NEWEST:
        fine = _("These are the newest %(n)d of %(all)s campaigns.") % {
            "n": NEWEST,
            "all": figures.number(all_of_them),
        }
    elif span.key:
        fine = _("Whatever the period, the work with partners is told from its beginning to now.")
    return Leaf(_("In short"), "", [_counted(span, len(campaigns)), *found], fine=fine)


def _named(leaf: Leaf) -> str:
    return f"{leaf.overline} ({leaf.mark.lower()})" if leaf.mark else leaf.overline


def _counted(span: Span, many: int) -> str:
    if not many and span.key:
        return _("No campaign that ended in %(span)s is over and counted.") % {"span": span.title}
    if not many:
        return _("No registered campaign is over yet.")
    return ngettext(
        "One campaign is over and was asked three questions.",
        "%(n)s campaigns are over and were asked three questions.",
        many,
    ) % {"n": figures.number(many)}


def _how_sure() -> Leaf:
    return Leaf(
        _("How sure we are"),
        _("The grades"),
        [str(words) for words in GRADES.values()],
        fine=_(
            "“Yes” means 95 in 100 or more, “probably” 80 to 95, “we can’t tell” 20 to 80. Ranges"
            " hold the truth 95 times in 100 if what is assumed is true; those of money that could"
            " go elsewhere, 90 times. A campaign noted afterwards had its aim chosen when the"
            " result could be known, which costs it a grade. Machines are never counted as visits."
            " Money is only what the organisation itself said one more is worth."
        ),
    )
