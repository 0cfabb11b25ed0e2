from typing import Any

import numpy as np
import pytest

from headwater.stats.answers import NotEnough, Unit
from headwater.stats.series import SeriesEffect
from headwater.stats.synthetic import (
    AgainstUntouched,
    Design,
    PoorFit,
    effect_against_untouched,
    placebo_dates_against_untouched,
)
from headwater.stats.tests.shared import rows
from headwater.stats.tests.worlds import markets

SIMPLE = Design.DIFFERENCES


def usual() -> dict[str, Any]:
    return {"begins": 48, "rng": np.random.default_rng(1)}


def measured(outcome, untouched, **options):
    result = effect_against_untouched(
        outcome,
        untouched=untouched,
        **usual() | options,
    )
    assert isinstance(result, AgainstUntouched)
    return result


def california():
    table = rows("data", "campaigns", "california_prop99.csv")
    names = [name for name in table[0] if name not in ("Year", "California")]
    others = np.array([[float(row[name]) for name in names] for row in table])
    return np.array([float(row["California"]) for row in table]), others, names


def test_california_by_synthetic_control_matches_abadie_and_others_2010() -> None:
    # Abadie, Diamond & Hainmueller (2010): by 2000 about 26 packs a head less; weights on Utah
    # .334, Nevada .234, Montana .199, Colorado .164, Connecticut .069 (there with covariates too).
    outcome, untouched, names = california()

    result = measured(outcome, untouched, begins=19, design=Design.SYNTHETIC_CONTROL)

    assert result.effect.lift[-1] == pytest.approx(-26, abs=1)
    assert {names[place] for place in np.argsort(-result.effect.leaned_on)[:3]} == {
        "Utah",
        "Nevada",
        "Montana",
    }
    assert result.fit_error < result.usual_fit_error
    assert result.heaviest == pytest.approx(0.394, abs=0.001)
    assert result.probability_by_luck == pytest.approx(3 / 39)
    assert not result.in_shares


@pytest.mark.parametrize(
    ("design", "published", "error", "near"),
    [
        (Design.SYNTHETIC_DIFFERENCES, -15.6, 8.4, 0.05),
        (Design.SYNTHETIC_CONTROL, -19.6, 9.9, 0.15),
        (Design.DIFFERENCES, -27.3, 17.7, 0.05),
    ],
)
def test_california_matches_arkhangelsky_and_others_2021(design, published, error, near) -> None:
    # Their table 1, effects and placebo standard errors; they take the spread of draws, we the
    # root mean square over all 38 states, so the errors agree less closely than the effects.
    outcome, untouched, _ = california()

    per_year = measured(outcome, untouched, begins=19, design=design).effect.per_week

    assert per_year.value == pytest.approx(published, abs=near)
    assert per_year.standard_error == pytest.approx(error, rel=0.25)


def test_organ_donations_match_the_published_figure() -> None:
    # Kessler & Roth (2014) as in Huntington-Klein, The Effect, chapter 18: -0.022.
    table = rows("data", "campaigns", "organ_donations.csv")
    quarters = list(dict.fromkeys(row["Quarter"] for row in table))
    states = list(dict.fromkeys(row["State"] for row in table))
    rates = np.full((len(quarters), len(states)), np.nan)
    for row in table:
        rates[quarters.index(row["Quarter"]), states.index(row["State"])] = float(row["Rate"])
    ours = states.index("California")

    result = effect_against_untouched(
        rates[:, ours],
        untouched=np.delete(rates, ours, axis=1),
        begins=3,
        design=SIMPLE,
        rng=np.random.default_rng(1),
    )

    assert isinstance(result, AgainstUntouched)
    assert result.effect.per_week.value == pytest.approx(-0.02246, abs=5e-6)
    assert result.probability_by_luck == pytest.approx(5 / 27)


@pytest.mark.slow
def test_the_range_holds_the_truth_about_as_often_as_it_says() -> None:
    held = []
    for seed in range(40):
        outcome, untouched = markets(seed, others=6, effect=10.0)
        effect = measured(outcome, untouched, draws=100).effect.total
        held.append(effect.low <= 120 <= effect.high)

    assert np.mean(held) >= 0.88


def test_markets_of_our_own_count_together() -> None:
    outcome, untouched = markets(3, ours=3, others=8, effect=40.0)

    result = measured(outcome, untouched)

    assert result.effect.total.low <= 3 * 12 * 40 <= result.effect.total.high
    assert result.effect.total.excludes_nought
    assert result.effect.expected[48:] + result.effect.lift[48:] == pytest.approx(
        outcome[48:].sum(axis=1)
    )
    assert result.effect.total.value == pytest.approx(result.effect.lift[48:].sum())
    assert result.effect.leaned_on.sum() == pytest.approx(1)
    assert len(result.placebos) == 56  # as many ways to take three of eight
    assert result.untouched == 8


def test_with_hardly_any_untouched_left_markets_are_left_out_by_turns() -> None:
    outcome, untouched = markets(5, ours=6, others=5, effect=20.0)

    result = measured(outcome, untouched)

    assert result.probability_by_luck is None
    assert result.effect.total.standard_error > 0
    assert result.effect.total.low <= 6 * 12 * 20 <= result.effect.total.high


def test_leaving_out_by_turns_matches_algorithm_3_done_plainly() -> None:
    outcome, untouched = markets(5, ours=6, others=5, effect=20.0)
    result = measured(outcome, untouched, in_shares=False)
    donors, weeks = result.effect.leaned_on, result.week_weights

    def gap(ours, weights):
        apart = ours.mean(axis=1) - untouched @ (weights / weights.sum())
        return apart[48:].mean() - weeks @ apart[:48]

    turns = [gap(np.delete(outcome, place, axis=1), donors) for place in range(6)]
    turns += [gap(outcome, np.where(np.arange(5) == place, 0, donors)) for place in range(5)]
    variance = 10 / 11 * ((np.array(turns) - gap(outcome, donors)) ** 2).sum()

    assert result.effect.per_week.value / 6 == pytest.approx(gap(outcome, donors))
    assert result.effect.per_week.standard_error / 6 == pytest.approx(np.sqrt(variance))


def test_a_mixture_that_is_one_market_cannot_be_left_out_by_turns() -> None:
    outcome, untouched = markets(5, ours=5, others=2)
    outcome = untouched[:, :1] + np.random.default_rng(1).normal(0, 0.1, (60, 5))

    assert effect_against_untouched(
        outcome,
        untouched=untouched,
        begins=48,
        design=Design.SYNTHETIC_CONTROL,
        rng=np.random.default_rng(1),
    ) == NotEnough(Unit.GROUPS, have=2, needed=9)


def test_markets_of_another_size_are_compared_in_shares() -> None:
    outcome, untouched = markets(7, effect=30.0)
    small = untouched * np.linspace(0.02, 0.2, 8)

    scaled = measured(outcome, small)
    plain = effect_against_untouched(
        outcome, untouched=small, begins=48, in_shares=False, rng=np.random.default_rng(1)
    )

    assert scaled.in_shares
    assert isinstance(plain, PoorFit)
    assert scaled.effect.total.low <= 360 <= scaled.effect.total.high
    assert scaled.effect.total.value == pytest.approx(
        measured(outcome, untouched, in_shares=True).effect.total.value
    )


def test_a_market_that_moves_like_no_other_is_refused() -> None:
    outcome, untouched = markets(2)
    outcome = outcome + 80 * np.sin(np.arange(60.0))[:, None]

    found = effect_against_untouched(
        outcome, untouched=untouched, begins=48, rng=np.random.default_rng(1)
    )

    assert isinstance(found, PoorFit)
    assert found.fit_error > 3 * found.usual_fit_error
    assert found.untouched == 8


def test_a_market_fitted_worse_than_others_is_less_sure() -> None:
    outcome, untouched = markets(2)
    shaky = outcome + 16 * np.sin(np.arange(60.0))[:, None]

    well, worse = measured(outcome, untouched), measured(shaky, untouched)

    assert well.fits
    assert worse.effect.total.standard_error > well.effect.total.standard_error


def test_an_unknown_week_is_not_nought_and_a_market_with_many_is_left_out() -> None:
    outcome, untouched = markets(4, effect=30.0)
    seen = np.ones(60, dtype=bool)
    seen[[10, 50]] = False
    known = np.ones((60, 8), dtype=bool)
    known[20, 3] = False
    known[::4, 5] = False
    holes = np.where(known, untouched, np.nan)

    result = measured(
        np.where(seen[:, None], outcome, np.nan),
        holes,
        observed=seen,
        untouched_observed=known,
    )

    assert (result.effect.weeks_before, result.effect.weeks_counted) == (46, 11)
    assert result.effect.leaned_on[5] == 0
    assert result.untouched == 7
    assert np.isfinite(result.effect.expected).all()
    assert result.effect.lift[[10, 50]].tolist() == [0, 0]
    assert abs(result.effect.expected[10] - outcome[10, 0]) < 30


def test_weeks_after_the_end_are_shown_and_not_counted() -> None:
    outcome, untouched = markets(4, effect=30.0)

    result = measured(outcome[:, 0], untouched, ends=52)

    assert isinstance(result.effect, SeriesEffect)
    assert result.effect.weeks_counted == 4
    assert result.effect.low.shape == result.effect.high.shape == (60,)
    assert (result.effect.low < result.effect.high).all()
    assert result.effect.relative is not None
    assert result.effect.probability_of(60) > 0.9


def test_a_total_below_nought_without_it_has_no_share() -> None:
    outcome, untouched = markets(4, effect=30.0)

    assert measured(outcome - 1000, untouched - 1000).effect.relative is None


def test_few_markets_claim_no_mixture_of_weeks_to_be_known_for_certain() -> None:
    outcome, untouched = markets(4, effect=30.0)
    effect = measured(outcome, untouched).effect
    late = effect.covariance[48:, 48:]

    assert np.linalg.eigvalsh(late).min() > 0.05 * np.diag(late).mean()
    assert late.sum() == pytest.approx(effect.total.standard_error**2)


def test_a_drift_apart_is_told_in_what_it_would_add() -> None:
    outcome, untouched = markets(4)
    tilted = outcome + 0.5 * np.arange(60.0)[:, None]
    flat = np.full(48, 1 / 48)

    level = measured(outcome, untouched, design=SIMPLE)
    drifted = measured(tilted, untouched, design=SIMPLE)

    assert level.week_weights == pytest.approx(flat)
    assert drifted.effect.total.value - level.effect.total.value == pytest.approx(
        0.5 * level.weeks_of_drift
    )


def test_six_dates_without_an_effect_show_hardly_any() -> None:
    outcome, untouched = markets(6, effect=60.0)

    placebos = placebo_dates_against_untouched(
        outcome,
        untouched=untouched,
        begins=48,
        ends=52,
        observed=np.ones(60, bool),
        untouched_observed=np.ones((60, 8), bool),
        rng=np.random.default_rng(1),
    )

    assert len(placebos.effects) == 6
    assert placebos.false_alarms <= 1


def test_no_dates_can_be_asked_where_there_are_too_few_markets() -> None:
    outcome, untouched = markets(6, others=3)

    assert (
        placebo_dates_against_untouched(
            outcome, untouched=untouched, begins=48, rng=np.random.default_rng(1)
        ).begins
        == ()
    )


def test_the_same_seed_gives_the_same_answer() -> None:
    outcome, untouched = markets(3, ours=2, others=16, weeks=12, begins=8)

    first = measured(outcome, untouched, begins=8, ends=12)
    again = measured(outcome, untouched, begins=8, ends=12)

    assert len(first.placebos) == 100  # drawn from 120 ways
    assert first.effect.total == again.effect.total
    assert (first.effect.total_draws == again.effect.total_draws).all()


def test_perfectly_parallel_markets_leave_no_doubt() -> None:
    wave = np.sin(np.arange(60.0))[:, None]
    outcome = 5 + wave + np.where(np.arange(60) >= 48, 2.0, 0.0)[:, None]

    for design in (SIMPLE, Design.SYNTHETIC_CONTROL):
        result = measured(outcome, wave + np.full(6, 5.0), design=design)

        assert result.effect.per_week.value == pytest.approx(2)
        assert result.effect.per_week.standard_error == pytest.approx(0, abs=1e-9)
        assert result.probability_by_luck == pytest.approx(1 / 7)


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"untouched": np.random.default_rng(1).normal(size=(60, 4))}, (Unit.GROUPS, 4, 5)),
        ({"begins": 4}, (Unit.WEEKS, 4, 5)),
        ({"observed": np.arange(60) < 48}, (Unit.WEEKS, 0, 1)),
        ({"untouched_observed": np.zeros((60, 8), bool)}, (Unit.GROUPS, 0, 5)),
        ({"outcome": np.ones((60, 5)), "untouched": np.eye(60)[:, :1]}, (Unit.GROUPS, 1, 2)),
    ],
)
def test_what_there_is_too_little_of_is_said(change, missing) -> None:
    outcome, untouched = markets(1)
    options = {"outcome": outcome, "untouched": untouched, "begins": 48} | change

    unit, have, needed = missing
    assert effect_against_untouched(**options, rng=np.random.default_rng(1)) == NotEnough(
        unit, have=have, needed=needed
    )


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"begins": 0}, "within the weeks"),
        ({"ends": 61}, "within the weeks"),
        ({"level": 1.0}, "level"),
        ({"untouched": np.ones((59, 8))}, "one row for each week"),
        ({"untouched": np.ones((60, 8))}, "ever changes"),
        ({"untouched": np.ones((60, 0))}, "at least one"),
        ({"outcome": np.ones((60, 1, 1))}, "one column for each market"),
        ({"outcome": np.full(60, np.nan)}, "missing"),
        ({"observed": np.zeros(60, bool)}, "no week"),
        ({"observed": np.ones(3, bool)}, "60 values"),
        ({"untouched_observed": np.ones(60, bool)}, "each week and market"),
        ({"outcome": -np.ones(60), "in_shares": True}, "above nought"),
    ],
)
def test_a_comparison_that_cannot_be_made_is_refused(change, complaint) -> None:
    outcome, untouched = markets(1)
    options = {"outcome": outcome, "untouched": untouched, "begins": 48} | change

    with pytest.raises(ValueError, match=complaint):
        effect_against_untouched(**options, rng=np.random.default_rng(1))
