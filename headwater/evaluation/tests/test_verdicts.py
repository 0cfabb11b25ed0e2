from datetime import date, datetime
from decimal import Decimal

import pytest

from headwater.evaluation import frames, investing, verdicts
from headwater.evaluation.levers import campaign_lever
from headwater.evaluation.models import Result
from headwater.evaluation.showing import verdicts as showing
from headwater.evaluation.showing.changes import would_change
from headwater.evaluation.tests import make
from headwater.evaluation.tests.make import NOON
from headwater.programme.models import Metric, Outcome, note_outcomes

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
    week = Outcome.objects.filter(market__name="Home", value__isnull=False).last()
    assert week
    note_outcomes(week.market, [(week.period_on, Decimal(999))], actor=None, at=NOON)
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
    week = Outcome.objects.filter(market__name="Home").order_by("period_on")[10]
    Outcome.objects.filter(pk=week.pk).update(value=None)

    frame = frames.campaign_frame(campaign, NOON.date())

    assert frame
    assert [frame.periods[n] for n, seen in enumerate(frame.observed) if not seen] == [
        week.period_on
    ]


def test_there_is_no_verdict_before_it_began_and_none_without_counts() -> None:
    campaign = make.campaign(effect=120)
    early = datetime(2026, 2, 20, tzinfo=NOON.tzinfo)

    before = verdicts.verdict(campaign, early)
    Outcome.objects.all().delete()
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

    assert investing.elsewhere(campaign, NOON) is None


def test_two_priced_campaigns_are_weighed_and_never_all_put_on_one() -> None:
    make.house(hourly_rate=24)
    campaign = make.campaign(effect=120)
    weak = make.campaign(effect=20, title="Weak", metric=make.metric(slug="other"))
    for one in (campaign, weak):
        one.costs.create(what="Cards", money=1000, hours=10, on=one.starts_on)

    result = investing.elsewhere(weak, NOON)

    assert isinstance(result, Result)
    split = {row["name"]: row["money"] for row in result.answer["split"]}
    assert sum(split.values()) == pytest.approx(1240)
    assert max(split.values()) <= 0.7 * 1240 + 1e-6
    assert split["Mussel Season"] > split["Weak"]


def test_unpriced_hours_keep_a_campaign_out_of_the_comparison() -> None:
    make.house()
    campaign = make.campaign(effect=120)
    campaign.costs.create(what="Cards", money=1000, hours=10, on=campaign.starts_on)

    assert campaign_lever(campaign, NOON) is None


def test_noted_afterwards_the_answer_is_a_grade_lower_and_says_so() -> None:
    campaign = make.campaign(effect=120)
    registered = verdicts.verdict(campaign, NOON)
    campaign.is_looked_back = True
    campaign.save()

    result = verdicts.verdict(campaign, NOON)

    assert registered
    assert result
    assert (registered.answer["grade"], result.answer["grade"]) == ("C", "D")
    assert (registered.answer["noted_afterwards"], result.answer["noted_afterwards"]) == (
        False, True,
    )  # fmt: skip
    said = showing.first(result, campaign.metric).said
    assert said == "Yes, by an aim chosen afterwards"
    assert showing.first(registered, campaign.metric).said == "Yes"


def test_a_level_is_averaged_over_places_and_its_effect_over_periods() -> None:
    counted = make.campaign(effect=120, aim=300)
    total = verdicts.verdict(counted, NOON)
    Metric.objects.update(measure="level")
    counted.refresh_from_db()
    counted.aim = Decimal(75)

    average = verdicts.verdict(counted, NOON)

    assert total
    assert average
    assert average.answer["estimate"]["value"] * 4 == pytest.approx(
        total.answer["estimate"]["value"]
    )
    assert average.answer["probability_met"] == total.answer["probability_met"]


def test_where_less_is_better_a_fall_is_a_success() -> None:
    campaign = make.campaign(effect=-100, metric=make.metric(more_is_better=False))

    result = verdicts.verdict(campaign, NOON)

    assert result
    shown = showing.first(result, campaign.metric)
    assert result.answer["word"] == "yes"
    assert result.answer["estimate"]["value"] < -300
    assert shown.estimate
    assert shown.estimate["value"] > 300
    assert (shown.direction, (shown.more or 0) > 0.95) == ("less", True)


def test_counts_that_never_vary_cannot_tell_and_say_why() -> None:
    campaign = make.campaign(effect=120)
    Outcome.objects.filter(market__is_ours=True, period_on__lt=campaign.starts_on).update(value=5)

    result = verdicts.verdict(campaign, NOON)

    assert result
    assert (result.answer["word"], result.answer["estimate"]) == ("cannot_tell", None)
    assert result.answer["lacks"] == ["always_the_same"]


def test_where_all_had_it_there_is_nothing_to_compare_with_and_it_says_so() -> None:
    campaign = make.campaign(effect=120)
    campaign.markets.set(campaign.metric.markets.all())

    result = verdicts.verdict(campaign, NOON)

    assert result
    assert (result.answer["grade"], result.answer["lacks"]) == ("D", ["nothing_to_compare"])


def test_gaps_in_the_places_to_compare_are_said() -> None:
    campaign = make.campaign(effect=120)
    Outcome.objects.filter(market__is_ours=False, period_on=campaign.starts_on).delete()

    result = verdicts.verdict(campaign, NOON)

    assert result
    assert (result.answer["controls"], result.answer["lacks"]) == ([], ["gaps_where_compared"])


@pytest.mark.parametrize(
    ("kept", "why"), [("none", "no_counts"), ("after", "no_before"), ("before", "no_while")]
)
def test_a_campaign_without_a_before_or_a_while_says_which(kept: str, why: str) -> None:
    campaign = make.campaign(effect=120)
    keep = {
        "none": Outcome.objects.none(),
        "after": Outcome.objects.filter(period_on__gte=campaign.starts_on),
        "before": Outcome.objects.filter(period_on__lt=campaign.starts_on),
    }[kept]
    Outcome.objects.exclude(pk__in=keep.values("pk")).delete()

    assert verdicts.verdict(campaign, NOON) is None
    assert frames.missing(campaign, NOON.date()) == why


def test_alone_no_more_than_two_years_are_judged() -> None:
    campaign = make.campaign(0, comparison="before")
    metric = campaign.metric
    metric.period = "year"
    metric.save()
    campaign.starts_on, campaign.ends_on = date(2010, 1, 1), date(2020, 12, 31)
    campaign.counted_until = campaign.ends_on
    Outcome.objects.all().delete()
    home = metric.markets.get(name="Home")
    counts = [(date(year, 1, 1), Decimal(90 + year % 7)) for year in range(1990, 2021)]
    note_outcomes(home, counts, actor=None, at=NOON)

    frame = frames.campaign_frame(campaign, NOON.date())

    assert frame
    assert (frame.begins, frame.ends, frame.is_cut) == (20, 21, True)


def test_more_weeks_than_anybody_can_count_are_not_asked_for() -> None:
    campaign = make.campaign(effect=2, aim=3)
    result = verdicts.verdict(campaign, NOON)
    assert result

    result.answer["enough"] = {"unit": "weeks", "have": 4, "needed": 300}
    asked = [told.what for told in would_change(result, campaign.metric)]
    result.answer["enough"] = {"unit": "weeks", "have": 4, "needed": 1521}
    out_of_reach = [told.what for told in would_change(result, campaign.metric)]

    assert [what for what in asked if what not in out_of_reach] == [
        "With 300 weeks counted instead of 4"
    ]
    assert not any("1521" in what or "1,521" in what for what in out_of_reach)


def test_what_did_something_and_may_have_missed_its_aim_says_both() -> None:
    campaign = make.campaign(effect=100, aim=400)

    result = verdicts.verdict(campaign, NOON)

    assert result
    first = showing.first(result, campaign.metric)
    assert first.word == "cannot_tell"
    assert showing.finding(first) == "It did something. Whether it met its aim we can’t tell"
