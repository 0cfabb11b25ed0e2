from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from json import loads

import numpy as np
import pytest
from django.core.management import call_command

from headwater.cli.demo import catalogue
from headwater.cli.demo.building import build
from headwater.cli.demo.truth import GAUGES, Truth
from headwater.cli.demo.world import World
from headwater.evaluation import activities, draws, keeping, returning, verdicts
from headwater.kit.errors import Refused
from headwater.ledger.models import Entry
from headwater.people.models import House, Person
from headwater.people.tests.make import house
from headwater.programme.models import Campaign, Metric

NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)
SIGNED_IN = "allauth.account.auth_backends.AuthenticationBackend"


def quiet(_line: str) -> None:
    """Tests need no progress."""


def world_worth() -> list[tuple[Decimal, Decimal, Decimal]]:
    metric = Metric.objects.get(slug="visits")
    return [side for one in Metric.Worth.values if (side := metric.worth(one))]


def small(**options) -> World:
    return build(**{"partners": 60, "months": 18, "seed": 7, "at": NOW, "say": quiet, **options})


def test_the_truth_is_told_in_words_and_as_json():
    said, data = StringIO(), StringIO()

    call_command("demo", truth=True, stdout=said)
    call_command("demo", truth=True, json=True, stdout=data)

    assert "half-day-seminar" in said.getvalue()
    assert "half-life" in said.getvalue()
    assert loads(data.getvalue())["activities"][0]["kind"] == "keynote"


@pytest.mark.django_db
def test_the_demo_never_mixes_with_an_organisation_that_is_there():
    house(name="Somebody else")

    with pytest.raises(Refused, match="never mixes with real data"):
        small()

    assert House.current().name == "Somebody else"
    assert not Person.objects.exists()


def test_a_second_demo_is_refused_and_the_first_stays(db):
    small()
    before = Entry.objects.count()

    with pytest.raises(Refused, match="here already"):
        small()

    assert Entry.objects.count() == before


@pytest.mark.django_db
def test_a_demo_that_stops_half_way_leaves_nothing():
    def stop(line: str) -> None:
        if "Messages" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        small(say=stop)

    assert not House.is_open()
    assert not Person.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("options", [{"partners": 3}, {"months": 1}, {"partners": 50_000}])
@pytest.mark.django_db
def test_a_size_that_makes_no_sense_is_refused(options):
    with pytest.raises(Refused):
        small(**options)


def test_the_same_seed_makes_the_same_people_and_another_seed_others(db):
    first, again, other = (
        World(truth=Truth(), rng=np.random.default_rng(seed), at=NOW, people=80, weeks=78)
        for seed in (3, 3, 4)
    )

    assert (first.entry == again.entry).all()
    assert first.tips_done == again.tips_done
    assert (first.entry != other.entry).any()


def test_what_people_take_part_in_lifts_where_they_stand():
    world = World(
        truth=Truth(), rng=np.random.default_rng(1), at=NOW, people=400, weeks=78
    )  # fmt: skip

    began = world.entry >= 0
    for gauge in GAUGES:
        change = world.levels[gauge][:, -1] - world.levels[gauge][:, 0]
        assert change[began].mean() > change[~began & ~world.is_media].mean()


@pytest.mark.slow
@pytest.mark.django_db
def test_the_evaluation_finds_what_is_true_in_the_demo():
    world = small(partners=1240)
    push = next(p for p in catalogue.pushes(world.today) if p.slug == "mussel-season")
    brought = world.truth.campaign(push.slug).lift(runs=push.runs, counted=push.counted).sum()

    result = verdicts.verdict(Campaign.objects.get(title=push.title), NOW)
    capacity = returning.capacity_return(NOW)

    assert result is not None
    assert not isinstance(capacity, keeping.Blocked)
    estimate = result.answer["estimate"]
    assert estimate["low"] < brought < estimate["high"]
    assert result.answer["word"] in {"yes", "probably"}
    found = capacity.answer["per_partner_a_month"]
    assert found["low"] < world.more_in_four_weeks() < found["high"]
    assert found["low"] > 0
    worth = sum(float(side[1]) for side in world_worth())
    back = capacity.answer["both"]["returned"]
    assert back["low"] < worth * world.extra[:, : world.weeks].sum() < back["high"]
    by_lot = draws.draws(NOW)
    assert by_lot is not None
    came = by_lot.answer["together"]["on_those_who_came"]
    assert came["low"] < in_the_draw(world) < came["high"]
    told = activities.activities(NOW)
    assert told is not None
    seen = {one["kind"]: one["estimate"] for one in told.answer["kinds"]}
    assert seen["half-day-seminar"]["low"] > 0
    assert seen["tip"]["low"] > 0


def in_the_draw(world: World) -> float:
    """Visits in four weeks that one seminar truly brings those who asked for it, by the truth."""
    effect, between = world.truth.effect("half-day-seminar"), 14
    reach = world.reach[world.asked["one-minute-films"]].mean()
    return float(4 * reach * effect.visits * effect.response(between).mean())
