"""Rows of a file that a spreadsheet opens, and can't be tricked by."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

# What spreadsheets run; those of East Asia take the wide signs too.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", *"＝＋－＠")


def line(cells: Iterable[object]) -> str:
    file = io.StringIO()
    csv.writer(file).writerow([harmless(cell) for cell in cells])
    return file.getvalue()


def harmless(cell: object) -> str:
    """A cell that a spreadsheet shows and never runs. A number stays one, below nought too."""
    if isinstance(cell, (int, float, Decimal)):
        return str(cell)
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text
