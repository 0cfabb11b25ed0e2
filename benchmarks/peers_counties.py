"""Effects of a cohort in a year on the published counties, beside csdid's: R's `did` in Python.

Neither the reading of the file nor the imports are measured; csdid then begins from a data frame of
counties and years, ours from an array of the same.

Once: `.venv/bin/uv pip install --group peers`, and again without it: `uv sync`.
"""

import importlib
from dataclasses import dataclass
from time import process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures.table import NotRun
from headwater.stats.cohorts import summarise
from headwater.stats.staggered import Controls, effects_by_cohort
from headwater.stats.tests.published import counties
from headwater.stats.tests.shared import rows

NAMES = {Controls.NEVER_TREATED: "nevertreated", Controls.NOT_YET_TREATED: "notyettreated"}


@dataclass(frozen=True)
class Beside:
    """Values and errors of both, shape (cells, 2), and the least processor seconds of each."""

    ours: NDArray[np.float64]
    theirs: NDArray[np.float64]
    our_seconds: float
    their_seconds: float


def beside_csdid(controls: Controls, *, rounds: int = 5) -> Beside:
    """Ours and csdid's on the same counties, taking turns."""
    try:
        pandas = importlib.import_module("pandas")
        csdid = importlib.import_module("csdid.att_gt")
    except ImportError as absent:
        raise NotRun(
            "csdid absent; install with `.venv/bin/uv pip install --group peers`"
        ) from absent
    panel, begins = counties()
    columns = ["countyreal", "year", "lemp", "first.treat"]
    table = pandas.DataFrame(rows("evaluation", "data", "mpdta.csv"))[columns].astype(float)

    def ours() -> NDArray[np.float64]:
        effects = effects_by_cohort(summarise(panel, begins=begins), controls=controls)
        return np.column_stack([effects.value, effects.standard_error])

    def theirs() -> NDArray[np.float64]:
        model: Any = csdid.ATTgt(
            yname="lemp",
            tname="year",
            idname="countyreal",
            gname="first.treat",
            data=table,
            control_group=NAMES[controls],
        )
        found = model.fit(est_method="dr", bstrap=False).results
        return np.column_stack([found["att"], found["se"]])

    our_seconds, their_seconds = [], []
    for _ in range(rounds):
        began = process_time()
        mine = ours()
        our_seconds.append(process_time() - began)
        began = process_time()
        peers = theirs()
        their_seconds.append(process_time() - began)
    return Beside(mine, peers, min(our_seconds), min(their_seconds))
