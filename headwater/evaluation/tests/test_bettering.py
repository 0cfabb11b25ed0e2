from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from headwater.evaluation import bettering, trialling
from headwater.evaluation.models import Found, Result, Sums, Trial
from headwater.evaluation.showing import trials as showing
from headwater.evaluation.tests import make
from headwater.evaluation.tests.make import NOON
from headwater.programme.models import Campaign
from headwater.sharing.models import Share
from headwater.sharing.tests import make as sharing
from headwater.stats.tests.shared import shared

pytestmark = pytest.mark.django_db


def trial(people: list[int], did: list[int], *, shares: list[float] | None = None,
          key: str = "file:one", **fields: Any) -> Trial:  # fmt: skip
    cells = [Sums(n, people[n], float(did[n]), float(did[n])) for n in range(len(people))]
    labels = ["As ever", "Bold", "Short", "Long"][: len(people)]
    found = Found(key, "one", "Subject lines", labels, cells,
                  shares or [1 / len(people)] * len(people))  # fmt: skip
    Trial.keep([found], at=NOON, **fields)
    return Trial.objects.get(key=key)


def in_segments(campaign: Campaign | None = None) -> Trial:
    """Four segments, two ways: one is better in two of them, the other in the other two."""
    rng = np.random.default_rng(1)
    rates = {"chefs": (0.2, 0.4), "growers": (0.2, 0.38), "shops": (0.35, 0.2), "ports": (0.4, 0.2)}
    cells = []
    for segment, both in rates.items():
        for half in (0, 1):
            for arm, rate in enumerate(both):
                did = float(rng.binomial(400, rate))
                cells.append(Sums(arm, 400, did, did, segment, None, half))
    found = Found("file:two", "two", "Two ways", ["First", "Second"], cells, [0.5, 0.5])
    Trial.keep([found], at=NOON, campaign=campaign, success="followed the link")
    return Trial.objects.get(key="file:two")


def answer(of: Trial) -> dict[str, Any]:
    found: dict[str, Any] = bettering.answer_of(of, NOON).answer
    return found


def test_a_better_way_is_found_with_what_was_left_on_the_table() -> None:
    found = answer(trial([4000, 4000], [400, 560]))

    estimate = found["estimate"]
    assert (found["word"], found["best"], found["grade"]) == ("yes", "Bold", "A")
    assert estimate["low"] < 0.02 < estimate["high"]
    assert found["left_in_all"]["value"] == pytest.approx(estimate["value"] * 8000)
    assert found["checks"][0]["name"] == "sample_ratio"
    assert found["checks"][0]["passed"]


def test_a_broken_split_answers_nothing_and_says_so_in_words() -> None:
    of = trial([3052, 2710], [150, 60])

    found = answer(of)

    assert of.is_broken
    assert ("estimate" in found, found["method"], found["word"]) == (
        False, "broken_split", "cannot_tell"
    )  # fmt: skip
    assert showing.shown(of, found).split == (
        "The split is not what was promised: 3,052 against 2,710 where 1 to 1 was meant. "
        "We don’t read anything from it."
    )


def test_what_was_promised_unevenly_is_held_to_that() -> None:
    assert not trial([2000, 1000], [200, 120], shares=[2 / 3, 1 / 3]).is_broken


def test_segments_get_the_way_that_suits_them() -> None:
    of = in_segments()

    found = answer(of)

    assert found["by_segment"]
    assert {row["name"]: row["best"] for row in found["segments"]} == {
        "chefs": "Second", "growers": "Second", "ports": "First", "shops": "First"
    }  # fmt: skip
    assert found["estimate"]["low"] > 0
    shown = showing.shown(of, found)
    assert [row.name for row in shown.segments] == ["chefs", "growers", "ports", "shops"]
    assert shown.split.startswith("3,200")


def test_what_a_way_costs_is_taken_off_where_a_success_has_a_worth() -> None:
    of, staff = trial([4000, 4000], [400, 560]), make.staff()
    free = answer(of)
    of.change(actor=staff, at=NOON, costs={1: 2}, worth=10)

    dear = answer(Trial.objects.get(pk=of.pk))

    assert (free["best"], dear["best"], dear["counts_cost"]) == ("Bold", "As ever", True)


def test_several_ways_are_corrected_for_how_many_there_are() -> None:
    two = answer(trial([1000, 1000], [100, 125], key="file:2"))
    four = answer(trial([1000] * 4, [100, 125, 101, 99], key="file:4"))

    assert two["arms"][1]["odds"] > four["arms"][1]["odds"] > 0.5
    assert four["word"] in {"cannot_tell", "probably"}


def test_too_few_or_too_unclear_says_how_many_would_do() -> None:
    tiny = answer(trial([1, 1], [0, 1], key="file:tiny"))
    unclear = answer(trial([200, 200], [20, 23], key="file:unclear"))
    amounts = [Sums(n % 2, 30, 60.0, 200.0 + n, "", None, n // 2) for n in range(4)]
    Trial.keep([Found("file:a", "a", "A", ["A", "B"], amounts, [0.5, 0.5])], at=NOON)

    assert (tiny["method"], tiny["enough"]["needed"]) == ("too_few", 8)
    assert unclear["enough"]["needed"] > unclear["enough"]["have"] == 400
    assert "enough" not in answer(Trial.objects.get(key="file:a"))


def test_the_same_trial_gives_the_stored_answer_to_the_last_digit() -> None:
    of = in_segments()
    first = bettering.answer_of(of, NOON)

    again = bettering.answer_of(of, NOON + timedelta(days=1))
    Result.objects.all().delete()
    anew = bettering.answer_of(of, NOON)

    assert again == first
    assert anew.answer == first.answer


def test_a_campaign_reads_its_second_answer_from_its_largest_trial() -> None:
    campaign = make.campaign(0)
    trial([90, 90], [3, 40], key="file:small", campaign=campaign)
    trial([90_000, 90_000], [9, 4], key="file:running", campaign=campaign, is_running=True)
    big = in_segments(campaign)

    result = bettering.better(campaign, NOON)

    assert result
    assert (result.campaign, result.question, result.answer["trial"]) == (
        campaign, "better", big.pk
    )  # fmt: skip
    said = showing.second(result.answer)
    assert (said.said, said.trial) == ("Yes.", big.pk)
    assert said.words[0].startswith("With the best way for each segment: ")
    assert "followed the link" in said.words[1]
    assert said.words[2] == "Of 2 trials “Two ways” speaks here: no other has more people."
    assert [(row.title, row.people, row.is_added) for row in said.tried] == [
        ("Subject lines", 180, False), ("Two ways", 6400, True)
    ]  # fmt: skip


def test_trials_that_count_the_same_by_lots_of_their_own_are_added_up() -> None:
    campaign = make.campaign(0)
    for n, did in enumerate(([400, 440], [300, 345], [500, 530])):
        trial([4000, 4000], did, key=f"file:{n}", campaign=campaign, success="Shared it")
    trial([9000, 9000], [900, 910], key="file:other", campaign=campaign, success="came")

    result = bettering.better(campaign, NOON)

    assert result
    found = result.answer
    parts = [row["in_all"] for row in found["tried"] if row["is_added"]]
    assert (found["method"], found["summed"], found["people"]) == ("trials_added_up", 3, 24_000)
    assert found["estimate"]["value"] == pytest.approx(sum(part["value"] for part in parts))
    assert found["estimate"]["standard_error"] ** 2 == pytest.approx(
        sum(part["standard_error"] ** 2 for part in parts)
    )
    alone = [
        bettering.answer_of(of, NOON).answer["estimate"] for of in Trial.objects.order_by("pk")
    ]
    for row, own in zip(found["tried"], alone, strict=True):
        assert abs(row["odds"] - 0.5) <= abs(own["probability_positive"] - 0.5)
    said = showing.second(found)
    assert said.words[0].startswith("Left on the table in 3 trials together")
    assert [row.is_added for row in said.tried] == [True, True, True, False]


def test_one_lot_read_in_two_ways_is_never_added_up() -> None:
    campaign = make.campaign(0)
    for outcome in ("shares", "visits"):
        trial([4000, 4000], [400, 560], key=f"draw:7:{outcome}", campaign=campaign, success="did")

    result = bettering.better(campaign, NOON)

    assert result
    assert [row["is_added"] for row in result.answer["tried"]] == [True, False]
    assert result.answer["people"] == 8000


def test_several_trials_of_which_none_can_be_read_say_why() -> None:
    campaign = make.campaign(0)
    trial([3052, 2710], [150, 60], key="file:broken", campaign=campaign)
    trial([1, 1], [0, 1], key="file:tiny", campaign=campaign)

    result = bettering.better(campaign, NOON)

    assert result
    said = showing.second(result.answer)
    assert said.said == "We can’t tell."
    assert [row.said for row in said.tried] == [
        "The split is not what was promised: nothing is read from it.", "Not enough data yet"
    ]  # fmt: skip


def test_a_campaign_with_a_broken_trial_cannot_know() -> None:
    campaign = make.campaign(0)
    trial([3052, 2710], [150, 60], campaign=campaign)

    result = bettering.better(campaign, NOON)

    assert result
    said = showing.second(result.answer)
    assert (said.said, said.odds) == ("We can’t tell.", None)
    assert said.words[-1] == "So we cannot know."


def test_too_few_people_on_the_verdict() -> None:
    campaign = make.campaign(0)
    trial([1, 1], [0, 1], campaign=campaign)

    result = bettering.better(campaign, NOON)

    assert result
    assert showing.second(result.answer).said == "Not enough data yet."


def test_one_way_for_everybody_is_named_on_the_verdict() -> None:
    campaign = make.campaign(0)
    trial([4000, 4000], [400, 560], campaign=campaign)

    result = bettering.better(campaign, NOON)

    assert result
    assert showing.second(result.answer).words[0].startswith("With “Bold” for everybody: 2 more")


def test_where_nothing_was_varied_the_cheapest_test_is_named_with_its_partners() -> None:
    campaign = make.campaign(0)

    result = bettering.better(campaign, NOON)

    assert result
    test = result.answer["test"]
    assert (test["is_guess"], test["partners"], test["visible"]) == (True, 0, None)
    assert test["needed"] == pytest.approx(4 * 0.09 * (2.8016 / 0.025) ** 2, abs=1)
    said = showing.second(result.answer)
    assert said.said == "We never tried another way."
    assert "If about 10 in 100 share it, 4,521 partners" in said.words[1]


def test_what_partners_shared_while_it_ran_plans_the_next_test() -> None:
    campaign = make.campaign(0)
    people = [make.person(f"P{n}", f"p{n}@example.org") for n in range(8)]
    message = sharing.message()
    during = NOON.replace(year=2026, month=3, day=10)
    for person in people[:2]:
        Share.objects.create(person=person, message=message, network="x", at=during)

    result = bettering.better(campaign, NOON)

    assert result
    test = result.answer["test"]
    assert (test["is_guess"], test["base"], test["partners"]) == (False, 0.25, 8)
    said = showing.second(result.answer)
    assert "25 in 100 partners shared something" in said.words[1]
    assert said.words[2].startswith("With the partners you have, a rise to ")


# ---- What others tried ----


@pytest.mark.slow
def test_upworthys_headlines_through_the_products_own_import() -> None:
    path = shared("data", "experiments", "upworthy_tests.csv")
    of = trialling.look_at(path, name=path.name, at=NOON)
    trialling.choose(of, {}, success="clicked")

    trialling.read(of, at=NOON)

    assert of.counts == {
        "rows": 11405, "created": 2439, "updated": 0, "unchanged": 0, "refused": 0
    }  # fmt: skip
    assert Trial.objects.filter(is_broken=True).count() == 383
    assert Trial.objects.filter(by_luck__lt=0.05).count() == 1123
    assert sum(Trial.objects.values_list("people", flat=True)) == 40_558_663
    standing = Trial.objects.standing()
    assert 0 < len(standing) < Trial.objects.holding().filter(by_luck__lt=0.05).count()


def test_the_insurance_default_through_the_products_own_import() -> None:
    path = shared("data", "campaigns", "social_insurance_cai2015.csv")
    of = trialling.look_at(path, name=path.name, at=NOON)
    trialling.choose(of, {}, success="took the insurance", title="Filled in before")
    trialling.read(of, at=NOON)

    found = answer(Trial.objects.get())

    assert of.counts["refused"] == 0
    assert found["arms"][0]["rate"]["value"] == pytest.approx(0.413, abs=5e-4)
    lift = found["arms"][1]["lift"]
    assert lift["value"] == pytest.approx(0.106, abs=5e-4)
    assert lift["low"] > 0
    assert found["split"]["is_by_cluster"]
    assert found["split"]["counts"] == [85, 81]
    assert found["best"] == "default = 1"


def test_no_row_of_a_person_of_the_insurance_trial_is_kept(tmp_path: Path) -> None:
    path = shared("data", "campaigns", "social_insurance_cai2015.csv")
    of = trialling.look_at(path, name=path.name, at=NOON)
    trialling.choose(of, {})
    trialling.read(of, at=NOON)

    assert "beilian2" not in str(list(Trial.objects.get().cells.values()))
