import json

import numpy as np

from headwater.stats.answers import Answer, Grade, NotEnough, Unit, Word
from headwater.stats.verdicts import success_in_series


def boxes(*, effect, weeks=60, begins=52, seed=4):
    """Weekly orders at our ports, and at one that had no campaign."""
    draws = np.random.default_rng(seed)
    level = 200 + np.cumsum(draws.normal(0, 3, weeks))
    outcome = level + draws.normal(0, 5, weeks)
    outcome[begins:] += effect
    return {"outcome": outcome, "controls": (level + draws.normal(0, 3, weeks))[:, None]}


def asked(outcome, *, begins=52, ends=56, **options):
    return success_in_series(
        outcome, begins=begins, ends=ends, rng=np.random.default_rng(1), **options
    )


def test_a_campaign_that_met_its_aim_says_so_and_how_far_to_believe_it() -> None:
    verdict = asked(**boxes(effect=100), aim=300)

    answer = verdict.answer
    assert answer.word is Word.YES
    assert answer.grade is Grade.C
    assert answer.estimate is not None
    assert answer.estimate.low <= 400 <= answer.estimate.high
    assert answer.checks_passed
    assert answer.enough is None
    assert {change.name for change in answer.would_change} == {"something_else_explains", "aim"}
    assert answer.would_change[0].at == answer.estimate.low
    assert answer.figures == {"weeks_before": 52, "weeks_counted": 4, "placebo_dates": 6}
    assert Answer.from_plain(json.loads(json.dumps(answer.as_plain()))) == answer


def test_more_than_nothing_is_not_yet_the_aim() -> None:
    answer = asked(**boxes(effect=100), aim=700).answer

    assert answer.probability is not None
    assert answer.probability > 0.95
    assert answer.word is Word.NO


def test_without_untouched_ports_the_same_is_worth_less() -> None:
    answer = asked(outcome=boxes(effect=100)["outcome"]).answer

    assert answer.grade is Grade.D
    assert "no_season_or_event" in answer.assumptions
    assert "controls_untouched" not in answer.assumptions
    assert answer.probability_met is None


def test_what_it_cannot_tell_it_says_with_the_weeks_that_would() -> None:
    verdict = asked(**boxes(effect=4), aim=12)

    assert verdict.answer.word is Word.CANNOT_TELL
    assert verdict.answer.enough is not None
    assert verdict.answer.enough.unit is Unit.WEEKS
    assert verdict.answer.enough.have == 4 < verdict.answer.enough.needed


def test_an_even_chance_of_an_aim_that_would_show_asks_for_nothing_more() -> None:
    data = boxes(effect=100)
    first = asked(**data).answer.estimate
    assert first is not None

    answer = asked(**data, aim=first.value).answer

    assert answer.word is Word.CANNOT_TELL
    assert answer.enough is None


def test_a_fall_may_be_the_aim() -> None:
    answer = asked(**boxes(effect=-100), aim=-300).answer

    assert answer.word is Word.YES
    assert answer.estimate is not None
    assert answer.would_change[0].at == answer.estimate.high < 0


def test_false_alarms_before_cost_the_grade() -> None:
    data = boxes(effect=100)
    for week in (20, 27, 34):
        data["outcome"][week : week + 3] += 150

    answer = asked(**data).answer

    assert not answer.checks_passed
    assert answer.grade is Grade.D


def test_too_few_weeks_are_an_answer_too() -> None:
    verdict = asked(outcome=[1.0, 2.0, 3.0, 9.0], begins=3, ends=4)

    assert verdict.answer.enough == NotEnough(Unit.WEEKS, have=3, needed=12)
    assert (verdict.effect, verdict.placebos) == (None, None)
