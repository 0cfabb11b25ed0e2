"""Charts with made-up numbers, for the design sheet and for trying a change on all of them."""

from collections.abc import Callable
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.ui import charts
from headwater.ui.charts import Chart, Layer, Line, Part, Point

WEEKS = ["2 Mar", "9 Mar", "16 Mar", "23 Mar", "30 Mar", "6 Apr", "13 Apr", "20 Apr", "27 Apr"]
MONTHS = ["Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct"]
HAPPENED = [182, 190, 186, 204, 322, 348, 336, 292, 228]
PROBABLY = [184, 188, 190, 198, 204, 206, 207, 206, 205]
FIRST, LAST, TODAY = date(2026, 5, 1), date(2026, 9, 20), date(2026, 5, 14)


def _verdict() -> Chart:
    return charts.verdict(
        HAPPENED,
        PROBABLY,
        [value - 26 for value in PROBABLY],
        [value + 27 for value in PROBABLY],
        labels=WEEKS,
        window=(4, 7),
        unit="boxes a week",
        gap=("about 475", "more boxes"),
        label="Orders rose to 348 a week in the campaign; without it, probably 206.",
    )


def _cumulative() -> Chart:
    ours = [-500, -2100, -3900, -4100, -3000, -2000, -500, 800, 2400, 5000, 7600, 9600]
    theirs = [0, -200, -900, -700, -500, -100, 100, 300, 500, 800, 1000, 1250]
    return charts.cumulative(
        [
            Line(
                "Capacity",
                ours,
                [value - 300 * i for i, value in enumerate(ours, 1)],
                [value + 350 * i for i, value in enumerate(ours, 1)],
            ),
            Line(
                "Four campaigns",
                theirs,
                [value - 170 * i for i, value in enumerate(theirs, 1)],
                [value + 170 * i for i, value in enumerate(theirs, 1)],
            ),
        ],
        labels=MONTHS,
        money="GBP",
        break_even=(5, 6.4, 9),
        break_even_words="likely April to August",
        events=[(2, "Kale Month"), (7, "Supper Week")],
        label="Capacity stands at plus £9,600 after a year, four campaigns at plus £1,250.",
    )


def _river() -> Chart:
    grown = [0, 20, 60, 140, 250, 340, 380, 380, 360, 340, 320, 300]
    return charts.river(
        [
            Layer("Winter 25", grown),
            Layer("Spring 26", [0, 0, 0, *grown[:9]]),
            Layer("Summer 26", [0] * 7 + grown[:5]),
        ],
        labels=MONTHS,
        money="GBP",
        unit="return a month",
        label="Work of the winter still brings £300 a month in October.",
    )


def _growth() -> Chart:
    return charts.growth(
        [
            Point("May 25", 38, 28, 48),
            Point("Aug", 41, 32, 50),
            Point("Nov", 48, 40, 56),
            Point("May 26", 62, 55, 69),
        ],
        label="Fluency over four check-ins: 38, 41, 48 and 62 out of 100.",
    )


def _span() -> Chart:
    parts = [
        Part("prep", date(2026, 5, 4), date(2026, 5, 22)),
        Part("day", date(2026, 5, 23), text="Sat 23 May, 29 of 40 places"),
        Part("maybe", date(2026, 8, 1), date(2026, 9, 5)),
    ]
    return charts.span(parts, first=FIRST, last=LAST, today=TODAY)


CHARTS: dict[str, Callable[[], Chart]] = {
    "bar": lambda: charts.bar(58, label="58 in 100"),
    "interval": lambda: charts.interval(450, 190, 680, most=1200),
    "usual": lambda: charts.usual(41, 9, 26),
    "ranked": lambda: charts.ranked(51, 47, 55, most=60),
    "spark": lambda: charts.spark([3, 5, 4, 7, 9, 8, 12]),
    "odds": lambda: charts.odds(0.97),
    "lots": lambda: charts.lots(["first"] * 3 + ["drawn", "", ""] * 18),
    "weeks": lambda: charts.weeks(
        [14, 16, 15, 19, 22, 29, 24, 27], labels=[*WEEKS[:8]], goal=40, unit="Boxes"
    ),
    "gauge": lambda: charts.gauge(62, 55, 69, before=48),
    "cell": lambda: charts.cell(
        [0, 0, 1, 2, 4, 7, 9, 12, 14, 11, 9, 8, 5, 4, 3, 2, 1, 0, 0, 0],
        middle=44,
        low=40,
        high=48,
        before=38,
    ),
    "sight": lambda: charts.sight(130, aim=240, low=150, high=330, most=400, unit="extra chairs"),
    "span_head": lambda: charts.span_head(first=FIRST, last=LAST, today=TODAY),
    "span": _span,
    "growth": _growth,
    "verdict": _verdict,
    "cumulative": _cumulative,
    "river": _river,
    "loop": lambda: charts.loop([418, 389, 342, 511, 186, 158, 147]),
    "dry loop": lambda: charts.loop([0] * 7, dry=True),
    "verdict without data": lambda: charts.verdict([], [], [], [], labels=[]),
}


class SampleForm(forms.Form):
    """Every kind of field there is, with two things to mend."""

    name = forms.CharField(label=_("Your name"), help_text=_("As you’d like it on a badge"))
    boxes = forms.IntegerField(
        label=_("Boxes this week"),
        widget=forms.NumberInput(attrs={"data-unit": "boxes", "class": "short"}),
        error_messages={"invalid": _("Write a whole number, such as 30")},
    )
    town = forms.ChoiceField(label=_("Town"), choices=[("", "Saltmarsh Quay"), ("f", "Fenwick")])
    why = forms.CharField(label=_("In your own words"), widget=forms.Textarea, required=False)
    remind = forms.ChoiceField(
        label=_("Remind me"),
        choices=[("mail", _("By e-mail")), ("file", _("With a calendar file"))],
        widget=forms.RadioSelect,
    )
    help_with = forms.MultipleChoiceField(
        label=_("Help with"),
        choices=[("photos", _("Photos")), ("words", _("Words"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    board = forms.BooleanField(
        label=_("Show me on the leaderboard"),
        required=False,
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )
    agreed = forms.BooleanField(label=_("Yes, tell my story with my name"), required=False)


def sample_form() -> SampleForm:
    return SampleForm({"name": "Nguyễn Thị Hạnh", "boxes": "about 30", "board": "on"})


def asks() -> list[charts.Ask]:
    return charts.asks([("Photos with a phone", 212, 61), ("One-minute films", 171, 74)])
