"""Published cases, as arrays, for tests and for `benchmarks/figures`."""

import numpy as np

from headwater.stats.cohorts import NEVER
from headwater.stats.staggered import Controls
from headwater.stats.tests.shared import rows

COUNTIES = {"mpdta_nev_dr": Controls.NEVER_TREATED, "mpdta_nyt_dr": Controls.NOT_YET_TREATED}


def counties():
    """Callaway & Sant'Anna's county employment, 2003 to 2007, and the year in which each began.

    Years are places from 2003 on.
    """
    table = rows("evaluation", "data", "mpdta.csv")
    county = np.unique([row["countyreal"] for row in table])
    panel, begins = np.full((county.size, 5), np.nan), np.full(county.size, NEVER)
    for row in table:
        place = int(np.searchsorted(county, row["countyreal"]))
        panel[place, int(row["year"]) - 2003] = float(row["lemp"])
        first = int(row["first.treat"])
        begins[place] = first - 2003 if first else NEVER
    return panel, begins


def found_by_r(file, scenario):
    """What R's `did` found: the rows of one scenario in a file of its results."""
    return [row for row in rows("evaluation", "data", file) if row["scenario"] == scenario]
