"""An event study with errors from a parquet file of partner-weeks, beside diff-diff's.

Both read the same file and stop at effects by weeks since, each in a process and on a thread of its
own. Times are the processor's, so that other work on the machine does not count; imports are not in
them. Once: `.venv/bin/uv pip install --group peers`, and again without it: `uv sync`.
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.figures.table import NotRun
from headwater.stats.cohorts import summarise
from headwater.stats.staggered import Controls, averages_by_weeks_since, effects_by_cohort

ROOT = Path(__file__).resolve().parents[1]
BATCH = 1 << 17  # rows
NEVER = 0  # in the file, as diff-diff has it; weeks count from 1 there
PEERS = {"diff_diff": "diff-diff", "pyarrow": "pyarrow", "pandas": "pandas"}
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@dataclass(frozen=True)
class Measured:
    """Processor seconds (the least of the rounds), the most memory held, and what was found."""

    seconds: float
    megabytes: float
    found: np.ndarray


def compared(people: int, weeks: int, *, rounds: int) -> dict[str, Measured]:
    """Ours and diff-diff's on one file, taking turns."""
    if absent := [name for name in PEERS if importlib.util.find_spec(name) is None]:
        raise NotRun(
            f"{', '.join(PEERS[name] for name in absent)} absent; "
            "install with `.venv/bin/uv pip install --group peers`"
        )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "weeks.parquet"
        _run("write", file, people, weeks)
        turns: dict[str, list[Measured]] = {"ours": [], "diff_diff": []}
        for _ in range(rounds):
            for who, measured in turns.items():
                measured.append(_run(who, file, people, weeks))
    return {who: min(measured, key=lambda each: each.seconds) for who, measured in turns.items()}


def _run(who: str, file: Path, people: int, weeks: int) -> Measured:
    environment = {**os.environ, **dict.fromkeys(ONE_THREAD, "1"), "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-m", "benchmarks.peers_staggered", who, file, people, weeks]
    done = subprocess.run(
        [str(word) for word in line],
        env=environment,
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    seconds, megabytes, *found = (float(word) for word in done.stdout.split())
    return Measured(seconds, megabytes, np.array(found).reshape(-1, 3))


def write(file: Path, people: int, weeks: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from headwater.stats.tests.panels import partners_and_weeks

    panel = partners_and_weeks(people, weeks=weeks, step=4)
    begins = np.where(panel.begins < weeks, panel.begins + 1, NEVER)
    columns = {
        "partner": np.repeat(np.arange(people, dtype=np.int64) + 1000, weeks),
        "week": np.tile(np.arange(1, weeks + 1), people),
        "begins": np.repeat(begins, weeks),
        "outcome": panel.outcome.ravel(),
    }
    pq.write_table(pa.table(columns), file)


def ours(file: Path) -> np.ndarray:
    """Read some rows at a time; they may come in any order, and partners be called anything."""
    import pyarrow.parquet as pq

    rows = pq.ParquetFile(file)
    groups = [rows.metadata.row_group(place) for place in range(rows.num_row_groups)]
    names = rows.schema_arrow.names
    weeks = max(group.column(names.index("week")).statistics.max for group in groups)
    panel = np.full((rows.metadata.num_rows // weeks, weeks), np.nan)
    begins = np.zeros(len(panel), dtype=np.int64)
    known: dict[int, int] = {}
    for batch in rows.iter_batches(batch_size=BATCH, use_threads=False):
        codes = batch["partner"].dictionary_encode()
        places = [known.setdefault(each, len(known)) for each in codes.dictionary.to_pylist()]
        partner = np.array(places)[codes.indices.to_numpy()]
        panel[partner, batch["week"].to_numpy() - 1] = batch["outcome"].to_numpy()
        begins[partner] = batch["begins"].to_numpy()
    cohorts = summarise(panel, begins=np.where(begins == NEVER, panel.shape[1], begins - 1))
    study = averages_by_weeks_since(effects_by_cohort(cohorts, controls=Controls.NEVER_TREATED))
    return np.column_stack([study.label, study.value, study.standard_error])


def diff_diff(file: Path) -> np.ndarray:
    import pandas as pd
    from diff_diff import CallawaySantAnna

    rows = pd.read_parquet(file, use_threads=False)
    model = CallawaySantAnna(
        control_group="never_treated", estimation_method="reg", n_bootstrap=0, cband=False
    )
    fitted = model.fit(rows, outcome="outcome", unit="partner", time="week", first_treat="begins")
    study = fitted.aggregate("event_study").to_dataframe()
    return np.asarray(study.loc[~study["is_reference"], ["event_time", "att", "se"]], dtype=float)


def most_held() -> float:
    """Megabytes, of this process alone."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    who, file = sys.argv[1], Path(sys.argv[2])
    if who == "write":
        write(file, int(sys.argv[3]), int(sys.argv[4]))
        print(0, most_held())
        return
    import pandas  # noqa: F401 (imports are not measured; pyarrow's own is pandas)
    import pyarrow as pa
    import pyarrow.parquet

    pa.set_cpu_count(1)
    if who == "diff_diff":
        import diff_diff as _  # noqa: F401
    began = time.process_time()
    found = ours(file) if who == "ours" else diff_diff(file)
    print(time.process_time() - began, most_held())
    np.savetxt(sys.stdout, found)


if __name__ == "__main__":
    main()
