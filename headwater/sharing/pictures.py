"""Pictures are drawn anew before they are kept: no place or camera in them, no surprise either."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from headwater.kit.errors import Refused

KINDS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 12_000_000
MOST_POINTS = 50_000_000
WIDEST = 1600


def redrawn(upload: IO[bytes]) -> ContentFile[bytes]:
    """The picture as a JPEG of at most 1,600 points, turned upright, with nothing hidden in it."""
    data = upload.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Refused(_("This picture is larger than 12 MB. Make it smaller first."))
    try:
        with Image.open(BytesIO(data), formats=KINDS) as picture:
            if picture.width * picture.height > MOST_POINTS:
                raise Refused(_("This picture has more than 50 million points."))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((WIDEST, WIDEST))
            out = BytesIO()
            _on_white(upright).save(out, "JPEG", quality=86, optimize=True)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Refused(_("This isn’t a picture we can read. JPEG, PNG and WebP work.")) from None
    return ContentFile(out.getvalue())


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in {"RGB", "L"}:
        return picture
    clear = picture.convert("RGBA")
    white = Image.new("RGB", clear.size, "white")
    white.paste(clear, mask=clear.getchannel("A"))
    return white
