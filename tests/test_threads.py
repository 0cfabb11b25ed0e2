"""Each process sums on one thread: two take many times longer where others want the processor."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import ROOT

# NumPy reads the number of threads while it is imported; afterwards nothing would change it.
WATCH = """
import os, sys

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "numpy":
            sys.meta_path.remove(self)
            print(os.environ.get("OPENBLAS_NUM_THREADS"))

sys.meta_path.insert(0, Watch())
"""
STARTS = {
    "web server": "import headwater.config.wsgi",
    "worker and commands": (
        "import headwater.cli.main, django; "
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'headwater.config.settings'; "
        "django.setup(); import headwater.stats.arrays"
    ),
}


def threads_when_numpy_came(start: str, data: Path, **own: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    line = [sys.executable, "-c", WATCH + STARTS[start]]
    environment = {**kept, "HEADWATER_DATA": str(data), **own}
    done = subprocess.run(
        line, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.slow
@pytest.mark.parametrize("start", list(STARTS))
def test_one_thread_is_asked_for_before_numpy_is_imported(start, tmp_path) -> None:
    assert threads_when_numpy_came(start, tmp_path) == "1"


@pytest.mark.slow
def test_what_the_operator_has_set_stands(tmp_path) -> None:
    assert threads_when_numpy_came("web server", tmp_path, OPENBLAS_NUM_THREADS="3") == "3"
