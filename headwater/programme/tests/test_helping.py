from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.test import Client

from headwater.programme import expecting, helping
from headwater.programme.models import Campaign, Metric, Outcome, note_outcomes
from headwater.programme.tests import make
from headwater.programme.tests.make import NOON, TODAY
from headwater.stats import planning
from headwater.stats.markets import markets_needed
from headwater.stats.tests.slugs import slugs

pytestmark = pytest.mark.django_db


def counted(ours: int, away: int, weeks: int = 40) -> Metric:
    """Places that share a wandering level, so that any tells something of the others."""
    rng = np.random.default_rng(5)
    made = make.metric(weeks=0)
    made.markets.all().delete()
    level = 200 + np.cumsum(rng.normal(0, 4, weeks))
    days = [TODAY - timedelta(weeks=weeks - n) for n in range(weeks)]
    for n in range(ours + away):
        place = made.markets.create(name=f"Place {n}", is_ours=n < ours)
        rows = level + rng.normal(0, 4, weeks)
        counts = [(d, Decimal(str(round(c, 1)))) for d, c in zip(days, rows, strict=True)]
        note_outcomes(place, counts, actor=None, at=NOON)
    return made


def test_there_are_words_for_whatever_would_halve_it() -> None:
    said = slugs([planning])

    assert {"markets", "weeks_counted"} < said
    assert said - set(helping.HALVING) == set()
    assert set(helping.OFFERS) == set(Campaign.Comparison.values)


def test_by_lot_among_eight_places_is_offered_with_the_effect_it_would_show() -> None:
    campaign = make.campaign(metric=counted(ours=8, away=0))

    expected = expecting.expect(campaign, NOON)

    lot = next(one for one in expected.offers if one.comparison == "lot")
    assert lot.have == 8
    assert expected.sight
    assert lot.smallest is not None
    assert 0 < lot.smallest < expected.sight.smallest
    first = helping.helps(expected, campaign.metric)[0]
    assert (first.what, first.smallest) == ("Draw which places start first", lot.smallest)


def test_with_fewer_places_it_says_how_many_a_lot_would_need() -> None:
    campaign = make.campaign(metric=counted(ours=4, away=0))

    expected = expecting.expect(campaign, NOON)

    lot = next(one for one in expected.offers if one.comparison == "lot")
    assert (lot.smallest, lot.have, lot.needed) == (None, 4, markets_needed())
    said = [help.then for help in helping.helps(expected, campaign.metric)]
    assert "With 8 places counted apart lots can decide; there are 4." in said


def test_untouched_places_show_less_than_the_time_before() -> None:
    metric = counted(ours=1, away=6)
    campaign = make.campaign(metric=metric, comparison=Campaign.Comparison.MARKETS)

    compared = expecting.expect(campaign, NOON)
    campaign.comparison = Campaign.Comparison.BEFORE
    alone = expecting.expect(campaign, NOON)

    assert compared.sight
    assert alone.sight
    assert compared.sight.smallest < alone.sight.smallest
    assert {change.name for change in alone.halving} >= {"share_told_by_controls"}


def test_a_level_is_an_average_of_places_and_periods() -> None:
    metric = counted(ours=2, away=7)
    campaign = make.campaign(metric=metric, comparison=Campaign.Comparison.MARKETS)
    total = expecting.expect(campaign, NOON)
    metric.measure = "level"

    average = expecting.expect(campaign, NOON)

    assert total.sight
    assert average.sight
    parts = 2 * total.periods
    assert average.sight.smallest == pytest.approx(total.sight.smallest / parts, rel=1e-6)


def test_once_locked_nothing_is_offered_any_more() -> None:
    make.house()
    campaign = make.campaign(metric=counted(ours=8, away=0))
    campaign.register(actor=make.staff(), at=NOON)

    expected = expecting.expect(campaign, NOON)

    assert expected.sight
    assert (expected.offers, expected.halving) == ((), ())


@pytest.mark.parametrize(
    ("how", "comparison"),
    [
        ("none", "lot"), ("constant", "lot"), ("constant", "markets"), ("one week", "markets"),
        ("gaps", "markets"), ("gaps", "before"), ("nought", "lot"), ("long", "markets"),
    ],
)  # fmt: skip
def test_no_counts_break_the_page(client: Client, how: str, comparison: str) -> None:
    make.house()
    campaign = make.campaign(metric=counted(2, 3, weeks=16), comparison=comparison)
    match how:
        case "none":
            Outcome.objects.all().delete()
        case "constant":
            Outcome.objects.update(value=5)
        case "one week":
            Outcome.objects.exclude(period_on=TODAY - timedelta(days=TODAY.weekday() + 7)).delete()
        case "gaps":
            every = Outcome.objects.values_list("pk", flat=True)
            Outcome.objects.filter(pk__in=every[::3]).delete()
        case "nought":
            Outcome.objects.update(value=0)
        case "long":
            campaign.counted_until = date(2028, 1, 1)
            campaign.save()
    client.force_login(make.staff())

    answer = client.get(f"/studio/campaigns/{campaign.pk}/")

    assert answer.status_code == 200
    assert "nan" not in answer.content.decode()


def test_where_nothing_can_be_foreseen_yet_the_designs_are_offered_in_words() -> None:
    campaign = make.campaign(metric=make.metric(weeks=0))
    expected = expecting.expect(campaign, NOON)

    open_ = helping.helps(expected, campaign.metric, is_open=True)

    assert [one.what for one in open_] == [
        "Draw which places start first", "Start two places later", "Stagger the dates",
        "Vary the message",
    ]  # fmt: skip
    assert all(one.smallest is None for one in open_)
    assert helping.helps(expected, campaign.metric) == []
