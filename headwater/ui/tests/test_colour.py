import pytest

from headwater.ui import colour, tokens
from headwater.ui.colour import Oklch, contrast

TEXT = [
    ("--text", "--page"),
    ("--text", "--surface"),
    ("--text", "--sunk"),
    ("--text-quiet", "--page"),
    ("--text-quiet", "--surface"),
    ("--text-quiet", "--sunk"),
    ("--blue", "--page"),
    ("--blue", "--surface"),
    ("--blue", "--blue-soft"),
    ("--blue-strong", "--surface"),
    ("--on-blue", "--blue"),
    ("--on-blue", "--blue-strong"),
    ("--text", "--blue-soft"),
    ("--text", "--good-soft"),
    ("--text", "--warn-soft"),
    ("--text", "--bad-soft"),
    ("--orange-text", "--page"),
    ("--orange-text", "--surface"),
    ("--orange-text", "--orange-soft"),
    ("--good", "--surface"),
    ("--good", "--good-soft"),
    ("--warn", "--surface"),
    ("--warn", "--warn-soft"),
    ("--bad", "--surface"),
    ("--bad", "--bad-soft"),
]
EDGES = [
    ("--line-strong", "--page"),
    ("--line-strong", "--surface"),
    ("--focus", "--page"),
    ("--focus", "--surface"),
    ("--flow", "--surface"),
    ("--other", "--surface"),
    ("--muted", "--surface"),
]
NIGHT = [
    ("--text", "--deep"),
    ("--text-quiet", "--deep"),
    ("--blue", "--deep"),
    ("--good", "--deep"),
]


def _hex(parts: tuple[float, float, float, float]) -> str:
    light, chroma, hue, alpha = parts
    text = colour.to_hex(Oklch(light / 100, chroma, hue))
    return text if alpha == 1 else f"{text}{round(alpha * 255):02x}"


@pytest.mark.parametrize("dark", [False, True])
def test_old_phones_get_the_same_colours_in_hex(dark: bool) -> None:
    fine = {name: _hex(faces[dark]) for name, faces in tokens.fine_palette().items()}

    assert tokens.palette(dark=dark) == fine


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("words", "ground"), TEXT)
def test_words_reach_four_and_a_half_to_one(words: str, ground: str, dark: bool) -> None:
    palette = tokens.palette(dark=dark)

    assert contrast(palette[words], palette[ground]) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("mark", "ground"), EDGES)
def test_edges_and_marks_reach_three_to_one(mark: str, ground: str, dark: bool) -> None:
    palette = tokens.palette(dark=dark)

    assert contrast(palette[mark], palette[ground]) >= 3


@pytest.mark.parametrize(("words", "ground"), NIGHT)
def test_words_on_deep_water_can_be_read(words: str, ground: str) -> None:
    palette = tokens.palette(dark=True)

    assert contrast(palette[words], palette[ground]) >= 4.5


def test_matches_the_published_oklch_of_the_primaries() -> None:
    red = colour.from_hex("#ff0000")

    assert (red.lightness, red.chroma, red.hue) == pytest.approx(
        (0.62796, 0.25768, 29.234), abs=1e-3
    )
    assert colour.to_hex(Oklch(0.62796, 0.25768, 29.2339)) == "#ff0000"
    assert colour.to_hex(colour.from_hex("#005a82")) == "#005a82"


def test_contrast_matches_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize(
    "own", ["#0b5d7c", "#ffff00", "#ff0000", "#000000", "#ffffff", "#7f7f7f", "#00ff88", "#1a0033"]
)
def test_any_colour_of_an_organisation_can_be_read(own: str) -> None:
    faces = zip(colour.dyed(own), (False, True), strict=True)

    for dye, dark in faces:
        page, surface = (tokens.palette(dark=dark)[name] for name in ("--page", "--surface"))
        assert min(contrast(dye.plain, page), contrast(dye.plain, surface)) >= 4.5
        assert contrast(dye.plain, dye.on) >= 4.5
        assert contrast(dye.strong, dye.on) >= 4.5


def test_a_brand_sheet_serves_old_phones_first() -> None:
    sheet = colour.brand_sheet("#8a1c4a")

    assert (
        sheet.index(":root { --blue: #8")
        < sheet.index("@supports not")
        < sheet.index("light-dark(#8")
    )
    assert sheet.count("{") == sheet.count("}")


def test_what_is_no_colour_is_refused() -> None:
    with pytest.raises(ValueError, match="not a colour"):
        colour.brand_sheet("red; } body { display: none")
