"""Icons from Lucide (ISC) and network glyphs from Font Awesome Free (CC BY 4.0), as inline SVG."""

import re
from functools import lru_cache
from importlib.resources import files
from zipfile import ZipFile

import fontawesome_free_pack
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

NETWORKS = {
    "facebook": "BRANDS_FACEBOOK",
    "instagram": "BRANDS_INSTAGRAM",
    "x": "BRANDS_X_TWITTER",
    "x-twitter": "BRANDS_X_TWITTER",
    "twitter-x": "BRANDS_X_TWITTER",
    "bluesky": "BRANDS_BLUESKY",
    "mastodon": "BRANDS_MASTODON",
    "threads": "BRANDS_THREADS",
    "whatsapp": "BRANDS_WHATSAPP",
    "linkedin": "BRANDS_LINKEDIN",
    "youtube": "BRANDS_YOUTUBE",
    "tiktok": "BRANDS_TIKTOK",
}
MARK = (
    "M3 5C13 5 15 12.5 29 12.5V19.5C15 19.5 13 27 3 27V25.2C11 25.2 12.5 19.5 16.5 17 13.5 16.9 8 "
    "16.9 3 16.9V15.1C8 15.1 13.5 15.1 16.5 15 12.5 12.5 11 6.8 3 6.8Z"
)


@lru_cache(maxsize=1)
def _lucide() -> ZipFile:
    return ZipFile(str(files("lucide") / "lucide.zip"))


def exists(name: str) -> bool:
    return f"{name}.svg" in _lucide().NameToInfo


@lru_cache(maxsize=512)
def icon(name: str, label: str = "") -> SafeString:
    """A line icon. Beside a word it is silent; alone it needs a label.

    Raises
    ------
    KeyError
        If Lucide has no icon of that name.
    """
    svg = _lucide().read(f"{name}.svg").decode()
    drawing = re.sub(r"\s+", " ", svg[svg.index(">") + 1 : svg.rindex("</svg>")]).strip()
    return _svg("icon", "0 0 24 24", drawing, label)


@lru_cache(maxsize=64)
def glyph(network: str, label: str = "") -> SafeString:
    """A network's own mark, in ink. Raises KeyError for a network we have none of."""
    brand = getattr(fontawesome_free_pack, NETWORKS[network])
    drawing = "".join(re.findall(r"<path[^>]*?/>|<path.*?</path>", brand.svg, re.DOTALL))
    box = re.search(r'viewBox="([^"]+)"', brand.svg)
    return _svg("glyph", box[1] if box else f"0 0 {brand.width} {brand.height}", drawing, label)


def mark() -> SafeString:
    return format_html(
        '<svg viewBox="0 0 32 32" aria-hidden="true"><path fill="currentColor" d="{}"/></svg>', MARK
    )


def _svg(kind: str, box: str, drawing: str, label: str) -> SafeString:
    said = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="{}" viewBox="{}" {}>{}</svg>',
        kind,
        box,
        mark_safe(said),  # noqa: S308 (made by format_html, or a literal)
        mark_safe(drawing),  # noqa: S308 (from the package's own files)
    )
