"""The product's charts: plain functions that make one; `{% chart c %}` draws it."""

from headwater.ui.charts.drawing import Chart, Drawing, Mark, Table
from headwater.ui.charts.growing import Point, cell, gauge, growth, weeks
from headwater.ui.charts.measuring import Layer, Line, cumulative, river, sight, verdict
from headwater.ui.charts.png import as_png
from headwater.ui.charts.small import bar, interval, likely, lots, odds, ranked, spark, usual
from headwater.ui.charts.steering import Ask, Part, asks, loop, span, span_head

__all__ = [
    "Ask",
    "Chart",
    "Drawing",
    "Layer",
    "Line",
    "Mark",
    "Part",
    "Point",
    "Table",
    "as_png",
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
