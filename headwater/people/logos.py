"""An organisation's own mark, drawn anew before it is kept: what is no picture does not pass."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from headwater.kit.errors import Refused

LARGEST_BYTES = 2 * 1024 * 1024
LARGEST_PIXELS = 20_000_000
SIZE = (640, 320)


def redrawn(upload: Any) -> ContentFile[bytes]:
    """The picture as a small PNG with nothing else in it. SVG is refused: it can hold scripts."""
    if upload.size > LARGEST_BYTES:
        raise Refused(_("The picture is larger than 2 MB. A smaller one will do."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(upload, formats=["PNG", "JPEG", "WEBP", "GIF"])
            if opened.width * opened.height > LARGEST_PIXELS:
                raise Refused(_("The picture has too many points. A smaller one will do."))
            picture = ImageOps.exif_transpose(opened).convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError,
            Image.DecompressionBombWarning):  # fmt: skip
        raise Refused(_("We can’t read this picture. PNG, JPEG, WebP and GIF work.")) from None
    picture.thumbnail(SIZE)
    file = BytesIO()
    picture.save(file, "PNG", optimize=True)
    return ContentFile(file.getvalue(), name="mark.png")
