"""What may be uploaded to the toolkit, and how it is handed out again.

A file keeps its name only as a label. It is served under a content type of our choosing, always
as a download and never as a page, so that nothing in it can run here.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from headwater.library.models import Resource

LARGEST = 20_000_000
OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "pptx": f"{OFFICE}.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "zip": "application/zip",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
}
BEGINS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8", "jpeg": b"\xff\xd8"}
ZIPPED = {"docx", "xlsx", "pptx", "odt", "ods", "odp", "zip"}


def ending(name: str) -> str:
    return PurePosixPath(name).suffix.lstrip(".").lower()


def safe_name(name: str) -> str:
    """A file name that means the same on every machine and nothing to any of them."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    kept = re.sub(r"[^\w.\- ()]", "_", plain).strip(" .")
    stem, dot, end = kept.rpartition(".")
    return f"{(stem or 'file')[:120]}{dot or '.'}{end[:8]}"


def check_upload(file: UploadedFile[Any]) -> tuple[str, int]:
    """The name and size to keep, or what is wrong with the file, said plainly."""
    name, size = safe_name(str(file.name)), int(file.size or 0)
    kind = ending(name)
    if kind not in TYPES:
        raise ValidationError(_("We can’t keep files of this kind here. A PDF always works."))
    if size > LARGEST:
        raise ValidationError(_("The file is larger than 20 MB. Make it smaller, or link to it."))
    if not size:
        raise ValidationError(_("The file is empty."))
    start = file.read(16)
    file.seek(0)
    if kind in BEGINS and not start.startswith(BEGINS[kind]):
        raise ValidationError(_("The file isn’t what its name says. Save it again and try anew."))
    if kind in ZIPPED and not zipfile.is_zipfile(file):
        raise ValidationError(_("The file isn’t what its name says. Save it again and try anew."))
    file.seek(0)
    return name, size


def as_download(resource: Resource) -> FileResponse | HttpResponse:
    name = safe_name(resource.file_name or f"{resource.slug}.md")
    kind = TYPES.get(ending(name), "application/octet-stream")
    if resource.file:
        answer: FileResponse | HttpResponse = FileResponse(
            resource.file.open("rb"), as_attachment=True, filename=name, content_type=kind
        )
    else:
        answer = HttpResponse(resource.body, content_type=TYPES["md"])
        answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer
