"""A list that came as a file: a private copy of it, until it is read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage

from headwater.kit.errors import Refused
from headwater.partners.reading import Shape, shape_of

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Copy:
    """Where the copy lies, the digest of what it holds, and its size in bytes."""

    place: str
    digest: str
    size: int

    @property
    def path(self) -> Path:
        return Path(default_storage.path(self.place))

    def shape(self, name: str, headings: Sequence[frozenset[str]] = ()) -> Shape:
        """What the list looks like. A file that is no list is refused, and the copy goes."""
        try:
            return shape_of(self.path, name=name, headings=headings)
        except Refused:
            default_storage.delete(self.place)
            raise


def keep_copy(source: Path | File[bytes], name: str, *, folder: str) -> Copy:
    digest = hashlib.sha256()
    opened: Any = source.open("rb") if isinstance(source, Path) else source
    with opened as file:
        size = 0
        while chunk := file.read(MEGABYTE):
            digest.update(chunk)
            size += len(chunk)
        file.seek(0)
        suffix = Path(name).suffix[:8] or ".csv"
        place = default_storage.save(f"{folder}/{digest.hexdigest()[:16]}{suffix}", File(file))
    return Copy(place, digest.hexdigest(), size)
