"""Colour sums: OKLCH to hex, contrast, and an organisation's own colour made safe to read on."""

import math
import re
from dataclasses import dataclass

Rgb = tuple[float, float, float]


@dataclass(frozen=True)
class Oklch:
    """Lightness 0 to 1, chroma from 0 (grey) to about 0.4, hue in degrees."""

    lightness: float
    chroma: float
    hue: float


def _encoded(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _linear_rgb(colour: Oklch) -> Rgb:
    a = colour.chroma * math.cos(math.radians(colour.hue))
    b = colour.chroma * math.sin(math.radians(colour.hue))
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def to_hex(colour: Oklch) -> str:
    """The hex a screen shows for it; what lies outside sRGB is clipped, as browsers do.

    Source: Ottosson (2020), A perceptual color space for image processing.
    """
    channels = (_encoded(channel) for channel in _linear_rgb(colour))
    return "#" + "".join(f"{round(255 * min(1, max(0, channel))):02x}" for channel in channels)


def from_hex(text: str) -> Oklch:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError(f"{text!r} is not a colour such as #005a82")
    red, green, blue = (_linear(int(text[i : i + 2], 16) / 255) for i in (1, 3, 5))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return Oklch(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def luminance(text: str) -> float:
    red, green, blue = (_linear(int(text[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast of two hex colours, from 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@dataclass(frozen=True)
class Dye:
    """An organisation's colour in the four roles that the kingfisher's blue has."""

    plain: str
    strong: str
    soft: str
    on: str


def dyed(text: str) -> tuple[Dye, Dye]:
    """Light and dark faces of one colour, moved only in lightness until words can be read.

    Both reach 4.5:1 on the page, on their own soft ground and under the words of a button.
    """
    colour = from_hex(text)
    return _face(colour, page="#ecf4ed", step=-0.01), _face(colour, page="#0b1b20", step=0.01)


def _face(colour: Oklch, *, page: str, step: float) -> Dye:
    on = "#fafdfa" if step < 0 else "#07202b"
    lightness = colour.lightness
    soft = Oklch(0.93 if step < 0 else 0.3, min(colour.chroma, 0.04), colour.hue)
    while not _reads(Oklch(lightness, colour.chroma, colour.hue), page, to_hex(soft), on):
        lightness += step
    strong = Oklch(min(1, max(0, lightness + 7 * step)), colour.chroma, colour.hue)
    plain = Oklch(lightness, colour.chroma, colour.hue)
    return Dye(to_hex(plain), to_hex(strong), to_hex(soft), on)


def _reads(colour: Oklch, *beside: str) -> bool:
    shown = to_hex(colour)
    return all(contrast(shown, other) >= 4.5 for other in beside)


def brand_sheet(text: str) -> str:
    """The stylesheet that puts an organisation's own colour where the kingfisher's blue stands."""
    day, night = dyed(text)
    return "\n".join(
        [
            _rule(":root", day),
            "@supports not (color: light-dark(#000, #fff)) {",
            "@media (prefers-color-scheme: dark) {",
            _rule(':root:not([data-theme="light"])', night),
            "}",
            _rule('.deep, [data-theme="dark"]', night),
            "}",
            "@supports (color: light-dark(#000, #fff)) {",
            ":root {",
            *(
                f"{role}: light-dark({getattr(day, part)}, {getattr(night, part)});"
                for role, part in ROLES.items()
            ),
            "}",
            "}",
        ]
    )


ROLES = {
    "--blue": "plain",
    "--blue-strong": "strong",
    "--blue-soft": "soft",
    "--on-blue": "on",
    "--flow": "plain",
}


def _rule(selector: str, dye: Dye) -> str:
    lines = " ".join(f"{role}: {getattr(dye, part)};" for role, part in ROLES.items())
    return f"{selector} {{ {lines} }}"
