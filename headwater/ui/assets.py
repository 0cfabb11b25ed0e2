"""What is built once and kept beside the data: font subsets, and the stylesheets joined in one."""

import json
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from headwater.ui import fonts
from headwater.ui.flatten import flat

SOURCE = Path(__file__).parent / "static" / "ui" / "css"
PARTS = (
    "tokens.css",
    "fonts.css",
    "base.css",
    "layout.css",
    "shell.css",
    "components/controls.css",
    "components/common.css",
    "components/portal.css",
    "components/reading.css",
    "components/studio.css",
    "components/starting.css",
    "components/tending.css",
    "components/learning.css",
    "charts.css",
)
JOINED = "ui/css/headwater.css"
Recipe = tuple[str, str, Callable[[], object]]  # what, in which edition, and how to make it


def build(into: Path | None = None) -> list[Path]:
    """Build what is missing or made from other editions; again at once if nothing changed."""
    folder = into or Path(settings.ASSETS_DIR)
    record = folder / "ui" / "built.json"
    built: dict[str, str] = json.loads(record.read_text()) if record.exists() else {}
    made = []
    for target, edition, make in _recipes(folder):
        if built.get(target) == edition and (folder / target).exists():
            continue
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        make()
        built[target] = edition
        made.append(folder / target)
    if made:
        record.write_text(json.dumps(built, indent=1))
        sheet_edition.cache_clear()
    return made


def _recipes(folder: Path) -> Iterator[Recipe]:
    where = folder / "ui" / "fonts"
    for typeface in fonts.TYPEFACES:
        for subset in fonts.SUBSETS:
            yield (
                f"ui/fonts/{typeface.slug}-{subset}.woff2",
                typeface.edition,
                partial(fonts.cut, typeface, subset, where),
            )
    css = joined()
    yield JOINED, _edition(css), partial((folder / JOINED).write_text, css, encoding="utf-8")


def joined() -> str:
    """Every stylesheet in its order, as one: a phone asks once, and all faces share it."""
    parts = ((SOURCE / part).read_text(encoding="utf-8") for part in PARTS)
    return flat("\n".join(parts)).replace('url("../../', 'url("../')


def _edition(css: str) -> str:
    return sha256(css.encode()).hexdigest()[:12]


@lru_cache(maxsize=1)
def sheet_edition() -> str:
    """The edition of the joined sheet, or nothing where it is missing or older than its parts."""
    path = Path(settings.ASSETS_DIR) / JOINED
    css = joined()
    current = path.exists() and path.read_text(encoding="utf-8") == css
    return _edition(css) if current else ""


def sheets() -> SafeString:
    """The links to our stylesheets: one when built, all of them while they are being written."""
    edition = "" if settings.DEBUG else sheet_edition()
    if edition:
        return format_html('<link rel="stylesheet" href="{}?{}">', static(JOINED), edition)
    links = ((static(f"ui/css/{part}"),) for part in PARTS)
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', links)
