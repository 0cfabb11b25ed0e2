from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from headwater.stats.answers import Change, NotEnough
from headwater.stats.lottery import LotteryEffect, effect_of_lottery
from headwater.stats.planning import (
    LotteryOfDates,
    Needed,
    halving_lottery,
    halving_markets,
    halving_series,
    lottery_needs,
    sight_of_markets,
)
from headwater.stats.power import Sight
from headwater.stats.synthetic import AgainstUntouched, PoorFit, effect_against_untouched
from headwater.stats.tests.worlds import markets

PLAN = LotteryOfDates(
    spread=2.0, correlation=0.5, places=30, waiting=30, weeks_before=4, weeks_after=4
)


def rng():
    return np.random.default_rng(1)


def test_without_weeks_before_and_with_one_after_it_is_two_means_compared() -> None:
    plan = replace(PLAN, weeks_before=0, weeks_after=1)

    assert plan.standard_error == pytest.approx(2 * np.sqrt(2 / 30))


def test_one_week_before_takes_away_the_square_of_the_correlation() -> None:
    plan = replace(PLAN, weeks_before=1, weeks_after=1)

    assert plan.standard_error == pytest.approx(2 * np.sqrt(2 / 30 * (1 - 0.25)))


@pytest.mark.slow
def test_what_is_promised_is_seen_that_often() -> None:
    draws, seen = rng(), []
    effect = PLAN.sight().smallest
    for _ in range(150):
        person = draws.normal(0, 2 * np.sqrt(0.5), (60, 1))
        weeks = person + draws.normal(0, 2 * np.sqrt(0.5), (60, 8))
        drawn = draws.permutation(np.arange(60) < 30)
        weeks[:, 4:] += effect * drawn[:, None]
        found = effect_of_lottery(
            weeks[:, 4:].mean(axis=1),
            drawn=drawn,
            before=weeks[:, :4].mean(axis=1),
            rng=draws,
            permutations=200,
        )
        assert isinstance(found, LotteryEffect)
        seen.append(found.effect.excludes_nought)

    assert np.mean(seen) == pytest.approx(0.8, abs=0.1)


def test_what_is_needed_is_just_enough() -> None:
    effect = 0.62
    assert PLAN.sight().smallest > effect

    found = lottery_needs(effect, plan=PLAN)

    assert found.places is not None
    assert found.weeks_after is not None
    for changed, fewer in (
        (
            replace(PLAN, places=found.places, waiting=found.places),
            replace(PLAN, places=found.places - 1, waiting=found.places - 1),
        ),
        (
            replace(PLAN, weeks_after=found.weeks_after),
            replace(PLAN, weeks_after=found.weeks_after - 1),
        ),
    ):
        assert changed.sight().smallest <= effect < fewer.sight().smallest


def test_what_suffices_already_stays_and_what_never_would_is_none() -> None:
    assert lottery_needs(50.0, plan=PLAN) == Needed(30, 4, 4)
    assert lottery_needs(-50.0, plan=PLAN) == Needed(30, 4, 4)
    assert lottery_needs(1e-4, plan=PLAN) == Needed(None, None, None)
    assert lottery_needs(0.01, plan=replace(PLAN, weeks_after=200)).weeks_after is None


def test_four_times_the_places_halve_what_is_seen() -> None:
    changes = {change.name: change.at for change in halving_lottery(PLAN)}

    assert changes == {"places": 120}
    steady = replace(PLAN, correlation=0.0)
    assert halving_lottery(steady) == (Change("places", 120), Change("weeks_after", 16))


def test_markets_that_move_alike_show_smaller_effects() -> None:
    ours, untouched = markets(3, weeks=48)
    wild = np.random.default_rng(2).normal(0, 40, (48, 9))

    sharp = sight_of_markets(ours[:, 0], untouched=untouched, weeks=4, rng=rng())
    blunt = sight_of_markets(
        ours + wild[:, :1], untouched=untouched + wild[:, 1:], weeks=4, rng=rng()
    )

    assert isinstance(sharp, Sight)
    assert isinstance(blunt, Sight)
    assert 0 < sharp.smallest < blunt.smallest


@pytest.mark.slow
def test_the_error_foreseen_is_about_the_error_made() -> None:
    foreseen, made = [], []
    for seed in range(24):
        ours, untouched = markets(seed, weeks=28)
        sight = sight_of_markets(ours[:24], untouched=untouched[:24], weeks=4, rng=rng())
        effect = effect_against_untouched(ours, untouched=untouched, begins=24, rng=rng())
        if isinstance(sight, Sight) and isinstance(effect, AgainstUntouched):
            foreseen.append(sight.standard_error)
            made.append(effect.effect.total.value)

    assert len(made) >= 20
    assert np.sqrt(np.mean(np.square(foreseen))) == pytest.approx(np.std(made), rel=0.4)


def test_markets_without_a_verdict_have_no_sight() -> None:
    ours, untouched = markets(3, weeks=48, others=3)
    _, more = markets(3, weeks=48)
    odd = ours + 80 * np.sin(np.arange(48.0))[:, None]

    assert isinstance(sight_of_markets(ours, untouched=untouched, weeks=4, rng=rng()), NotEnough)
    assert isinstance(sight_of_markets(odd, untouched=more, weeks=4, rng=rng()), PoorFit)
    assert halving_markets(ours, untouched=untouched, weeks=4, rng=rng()) == ()


def test_more_markets_of_ours_halve_what_is_seen_in_each() -> None:
    draws = np.random.default_rng(4)
    table = 100 + draws.normal(0, 5, (20, 11))

    changes = halving_markets(table[:, 0], untouched=table[:, 1:], weeks=2, rng=rng())

    found = {change.name: change.at for change in changes}
    assert found["markets"] is not None
    assert 2 <= found["markets"] <= 6
    assert set(found) <= {"markets", "weeks_counted"}


def test_what_would_halve_a_series_sight_is_told_in_numbers() -> None:
    draws = np.random.default_rng(4)
    noise = 100 + draws.normal(0, 5, 40)

    alone = halving_series(noise, weeks=2, rng=rng())
    beside = halving_series(noise, weeks=2, rng=rng(), controls=draws.normal(size=(40, 1)))

    assert alone[-1] == Change("share_told_by_controls", 0.75)
    assert "share_told_by_controls" not in {change.name for change in beside}
    assert {change.name for change in alone} <= {"weeks_counted", "share_told_by_controls"}
    assert halving_series([1.0, 2, 3, 4, 5], weeks=2, rng=rng()) == ()


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (lambda: lottery_needs(0.0, plan=PLAN), "never seen"),
        (lambda: halving_lottery(replace(PLAN, spread=0.0)), "never seen"),
        (lambda: replace(PLAN, spread=-1.0), "nought or more"),
        (lambda: replace(PLAN, correlation=1.0), "below 1"),
        (lambda: replace(PLAN, places=0), "needs places"),
        (lambda: replace(PLAN, weeks_before=-1), "needs places"),
        (lambda: sight_of_markets([1.0], untouched=[[1.0]], weeks=1, rng=rng()), "fewer"),
    ],
)
def test_what_cannot_be_planned_is_refused(wrong: Any, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        wrong()
