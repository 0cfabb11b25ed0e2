import numpy as np
import pytest

from headwater.stats.answers import NotEnough, Unit
from headwater.stats.cohorts import NEVER, summarise
from headwater.stats.imputation import pooled
from headwater.stats.returns import (
    CumulativeReturn,
    Guess,
    cumulative_return,
    difference_per_pound,
    drawn_value,
    flow,
)
from headwater.stats.series import SeriesEffect, effect_in_series
from headwater.stats.staggered import Controls, effects_by_cohort, spread_of

WEEKS, HORIZON = 52, 26
LAGS = np.arange(WEEKS + HORIZON)


def rng(seed=1):
    return np.random.default_rng(seed)


def programme(*, half_life=20.0, build_up=4.0, amplitude=1.0, noise=12.0, seed=3, price=1500.0):
    """Twenty partners come every sixth week; the truth is written out, not taken from the sums."""
    dose = np.where((LAGS % 6 == 2) & (LAGS < WEEKS), 20.0, 0.0)
    shape = amplitude * (1 - np.exp(-(LAGS + 1) / build_up)) * 0.5 ** (LAGS / half_life)
    true = sum(
        dose[week] * np.concatenate([np.zeros(week), shape[: LAGS.size - week]]) for week in LAGS
    )
    lift = true[:WEEKS] + rng(seed).normal(0, noise, WEEKS)
    return true, {
        "lift": lift,
        "covariance": np.eye(WEEKS) * noise**2,
        "dose": dose,
        "cost": np.where(dose > 0, price, 0.0),
    }


def returned(data, **options):
    result = cumulative_return(**{"rng": rng(), "value": 10.0, "draws": 2000} | data | options)
    assert isinstance(result, CumulativeReturn)
    return result


@pytest.mark.slow
def test_ranges_hold_what_came_back_what_will_come_and_the_week_it_broke_even() -> None:
    held = []
    for seed in range(40):
        draws = rng(seed)
        true, data = programme(
            half_life=26 * np.exp(0.9 * draws.normal()),
            build_up=4 * np.exp(0.8 * draws.normal()),
            seed=1000 + seed,
        )
        result = returned(data, rng=draws, draws=1000)
        net = np.cumsum(10 * true - data["cost"])
        even = int(np.flatnonzero(net < 0).max()) + 1
        earliest, latest = result.break_even.earliest, result.break_even.latest
        held.append(
            [
                result.returned.low <= 10 * true[:WEEKS].sum() <= result.returned.high,
                result.in_the_end.low <= 10 * true.sum() <= result.in_the_end.high,
                earliest is not None and earliest <= even and (latest is None or even <= latest),
            ]
        )

    assert (np.mean(held, axis=0) >= 0.9).all()


def test_curves_begin_below_nought_and_end_where_the_figures_say() -> None:
    _, data = programme()
    result = returned(data)

    assert result.cost[-1] == 9 * 1500
    assert result.expected[2] < 0 < result.expected[-1]
    assert ((result.low <= result.expected) & (result.expected <= result.high)).all()
    assert result.expected[WEEKS - 1] == pytest.approx(
        result.returned.value - result.cost[WEEKS - 1]
    )
    assert result.expected[-1] == pytest.approx(result.in_the_end.value - result.cost[-1])
    assert result.per_pound is not None
    assert result.per_pound.value == pytest.approx(result.returned.value / result.cost[WEEKS - 1])


def test_layers_of_work_sum_to_the_whole() -> None:
    _, data = programme()
    result = returned(data)
    early = np.where(LAGS < 20, data["dose"], 0)

    layers = flow(result.response, early) + flow(result.response, data["dose"] - early)

    assert np.cumsum(layers) - result.cost == pytest.approx(result.expected)


def test_what_brings_nothing_never_breaks_even_and_says_so() -> None:
    _, data = programme(amplitude=0.0)
    result = returned(data)

    assert result.break_even.never > 0.95
    assert (result.break_even.week, result.break_even.latest) == (None, None)
    assert result.returned.low < 0 < result.returned.high


def test_what_cost_nothing_has_no_return_per_pound_and_breaks_even_at_once() -> None:
    _, data = programme()
    result = returned(data | {"cost": np.zeros(WEEKS + HORIZON)})

    assert result.per_pound is None
    assert result.break_even.week == 2
    with pytest.raises(ValueError, match="need a cost"):
        difference_per_pound(result, result)


def test_more_weeks_tell_more_of_the_half_life() -> None:
    _, data = programme(noise=40)
    short = data | {"lift": data["lift"][:14], "covariance": data["covariance"][:14, :14]}

    assert 0 <= returned(short).told_by_data < returned(data).told_by_data < 1


def test_a_campaign_that_fades_in_a_week_is_told_from_capacity_that_lasts() -> None:
    _, lasting = programme(half_life=60, build_up=4)
    _, fading = programme(half_life=1.5, build_up=1, amplitude=2)
    capacity, campaign = returned(lasting), returned(fading)

    assert capacity.half_life_weeks.low > campaign.half_life_weeks.high
    assert difference_per_pound(capacity, campaign).low > 0
    assert difference_per_pound(campaign, capacity).probability_positive < 0.01


def grown(*, luck, seed):
    """Deeds bring more the later they are done, which no curve here knows; errors grow with the
    lift and hang together, as they do when each person counts in many weeks."""
    true, data = programme(half_life=30.0)
    true = true * np.linspace(0.4, 1.6, true.size)
    size = 0.08 * true[:WEEKS] + 1
    together = np.exp(-np.abs(np.subtract.outer(LAGS[:WEEKS], LAGS[:WEEKS])) / 30)
    covariance = np.outer(size, size) * together
    lift = true[:WEEKS] + luck * rng(seed).multivariate_normal(np.zeros(WEEKS), covariance)
    return true, data | {"lift": lift, "covariance": covariance}


def test_a_curve_of_the_wrong_shape_pulls_nothing_away_from_what_was_measured() -> None:
    true, data = grown(luck=0.0, seed=1)
    sure = data | {"covariance": data["covariance"] / 100}

    assert returned(sure).returned.value == pytest.approx(10 * true[:WEEKS].sum(), rel=0.02)


def test_where_the_curve_is_wrong_the_range_still_holds_what_came_back() -> None:
    held = []
    for seed in range(60):
        true, data = grown(luck=1.0, seed=seed)
        told = returned(data, draws=500).returned
        held.append(told.low <= 10 * true[:WEEKS].sum() <= told.high)

    assert np.mean(held) >= 0.88


def test_what_no_curve_fits_is_widened_once_more() -> None:
    _, data = programme()
    leaps = np.where(LAGS[:WEEKS] % 2, 3.0, -3.0) * data["lift"].max()
    told = returned(data | {"lift": leaps, "covariance": np.eye(WEEKS)})
    calm = returned(data | {"lift": leaps / 1e3, "covariance": np.eye(WEEKS)})

    assert told.half_life_weeks.standard_error > 0
    assert told.in_the_end.high - told.in_the_end.low > calm.in_the_end.high - calm.in_the_end.low


def test_errors_a_little_too_small_for_the_fit_are_widened() -> None:
    _, data = programme(noise=40)
    little = data | {"covariance": data["covariance"] / 1.3}
    told, overconfident = returned(data).returned, returned(little).returned

    assert overconfident.high - overconfident.low > 0.95 * (told.high - told.low)


def test_an_unsure_value_widens_the_range() -> None:
    _, data = programme()
    draws = drawn_value(5.0, 10.0, 15.0, rng=rng(), draws=2000)

    known, unsure = returned(data).returned, returned(data, value=draws).returned

    assert unsure.standard_error > 2 * known.standard_error
    assert (draws.min() >= 5, draws.max() <= 15) == (True, True)
    assert drawn_value(3.0, 3.0, 3.0, rng=rng(), draws=2).tolist() == [3.0, 3.0]


def test_a_series_verdict_carries_on_into_a_return() -> None:
    true, data = programme(noise=8, amplitude=0.5)
    outcome = 300 + rng(5).normal(0, 8, 104 + WEEKS)
    outcome[104:] += true[:WEEKS]
    effect = effect_in_series(outcome, begins=104, rng=rng())
    assert isinstance(effect, SeriesEffect)

    result = returned(
        data | {"lift": effect.lift[104:], "covariance": effect.covariance[104:, 104:]}
    )

    assert result.returned.low <= 10 * true[:WEEKS].sum() <= result.returned.high


def test_nothing_is_counted_more_than_104_weeks_after_a_deed_that_no_data_show() -> None:
    dose, weeks = np.zeros(60 + 104), np.arange(60)
    dose[0] = 20.0
    lift = 20 * (1 - np.exp(-(weeks + 1) / 4)) * 0.5 ** (weeks / 200)
    data = {"lift": lift, "covariance": np.eye(60), "dose": dose, "cost": dose * 10}

    result = returned(data)

    assert result.response[103] > 0
    assert (result.response[104:] == 0).all()
    assert np.diff(result.expected)[104:] == pytest.approx(0)
    with pytest.raises(ValueError, match="104 weeks"):
        returned(data | {"dose": np.append(dose, 0.0), "cost": np.append(dose, 0.0)})
    with pytest.raises(ValueError, match="104 weeks"):
        returned(data, weeks_each=2)


def test_lags_that_the_data_show_are_counted_however_long() -> None:
    dose = np.zeros(130)
    dose[0] = 20.0

    result = returned(
        {"lift": np.full(130, 20.0), "covariance": np.eye(130), "dose": dose, "cost": dose}
    )

    assert result.response[129] > 0


def test_under_a_hundred_partners_only_the_range_is_to_be_shown() -> None:
    _, data = programme()

    assert [returned(data, partners=n).only_range for n in (99, 100, None)] == [True, False, False]


@pytest.mark.slow
def test_sixty_partners_tell_a_return_whose_range_holds_as_often_as_it_says() -> None:
    weeks, many, horizon = 40, 60, 26
    begins = np.repeat([8, 14, 20, 99], 15)
    age = np.arange(weeks + horizon)[None, :] - begins[:, None]
    lasts = np.where(age >= 0, (1 - np.exp(-(age + 1) / 4)) * 0.5 ** (age / 20), 0.0)
    dose = np.array([(begins == week).sum() for week in range(weeks + horizon)], dtype=float)
    truth, held = np.array([lasts[:, :weeks].sum(), lasts.sum()]), []
    for seed in range(30):
        draws = rng(seed)
        noise = np.cumsum(draws.normal(0, 0.15, (many, weeks)), axis=1)  # they drift, too
        cohorts = summarise(
            noise + draws.normal(0, 0.5, (many, weeks)) + lasts[:, :weeks],
            begins=np.where(begins == 99, NEVER, begins),
        )
        effects = effects_by_cohort(cohorts, controls=Controls.NOT_YET_TREATED)
        of = np.array([15.0 * (effects.week == week) * effects.is_after for week in range(weeks)])
        spread = spread_of(pooled(cohorts), effects.averaged(of), of @ effects.mixture)
        result = returned(
            {"lift": of @ effects.value, "covariance": spread, "dose": dose, "cost": dose},
            value=1.0,
            level=0.9,
            draws=800,
        )
        held.append(
            [
                told.low <= true <= told.high
                for told, true in zip((result.returned, result.in_the_end), truth, strict=True)
            ]
        )

    assert (np.mean(held, axis=0) >= 0.85).all()


def test_seven_weeks_are_not_enough() -> None:
    _, data = programme()
    early = data | {"lift": data["lift"][:9], "covariance": np.eye(9)}

    assert cumulative_return(**early, rng=rng()) == NotEnough(Unit.WEEKS, have=7, needed=8)


def test_nothing_at_all_is_nought() -> None:
    result = returned(
        {
            "lift": np.zeros(9),
            "covariance": np.zeros((9, 9)),
            "dose": np.ones(9),
            "cost": np.ones(9),
        }
    )

    assert result.returned.value == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"cost": np.ones(3)}, "one value for each week"),
        ({"cost": -np.ones(WEEKS + HORIZON)}, "nought or more"),
        ({"dose": np.zeros(WEEKS + HORIZON)}, "nothing was done"),
        ({"covariance": np.eye(3)}, "columns"),
        ({"covariance": np.ones((3, WEEKS))}, "covariance one a pair"),
        ({"level": 1.5}, "level"),
    ],
)
def test_what_does_not_fit_together_is_refused(change, complaint) -> None:
    _, data = programme()
    with pytest.raises(ValueError, match=complaint):
        returned(data | change)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (lambda: Guess(0.0, 1.0), "above nought"),
        (lambda: drawn_value(3.0, 2.0, 4.0, rng=rng()), "rise"),
        (lambda: flow([1.0], [1.0, 2.0]), "more weeks"),
    ],
)
def test_an_impossible_guess_is_refused(wrong, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        wrong()
