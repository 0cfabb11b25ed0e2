import numpy as np
import pytest

from headwater.stats.cohorts import NEVER, summarise
from headwater.stats.imputation import pooled
from headwater.stats.pretrends import break_down, leads, pre_trend
from headwater.stats.staggered import Controls, effects_by_cohort, overall_effect
from headwater.stats.tests.test_staggered import made_up


def test_a_drift_before_the_beginning_is_noticed_and_its_absence_too() -> None:
    def probability(drift):
        panel, begins = made_up(drift=drift, weeks=9)
        result = pre_trend(effects_by_cohort(summarise(panel, begins=begins)))
        assert result is not None
        return result.probability

    assert probability(1.0) < 0.001
    assert probability(0.0) > 0.01


def test_without_a_week_before_there_is_no_pre_trend_to_test() -> None:
    panel, _ = made_up(40)
    begins = np.where(np.arange(40) < 20, 1, NEVER)

    assert pre_trend(effects_by_cohort(summarise(panel, begins=begins))) is None


@pytest.mark.slow
@pytest.mark.parametrize("people", [30, 200])
def test_six_leads_seldom_raise_a_false_alarm(people) -> None:
    alarms = []
    for seed in range(120):
        panel, begins = made_up(people, seed=seed)
        result = leads(effects_by_cohort(pooled(summarise(panel, begins=begins))))
        assert result is not None
        alarms.append(result.probability <= 0.05)

    assert np.mean(alarms) <= 0.08


def test_leads_measure_a_drift_and_say_what_they_would_have_missed() -> None:
    panel, begins = made_up(300, drift=0.2)
    result = leads(
        effects_by_cohort(pooled(summarise(panel, begins=begins)), controls=Controls.NEVER_TREATED)
    )

    assert result is not None
    assert result.weeks == 6
    assert result.drift.low <= 0.2 <= result.drift.high
    assert result.probability < 0.01
    assert result.smallest_drift == pytest.approx(2.8 * result.drift.standard_error, abs=0.01)


def test_without_a_week_before_there_are_no_leads() -> None:
    panel, _ = made_up(40)
    begins = np.where(np.arange(40) < 20, 1, NEVER)

    assert leads(effects_by_cohort(summarise(panel, begins=begins))) is None


def test_a_drift_that_undoes_the_answer_would_have_been_read_as_that_effect() -> None:
    """With no effect but a drift, what we read is the drift times the weeks it has added up."""
    panel, begins = made_up(4000, effect=0.0, drift=0.2)
    effects = effects_by_cohort(
        pooled(summarise(panel, begins=begins)), controls=Controls.NEVER_TREATED
    )

    found = break_down(effects)

    assert found is not None
    assert found.overall == overall_effect(effects)
    assert found.leads == leads(effects)
    assert found.undoing == pytest.approx(0.2, abs=0.02)
    assert found.undoing * found.weeks == pytest.approx(found.overall.value)
    assert found.unsettling * found.weeks == pytest.approx(found.overall.low)
    assert found.odds_of_seeing > 0.99
    assert found.would_have_shown


@pytest.mark.parametrize("sign", [1, -1])
def test_a_few_partners_could_not_have_seen_the_drift_that_undoes_their_answer(sign) -> None:
    panel, begins = made_up(40, effect=1.0)

    found = break_down(effects_by_cohort(pooled(summarise(sign * panel, begins=begins))))

    assert found is not None
    ends = found.overall.low, -found.overall.high
    assert found.unsettling == pytest.approx(max(*ends, 0.0) / found.weeks)
    assert 0 <= found.unsettling < found.undoing < found.leads.smallest_drift
    assert 0.05 < found.odds_of_seeing < 0.8
    assert not found.would_have_shown


def test_an_answer_that_holds_nought_needs_no_drift_to_unsettle_it() -> None:
    panel, begins = made_up(40, effect=0.0)

    found = break_down(effects_by_cohort(pooled(summarise(panel, begins=begins))))

    assert found is not None
    assert found.unsettling == 0.0


def test_without_a_week_before_nothing_is_known_of_a_drift() -> None:
    panel, _ = made_up(40)
    begins = np.where(np.arange(40) < 20, 1, NEVER)

    assert break_down(effects_by_cohort(summarise(panel, begins=begins))) is None
