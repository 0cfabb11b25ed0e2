import numpy as np
import pytest

from headwater.stats.many import benjamini_hochberg

# Benjamini & Hochberg (1995), table of section 4.1: 15 comparisons of treatments after a heart
# attack. Their procedure rejects four at 0.05.
THROMBOLYSIS = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
    0.5719, 0.6528, 0.7590, 1.0000,
]  # fmt: skip


def test_as_many_stand_as_in_the_paper() -> None:
    assert (benjamini_hochberg(THROMBOLYSIS) <= 0.05).sum() == 4


def test_what_r_corrects_ours_corrects_alike_in_any_order() -> None:
    # R: p.adjust(c(.01, .04, .03, .005), "BH")
    given = [0.01, 0.04, 0.03, 0.005]

    assert benjamini_hochberg(given) == pytest.approx([0.02, 0.04, 0.04, 0.02])


def test_false_alarms_over_many_stay_as_rare_as_promised() -> None:
    rng = np.random.default_rng(4)
    shares = []
    for _ in range(500):
        luck, real = rng.uniform(size=80), rng.uniform(size=20) / 2000
        found = benjamini_hochberg(np.concatenate([luck, real])) < 0.05
        shares.append(found[:80].sum() / max(found.sum(), 1))

    assert np.mean(shares) <= 0.05


@pytest.mark.parametrize("given", [[], [1.2], [-0.1, 0.5], [float("nan")]])
def test_what_is_no_probability_is_refused(given: list[float]) -> None:
    with pytest.raises(ValueError):
        benjamini_hochberg(given)
