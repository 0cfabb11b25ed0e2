from datetime import datetime
from decimal import Decimal

import pytest

from headwater.evaluation import frames, verdicts
from headwater.evaluation.models import Result
from headwater.evaluation.tests import make
from headwater.evaluation.tests.make import NOON
from headwater.programme.models import OutcomeWeek, note_weeks

pytestmark = pytest.mark.django_db


def test_a_known_effect_is_found_inside_its_range() -> None:
    campaign = make.campaign(effect=120)

    result = verdicts.verdict(campaign, NOON)

    assert result
    estimate = result.answer["estimate"]
    assert estimate["low"] < 4 * 120 < estimate["high"]
    assert result.answer["word"] == "yes"
    assert (result.answer["grade"], result.answer["controls"]) == ("C", ["Kirkhaven", "Sandwick"])


def test_no_effect_is_not_called_a_success() -> None:
    result = verdicts.verdict(make.campaign(effect=0), NOON)

    assert result
    assert result.answer["word"] in {"no", "probably_not", "cannot_tell"}


def test_without_places_to_compare_the_grade_is_d() -> None:
    result = verdicts.verdict(make.campaign(effect=120, comparison="before"), NOON)

    assert result
    assert result.answer["grade"] == "D"


def test_the_same_data_gives_the_stored_answer_and_new_data_a_new_one() -> None:
    campaign = make.campaign(effect=120)

    first, second = verdicts.verdict(campaign, NOON), verdicts.verdict(campaign, NOON)
    week = OutcomeWeek.objects.filter(market__name="Home", value__isnull=False).last()
    assert week
    note_weeks(week.market, [(week.week_on, Decimal(999))], actor=None, at=NOON)
    third = verdicts.verdict(campaign, NOON)

    assert first == second
    assert third != first
    assert Result.objects.count() == 2


def test_the_stored_answer_can_be_worked_out_again_to_the_last_digit() -> None:
    campaign = make.campaign(effect=120)
    first = verdicts.verdict(campaign, NOON)
    assert first
    Result.objects.all().delete()

    again = verdicts.verdict(campaign, NOON)

    assert again
    assert again.answer == first.answer


def test_a_week_nobody_looked_at_is_not_nought() -> None:
    campaign = make.campaign(effect=120)
    week = OutcomeWeek.objects.filter(market__name="Home").order_by("week_on")[10]
    OutcomeWeek.objects.filter(pk=week.pk).update(value=None)

    frame = frames.campaign_frame(campaign, NOON.date())

    assert frame
    assert [frame.weeks[n] for n, seen in enumerate(frame.observed) if not seen] == [week.week_on]


def test_there_is_no_verdict_before_it_began_and_none_without_counts() -> None:
    campaign = make.campaign(effect=120)
    early = datetime(2026, 2, 20, tzinfo=NOON.tzinfo)

    before = verdicts.verdict(campaign, early)
    OutcomeWeek.objects.all().delete()
    without = verdicts.verdict(campaign, NOON)

    assert (before, without) == (None, None)


def test_the_verdict_is_given_on_the_first_aim_and_on_the_one_beside_it() -> None:
    make.house()
    campaign, owner = make.campaign(effect=100, aim=300), make.staff()
    campaign.amend(field="aim", value="900", reason="Hope.", actor=owner, at=NOON)
    campaign.amend(field="aim", value="many", reason="Slip.", actor=owner, at=NOON)

    aims = verdicts.amended_aims(campaign)
    first, other = verdicts.verdict(campaign, NOON), verdicts.verdict(campaign, NOON, aim=aims[0])

    assert aims == [Decimal(900)]
    assert first
    assert other
    assert first.answer["probability_met"] > 0.8 > other.answer["probability_met"]


def test_with_nothing_to_compare_with_the_third_question_stays_open() -> None:
    make.house(hourly_rate=24)
    campaign = make.campaign(effect=120)
    campaign.costs.create(what="Cards", money=1000, hours=10, on=campaign.starts_on)

    assert verdicts.elsewhere(campaign, NOON, capacity=None) is None


def test_two_priced_campaigns_are_weighed_and_never_all_put_on_one() -> None:
    make.house(hourly_rate=24)
    campaign = make.campaign(effect=120)
    weak = make.campaign(effect=20, title="Weak", metric=make.metric(slug="other"))
    for one in (campaign, weak):
        one.costs.create(what="Cards", money=1000, hours=10, on=one.starts_on)

    result = verdicts.elsewhere(weak, NOON, capacity=None)

    assert isinstance(result, Result)
    split = {row["name"]: row["money"] for row in result.answer["split"]}
    assert sum(split.values()) == pytest.approx(1240)
    assert max(split.values()) <= 0.7 * 1240 + 1e-6
    assert split["Mussel Season"] > split["Weak"]


def test_unpriced_hours_keep_a_campaign_out_of_the_comparison() -> None:
    make.house()
    campaign = make.campaign(effect=120)
    campaign.costs.create(what="Cards", money=1000, hours=10, on=campaign.starts_on)

    assert verdicts.campaign_lever(campaign, NOON) is None
