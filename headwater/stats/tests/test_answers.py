import json
from dataclasses import replace

import pytest

from headwater.stats.answers import (
    Answer,
    Change,
    Check,
    Estimate,
    Grade,
    NotEnough,
    Unit,
    Word,
    in_words,
)

ESTIMATE = Estimate(value=2.0, low=-1.0, high=5.0, probability_positive=0.9, standard_error=1.5)


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (1.0, Word.YES),
        (0.95, Word.YES),
        (0.949, Word.PROBABLY),
        (0.80, Word.PROBABLY),
        (0.799, Word.CANNOT_TELL),
        (0.201, Word.CANNOT_TELL),
        (0.20, Word.PROBABLY_NOT),
        (0.051, Word.PROBABLY_NOT),
        (0.05, Word.NO),
        (0.0, Word.NO),
    ],
)
def test_odds_have_one_scale_of_words(probability, word) -> None:
    assert in_words(probability) is word


@pytest.mark.parametrize("probability", [-0.01, 1.01, float("nan")])
def test_what_is_no_probability_has_no_word(probability) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        in_words(probability)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"value": float("nan")}, "finite"),
        ({"low": 3.0}, "inside its own range"),
        ({"level": 1.0}, "level"),
    ],
)
def test_an_impossible_estimate_is_refused(change, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        replace(ESTIMATE, **change)


def test_an_estimate_says_its_word_and_whether_nought_is_out() -> None:
    assert ESTIMATE.word is Word.PROBABLY
    assert not ESTIMATE.excludes_nought
    assert replace(ESTIMATE, low=0.1).excludes_nought


def test_turning_an_estimate_round_swaps_its_ends_and_odds() -> None:
    turned = ESTIMATE.times(-10)

    assert (turned.value, turned.low, turned.high) == (-20, -50, 10)
    assert turned.standard_error == 15
    assert turned.probability_positive == pytest.approx(0.1)
    assert ESTIMATE.times(2).probability_positive == 0.9


def test_an_answer_survives_storage() -> None:
    answer = Answer(
        method="difference_in_differences",
        grade=Grade.B,
        estimate=ESTIMATE,
        probability_met=0.4,
        assumptions=("moves_together",),
        checks=(Check("placebo", True, 0.6), Check("sample_ratio", False)),
        would_change=(Change("value_of_a_box", 3.5),),
        enough=NotEnough(Unit.WEEKS, have=8, needed=20),
        figures={"cost": 3800.0},
    )

    again = Answer.from_plain(json.loads(json.dumps(answer.as_plain())))

    assert again == answer
    assert again.word is Word.CANNOT_TELL
    assert again.interval == (-1.0, 5.0)
    assert not again.checks_passed


def test_an_answer_without_an_aim_speaks_of_the_effect() -> None:
    answer = Answer(method="mean", grade=Grade.D, estimate=ESTIMATE)

    assert answer.word is Word.PROBABLY
    assert answer.checks_passed


def test_too_little_data_is_an_answer_too() -> None:
    answer = Answer(
        method="forecast", grade=Grade.D, enough=NotEnough(Unit.WEEKS, have=3, needed=4)
    )

    assert (answer.word, answer.interval, answer.probability) == (None, None, None)
    assert answer.enough is not None
    assert answer.enough.missing == 1
    assert Answer.from_plain(json.loads(json.dumps(answer.as_plain()))) == answer


def test_an_answer_with_nothing_to_say_is_refused() -> None:
    with pytest.raises(ValueError, match="says what would be enough"):
        Answer(method="mean", grade=Grade.D)
