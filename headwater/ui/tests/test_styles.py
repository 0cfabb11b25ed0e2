import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from fontTools.ttLib import TTFont

from headwater.ui import assets, fonts
from headwater.ui.flatten import flat, parse


def test_nesting_and_ranges_are_written_out() -> None:
    css = """
    @layer components { .a, .b { color: red; & b { color: blue; } .studio & { top: 0; }
      &:hover { x: y; } @media (width < 48rem) { left: 0; > c { d: e; } } bottom: 1px; } }
    """

    assert flat(css).splitlines() == [
        "@layer components {",
        ".a, .b { color: red }",
        ":is(.a, .b) b { color: blue }",
        ".studio :is(.a, .b) { top: 0 }",
        ":is(.a, .b):hover { x: y }",
        "@media not all and (min-width: 48rem) {",
        ".a, .b { left: 0 }",
        ":is(.a, .b) > c { d: e }",
        "}",
        ".a, .b { bottom: 1px }",
        "}",
    ]


def test_a_missing_brace_is_noticed() -> None:
    with pytest.raises(ValueError, match="brace"):
        parse(".a { color: red;")


def test_the_joined_sheet_keeps_the_order_of_layers_and_no_nesting() -> None:
    css = assets.joined()

    assert css.startswith("@layer tokens, base, layout, components, charts;")
    assert "&" not in css
    assert re.findall(r"@media[^{]*[<>]", css) == []
    assert css.count("{") == css.count("}")


def test_every_stylesheet_is_joined_or_named_as_not() -> None:
    found = {str(path.relative_to(assets.SOURCE)) for path in assets.SOURCE.rglob("*.css")}

    assert found - set(assets.PARTS) == {"sheet.css"}
    assert set(assets.PARTS) - found == set()


def test_every_token_that_is_used_is_defined() -> None:
    css = assets.joined()

    used = set(re.findall(r"var\((--[\w-]+)\)", css))
    defined = set(re.findall(r"(--[\w-]+):", css))
    assert used - defined == set()


def test_no_stylesheet_is_longer_than_250_lines() -> None:
    lengths = {path.name: path.read_text().count("\n") for path in assets.SOURCE.rglob("*.css")}

    assert {name: lines for name, lines in lengths.items() if lines > 250} == {}


def test_colours_stand_in_the_tokens_alone() -> None:
    strays = {
        path.name: found
        for path in assets.SOURCE.rglob("*.css")
        if path.name not in {"tokens.css", "sheet.css"}
        and (found := re.findall(r"(?:oklch|rgba?|hsl)\(|#[0-9a-f]{6}", path.read_text()))
    }

    assert strays == {}


@pytest.mark.slow
def test_building_again_builds_nothing(tmp_path: Path) -> None:
    built = {path.name for path in assets.build(tmp_path)}

    assert built == {
        "headwater.css",
        "literata-latin.woff2",
        "literata-latin-ext.woff2",
        "literata-vietnamese.woff2",
        "hanken-grotesk-latin.woff2",
        "hanken-grotesk-latin-ext.woff2",
        "hanken-grotesk-vietnamese.woff2",
    }
    assert assets.build(tmp_path) == []


@pytest.mark.slow
def test_the_command_names_what_it_built(tmp_path: Path, settings) -> None:
    settings.ASSETS_DIR = tmp_path
    out = StringIO()

    call_command("build_assets", stdout=out)
    assets.sheet_edition.cache_clear()

    assert len(out.getvalue().splitlines()) == 7
    assert re.fullmatch(
        r'<link rel="stylesheet" href="/static/ui/css/headwater.css\?\w{12}">', assets.sheets()
    )
    assets.sheet_edition.cache_clear()


def test_a_font_holds_its_letters_and_every_weight(tmp_path: Path) -> None:
    path = fonts.cut(fonts.TYPEFACES[1], "vietnamese", tmp_path)

    font = TTFont(path)
    assert ord("ễ") in font.getBestCmap()
    assert ord("a") not in font.getBestCmap()
    assert "wght" in {axis.axisTag for axis in font["fvar"].axes}


def test_the_faces_name_the_fonts_that_are_built() -> None:
    css = (assets.SOURCE / "fonts.css").read_text()

    named = set(re.findall(r"fonts/([\w-]+\.woff2)", css))
    built = {f"{face.slug}-{cut}.woff2" for face in fonts.TYPEFACES for cut in fonts.SUBSETS}
    assert named == built


def test_the_ranges_of_the_faces_are_those_of_the_subsets() -> None:
    css = (assets.SOURCE / "fonts.css").read_text()

    for face in re.findall(r"@font-face \{(.*?)\n\}", css, re.DOTALL):
        subset = re.search(r"-(latin-ext|latin|vietnamese)\.woff2", face)
        ranges = re.search(r"unicode-range: ([^;]+);", face)
        assert subset
        assert ranges
        assert fonts.characters(ranges[1]) == fonts.characters(fonts.SUBSETS[subset[1]])
