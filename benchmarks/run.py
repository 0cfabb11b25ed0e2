"""Measure and write the table: `.venv/bin/python -m benchmarks.run [NAME]...`

Each figure is a ratio to a peer or a limit in the same run, so that it means the same on another
machine. Only a run of all of them writes `docs/benchmarks.md`.
"""

import argparse
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import (  # noqa: F401 (they register what they measure)
    board,
    evaluating,
    importing,
    links,
    pages,
    points,
    sending,
    starting,
)
from benchmarks.table import HEAD, benchmarks

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure, and write docs/benchmarks.md.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(benchmarks))
    chosen = parser.parse_args().names
    if unknown := set(chosen) - set(benchmarks):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    rows = []
    began = os.getloadavg()[2]
    print(HEAD)
    for name in chosen or benchmarks:
        rows.append(benchmarks[name]().as_row())
        print(rows[-1], flush=True)
    if not chosen:
        load = (
            f"Load (15 minutes) before: {began:.1f}, after: {os.getloadavg()[2]:.1f}; above the "
            "number of cores, other work shared the machine."
        )
        PAGE.write_text("\n".join([heading(load), HEAD, *rows]) + "\n", encoding="utf-8")


def heading(load: str) -> str:
    return (
        "# Benchmarks\n\n"
        f"Measured on {datetime.now(UTC):%d %B %Y}: {os.cpu_count()} cores, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}, SQLite. "
        f"{load} Each row is measured in the same run as what it is compared with. "
        "Again, on yours: `.venv/bin/python -m benchmarks.run`.\n"
    )


if __name__ == "__main__":
    main()
