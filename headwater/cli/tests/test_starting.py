import os
import subprocess
import sys
from pathlib import Path

HEAVY = ["scipy.special", "scipy.optimize", "typst", "python_calamine", "mjml"]
STARTS = """
import sys
from headwater.cli.main import run
code = run("doctor", ["--no-worker"])
print(code, [name for name in sys.argv[1:] if name in sys.modules])
"""


def test_a_command_starts_without_what_only_sums_and_papers_need(tmp_path: Path) -> None:
    environment = {**os.environ, "HEADWATER_DATA": str(tmp_path)}
    environment["DJANGO_SETTINGS_MODULE"] = "headwater.config.settings"

    done = subprocess.run(
        [sys.executable, "-c", STARTS, *HEAVY], env=environment, capture_output=True, text=True
    )

    assert done.stdout.splitlines()[-1] == "1 []", done.stderr  # 1: no tables are in that folder
