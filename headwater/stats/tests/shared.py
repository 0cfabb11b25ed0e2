import csv
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def shared(*parts: str) -> Path:
    """A file of published cases, or a skip that says why."""
    folder = Path(os.environ.get("HEADWATER_SHARED", ROOT.parent / "shared"))
    path = folder.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no {path}: set HEADWATER_SHARED to the folder of published cases")
    return path


def rows(*parts: str) -> list[dict[str, str]]:
    with shared(*parts).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
