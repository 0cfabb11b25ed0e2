"""The board's report as files: a PDF, set by typst from the same leaves as the page, and a CSV."""

import json
from importlib.resources import files

import typst
from django.http import HttpResponse
from django.utils.translation import get_language

from headwater.evaluation.reporting import Report
from headwater.ui import charts, tokens
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
        "language": (get_language() or "en").partition("-")[0],
        "ink": tokens.palette(dark=False)["--text"],
        "leaves": [
            {
                "title": leaf.title,
                "overline": leaf.overline,
                "sentences": leaf.sentences,
                "fine": leaf.fine,
                "chart": charts.as_svg(leaf.chart) if leaf.chart else "",
                "label": leaf.chart.label if leaf.chart else "",
            }
            for leaf in report.leaves
        ],
    }


def pdf_answer(report: Report) -> HttpResponse:
    return _as_file(HttpResponse(as_pdf(report), content_type="application/pdf"), "pdf")


def csv_answer(report: Report) -> HttpResponse:
    rows = "".join(report.as_csv())
    return _as_file(HttpResponse(rows, content_type="text/csv; charset=utf-8"), "csv")


def _as_file(answer: HttpResponse, ending: str) -> HttpResponse:
    answer["Content-Disposition"] = f'attachment; filename="report.{ending}"'
    return answer
