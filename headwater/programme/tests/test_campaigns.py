from datetime import date, timedelta
from decimal import Decimal

import pytest

from headwater.kit.errors import Refused
from headwater.ledger.models import Entry
from headwater.programme import expecting
from headwater.programme.models import Campaign, Lesson, Outcome, Watched, note_outcomes
from headwater.programme.tests import make
from headwater.programme.tests.make import NOON

pytestmark = pytest.mark.django_db


def test_a_campaign_that_has_begun_can_be_neither_registered_nor_withdrawn() -> None:
    make.house()
    campaign, owner = make.campaign(), make.staff()
    begun = NOON + timedelta(days=30)

    with pytest.raises(Refused, match="begun"):
        campaign.register(actor=owner, at=begun)
    with pytest.raises(Refused, match="begun"):
        campaign.withdraw(actor=owner, at=begun)

    campaign.refresh_from_db()
    assert (campaign.registered_at, campaign.withdrawn_at) == (None, None)


def test_a_correction_after_locking_stands_beside_and_changes_nothing() -> None:
    make.house()
    campaign, owner = make.campaign(), make.staff()
    campaign.register(actor=owner, at=NOON)

    campaign.amend(field="aim", value="300", reason="Two more towns", actor=owner, at=NOON)

    campaign.refresh_from_db()
    assert campaign.aim == Decimal(240)
    rows = [(a.field, a.before, a.after, a.reason) for a in campaign.amendments.all()]
    assert rows == [("aim", "240", "300", "Two more towns")]


def test_a_correction_needs_a_reason() -> None:
    make.house()
    campaign, owner = make.campaign(), make.staff()
    campaign.register(actor=owner, at=NOON)

    with pytest.raises(Refused, match="why"):
        campaign.amend(field="aim", value="300", reason=" ", actor=owner, at=NOON)

    assert list(campaign.amendments.all()) == []


def test_comparing_with_places_needs_one_that_had_none() -> None:
    make.house()
    campaign = make.campaign(comparison=Campaign.Comparison.MARKETS)
    campaign.markets.set(campaign.metric.markets.all())

    with pytest.raises(Refused, match="no place without it"):
        campaign.register(actor=make.staff(), at=NOON)


def test_the_same_number_draws_the_same_places() -> None:
    campaign, owner = make.campaign(comparison=Campaign.Comparison.LOT), make.staff()
    for name in ("Port", "Quay", "Sand", "Wick", "Firth"):
        campaign.metric.markets.create(name=name)

    first = campaign.draw_markets("4711", actor=owner, at=NOON)

    assert len(first) == 3
    assert campaign.draw_markets("4711", actor=owner, at=NOON) == first


def test_a_week_counted_twice_has_the_later_number() -> None:
    market = make.metric(weeks=0).markets.get(name="Home")

    note_outcomes(market, [(date(2026, 5, 6), Decimal(5))], actor=None, at=NOON)
    note_outcomes(market, [(date(2026, 5, 4), Decimal(7))], actor=None, at=NOON)

    rows = [(week.period_on, week.value) for week in Outcome.objects.all()]
    assert rows == [(date(2026, 5, 4), Decimal(7))]


def test_with_too_few_weeks_nothing_is_promised() -> None:
    campaign = make.campaign(metric=make.metric(weeks=3))

    expected = expecting.expect(campaign, NOON)

    assert (expected.sight, expected.usual) == (None, None)


def test_the_smallest_visible_effect_depends_on_the_comparison_and_the_usual_does_not() -> None:
    campaign = make.campaign(metric=make.metric(weeks=60))

    alone = expecting.expect(campaign, NOON)
    campaign.comparison = Campaign.Comparison.MARKETS
    compared = expecting.expect(campaign, NOON)

    assert alone.sight
    assert compared.sight
    assert alone.sight.smallest != compared.sight.smallest
    assert min(alone.sight.smallest, compared.sight.smallest) > 0
    assert alone.usual == compared.usual


def test_a_campaign_that_is_over_can_be_noted_and_stays_marked() -> None:
    make.house()
    campaign, owner = make.campaign(), make.staff()

    with pytest.raises(Refused, match="register it"):
        campaign.look_back(actor=owner, at=NOON)
    campaign.look_back(actor=owner, at=NOON + timedelta(days=90))

    campaign.refresh_from_db()
    assert (campaign.is_locked, campaign.is_looked_back) == (True, True)
    with pytest.raises(Refused, match="already"):
        campaign.look_back(actor=owner, at=NOON + timedelta(days=90))


def test_a_registered_campaign_is_not_marked() -> None:
    make.house()
    campaign = make.campaign()

    campaign.register(actor=make.staff(), at=NOON)

    assert not campaign.is_looked_back


def test_a_period_that_is_not_over_is_refused() -> None:
    make.house()
    market = make.metric(weeks=0).markets.get(name="Home")

    with pytest.raises(Refused, match="week of 11 May 2026 isn’t over"):
        note_outcomes(market, [(NOON.date(), Decimal(5))], actor=None, at=NOON)

    assert list(Outcome.objects.all()) == []


def test_the_same_counts_again_change_nothing_and_leave_no_entry() -> None:
    market = make.metric(weeks=0).markets.get(name="Home")
    counts = [(date(2026, 5, 4), Decimal(5)), (date(2026, 4, 27), None)]

    first = note_outcomes(market, counts, actor=None, at=NOON)
    entries = Entry.objects.count()
    again = note_outcomes(market, counts, actor=None, at=NOON)

    assert (first, again) == (2, 0)
    assert Entry.objects.count() == entries


def test_years_are_kept_by_their_first_day() -> None:
    market = make.metric(weeks=0, period="year").markets.get(name="Home")

    note_outcomes(market, [(date(1988, 7, 3), Decimal(90))], actor=None, at=NOON)

    assert [row.period_on for row in Outcome.objects.all()] == [date(1988, 1, 1)]


def test_what_counts_rest_on_cannot_change_any_more() -> None:
    make.house()
    campaign = make.campaign()
    before = campaign.metric.settled()

    campaign.register(actor=make.staff(), at=NOON)

    assert before == ["period"]
    assert campaign.metric.settled() == ["unit", "measure", "more_is_better", "period"]
    assert make.metric(weeks=0, slug="new").settled() == []


def test_a_watched_number_stays_and_says_whether_it_was_chosen_before() -> None:
    make.house()
    campaign, owner = make.campaign(), make.staff()
    first, later = (make.metric(weeks=0, slug=slug) for slug in ("visits", "calls"))
    Watched.add(campaign, first, actor=owner, at=NOON)
    campaign.register(actor=owner, at=NOON)

    Watched.add(campaign, later, actor=owner, at=NOON + timedelta(days=1))
    Watched.add(campaign, first, actor=owner, at=NOON + timedelta(days=2))

    rows = [(row.metric.slug, row.is_chosen_before) for row in campaign.watched.all()]
    assert rows == [("visits", True), ("calls", False)]
    with pytest.raises(Refused, match="one number already"):
        Watched.add(campaign, campaign.metric, actor=owner, at=NOON)


def test_of_a_campaign_noted_afterwards_no_number_was_chosen_before() -> None:
    make.house()
    campaign, owner = make.campaign(), make.staff()
    Watched.add(campaign, make.metric(weeks=0, slug="visits"), actor=owner, at=NOON)

    campaign.look_back(actor=owner, at=NOON + timedelta(days=90))

    assert [row.is_chosen_before for row in campaign.watched.all()] == [False]


def test_a_lesson_is_written_once_and_never_empty() -> None:
    campaign, owner = make.campaign(), make.staff()

    Lesson.write(campaign, text=" Brief agents ", actor=owner, at=NOON)

    with pytest.raises(Refused, match="already"):
        Lesson.write(campaign, text="Brief agents", actor=owner, at=NOON)
    with pytest.raises(Refused, match="Write"):
        Lesson.write(campaign, text="  ", actor=owner, at=NOON)
    assert [lesson.text for lesson in Lesson.objects.newest()] == ["Brief agents"]


def test_the_lot_is_worked_out_again_and_a_changed_choice_is_no_lot() -> None:
    campaign, owner = make.campaign(comparison=Campaign.Comparison.LOT), make.staff()
    for n in range(7):
        campaign.metric.markets.create(name=f"Port {n}")
    drawn = campaign.draw_markets("4711", actor=owner, at=NOON)
    ours = [market for market in campaign.metric.markets.all() if market.is_ours]
    waiting = [market for market in ours if market not in drawn]

    among = campaign.drawn_among(drawn, waiting)
    swapped = campaign.drawn_among([*drawn[1:], waiting[0]], [*waiting[1:], drawn[0]])

    assert {market.pk for market in among} == {market.pk for market in ours}
    assert swapped == []
