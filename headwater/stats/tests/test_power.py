import numpy as np
import pytest

from headwater.stats.answers import NotEnough
from headwater.stats.means import difference_in_means
from headwater.stats.power import (
    Sight,
    enough_for,
    people_needed,
    sight,
    sight_of_means,
    sight_of_series,
    sight_of_shares,
)


def test_matches_the_two_point_eight_of_bloom_1995() -> None:
    # Bloom (1995): the minimum detectable effect at 5 % two-sided and 80 % power is 2.80 errors.
    assert sight(1.0).smallest == pytest.approx(2.80, abs=0.005)


def test_matches_the_sixty_four_a_group_of_cohen_1988() -> None:
    # Cohen (1988), table 2.4.1: d = 0.5, 80 % power: 64 a group by t, 63 by the normal.
    assert people_needed(0.5, spread=1.0) == 126
    assert sight_of_means(1.0, treated=63, control=63).smallest == pytest.approx(0.5, abs=0.002)


def test_what_is_promised_to_be_seen_is_seen_that_often() -> None:
    rng = np.random.default_rng(2)
    promised = sight_of_means(3.0, treated=60, control=40)

    seen = [
        difference_in_means(
            rng.normal(promised.smallest, 3, 60), rng.normal(0, 3, 40)
        ).excludes_nought
        for _ in range(600)
    ]

    assert np.mean(seen) == pytest.approx(0.8, abs=0.05)
    assert promised.odds_of_seeing(promised.smallest) == pytest.approx(0.8, abs=1e-3)
    assert promised.odds_of_seeing(0) == pytest.approx(0.05)


def test_without_noise_everything_is_seen() -> None:
    assert sight(0.0).odds_of_seeing(1) == 1
    assert people_needed(1, spread=0) == 4


def test_what_is_known_already_sharpens_the_sight() -> None:
    plain = sight_of_means(2.0, treated=10, control=10)

    assert sight_of_means(2.0, treated=10, control=10, explained=0.75).smallest == pytest.approx(
        plain.smallest / 2
    )


def test_shares_are_seen_by_the_spread_at_their_base() -> None:
    assert sight_of_shares(0.5, treated=100, control=100).standard_error == pytest.approx(
        np.sqrt(0.25 / 50)
    )


def test_a_control_sharpens_the_sight_and_more_weeks_add_their_own_noise() -> None:
    rng = np.random.default_rng(4)
    level = 300 + np.cumsum(rng.normal(0, 4, 70))
    history, control = level + rng.normal(0, 6, 70), (level + rng.normal(0, 3, 70))[:, None]

    alone = sight_of_series(history, weeks=4, rng=rng)
    beside = sight_of_series(history, weeks=4, rng=rng, controls=control)
    longer = sight_of_series(history, weeks=8, rng=rng, controls=control)

    assert isinstance(alone, Sight)
    assert isinstance(beside, Sight)
    assert isinstance(longer, Sight)
    assert beside.smallest < alone.smallest
    assert beside.smallest < longer.smallest


def test_too_short_a_history_cannot_promise() -> None:
    assert isinstance(
        sight_of_series([1.0, 2, 3, 4, 5], weeks=2, rng=np.random.default_rng()), NotEnough
    )


def test_half_the_error_needs_four_times_as_many() -> None:
    unsure = sight(10.0).smallest

    assert enough_for(10.0, have=12, effect=unsure / 2) == 48
    assert enough_for(10.0, have=12, effect=unsure * 3) == 12


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (lambda: sight(-1.0), "nought or more"),
        (lambda: sight(1.0, power=1.0), "level"),
        (lambda: sight_of_shares(1.0, treated=5, control=5), "base share"),
        (lambda: sight_of_means(1.0, treated=0, control=5), "somebody"),
        (lambda: sight_of_means(1.0, treated=5, control=5, explained=1.0), "explained"),
        (lambda: people_needed(0, spread=1.0), "never seen"),
        (lambda: people_needed(1, spread=1.0, share_treated=1.0), "share_treated"),
        (lambda: enough_for(1.0, have=0, effect=1.0), "already"),
        (lambda: sight_of_series([1.0, 2.0], weeks=2, rng=np.random.default_rng()), "fewer"),
    ],
)
def test_what_cannot_be_planned_is_refused(wrong, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        wrong()
