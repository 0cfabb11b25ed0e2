"""Cuts the two typefaces to WOFF2 subsets, from the variable fonts that their packages carry."""

from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

LATIN = (
    "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, U+0329,"
    " U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD"
)
LATIN_EXT = (
    "U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, U+1D00-1DBF, U+1E00-1E9F,"
    " U+1EF2-1EFF, U+2020, U+20A0-20AB, U+20AD-20C0, U+2113, U+2C60-2C7F, U+A720-A7FF"
)
VIETNAMESE = (
    "U+0102-0103, U+0110-0111, U+0128-0129, U+0168-0169, U+01A0-01A1, U+01AF-01B0, U+0300-0301,"
    " U+0303, U+0309, U+0323, U+1EA0-1EF1, U+20AB"
)
EDITION = "1"  # raise it when the way of cutting changes
SUBSETS = {"latin": LATIN, "latin-ext": LATIN_EXT, "vietnamese": VIETNAMESE}


@dataclass(frozen=True)
class Typeface:
    slug: str
    package: str
    file: str

    @property
    def path(self) -> Path:
        return Path(str(files(self.package) / "files" / self.file))

    @property
    def edition(self) -> str:
        return f"{self.package} {version(self.package)} {EDITION}"


TYPEFACES = (
    Typeface("literata", "fontpkg_literata", "Literata[opsz,wght].ttf"),
    Typeface("hanken-grotesk", "fontpkg_hanken_grotesk", "HankenGrotesk[wght].ttf"),
)


def characters(ranges: str) -> set[int]:
    """The code points that a CSS `unicode-range` names."""
    points: set[int] = set()
    for part in ranges.split(","):
        first, _, last = part.strip().removeprefix("U+").partition("-")
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return points


def cut(typeface: Typeface, subset: str, into: Path) -> Path:
    """Write one WOFF2 with the characters of one subset and every weight."""
    # Here, because every server process imports this file and only a build cuts fonts.
    from fontTools.subset import Options, Subsetter, load_font, save_font

    options = Options()
    options.flavor = "woff2"
    options.layout_features = [*options.layout_features, "lnum", "tnum"]  # figures in columns
    options.hinting = False
    font = load_font(str(typeface.path), options)
    try:
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=characters(SUBSETS[subset]))
        subsetter.subset(font)
        path = into / f"{typeface.slug}-{subset}.woff2"
        save_font(font, str(path), options)
    finally:
        font.close()
    return path
