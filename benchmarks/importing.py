"""Bringing a list in, against the database alone taking the same file."""

import csv
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.table import Figure, benchmark

ROWS = 100_000
LIMIT_BYTES = 250_000_000
COMMAND = [sys.executable, "-m", "headwater.cli.main"]


@benchmark
def import_of_100_000_partners() -> Figure:
    """Checked, de-duplicated, ledger written; against `executemany` of the bare rows."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "partners.csv"
        write_list(file)
        environment = {**os.environ, "HEADWATER_DATA": f"{folder}/data"}
        subprocess.run([*COMMAND, "init"], env=environment, check=True, capture_output=True)
        began = time.perf_counter()
        line = [*COMMAND, "import-partners", str(file), "--json"]
        subprocess.run(line, env=environment, check=True, capture_output=True)
        ours = time.perf_counter() - began
        bytes_used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        peer = raw_import(file, Path(folder) / "raw.sqlite3")
    return Figure(
        work=f"import {ROWS:,} partners",
        ours=f"{ours:.1f} s, {bytes_used / 1e6:.0f} MB",
        peer=f"bare rows into SQLite: {peer:.2f} s",
        ratio=f"{ours / peer:.1f}",
        reach="within 12 times, under 250 MB",
        is_reached=ours / peer <= 12 and bytes_used < LIMIT_BYTES,
    )


def write_list(file: Path) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["First name", "Last name", "E-mail", "Organisation", "Country"])
        for number in range(ROWS):
            writer.writerow(
                [f"Ada {number}", "Lovelace", f"ada{number}@example.org", "Engines", "GB"]
            )


def raw_import(file: Path, database: Path) -> float:
    began = time.perf_counter()
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE raw (a TEXT, b TEXT, c TEXT UNIQUE, d TEXT, e TEXT)")
    with file.open(newline="", encoding="utf-8") as source:
        rows = csv.reader(source)
        next(rows)
        connection.executemany("INSERT INTO raw VALUES (?, ?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return time.perf_counter() - began
