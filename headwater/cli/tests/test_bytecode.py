import os
import subprocess
import sys
from pathlib import Path

import pytest

from headwater.cli.bytecode import keep_bytecode


def test_what_is_compiled_is_kept_in_the_environment_also_where_python_was_told_not_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "module_of_ours.py").write_text("x = 1")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "environment"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "")

    keep_bytecode()
    subprocess.run(
        [sys.executable, "-c", "import module_of_ours"], cwd=tmp_path, env=os.environ, check=True
    )

    kept = [file.name.partition(".")[0] for file in (tmp_path / "environment").rglob("*.pyc")]
    assert "module_of_ours" in kept
    assert list(tmp_path.glob("__pycache__")) == []


def test_a_python_that_keeps_bytecode_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)

    keep_bytecode()

    assert sys.pycache_prefix is None
    assert "PYTHONPYCACHEPREFIX" not in os.environ
