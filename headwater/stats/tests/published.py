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


def eight_periods():
    """A simulated panel of eight periods with one covariate: outcome, beginning, covariate.

    Periods are places from 1 on.
    """
    table = rows("evaluation", "data", "sim_tp8_dyn.csv")
    person = np.unique([int(row["id"]) for row in table])
    panel, begins = np.full((person.size, 8), np.nan), np.full(person.size, NEVER)
    covariate = np.full(person.size, np.nan)
    for row in table:
        place = int(np.searchsorted(person, int(row["id"])))
        panel[place, int(row["period"]) - 1] = float(row["Y"])
        first = int(row["G"])
        begins[place] = first - 1 if first else NEVER
        covariate[place] = float(row["X"])
    return panel, begins, covariate[:, None]


def found_by_r_among_alike(controls):
    """What R's `did` found by outcome regression in `eight_periods`."""
    name = controls.value.replace("_", "")
    table = rows("evaluation", "data", "r_did_sim_tp8_dyn.csv")
    return [row for row in table if row["est"] == "reg" and row["control"] == name]


def found_by_r(file, scenario):
    """What R's `did` found: the rows of one scenario in a file of its results."""
    return [row for row in rows("evaluation", "data", file) if row["scenario"] == scenario]


def headline_tests():
    """Upworthy's headline tests: (test, week, shown, clicked) of each arm."""
    return [
        (row["clickability_test_id"], int(row["test_week"]), int(row["impressions"]),
         int(row["clicks"]))
        for row in rows("data", "experiments", "upworthy_tests.csv")
    ]  # fmt: skip


def insurance():
    """Cai, de Janvry & Sadoulet (2015): who took rice insurance, by what was filled in before.

    Outcome, default (0 or 1), village and household group, each a row of numbers.
    """
    table = rows("data", "campaigns", "social_insurance_cai2015.csv")

    def numbered(name):
        return np.unique([row[name] for row in table], return_inverse=True)[1]

    took, default = (
        np.array([int(row[name]) for row in table]) for name in ("takeup_survey", "default")
    )
    return took, default, numbered("village"), numbered("address")
