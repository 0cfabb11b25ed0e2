"""Read a list as it comes from somewhere else: letters, delimiter, lines above the heading.

Knows nothing of partners or the database. The file is streamed: only a sample is held.
"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from headwater.kit.errors import Refused

SAMPLE_BYTES = 256 * 1024
CHUNK_BYTES = 1024 * 1024
LOOKED_AT = 60
DELIMITERS = ",;\t|"
MARKS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
LEGACY = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r",
    "mac_roman", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr",
]  # fmt: skip
NOT_WESTERN = {"Polish", "Czech", "Hungarian", "Slovak", "Slovene", "Croatian", "Romanian",
               "Turkish", "Latvian", "Lithuanian", "Estonian"}  # fmt: skip
WESTERN = {"cp1252", "cp1250", "cp1254", "cp1257", "mac_roman", "latin_1"}
NUMBER = re.compile(r"[-+]?[\d.,\s]+%?")


@dataclass(frozen=True)
class Shape:
    """What was found out about a file. `heading_row` is 0 where the file has no heading."""

    encoding: str
    delimiter: str
    heading: tuple[str, ...]
    heading_row: int
    skipped: int
    has_replacements: bool

    def kept(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Shape":
        return cls(**{**kept, "heading": tuple(kept["heading"])})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. `number` counts records in the file, the heading included."""

    number: int
    cells: list[str]


def shape_of(path: Path, *, name: str = "", headings: Sequence[frozenset[str]] = ()) -> Shape:
    """Find out how a file is written. `headings` are known ones, which settle where it starts."""
    with path.open("rb") as file:
        start = file.read(SAMPLE_BYTES)
        is_whole = len(start) < SAMPLE_BYTES
    refuse_other_formats(start, name or path.name)
    encoding, has_replacements = encoding_of(path, start)
    text = start.decode(encoding, errors="replace")
    if is_no_text(text):
        raise Refused(
            _("%(name)s isn’t text. Save the list as CSV, then bring that in.")
            % {"name": name or path.name}
        )
    delimiter = delimiter_of(text, is_whole=is_whole)
    records = sample_of(text, delimiter, is_whole=is_whole)
    if not any(any(cell.strip() for cell in record) for record in records):
        raise Refused(_("There is nothing in this file."))
    place = heading_place(records, headings)
    if place is None:
        width = max(len(record) for record in records)
        names = [_("Column %(number)s") % {"number": n + 1} for n in range(width)]
        return Shape(encoding, delimiter, tuple(names), 0, 0, has_replacements)
    heading = tuple(named_apart(records[place]))
    return Shape(encoding, delimiter, heading, place + 1, place, has_replacements)


def rows_of(path: Path, shape: Shape) -> Iterator[Row]:
    """The rows below the heading, blank ones left out, one at a time."""
    number = 0
    with path.open(encoding=shape.encoding, errors="replace", newline="") as file:
        reader = csv.reader(without_nulls(file), delimiter=shape.delimiter)
        try:
            for cells in reader:
                number += 1
                if number > shape.heading_row and any(cells) and any(map(str.strip, cells)):
                    yield Row(number, cells)
        except csv.Error:
            raise Refused(
                _("A quotation mark opens after row %(row)s and never closes.") % {"row": number}
            ) from None


def without_nulls(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line.replace("\0", "") if "\0" in line else line


def refuse_other_formats(start: bytes, name: str) -> None:
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Refused(
            _("%(name)s is a spreadsheet. Save it as CSV there, then bring that in.")
            % {"name": name}
        )
    if start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise Refused(_("%(name)s is a document or a picture, not a list.") % {"name": name})
    if start.startswith(tuple(mark for mark, encoding in MARKS if encoding != "utf-8-sig")):
        return
    first = start.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    if first in {b"{", b"["}:
        raise Refused(_("%(name)s is JSON. For now a list comes as CSV or TSV.") % {"name": name})
    if first == b"<":
        raise Refused(_("%(name)s is a web page or XML. Save it as CSV first.") % {"name": name})


def is_no_text(text: str) -> bool:
    """More than one sign in a hundred is of those that no keyboard writes: a program, a picture."""
    strange = sum(sign < " " and sign not in "\t\n\v\f\r\0" for sign in text)
    return strange * 100 > len(text)


# ---- Letters ----


def encoding_of(path: Path, start: bytes) -> tuple[str, bool]:
    """The encoding, and whether some bytes are valid in none and show as a replacement."""
    for mark, encoding in MARKS:
        if start.startswith(mark):
            return encoding, False
    if wide := wide_encoding(start):
        return wide, False
    good, bad, unusual = utf8_tally(path)
    if not bad:
        return "utf-8", False
    if good >= 4 * bad:
        return "utf-8", True
    encoding = legacy_encoding(unusual)
    return encoding, not is_readable(path, encoding)


def wide_encoding(start: bytes) -> str:
    """UTF-16 without its mark: every second byte of western text is nought."""
    if len(start) < 8:
        return ""
    even, odd = start[0:4000:2].count(0), start[1:4000:2].count(0)
    half = min(len(start), 4000) // 2
    if odd > half * 0.6:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.6 else ""


def utf8_tally(path: Path) -> tuple[int, int, bytes]:
    """Letters beyond ASCII that are good UTF-8, bytes that aren't, and a sample of such lines."""
    good = bad = 0
    unusual: list[bytes] = []
    kept = 0
    with path.open("rb") as file:
        for line in pieces(file):
            if line.isascii():
                continue
            if kept < 64 * 1024:
                unusual.append(line)
                kept += len(line)
            text = line.decode("utf-8", errors="replace")
            wrong = text.count("\ufffd")
            bad += wrong
            good += sum(1 for letter in text if letter > "\x7f") - wrong
    return good, bad, b"\n".join(unusual)


def pieces(file: io.BufferedReader) -> Iterator[bytes]:
    """The file in stretches that end at an ASCII byte, so that no letter is cut in two."""
    rest = b""
    while chunk := file.read(CHUNK_BYTES):
        chunk = rest + chunk
        end = len(chunk)
        while end > max(0, len(chunk) - 8) and chunk[end - 1] > 127:
            end -= 1
        rest = chunk[end:]
        yield from chunk[:end].split(b"\n")
    yield rest


def legacy_encoding(unusual: bytes) -> str:
    """An encoding from before Unicode. In doubt, western Windows: most such lists are."""
    beyond = [byte for byte in unusual if byte > 127]
    if len(beyond) < 12:
        return "cp1252"
    best = from_bytes(unusual, cp_isolation=LEGACY).best()
    if best is None or (best.encoding in WESTERN and best.language not in NOT_WESTERN):
        return "cp1252"
    return best.encoding


def is_readable(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as file:
            while file.read(CHUNK_BYTES):
                pass
    except UnicodeDecodeError:
        return False
    return True


# ---- Columns ----


def delimiter_of(text: str, *, is_whole: bool) -> str:
    """The one that cuts the sample into the most columns, most evenly."""
    scores = {mark: evenness(sample_of(text, mark, is_whole=is_whole)) for mark in DELIMITERS}
    best = max(scores, key=lambda mark: scores[mark])
    return best if scores[best] > 0 else ","


def evenness(records: list[list[str]]) -> float:
    widths = Counter(len(record) for record in records if any(record))
    if not widths:
        return 0.0
    width, times = max(widths.items(), key=lambda item: (item[1], item[0]))
    share = times / sum(widths.values())
    return (width - 1) * share * share if width > 1 else spread(widths)


def spread(widths: Counter[int]) -> float:
    """Most lines have one column, yet some have more: a preamble longer than a short list."""
    return sum((width - 1) * times for width, times in widths.items()) / 1000


def sample_of(text: str, delimiter: str, *, is_whole: bool) -> list[list[str]]:
    """Up to 400 whole records. The last is dropped where the sample ends inside the file."""
    records: list[list[str]] = []
    reader = csv.reader(without_nulls(iter(io.StringIO(text, newline=""))), delimiter=delimiter)
    try:
        for record in reader:
            records.append(record)
            if len(records) >= 400:
                return records
    except csv.Error:
        return records
    return records if is_whole else records[:-1]


def heading_place(records: list[list[str]], headings: Sequence[frozenset[str]]) -> int | None:
    """Which record is the heading; none where the first full one already holds data."""
    for place, record in enumerate(records[:LOOKED_AT]):
        cells = {plain(cell) for cell in record}
        if any(known <= cells for known in headings):
            return place
    width = usual_width(records)
    for place, record in enumerate(records[:LOOKED_AT]):
        filled = sum(1 for cell in record if cell.strip())
        if filled >= max(1, 0.5 * width) and (width == 1 or filled > 1):
            return None if is_data(record) else place
    return 0


def usual_width(records: list[list[str]]) -> int:
    widths = Counter(len(record) for record in records if any(cell.strip() for cell in record))
    return max(widths.items(), key=lambda item: (item[1], item[0]))[0]


def is_data(record: list[str]) -> bool:
    """A first row of numbers only, or with an e-mail address in it, is no heading."""
    filled = [cell.strip() for cell in record if cell.strip()]
    return all(NUMBER.fullmatch(cell) for cell in filled) or any(
        re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", cell) for cell in filled
    )


def plain(heading: str) -> str:
    """A heading without case, line breaks, underscores and double spaces."""
    return " ".join(heading.replace("_", " ").split()).casefold()


def named_apart(cells: list[str]) -> list[str]:
    """Headings as one line each; an empty one gets its number, a repeated one a count."""
    names: list[str] = []
    for number, cell in enumerate(cells, start=1):
        name = " ".join(cell.split()) or _("Column %(number)s") % {"number": number}
        times = 2
        unique = name
        while unique in names:
            unique = f"{name} ({times})"
            times += 1
        names.append(unique)
    return names
