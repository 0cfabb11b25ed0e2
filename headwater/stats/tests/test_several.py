import numpy as np
import pytest

from headwater.stats.answers import Word
from headwater.stats.several import after_several_looks


def test_matches_holms_steps_done_by_hand() -> None:
    # p-values .01, .04, .03 become .03, .06, .06 (as R's p.adjust(c(.01,.04,.03), "holm")).
    corrected = after_several_looks([0.99, 0.96, 0.97])

    assert corrected.probabilities == pytest.approx([0.97, 0.94, 0.94])
    assert corrected.looked_at == 3
    assert corrected.words == (Word.YES, Word.PROBABLY, Word.PROBABLY)


def test_a_metric_asked_alone_stays_as_it_is() -> None:
    assert after_several_looks([0.96]).probabilities.tolist() == pytest.approx([0.96])


def test_no_is_corrected_like_yes_and_nothing_changes_sides() -> None:
    corrected = after_several_looks([0.02, 0.98, 0.6, 0.45, 0.5])

    assert corrected.probabilities == pytest.approx([0.1, 0.9, 0.5, 0.5, 0.5])


def test_of_ten_metrics_without_an_effect_a_wrong_yes_is_as_rare_as_it_says() -> None:
    odds = np.random.default_rng(1).random((1000, 10))

    wrong = [Word.YES in after_several_looks(row).words for row in odds]
    uncorrected = (odds >= 0.95).any(axis=1)

    assert np.mean(wrong) <= 0.06
    assert uncorrected.mean() > 0.35


@pytest.mark.parametrize("wrong", [[], [0.5, 1.1], [-0.1]])
def test_what_is_no_probability_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match=r"at least 1|between 0 and 1"):
        after_several_looks(wrong)
