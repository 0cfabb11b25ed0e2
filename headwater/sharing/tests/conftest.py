from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def spool_of_its_own(settings: Any, tmp_path: Path) -> Path:
    settings.SPOOL_DIR = tmp_path / "spool"
    return tmp_path / "spool"
