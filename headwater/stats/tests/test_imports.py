"""What the sums bring with them when they are imported, seen from an interpreter of their own."""

import json
import pkgutil
import subprocess
import sys
from functools import cache
from typing import Any

from headwater import stats
from headwater.stats.tests.shared import ROOT

# Of SciPy the special functions alone: the others take longer to load than all the sums.
HEAVY = ("scipy.stats", "scipy.optimize", "scipy.linalg", "scipy.sparse", "scipy.integrate")

LOOK = """
import json, sys
from importlib import import_module
from time import process_time

began = process_time()
import numpy, scipy.special
beneath, before = process_time() - began, set(sys.modules)
began = process_time()
for name in sys.argv[1:]:
    import_module(name)
own, names = process_time() - began, set(sys.modules)
print(json.dumps(
    {"beneath": beneath, "own": own, "added": sorted(names - before), "all": sorted(names)}
))
"""


@cache
def looked() -> dict[str, Any]:
    """NumPy and SciPy's special functions first, then every module of the sums."""
    found = pkgutil.iter_modules(stats.__path__, "headwater.stats.")
    names = [module.name for module in found if not module.ispkg]
    line = [sys.executable, "-c", LOOK, *names]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    assert set(names) <= set(told["added"])
    return told


def test_the_sums_stand_on_numpy_and_scipy_and_nothing_else() -> None:
    added = looked()["added"]
    above = sys.stdlib_module_names | {"numpy", "scipy"}

    others = {name for name in added if name.partition(".")[0] not in above}

    def is_ours(name: str) -> bool:
        return name == "headwater" or name.startswith(("headwater.stats", "headwater.kit"))

    assert {name for name in others if not is_ours(name)} == set()


def test_of_scipy_only_the_special_functions_are_loaded() -> None:
    assert set(HEAVY) & set(looked()["all"]) == set()


def test_the_sums_load_in_less_time_than_what_they_stand_on() -> None:
    told = looked()

    assert told["own"] < told["beneath"]
