"""The product's charts: plain functions that make one; `{% chart c %}` draws it."""

from headwater.ui.charts.drawing import Chart, Drawing, Mark, Table
from headwater.ui.charts.foresight import sight
from headwater.ui.charts.framing import Line
from headwater.ui.charts.growing import Point, cell, gauge, growth, weeks
from headwater.ui.charts.png import as_png, as_svg
from headwater.ui.charts.ranges import Range, ranges
from headwater.ui.charts.returns import Layer, cumulative, river
from headwater.ui.charts.small import bar, interval, likely, lots, odds, ranked, spark, usual
from headwater.ui.charts.steering import Ask, Part, asks, loop, span, span_head
from headwater.ui.charts.verdicts import verdict

__all__ = [
    "Ask",
    "Chart",
    "Drawing",
    "Layer",
    "Line",
    "Mark",
    "Part",
    "Point",
    "Range",
    "Table",
    "as_png",
    "as_svg",
    "asks",
    "bar",
    "cell",
    "cumulative",
    "gauge",
    "growth",
    "interval",
    "likely",
    "loop",
    "lots",
    "odds",
    "ranges",
    "ranked",
    "river",
    "sight",
    "span",
    "span_head",
    "spark",
    "usual",
    "verdict",
    "weeks",
]
