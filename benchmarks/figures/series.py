"""D4, D5, D9 and D13: campaigns judged from series, untouched markets and lots."""

from collections.abc import Iterator

import numpy as np

from benchmarks.figures.table import Row, figure
from headwater.stats.levels import Drift
from headwater.stats.lottery import LotteryEffect, effect_of_lottery
from headwater.stats.means import difference_in_differences
from headwater.stats.series import SeriesEffect, effect_in_series
from headwater.stats.synthetic import AgainstUntouched, Design, effect_against_untouched
from headwater.stats.tests.shared import rows, shared
from headwater.stats.tests.worlds import MORE_NOISES, NOISES, Noise, covered

TIMES = 400
UNSEEN = 300
LOTTERIES = 1000
QUARTERS = ("Q42010", "Q12011", "Q22011", "Q32011", "Q42011", "Q12012")


@figure("D4")
def causal_impact_vignette() -> Iterator[Row]:
    path = shared("evaluation", "data", "causalimpact_demo.csv")
    table = np.genfromtxt(path, delimiter=",", skip_header=1)
    effect = effect_in_series(
        table[:, 0],
        begins=70,
        controls=table[:, 1:],
        drift=Drift(0.01, 32),
        rng=np.random.default_rng(1),
    )
    assert isinstance(effect, SeriesEffect)
    week = effect.per_week
    for name, must, got, near in (
        ("average effect", 10.51, week.value, 0.15),
        ("lower end", 9.76, week.low, 0.25),
        ("upper end", 11.21, week.high, 0.25),
    ):
        yield _near("D4", f"Google's vignette: {name}", must, got, near)


@figure("D5")
def published_comparisons() -> Iterator[Row]:
    table = rows("data", "campaigns", "organ_donations.csv")
    state = np.array([row["State"] for row in table])
    quarter = np.array([QUARTERS.index(row["Quarter"]) for row in table])
    did = difference_in_differences(
        np.array([float(row["Rate"]) for row in table]),
        is_exposed=(state == "California") & (quarter >= 3),
        group=state,
        time=quarter,
    )
    yield _near("D5", "organ donations, differences", -0.02246, did.estimate.value, 0.0005)
    years = rows("data", "campaigns", "california_prop99.csv")
    names = [name for name in years[0] if name not in ("Year", "California")]
    for design, case, must, near in (
        (Design.SYNTHETIC_CONTROL, "synthetic control, packs in 2000", -26.0, 3.0),
        (Design.SYNTHETIC_CONTROL, "synthetic control, average", -19.6, 0.2),
        (Design.SYNTHETIC_DIFFERENCES, "synthetic differences, average", -15.6, 0.1),
        (Design.DIFFERENCES, "differences, average", -27.3, 0.1),
    ):
        found = effect_against_untouched(
            [float(row["California"]) for row in years],
            untouched=[[float(row[name]) for name in names] for row in years],
            begins=19,
            design=design,
            rng=np.random.default_rng(1),
        )
        assert isinstance(found, AgainstUntouched)
        got = found.effect.lift[-1] if "2000" in case else found.effect.per_week.value
        yield _near("D5", f"Proposition 99, {case}", must, float(got), near)


@figure("D9")
def lotteries_without_an_effect() -> Iterator[Row]:
    for people in (12, 16, 24, 40, 60):
        share = np.mean([_alarm(people, seed) for seed in range(LOTTERIES)])
        yield Row(
            "D9",
            f"{people} people, {LOTTERIES} lotteries, heavy tails: false positives",
            "<= .065",
            f"{share:.3f}",
            bool(share <= 0.065),
        )


def _alarm(people: int, seed: int) -> bool:
    draws = np.random.default_rng([people, seed])
    before = draws.standard_t(4, people)
    found = effect_of_lottery(
        before + draws.standard_t(4, people),
        drawn=draws.permutation(np.arange(people) < people // 2),
        before=before,
        rng=draws,
        permutations=500,
    )
    assert isinstance(found, LotteryEffect)
    return found.probability_by_luck <= 0.05


@figure("D13")
def series_cover_the_truth() -> Iterator[Row]:
    for name, noise in NOISES.items():
        share = np.mean([covered(noise, seed=seed) for seed in range(TIMES)])
        yield Row(
            "D13",
            f"{name}: 104 weeks before, 16 counted, {TIMES} series: 95 % range covers",
            ">= .88",
            f"{share:.3f}",
            bool(share >= 0.88),
        )
    for name, noise in MORE_NOISES.items():
        for before in (24, 52, 104):
            share = np.mean([_unseen(noise, before, seed) for seed in range(UNSEEN)])
            yield Row(
                "D13",
                f"{name}: {before} weeks before, 10 counted, {UNSEEN} unseen series",
                ">= .90",
                f"{share:.3f}",
                bool(share >= 0.9),
            )


def _unseen(noise: Noise, before: int, seed: int) -> bool:
    """On seeds that were not looked at while the model was made."""
    return covered(noise, seed=[131_113, before, seed], before=before, counted=10)


def _near(name: str, case: str, must: float, got: float, near: float) -> Row:
    return Row(name, case, f"{must:g} within {near:g}", f"{got:.4g}", abs(got - must) <= near)
