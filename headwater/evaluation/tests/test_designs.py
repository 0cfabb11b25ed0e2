"""Which design a verdict rests on, what it says beside the answer, and that no data breaks it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from headwater.evaluation import verdicts
from headwater.evaluation.models import Result
from headwater.evaluation.showing.changes import CHANGES, by_luck, would_change
from headwater.evaluation.showing.placebos import leaned_on, placebos
from headwater.evaluation.showing.words import ASSUMED, CHECKS, METHODS
from headwater.evaluation.tests import make
from headwater.evaluation.tests.make import MONDAY, NOON
from headwater.programme.models import Campaign, Outcome, note_outcomes
from headwater.stats import designs, markets, panels, series, synthetic
from headwater.stats import verdicts as sums
from headwater.stats.tests.slugs import slugs

pytestmark = pytest.mark.django_db


def found(campaign: Campaign) -> dict[str, Any]:
    result = verdicts.verdict(campaign, NOON)
    assert result
    answer: dict[str, Any] = result.answer
    return answer


def test_there_are_words_for_whatever_the_sums_can_say() -> None:
    said = slugs([designs, markets, panels, series, synthetic, sums])

    assert {"draw_was_kept_to", "drift_a_week", "fits_before"} < said
    assert said - set(ASSUMED) - set(CHANGES) - set(CHECKS) == set()
    assert {str(design) for design in synthetic.Design} < set(METHODS)
    assert {designs.BY_LOT, sums.METHOD} < set(METHODS)


def test_eight_places_by_lot_give_grade_a_and_the_effect_in_its_range() -> None:
    answer = found(make.drawn(effect=60))

    assert (answer["grade"], answer["method"]) == ("A", designs.BY_LOT)
    estimate = answer["estimate"]
    assert estimate["low"] < 4 * 4 * 60 < estimate["high"]
    assert answer["word"] == "yes"
    assert [row["weight"] for row in answer["leaned_on"]] == [0.25] * 4
    assert by_luck(answer).startswith("The lot could have fallen in 70 ways")


def test_four_places_by_lot_cannot_answer_by_it_and_say_how_many_would() -> None:
    campaign = make.drawn(effect=60, places=4)

    result = verdicts.verdict(campaign, NOON)

    assert result
    assert result.answer["grade"] == "C"
    assert "With 8 places in the draw" in [
        told.what for told in would_change(result, campaign.metric)
    ]


def test_changed_after_the_draw_no_lot_decided_and_no_grade_a_is_given() -> None:
    campaign = make.drawn(effect=60)
    others = campaign.metric.markets.exclude(pk__in=campaign.markets.values("pk"))
    campaign.markets.set([*campaign.markets.all()[1:], others[0]])

    answer = found(campaign)

    assert answer["grade"] != "A"
    assert "draw_not_kept" in answer["lacks"]


def test_a_place_added_since_the_draw_was_not_in_it() -> None:
    campaign = make.drawn(effect=60)
    late = campaign.metric.markets.create(name="Late", is_ours=True)
    counts = [
        (day, Decimal(900))
        for day in sorted(set(Outcome.objects.values_list("period_on", flat=True)))
    ]
    note_outcomes(late, counts, actor=None, at=NOON)

    answer = found(campaign)

    assert answer["grade"] == "A"
    assert "Late" not in [row["name"] for row in answer["leaned_on"]]


def test_six_untouched_places_give_grade_b_with_their_weights() -> None:
    campaign = make.drawn(60, places=2, away=6, comparison="markets")
    result = verdicts.verdict(campaign, NOON)

    assert result
    answer = result.answer
    assert (answer["grade"], answer["method"]) == ("B", "synthetic_difference_in_differences")
    assert sum(row["weight"] for row in answer["leaned_on"]) == pytest.approx(1)
    assert leaned_on(answer).startswith("Out of 100 parts of what would have been: ")
    assert any("drifted" in told.what for told in would_change(result, campaign.metric))


def test_six_dates_before_it_are_shown_with_what_each_claimed() -> None:
    campaign = make.campaign(effect=120)
    result = verdicts.verdict(campaign, NOON)
    assert result

    shown = placebos(result, campaign.metric)

    assert len(shown) == 6
    alarms = next(c["value"] for c in result.answer["checks"] if c["name"] == "placebo_dates")
    assert sum(row.claims for row in shown) == alarms
    assert shown[0].when.startswith("week of")
    days = [date.fromisoformat(row["on"]) for row in result.answer["placebos"]]
    assert days == sorted(days)
    assert max(days) < MONDAY


def test_the_figures_of_what_would_change_it_are_in_the_metrics_own_unit() -> None:
    counted = make.campaign(effect=120)
    total = found(counted)
    counted.metric.measure = "level"
    counted.metric.save()
    counted.aim = Decimal(75)
    average = found(counted)

    for name in ("something_else_explains", "aim"):
        figures = [
            next(change["at"] for change in answer["would_change"] if change["name"] == name)
            for answer in (total, average)
        ]
        assert figures[0] == pytest.approx(4 * figures[1])


def weird(campaign: Campaign, how: str) -> None:
    ours = Outcome.objects.filter(market__is_ours=True)
    match how:
        case "no before":
            Outcome.objects.filter(period_on__lt=campaign.starts_on).delete()
        case "one week":
            Outcome.objects.exclude(period_on=MONDAY).delete()
        case "one before, one while":
            Outcome.objects.exclude(period_on__in=[MONDAY, MONDAY - timedelta(days=7)]).delete()
        case "constant":
            Outcome.objects.update(value=5)
        case "untouched never change":
            Outcome.objects.filter(market__is_ours=False).update(value=5)
        case "nought":
            Outcome.objects.update(value=0)
        case "below nought":
            for row in Outcome.objects.all():
                row.value = -(row.value or 0)
                row.save()
        case "not counted while it ran":
            ours.filter(period_on__gte=MONDAY).update(value=None)
        case "huge":
            ours.filter(period_on__gte=MONDAY).update(value=Decimal(10) ** 14)
        case "future":
            Campaign.objects.update(
                starts_on=date(2031, 1, 6), ends_on=date(2031, 1, 12),
                counted_until=date(2031, 1, 12),
            )  # fmt: skip


@pytest.mark.parametrize(
    "how",
    [
        "no before", "one week", "one before, one while", "constant", "untouched never change",
        "nought", "below nought", "not counted while it ran", "huge", "future",
    ],
)  # fmt: skip
def test_no_data_breaks_the_page(client: Client, how: str) -> None:
    make.house(hourly_rate=24)
    campaign = make.drawn(60, places=2, away=6, comparison="markets")
    campaign.costs.create(what="Cards", money=1000, hours=10, on=campaign.starts_on)
    weird(campaign, how)
    client.force_login(make.staff())

    answer = client.get(f"/studio/measure/campaigns/{campaign.pk}/")

    assert answer.status_code == 200
    said = answer.content.decode()
    assert "Mussel Season" in said
    assert "nan" not in said
    sure = {"yes"} if how == "huge" else {"cannot_tell", "probably_not", "no", "probably", "yes"}
    assert {row.answer["word"] for row in Result.objects.filter(question="success")} <= sure


def test_the_page_shows_dates_weights_and_what_else_the_money_could_do(client: Client) -> None:
    make.house(hourly_rate=24)
    campaign = make.campaign(effect=119)  # nobody else’s rows: pages answer from memory
    weak = make.campaign(effect=20, title="Weak", metric=make.metric(slug="other"))
    for one in (campaign, weak):
        one.costs.create(what="Cards", money=1000, hours=10, on=one.starts_on)
    client.force_login(make.staff())

    said = client.get(f"/studio/measure/campaigns/{weak.pk}/").content.decode()

    assert "The same asked of 6 dates when nothing happened" in said
    assert "How likely it is that each helps to tell: " in said
    assert "Left on the table" in said
    assert "The best split of it" in said
    assert "what we did" in said
    rows = Result.objects.get(question="elsewhere", campaign=weak).answer["rows"]
    assert sum(row["best"] for row in rows) == pytest.approx(1)
    assert min(row["left"] for row in rows) >= 0
    assert {row["name"] for row in rows} == {"best split", "nothing", "Mussel Season", "Weak"}
