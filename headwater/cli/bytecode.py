import os
import sys
from pathlib import Path


def keep_bytecode() -> None:
    """Compile each file once, for this and what it starts, also where Python was told not to.

    Many machines that build images say `PYTHONDONTWRITEBYTECODE`: two thirds of every start went on
    compiling. What is compiled stays in the environment, so that no folder of theirs is littered.
    """
    if sys.dont_write_bytecode:
        sys.dont_write_bytecode = False
        sys.pycache_prefix = str(Path(sys.prefix) / "bytecode")
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
