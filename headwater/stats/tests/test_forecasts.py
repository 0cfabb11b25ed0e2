import numpy as np
import pytest

from headwater.stats.answers import NotEnough, Unit
from headwater.stats.forecasts import DAMPING, Forecast, forecast

BOXES = [14, 16, 15, 19, 22, 29, 24, 27]


def rng(seed=1):
    return np.random.default_rng(seed)


def looked_ahead(weeks, **options):
    result = forecast(weeks, rng=rng(), **options)
    assert isinstance(result, Forecast)
    return result


def test_three_weeks_are_not_enough_and_four_are() -> None:
    assert forecast(BOXES[:3], target=40, rng=rng()) == NotEnough(Unit.WEEKS, have=3, needed=4)
    assert isinstance(forecast(BOXES[:4], target=40, rng=rng()), Forecast)


def test_a_week_nobody_knows_does_not_count_and_is_not_nought() -> None:
    seen = np.array([True, True, True, False])

    assert forecast([20, 21, 19, np.nan], target=40, rng=rng(), observed=seen) == NotEnough(
        Unit.WEEKS, have=3, needed=4
    )

    known = looked_ahead(
        [20, 21, 19, np.nan, 20, 21],
        target=40,
        observed=np.array([True, True, True, False, True, True]),
    )
    assert known.expected[0] == pytest.approx(20, abs=1.5)


def test_the_goal_of_the_design_is_reached_some_day_with_a_range() -> None:
    result = looked_ahead(BOXES, target=30)

    assert result.earliest is not None
    assert result.week is not None
    assert 1 <= result.earliest < result.week
    assert result.latest is None or result.week < result.latest
    assert (np.diff(result.reached_by) >= 0).all()
    assert result.probability_by(result.week) >= 0.5 > result.probability_by(result.week - 1)
    assert result.probability_by(10_000) == result.reached_by[-1]
    assert result.probability_by(0) == 0


def test_a_level_that_stands_is_reached_already() -> None:
    result = looked_ahead([41, 44, 43, 45, 44], target=40)

    assert (result.week, result.earliest, result.latest) == (0, 0, 0)
    assert result.probability_by(0) == 1
    assert result.reached_by[0] == 1


def test_a_flat_figure_far_from_its_goal_has_no_date() -> None:
    result = looked_ahead([5, 6, 5, 4, 5, 6, 5], target=50)

    assert result.week is None
    assert result.latest is None
    assert result.reached_by[-1] < 0.1


def test_a_total_grows_by_the_usual_week() -> None:
    result = looked_ahead([10, 11, 9, 10, 10, 11, 9, 10], target=180, adds_up=True)

    assert result.week == pytest.approx(10, abs=1)
    assert result.expected[0] == pytest.approx(90, abs=1.5)
    assert looked_ahead([10, 11, 9, 10], target=30, adds_up=True).week == 0


def test_a_figure_may_have_to_fall() -> None:
    falling = looked_ahead([30, 28, 25, 24, 21, 20, 18], target=15, falling=True)

    assert falling.week is not None
    assert 1 <= falling.week <= 10
    assert looked_ahead([14, 13, 12, 12], target=15, falling=True).week == 0


def test_counts_never_fall_below_nought() -> None:
    assert (looked_ahead([9, 7, 5, 3, 1, 1], target=20).low >= 0).all()
    assert looked_ahead([-1, -2, -3, -4, -5], target=2).low[20] < -5


def test_equal_weeks_do_not_claim_certainty() -> None:
    result = looked_ahead([5, 5, 5, 5], target=6)

    assert result.low[0] < 5 < result.high[0]
    assert looked_ahead([0, 0, 0, 0], target=6).week is None


def test_the_same_seed_gives_the_same_forecast() -> None:
    first, second = looked_ahead(BOXES, target=40), looked_ahead(BOXES, target=40)

    assert first.reached_by.tolist() == second.reached_by.tolist()


@pytest.mark.slow
def test_the_range_of_the_usual_week_holds_it_about_as_often_as_it_says() -> None:
    draws = rng(6)
    held = []
    for _ in range(100):
        level, slope, levels = 100.0, 1.0, []
        for _ in range(24):
            slope = DAMPING * slope + draws.normal(0, 0.5)
            level += slope + draws.normal(0, 1.5)
            levels.append(level)
        seen = np.array(levels[:20]) + draws.normal(0, 5, 20)
        result = forecast(seen, target=1000, rng=draws, horizon=4, draws=400)
        assert isinstance(result, Forecast)
        held.append(result.low[3] <= levels[23] <= result.high[3])

    assert 0.72 <= np.mean(held) <= 0.9


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"weeks": [1, 2, 3, np.nan]}, "missing values"),
        ({"weeks": [[1, 2, 3, 4]]}, "one row"),
        ({"observed": np.array([True])}, "8 values"),
        ({"adds_up": True, "falling": True}, "come down"),
        ({"level": 0.0}, "level"),
    ],
)
def test_what_cannot_be_forecast_is_refused(wrong, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        forecast(**{"weeks": BOXES, "target": 40, "rng": rng()} | wrong)
