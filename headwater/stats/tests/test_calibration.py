import numpy as np
import pytest

from headwater.stats.answers import NotEnough, Unit
from headwater.stats.calibration import Calibration, _expected, _patterns, anchored, calibrate
from headwater.stats.gauges import SKIPPED, Item
from headwater.stats.tests.shared import shared

TRUE = tuple(
    Item(sharp, tuple(middle + np.array([-1.1, 0.0, 1.2])))
    for sharp, middle in zip(
        [1.0, 1.4, 1.8, 2.2, 1.2, 1.6], [-0.9, -0.5, 0.0, 0.2, 0.6, 1.0], strict=True
    )
)


def answered(people, *, seed=5, mean=0.0, spread=1.0):
    draws = np.random.default_rng(seed)
    theta = draws.normal(mean, spread, people)[:, None, None]
    above = [
        1 / (1 + np.exp(-item.discrimination * (theta[:, 0] - np.array(item.thresholds))))
        for item in TRUE
    ]
    return np.stack([(draws.random((people, 1)) < each).sum(axis=1) for each in above], axis=1)


def learned(answers, **options):
    result = calibrate(answers, **options)
    assert isinstance(result, Calibration)
    return result


def test_matches_rizopoulos_2006_on_the_law_school_test() -> None:
    # ltm: rasch(LSAT): difficulties, common discrimination and log-likelihood as printed there.
    table = np.genfromtxt(
        shared("evaluation", "data", "lsat6_patterns.csv"), delimiter=",", skip_header=1, dtype=int
    )

    result = learned(table[:, :5], times=table[:, 5], alike=True, tolerance=1e-9)

    assert [item.thresholds[0] for item in result.items] == pytest.approx(
        [-3.615, -1.322, -0.318, -1.730, -2.780], abs=0.01
    )
    assert [item.discrimination for item in result.items] == pytest.approx([0.755] * 5, abs=0.01)
    assert result.log_likelihood == pytest.approx(-2466.94, abs=0.01)
    assert result.people == 1000


def test_finds_the_items_that_made_the_answers_with_some_of_them_skipped() -> None:
    answers = answered(4000)
    answers[np.random.default_rng(1).random(answers.shape) < 0.1] = SKIPPED

    result = learned(answers)

    for found, true in zip(result.items, TRUE, strict=True):
        assert found.discrimination == pytest.approx(true.discrimination, rel=0.15)
        assert found.thresholds == pytest.approx(true.thresholds, abs=0.18)


def test_items_held_to_be_alike_share_one_sharpness() -> None:
    draws = np.random.default_rng(2)
    theta, hard = draws.normal(size=(3000, 1)), np.array([-1.0, 0.0, 0.8])
    answers = (draws.random((3000, 3)) < 1 / (1 + np.exp(-1.3 * (theta - hard)))).astype(int)

    result = learned(answers, alike=True)

    assert len({item.discrimination for item in result.items}) == 1
    assert result.items[0].discrimination == pytest.approx(1.3, rel=0.1)
    assert [item.thresholds[0] for item in result.items] == pytest.approx(hard.tolist(), abs=0.1)


def test_no_change_of_a_parameter_makes_the_answers_more_probable() -> None:
    answers = answered(600)
    result = learned(answers, tolerance=1e-10)
    patterns = _patterns(answers, None)

    def likelihood(slopes, intercepts):
        return _expected(*patterns, slopes, intercepts)[1]

    slopes = np.array([item.discrimination for item in result.items])
    intercepts = [-item.discrimination * np.array(item.thresholds) for item in result.items]
    best = likelihood(slopes, intercepts)
    for item in range(len(TRUE)):
        for nudge in (-0.03, 0.03):
            assert likelihood(slopes + nudge * (np.arange(6) == item), intercepts) < best
            moved = [each + nudge * (place == item) for place, each in enumerate(intercepts)]
            assert likelihood(slopes, moved) < best


def test_a_table_of_patterns_is_the_same_as_its_rows() -> None:
    answers = answered(400)
    patterns, times = np.unique(answers, axis=0, return_counts=True)

    assert learned(patterns, times=times) == learned(answers)


def test_anchors_keep_the_scale_when_the_people_have_grown() -> None:
    before = learned(answered(3000))
    after = learned(answered(3000, seed=6, mean=0.8, spread=1.2))

    kept = anchored(after, before.items, anchors=(0, 1, 2, 3))

    drift = [
        np.mean(new.thresholds) - np.mean(old.thresholds)
        for new, old in zip(after.items, before.items, strict=True)
    ]
    left = [
        np.mean(new.thresholds) - np.mean(old.thresholds)
        for new, old in zip(kept.items, before.items, strict=True)
    ]
    assert np.mean(drift) < -0.5
    assert np.abs(left).max() < 0.2


def test_under_two_hundred_people_the_shipped_items_stay() -> None:
    assert calibrate(answered(199)) == NotEnough(Unit.ANSWERS, have=199, needed=200)


def test_it_stops_after_the_rounds_it_was_given() -> None:
    assert learned(answered(300), at_most=3).rounds == 3


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (lambda: calibrate(np.zeros((300, 1), dtype=int)), "two items or more"),
        (lambda: calibrate(np.zeros((300, 2))), "whole numbers"),
        (lambda: calibrate(np.zeros((300, 2), dtype=int)), "given by somebody"),
        (lambda: calibrate(answered(300) * 2), "given by somebody"),
        (lambda: calibrate(answered(300), times=[1.0]), "one count for each row"),
        (lambda: anchored(learned(answered(300)), TRUE, anchors=()), "three thresholds"),
        (
            lambda: anchored(learned(answered(300)), (Item(1.0, (0.0,)),), anchors=(0,)),
            "as many answers",
        ),
    ],
)
def test_what_cannot_be_learned_from_is_refused(wrong, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        wrong()
