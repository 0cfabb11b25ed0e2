import numpy as np
import pytest
from scipy.integrate import quad

from headwater.stats.answers import NotEnough, Unit
from headwater.stats.shrinkage import Benchmark, Shrunk, shrunk, what_if

# Efron & Morris (1975), table 1: 18 batters' averages after 45 times at bat, and for the season.
EARLY = [400, 378, 356, 333, 311, 311, 289, 267, 244, 244, 222, 222, 222, 222, 222, 200, 178, 156]
SEASON = [346, 298, 276, 222, 273, 270, 263, 210, 269, 230, 264, 256, 303, 264, 226, 285, 316, 200]
# Rubin (1981): coaching in eight schools, effects and standard errors.
SCHOOLS = ([28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18])


def leaning(values, errors, **options):
    result = shrunk(values, errors, **options)
    assert isinstance(result, Shrunk)
    return result


def test_batters_are_told_better_by_leaning_on_each_other_as_efron_and_morris_found() -> None:
    early, season = np.array(EARLY) / 1000, np.array(SEASON) / 1000
    middle = early.mean()

    result = leaning(early, np.full(18, np.sqrt(middle * (1 - middle) / 45)))

    found = np.array([estimate.value for estimate in result.estimates])
    alone, together = ((early - season) ** 2).sum(), ((found - season) ** 2).sum()
    assert alone == pytest.approx(0.077, abs=0.002)  # as printed there, and .022 for theirs
    assert together <= 0.026
    assert result.centre.value == pytest.approx(0.265, abs=0.002)


def test_eight_schools_agree_with_an_integral_by_quadrature() -> None:
    seen, errors = np.array(SCHOOLS[0], dtype=float), np.array(SCHOOLS[1], dtype=float)

    def weight(spread):
        variance = errors**2 + spread**2
        doubt = 1 / (1 / variance).sum()
        centre = doubt * (seen / variance).sum()
        off = ((seen - centre) ** 2 / variance).sum()
        return np.exp(0.5 * np.log(doubt) - 0.5 * np.log(variance).sum() - 0.5 * off + 18), centre

    def first(spread):
        size, centre = weight(spread)
        return size * (seen[0] / 225 + centre / spread**2) / (1 / 225 + 1 / spread**2)

    whole = quad(lambda spread: weight(spread)[0], 0, np.inf)[0]
    result = leaning(*SCHOOLS)

    assert result.estimates[0].value == pytest.approx(
        quad(first, 1e-9, np.inf)[0] / whole, rel=0.01
    )
    centre = quad(lambda spread: np.prod(weight(spread)), 0, np.inf)[0] / whole
    assert result.centre.value == pytest.approx(centre, rel=0.01)
    # Gelman et al. (2013), table 5.3: school A from -2 to 31, and its median 10.
    assert result.estimates[0].low == pytest.approx(-2, abs=1)
    assert result.estimates[0].high == pytest.approx(31, abs=1.5)


@pytest.mark.slow
@pytest.mark.parametrize("spread", [0.0, 0.15, 0.3])
def test_five_small_activities_are_told_better_and_their_ranges_hold(spread) -> None:
    rng = np.random.default_rng(11)
    errors, off, alone, held = np.full(5, 0.33), [], [], []
    for _draw in range(120):
        true = 0.3 + spread * rng.normal(size=5)
        seen = true + errors * rng.normal(size=5)
        result = leaning(seen, errors)
        off.append([estimate.value for estimate in result.estimates] - true)
        alone.append(seen - true)
        held += [
            estimate.low <= at <= estimate.high
            for estimate, at in zip(result.estimates, true, strict=True)
        ]

    assert np.sqrt(np.mean(np.square(alone))) == pytest.approx(0.33, abs=0.02)
    assert np.sqrt(np.mean(np.square(off))) <= 0.28
    assert 0.94 <= np.mean(held) <= 0.99


def test_alike_ones_lean_hard_and_different_ones_hardly() -> None:
    alike = leaning([1.0, 1.1, 0.9, 1.0], np.full(4, 0.5))
    apart = leaning([1.0, 30.0, -20.0, 55.0], np.full(4, 0.5))

    assert alike.borrowed.min() > 0.5 > 0.02 > apart.borrowed.max()
    assert alike.spread.value < 1 < 10 < apart.spread.value
    assert [estimate.value for estimate in apart.estimates] == pytest.approx(
        [1, 30, -20, 55], abs=1
    )
    assert apart.estimates[2].probability_positive < 1e-6


def test_the_less_sure_leans_more() -> None:
    result = leaning([3.0, 0.0, 1.0, 0.5], [2.0, 0.3, 0.5, 0.4])

    assert result.borrowed.argmax() == 0
    assert result.estimates[0].value < 2


def test_a_good_benchmark_narrows_and_a_wrong_one_is_found_out() -> None:
    good = what_if([0.4], [0.3], benchmark=Benchmark(0.3, 0.1))
    wrong = what_if([0.4, 0.5], [0.1, 0.1], benchmark=Benchmark(-1.0, 0.3))

    assert good.estimates[0].value == pytest.approx((0.4 / 0.09 + 0.3 / 0.01) / (1 / 0.09 + 100))
    assert good.estimates[0].standard_error == pytest.approx((1 / 0.09 + 100) ** -0.5)
    assert good.borrowed.tolist() == pytest.approx([0.9])
    assert (good.is_believable, wrong.is_believable) == (True, False)


def test_a_wrong_benchmark_covers_too_seldom_which_is_why_it_is_a_what_if() -> None:
    rng = np.random.default_rng(3)
    true, benchmark = 0.3, Benchmark(0.0, 0.15)
    seen = true + 0.33 * rng.normal(size=300)
    # All at once: a benchmark leans on each by itself, as the test above has it for one.
    found = what_if(seen, np.full(300, 0.33), benchmark=benchmark).estimates
    held = [estimate.low <= true <= estimate.high for estimate in found]

    assert np.mean(held) < 0.85


def test_two_things_cannot_show_how_far_things_of_their_kind_differ() -> None:
    assert shrunk([1.0, 2.0], [1.0, 1.0]) == NotEnough(Unit.GROUPS, have=2, needed=3)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (lambda: shrunk([1.0, 2.0, 3.0], [1.0, 1.0]), "each value"),
        (lambda: shrunk([1.0, 2.0, 3.0], [1.0, 1.0, 0.0]), "above nought"),
        (lambda: shrunk([1.0, np.nan, 3.0], [1.0, 1.0, 1.0]), "missing"),
        (lambda: shrunk([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], level=1.0), "level"),
        (lambda: Benchmark(0.0, 0.0), "above nought"),
    ],
)
def test_what_cannot_be_shrunk_is_refused(wrong, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        wrong()
