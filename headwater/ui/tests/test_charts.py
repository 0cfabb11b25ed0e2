import math
import re
from datetime import date
from io import BytesIO
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from PIL import Image

from headwater.ui import charts, samples, tokens
from headwater.ui.charts import Chart, Layer, Line, Part, Point
from headwater.ui.charts.curves import area, runs, smooth
from headwater.ui.charts.drawing import Drawing
from headwater.ui.charts.scales import Scale, full, spelt, ticks
from headwater.ui.templatetags.charts import chart as drawn

NAN, HUGE = math.nan, 10.0**15
DAY, LATER = date(2026, 5, 1), date(2026, 9, 1)
EDGES: dict[str, Chart] = {
    "bar of nothing": charts.bar(None),
    "bar of nought in nought": charts.bar(0, most=0),
    "bar beyond the most": charts.bar(HUGE, most=3),
    "bar below nought": charts.bar(-4, most=10, from_end=True),
    "interval not known": charts.interval(None, None, None, most=100),
    "interval without a range": charts.interval(4, None, None, most=None),
    "interval turned round": charts.interval(5, 9, 1, most=10),
    "interval around nought": charts.interval(-3, -9, 4, least=-10, most=10, zero=0),
    "interval of nothing but nan": charts.interval(NAN, NAN, NAN, most=NAN),
    "ranked not known": charts.ranked(None, None, None),
    "usual at first": charts.usual(3, None, None),
    "usual of nothing": charts.usual(None, 0, 0),
    "spark of nothing": charts.spark([]),
    "spark of one": charts.spark([4]),
    "spark of the same": charts.spark([4, 4, 4]),
    "spark with gaps": charts.spark([None, 3, NAN, -HUGE]),
    "odds not known": charts.odds(None),
    "odds beyond": charts.odds(1.7),
    "lots of nobody": charts.lots([]),
    "lots of one": charts.lots(["first"]),
    "weeks of nothing": charts.weeks([], labels=[]),
    "weeks of one": charts.weeks([3], labels=["4 May"], goal=0),
    "weeks of noughts": charts.weeks([0, 0, None], labels=["a", "b", "c"]),
    "weeks below nought": charts.weeks([-5, HUGE, 3], labels=["a"], goal=-2),
    "gauge not known": charts.gauge(None),
    "gauge only once": charts.gauge(50, 40, 60),
    "gauge beyond its ends": charts.gauge(140, -20, 130, before=-5),
    "growth of nothing": charts.growth([]),
    "growth of one": charts.growth([Point("May", 38, 28, 48)]),
    "growth with a gap": charts.growth([Point("a", 3), Point("b", None), Point("c", 99, 90, 120)]),
    "cell of nobody": charts.cell([], middle=None),
    "cell of noughts": charts.cell([0] * 20, middle=0, low=0, high=0, before=0),
    "cell of the best": charts.cell([HUGE], middle=100, low=99, high=101, before=100),
    "sight not known": charts.sight(None),
    "sight with its aim in the fog": charts.sight(130, aim=100, low=-4, high=HUGE),
    "sight of nought": charts.sight(0, aim=0),
    "verdict of nothing": charts.verdict([], [], [], [], labels=[]),
    "verdict of one": charts.verdict([3], [2], [1], [4], labels=["May"], window=(0, 0)),
    "verdict of noughts": charts.verdict([0, 0], [0, 0], [0, 0], [0, 0], labels=["a", "b"]),
    "verdict below nought": charts.verdict(
        [-5, -9, 4], [-3, -2, -1], [-9, -9, -9], [HUGE, 0, 0], labels=["a", "b", "c"], window=(1, 2)
    ),
    "verdict with gaps": charts.verdict(
        [3, None, 5], [2, 2, None], [None, 1, 1], [4, 4, NAN], labels=["a"], gap=("1", "more")
    ),
    "cumulative of nothing": charts.cumulative([], labels=[]),
    "cumulative of one": charts.cumulative([Line("Ours", [4])], labels=["May"], money="GBP"),
    "cumulative all below nought": charts.cumulative(
        [Line("Ours", [-4, -HUGE], [-9, -HUGE], [-1, -2])], labels=["a", "b"], break_even=(0, 1, 9)
    ),
    "river of nothing": charts.river([], labels=[]),
    "river of noughts": charts.river([Layer("a", [0, 0])], labels=["x", "y"]),
    "river of nine seasons": charts.river(
        [Layer(f"S{i}", [i, HUGE, None, -3]) for i in range(1, 10)], labels=list("abcd")
    ),
    "loop of nothing": charts.loop([]),
    "loop of noughts": charts.loop([0] * 7),
    "loop of one stage": charts.loop([HUGE]),
    "loop with gaps": charts.loop([None, -3, 5, NAN, 0, 0, 1]),
    "span of nothing": charts.span([], first=DAY, last=LATER),
    "span of one day": charts.span([Part("day", DAY, decided=False)], first=DAY, last=DAY),
    "span beyond its ends": charts.span(
        [Part("run", date(2020, 1, 1), date(2031, 1, 1), "long"), Part("tick", date(2030, 1, 1))],
        first=DAY,
        last=LATER,
        today=date(2019, 1, 1),
    ),
    "head of three years": charts.span_head(first=DAY, last=date(2029, 4, 1), today=LATER),
}
ALL = EDGES | {name: make() for name, make in samples.CHARTS.items()}


@pytest.mark.parametrize("name", ALL)
def test_every_chart_survives_edge_data(name: str) -> None:
    made = ALL[name]

    html = str(drawn(made))

    root = ElementTree.fromstring(f"<root>{html}</root>")
    numbers = [
        float(number)
        for element in root.iter()
        for key in ("x", "y", "cx", "cy", "x1", "x2", "y1", "y2", "width", "height", "d", "r")
        for number in re.findall(r"-?[\d.]+(?:e[+-]?\d+)?", element.get(key, ""))
    ]
    edge = max(made.wide.width, made.wide.height) + 60
    assert not re.search(r"\b(nan|inf|None)\b", html)
    assert [n for n in numbers if not -60 <= n <= edge] == []


@pytest.mark.parametrize("name", ALL)
def test_every_chart_tells_its_finding_or_is_silent(name: str) -> None:
    html = str(drawn(ALL[name]))

    for svg in ElementTree.fromstring(f"<root>{html}</root>").iter("svg"):
        speaks = svg.get("role") == "img" and bool(svg.get("aria-label", "").strip())
        silent = svg.get("aria-hidden") == "true"
        assert speaks != silent


def test_what_people_wrote_is_escaped() -> None:
    made = charts.weeks([1], labels=["<b>&"], label='"><script>')

    html = str(drawn(made))

    assert "<b>" not in html
    assert "<script>" not in html
    assert "&lt;b&gt;&amp;" in html


def test_a_large_chart_is_drawn_twice_with_its_numbers() -> None:
    html = str(drawn(samples.CHARTS["growth"]()))

    root = ElementTree.fromstring(f"<root>{html}</root>")
    assert [svg.get("class") for svg in root.iter("svg")] == ["wide", "narrow"]
    rows = [[cell.text for cell in row] for row in root.iter("tr")]
    assert rows[1:] == [
        ["May 25", "38", "28", "48"],
        ["Aug", "41", "32", "50"],
        ["Nov", "48", "40", "56"],
        ["May 26", "62", "55", "69"],
    ]


def test_the_table_can_be_left_out() -> None:
    assert "<details" not in str(drawn(samples.CHARTS["growth"](), table=False))


def test_a_chance_is_never_drawn_as_certain_unless_it_is() -> None:
    filled = [
        sum(mark.css == "on" for mark in charts.odds(chance).wide.marks)
        for chance in (0, 0.001, 0.5, 0.999, 1)
    ]

    assert filled == [0, 1, 10, 19, 20]


def test_an_interval_says_its_range_in_words() -> None:
    assert charts.interval(450, 190, 680, most=1200).label == "about 450, likely 190 to 680"
    assert charts.interval(None, None, None).label == "Not enough data yet"


def test_asked_and_lacking_stand_back_to_back() -> None:
    (row,) = charts.asks([("Photos", 200, None)])

    asked, lacking = row.asked_bar.wide.marks[0], row.lacking_bar.wide.marks[0]
    assert asked.attributes == 'x="7.4" y="0" width="92.6" height="10"'
    assert lacking.attributes == 'x="0" y="0" width="0" height="10"'


def test_older_seasons_are_poured_together_into_the_first_layer() -> None:
    made = charts.river([Layer(f"S{i}", [i, 1]) for i in range(1, 9)], labels=["a", "b"])

    assert made.table is not None
    assert made.table.heads == ("Month", "Before", "S4", "S5", "S6", "S7", "S8")
    assert made.table.rows[0] == ("a", "6", "4", "5", "6", "7", "8")


def test_a_smooth_line_passes_through_its_points_and_never_overshoots() -> None:
    path = smooth([(0, 0), (10, 10), (20, 10), (30, 0)])

    numbers = [float(n) for n in re.findall(r"-?[\d.]+", path)]
    places = list(zip(numbers[::2], numbers[1::2], strict=True))
    assert {(0, 0), (10, 10), (20, 10), (30, 0)} <= set(places)
    assert max(y for _x, y in places) == 10
    assert min(y for _x, y in places) == 0


def test_a_line_with_gaps_is_drawn_in_runs() -> None:
    assert runs([(0, 1), None, None, (3, 1), (4, 2)]) == [[(0, 1)], [(3, 1), (4, 2)]]
    assert area([(0, 1)], [(0, 0)]) == ""


def test_ticks_are_round_and_few() -> None:
    assert ticks(0, 371) == [0, 100, 200, 300]
    assert ticks(-4100, 15800) == [0, 5000, 10000, 15000]
    assert ticks(-6000, 15800) == [-5000, 0, 5000, 10000, 15000]
    assert ticks(3, 3) == [0]
    assert spelt([-5000, 0, 15000], "GBP") == ["−£5k", "£0", "£15k"]
    assert spelt([0, 0.25, 0.5]) == ["0", "0.25", "0.5"]


def test_a_scale_holds_what_lies_outside_at_its_edge() -> None:
    scale = Scale(0, 100, 4, 196)

    assert [scale(-5), scale(50), scale(500)] == [4, 100, 196]
    assert Scale(3, 3, 4, 196)(3) == 4


@pytest.mark.parametrize("name", ["gauge", "verdict", "loop"])
@pytest.mark.parametrize("dark", [False, True])
def test_a_chart_becomes_a_picture(name: str, dark: bool) -> None:
    picture = charts.as_png(samples.CHARTS[name](), width=300, dark=dark)

    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(picture[16:20], "big") == 300


def test_a_picture_wears_the_colours_of_the_tokens() -> None:
    palette = tokens.palette()

    bytes_ = charts.as_png(charts.bar(50, most=100, label="half"), width=100)

    picture = Image.open(BytesIO(bytes_)).convert("RGB")
    pixels = picture.tobytes()
    shown = ["#" + pixels[3 * (500 + x) : 3 * (501 + x)].hex() for x in (10, 90)]
    assert shown == [palette["--flow"], palette["--surface"]]


def test_a_drawing_needs_no_request() -> None:
    html = render_to_string("ui/charts/drawing.html", {"drawing": charts.bar(1).wide, "label": ""})

    assert 'aria-hidden="true"' in html


def at(drawing: Drawing, words: str) -> tuple[float, float, float]:
    """Where these words begin and end, and on which line."""
    mark = next(mark for mark in drawing.marks if mark.words == words)
    found = dict(re.findall(r'([\w-]+)="([^"]*)"', mark.attributes))
    assert found["text-anchor"] == "middle"
    half = len(words) * (14 if "figure" in mark.css else 7.2) / 2
    return float(found["x"]) - half, float(found["x"]) + half, float(found["y"])


@pytest.mark.parametrize("aim", [0.1, 60, 120, 140, 147, 150, 190, 900])
def test_the_aim_never_stands_on_the_smallest_effect(aim: float) -> None:
    chart = charts.sight(147, aim=aim, low=0, high=240, unit="bookings")

    assert chart.narrow
    for drawing in (chart.wide, chart.narrow):
        start, end, line = at(drawing, f"aim {full(aim)}")
        figure_start, figure_end, figure_line = at(drawing, "147")
        assert end <= figure_start or figure_end <= start or figure_line - line >= 20
        assert min(start, figure_start) >= 0
        assert max(end, figure_end) <= drawing.width


@pytest.mark.parametrize("first", [0, 5, 9])
def test_a_campaigns_name_never_stands_on_the_unit(first: int) -> None:
    name = "Harbour Supper Week, all along the coast in January 2026"
    line = [10.0] * 12
    chart = charts.verdict(
        line, line, line, line, labels=["w"] * 12, window=(first, first + 1),
        unit="tables booked", window_name=name,
    )  # fmt: skip

    assert chart.narrow
    for drawing in (chart.wide, chart.narrow):
        shown = next(mark.words for mark in drawing.marks if mark.words.startswith("Harbour"))
        start, end, _line = at(drawing, shown)
        assert start >= len("tables booked") * 7.2
        assert end <= drawing.width


def test_ranges_stand_under_one_another_with_nought_and_their_numbers() -> None:
    rows = [
        charts.Range("Half-day seminar", 6.6, 4.0, 9.3, ("142", "B")),
        charts.Range("Discussion", -0.1, -1.1, 0.8, ("137", "D")),
    ]

    chart = charts.ranges(rows, what="Activity", unit="Visits more", heads=["Partners", "Grade"])

    assert chart.table is not None
    assert chart.table.heads == ("Activity", "About", "Likely from", "to", "Partners", "Grade")
    assert chart.table.rows == (
        ("Half-day seminar", "6.6", "4", "9.3", "142", "B"),
        ("Discussion", "−0.1", "−1.1", "0.8", "137", "D"),
    )
    for drawing in (chart.wide, chart.narrow):
        assert drawing is not None
        assert {"Half-day seminar", "Discussion", "6.6 (4 to 9.3)", "0"} <= set(drawing.words)


def test_names_too_long_to_stand_beside_their_ranges_stand_above_them() -> None:
    name = "Campaigns: Partners’ own pages to Half-day seminar"

    long = charts.ranges([charts.Range(name, 1, 0, 2)], what="From, to", unit="Gain", money="GBP")
    short = charts.ranges([charts.Range("Tips", 1, 0, 2)], what="From, to", unit="Gain")

    assert long.wide.height > short.wide.height


def test_no_ranges_at_all_say_so() -> None:
    assert charts.ranges([], what="Activity", unit="Visits").wide.words == ["Not enough data yet"]
