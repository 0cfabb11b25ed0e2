"""Print what each figure to hit reached: `.venv/bin/python -m benchmarks.figures [D1]... [--write]`

With `--write` the rows of the figures named replace theirs in `docs/evaluation/figures.md`; those
of the others stay as they were measured last.
"""

import argparse
import importlib
import os
import pkgutil
import platform
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import figures as package
from benchmarks.figures.table import Row, figures, rows_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "evaluation" / "figures.md"
HEAD = "| figure | case | must | reached | | measured on |\n| --- | --- | --- | --- | --- | --- |"


def main() -> int:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy comes, with the figures
    for module in pkgutil.iter_modules(package.__path__):
        if module.name != "__main__":
            importlib.import_module(f"{package.__name__}.{module.name}")
    known = sorted(figures, key=number)
    parser = argparse.ArgumentParser(description="Print what each figure to hit reached.")
    parser.add_argument("names", nargs="*", metavar="FIGURE", help=", ".join(known))
    parser.add_argument("--write", action="store_true", help="keep them in docs/evaluation")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(known):
        parser.error(f"there is no figure {', '.join(sorted(unknown))}")
    names = sorted(set(chosen.names), key=number) or known
    rows = []
    print(HEAD)
    for name in names:
        for row in rows_of(name):
            rows.append(row)
            print(as_line(row.as_cells()), flush=True)
    if chosen.write:
        write(rows)
    return int(any(row.ok is False for row in rows))


def as_line(cells: str) -> str:
    return f"| {cells} | {datetime.now(UTC):%d %B %Y} |"


def number(name: str) -> int:
    return int(re.sub(r"\D", "", name))


def write(rows: list[Row]) -> None:
    """Keep what was measured now, beside what was measured earlier of the others.

    A figure that was not run now does not wipe out what it reached when it was.
    """
    kept: dict[str, list[str]] = {}
    if PAGE.exists():
        for line in PAGE.read_text(encoding="utf-8").splitlines():
            if found := re.match(r"\| (D\d+) \|", line):
                kept.setdefault(found[1], []).append(line)
    for name in {row.figure for row in rows}:
        own = [row for row in rows if row.figure == name]
        if name not in kept or any(row.ok is not None for row in own):
            kept[name] = [as_line(row.as_cells()) for row in own]
    lines = [line for name in sorted(kept, key=number) for line in kept[name]]
    PAGE.write_text("\n".join([heading(), HEAD, *lines]) + "\n", encoding="utf-8")


def heading() -> str:
    return (
        "# Figures to hit\n\n"
        "What the methods of the evaluation must reach, and what they reached: against published "
        "cases, against simulation with a known truth, and against peers in the same run. Last "
        f"written on {os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python "
        f"{platform.python_version()}; times are of one thread. "
        "Again, on yours: `.venv/bin/python -m benchmarks.figures`.\n\n"
        "Published cases are read from the folder in `HEADWATER_SHARED`, peers are the optional "
        "group `peers`; where either is absent a figure says that it was not run.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
