from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: object) -> None:
    """Each test keeps its files in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]
