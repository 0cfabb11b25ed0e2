"""Where the real lists are that nobody of ours wrote. Tests on them skip, saying so, without."""

import os
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("HEADWATER_SHARED", ROOT.parent / "shared")) / "data"


def real(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is not here: set HEADWATER_SHARED to the folder of real inputs")
    return path


def unzipped(name: str, into: Path) -> Path:
    with zipfile.ZipFile(real(name)) as archive:
        archive.extractall(into)
    return into
