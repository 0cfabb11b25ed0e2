"""Pictures in letters: made small and written anew, so that nothing else rides along."""

import io
from datetime import datetime
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from headwater.kit.errors import Refused
from headwater.kit.names import random_code
from headwater.newsletters.models import Picture
from headwater.people.models import Person

WIDEST = 1200
MOST_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def keep(file: BinaryIO, *, actor: Person, at: datetime) -> Picture:
    try:
        with Image.open(file, formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Refused(_("This picture is too large. Make it smaller first."))
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise Refused(_("This isn’t a picture we can read. Use a JPEG or PNG file.")) from None
    picture.thumbnail((WIDEST, WIDEST * 2))
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=82, optimize=True)
    return Picture.objects.create(
        public_id=random_code(16), content=written.getvalue(), width=picture.width,
        height=picture.height, kept_by=actor, at=at,
    )  # fmt: skip
