import json
from typing import Any

import numpy as np
import pytest

from headwater.stats.answers import Answer, Change, Grade, NotEnough, Unit, Word
from headwater.stats.designs import success, success_with_untouched
from headwater.stats.tests.test_markets import drawn
from headwater.stats.tests.worlds import markets


def usual() -> dict[str, Any]:
    return {"begins": 48, "ends": 52, "rng": np.random.default_rng(1)}


def asked(outcome, **options):
    return success(outcome, **usual() | options)


def test_by_lot_is_grade_a() -> None:
    ours, waiting = drawn(5, effect=30.0)

    verdict = asked(ours, untouched=waiting, by_lot=True, aim=300)

    answer = verdict.answer
    assert (answer.method, answer.grade, answer.word) == (
        "markets_drawn_by_lot",
        Grade.A,
        Word.YES,
    )
    assert answer.checks_passed
    assert "draw_was_kept_to" in answer.assumptions
    assert answer.figures["possible_draws"] == 252
    assert verdict.effect is not None
    assert verdict.placebos is not None
    assert len(verdict.placebos.effects) == 6


def test_a_lot_among_six_is_grade_b_and_says_that_eight_would_do() -> None:
    ours, waiting = markets(9, ours=1, others=5, effect=60.0)

    answer = asked(ours, untouched=waiting, by_lot=True).answer

    assert (answer.method, answer.grade) == ("synthetic_difference_in_differences", Grade.B)
    assert answer.would_change[-1] == Change("markets_in_the_draw", 8)


def test_against_untouched_markets_is_grade_b_with_odds_of_any_effect_and_of_the_aim() -> None:
    ours, untouched = markets(6, effect=60.0)

    verdict = asked(ours, untouched=untouched, aim=320)

    answer, effect = verdict.answer, verdict.effect
    assert answer.grade is Grade.B
    assert answer.checks_passed
    assert [check.name for check in answer.checks] == ["fits_before", "placebo_dates"]
    assert answer.probability is not None
    assert answer.probability > 0.99
    assert answer.probability_met is not None
    assert answer.probability_met < 0.05
    assert answer.word is Word.NO
    assert effect is not None
    assert answer.estimate == effect.total
    assert effect.expected.shape == effect.low.shape == effect.high.shape == (60,)
    assert [change.name for change in answer.would_change] == [
        "something_else_explains",
        "aim",
        "drift_a_week",
    ]
    drift = answer.would_change[-1].at
    assert drift is not None
    assert answer.estimate is not None
    assert 0 < drift * 4 < answer.estimate.low
    assert answer.figures["untouched_markets"] == 8
    assert 0 < answer.figures["probability_by_luck"] <= 1
    assert Answer.from_plain(json.loads(json.dumps(answer.as_plain()))) == answer


def test_what_it_cannot_tell_it_says_with_the_weeks_that_would() -> None:
    ours, untouched = markets(6, effect=1.0)

    answer = asked(ours, untouched=untouched, aim=10).answer

    assert answer.word is Word.CANNOT_TELL
    assert answer.enough is not None
    assert answer.enough.unit is Unit.WEEKS
    assert "drift_a_week" not in [change.name for change in answer.would_change]


def test_markets_left_out_by_turns_have_no_odds_by_luck() -> None:
    ours, untouched = markets(5, ours=6, others=5, effect=20.0)

    answer = asked(ours, untouched=untouched).answer

    assert "probability_by_luck" not in answer.figures
    assert answer.grade is Grade.B


def test_a_market_fitted_worse_than_others_costs_a_grade() -> None:
    ours, untouched = markets(6, effect=60.0)
    shaky = ours + 22 * np.sin(np.arange(60.0))[:, None]

    answer = asked(shaky, untouched=untouched).answer

    assert [check.passed for check in answer.checks] == [False, True]
    assert answer.grade is Grade.C


def test_placebo_dates_that_claim_effects_cost_the_grade() -> None:
    ours, untouched = markets(6, effect=60.0)
    jumpy = ours.copy()
    for week in (18, 27, 37):
        jumpy[week : week + 3] += 35

    answer = asked(jumpy, untouched=untouched, begins=40, ends=43).answer

    assert answer.checks[1].value is not None
    assert answer.checks[1].value >= 2
    assert answer.grade is Grade.D


def test_too_few_weeks_for_a_placebo_date_are_grade_c() -> None:
    ours, untouched = markets(6, effect=60.0)

    answer = success_with_untouched(
        ours[42:56], untouched=untouched[42:56], begins=6, rng=np.random.default_rng(1)
    ).answer

    assert answer.grade is Grade.C
    assert answer.figures["placebo_dates"] == 0


def test_with_three_weeks_before_the_untouched_are_compared_by_plain_differences() -> None:
    ours, untouched = markets(6, effect=60.0)

    answer = success_with_untouched(
        ours[45:56], untouched=untouched[45:56], begins=3, rng=np.random.default_rng(1)
    ).answer

    assert (answer.method, answer.grade) == ("difference_in_differences", Grade.C)
    assert answer.estimate is not None
    assert answer.estimate.low < 8 * 60 < answer.estimate.high


def test_too_few_untouched_markets_stand_beside_the_series_as_controls() -> None:
    ours, untouched = markets(6, ours=2, others=3, effect=60.0)
    known = np.ones((60, 3), bool)
    known[5, 0] = False

    answer = asked(
        ours,
        untouched=np.where(known, untouched, np.nan),
        untouched_observed=known,
        controls=untouched[:, :1],
    ).answer

    assert (answer.method, answer.grade) == ("structural_time_series", Grade.C)
    assert answer.estimate is not None
    assert answer.estimate.low <= 2 * 4 * 60 <= answer.estimate.high
    assert answer.would_change[-1] == Change("untouched_markets", 6)


def test_untouched_markets_none_of_which_is_wholly_known_are_no_controls() -> None:
    ours, untouched = markets(6, others=2)
    known = np.ones((60, 2), bool)
    known[5] = False

    answer = asked(ours[:, 0], untouched=untouched, untouched_observed=known).answer

    assert (answer.method, answer.grade) == ("structural_time_series", Grade.D)


def test_a_market_like_no_other_is_judged_by_its_own_weeks_and_says_why() -> None:
    ours, untouched = markets(2, others=5)
    odd = ours + 80 * np.sin(np.arange(60.0))[:, None]

    answer = asked(odd[24:], untouched=untouched[24:], begins=24, ends=28).answer

    assert answer.grade in {Grade.C, Grade.D}
    assert answer.would_change[-1].name == "untouched_that_move_alike"
    assert answer.would_change[-1].at is not None
    assert answer.would_change[-1].at > 3


def test_beside_markets_that_fit_perfectly_there_is_no_telling_how_much_worse_ours_does() -> None:
    wave = np.sin(np.arange(60.0))[:, None]
    ours = wave + np.cos(3 * np.arange(60.0))[:, None]

    verdict = success_with_untouched(
        ours, untouched=wave + np.zeros(6), begins=48, rng=np.random.default_rng(1)
    )

    assert verdict.answer.would_change == (Change("untouched_that_move_alike", None),)
    assert verdict.answer.enough == NotEnough(Unit.GROUPS, have=6, needed=7)
    assert (verdict.effect, verdict.placebos) == (None, None)


def test_without_anything_beside_it_the_series_stands_alone() -> None:
    ours, _ = markets(6, effect=60.0)

    answer = asked(ours[:, 0]).answer

    assert (answer.method, answer.grade) == ("structural_time_series", Grade.D)
    assert answer.estimate is not None


@pytest.mark.parametrize("by_lot", [False, True])
def test_too_few_weeks_are_an_answer_too(by_lot) -> None:
    ours, waiting = drawn(1)

    verdict = asked(ours, untouched=waiting, by_lot=by_lot, begins=1, ends=5)

    assert verdict.answer.enough == NotEnough(Unit.WEEKS, have=1, needed=12)
    assert verdict.answer.would_change == ()
