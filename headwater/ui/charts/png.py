"""Charts as pictures: for letters, whose readers show no SVG, and for paper."""

from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import resvg_py
from django.template.loader import render_to_string
from django.utils.html import escape

from headwater.ui import tokens
from headwater.ui.charts.drawing import Chart


def as_png(chart: Chart, *, width: int = 1200, dark: bool = False) -> bytes:
    """The wide drawing with the tokens' own colours, on chalk."""
    return resvg_py.svg_to_bytes(
        svg_string=_alone(chart),
        style_sheet=style(dark=dark),
        background=tokens.palette(dark=dark)["--surface"],
        width=width,
        font_files=_fonts(),
        font_family="Hanken Grotesk",
        skip_system_fonts=True,
    )


def as_svg(chart: Chart) -> str:
    """The drawing for paper, or else the wide one, as a file of its own."""
    drawn = replace(chart, wide=chart.paper) if chart.paper else chart
    head, tag_end, rest = _alone(drawn).partition(">")
    return f"{head}{tag_end}<style>{escape(style())}</style>{rest}"


def _alone(chart: Chart) -> str:
    context = {"drawing": chart.wide, "label": chart.label}
    svg = render_to_string("ui/charts/drawing.html", context).strip()
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def font_folders() -> list[str]:
    """Where our two faces lie, for a program that asks for folders."""
    return sorted({str(Path(file).parent) for file in _fonts()})


@lru_cache(maxsize=1)
def _fonts() -> list[str]:
    packages = {
        "fontpkg_literata": "Literata[opsz,wght].ttf",
        "fontpkg_hanken_grotesk": "HankenGrotesk[wght].ttf",
    }
    return [str(files(package) / "files" / file) for package, file in packages.items()]


@lru_cache(maxsize=2)
def style(*, dark: bool = False) -> str:
    """The rules of charts.css that a picture needs, flat and with colours filled in."""
    sheet = tokens.flat_chart_rules()
    for name, colour in sorted(tokens.palette(dark=dark).items(), reverse=True):
        sheet = sheet.replace(f"var({name})", colour)
    return sheet.replace("var(--sans)", "Hanken Grotesk").replace("var(--serif)", "Literata")
