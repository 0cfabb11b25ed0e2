"""The board's report as a PDF, set by typst from the same leaves as the page."""

import json
from importlib.resources import files

import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.evaluation.reporting import Report
from headwater.ui import charts, tokens
from headwater.ui.charts.drawing import Table
from headwater.ui.charts.png import font_folders

TEMPLATE = files("headwater.evaluation") / "templates" / "evaluation" / "print" / "report.typ"


def as_pdf(report: Report) -> bytes:
    """A4, a leaf a section; charts with their finding as the alternative text."""
    return typst.compile(
        TEMPLATE.read_bytes(),
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=font_folders()),
        sys_inputs={"report": json.dumps(_plain(report))},
        pdf_standards=["ua-1"],
    )


def _plain(report: Report) -> dict[str, object]:
    return {
        "title": report.title,
        "house": report.house.name,
        "dated": report.dated,
        "numbers": _("The numbers behind the charts"),
        "see": _("Its numbers stand on page"),
        "language": (get_language() or "en").partition("-")[0],
        "ink": tokens.palette(dark=False)["--text"],
        "leaves": [
            {
                "title": leaf.title,
                "mark": leaf.mark,
                "overline": leaf.overline,
                "sentences": leaf.sentences,
                "fine": leaf.fine,
                "chart": charts.as_svg(leaf.chart) if leaf.chart else "",
                "label": leaf.chart.label if leaf.chart else "",
                "table": _table(leaf.chart.table) if leaf.chart and leaf.chart.table else None,
            }
            for leaf in report.leaves
        ],
    }


def _table(numbers: Table) -> dict[str, object]:
    return {"caption": numbers.caption, "heads": numbers.heads, "rows": numbers.rows}
