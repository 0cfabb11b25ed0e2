import json
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from headwater.capacity import calibrating, verbs
from headwater.capacity.models import CheckIn, Gauge, Item
from headwater.capacity.models.check_ins import CheckInAnswer
from headwater.capacity.tests import make
from headwater.kit.errors import Refused
from headwater.ledger.models import Entry
from headwater.stats.answers import NotEnough, Unit

pytestmark = pytest.mark.django_db
# What each question truly is: sharper, and some harder than the bank believes.
TRUE = {"one": (1.0, 1.5), "two": (0.0, 1.5), "three": (-1.0, 1.5), "four": (0.0, 0.8)}


def items() -> dict[str, Item]:
    return {
        slug: Item.objects.create(
            slug=slug, gauge=Gauge.FLUENCY, kind="self", prompt=slug, options=["no", "yes"],
            discrimination=1.0, thresholds=[place / 2],
        )
        for slug, (place, _sharp) in TRUE.items()
    }  # fmt: skip


def answered(bank: dict[str, Item], people: int, *, seed: int = 3, alike: bool = False) -> None:
    rng = np.random.default_rng(seed)
    someone = make.person()
    made = [make.person(f"P{n}") if not alike else someone for n in range(people)]
    check_ins = CheckIn.objects.bulk_create(
        CheckIn(person=person, started_at=make.AT, finished_at=make.AT) for person in made
    )
    CheckInAnswer.objects.bulk_create(
        CheckInAnswer(
            check_in=check_in,
            item=item,
            level=int(rng.random() < 1 / (1 + np.exp(-TRUE[slug][1] * (theta - TRUE[slug][0])))),
        )
        for check_in, theta in zip(check_ins, rng.normal(size=people), strict=True)
        for slug, item in bank.items()
    )


def test_two_hundred_people_teach_which_question_is_harder_on_the_old_scale() -> None:
    bank, olga = items(), make.person("Olga", role="owner")
    answered(bank, 260)
    before = [item.thresholds[0] for item in bank.values()]

    learned = calibrating.learn(Gauge.FLUENCY)
    assert not isinstance(learned, NotEnough)
    changed = calibrating.apply(learned, actor=olga, at=make.LATER)

    after = {item.slug: item.thresholds[0] for item in Item.objects.all()}
    assert changed == 4
    assert after["three"] < after["two"] < after["one"]
    assert np.mean(list(after.values())) == pytest.approx(np.mean(before))
    assert np.std(list(after.values())) == pytest.approx(np.std(before))
    entries = Entry.objects.filter(verb=verbs.STAFF_ITEM_LEARNED.name)
    assert {(e.actor, e.at, e.data["answers"]) for e in entries} == {(olga, make.LATER, 260)}
    assert entries.count() == 4


def test_a_question_that_few_answered_or_all_alike_keeps_what_it_came_with() -> None:
    bank = items()
    answered(bank, 220)
    CheckInAnswer.objects.filter(
        pk__in=CheckInAnswer.objects.filter(item=bank["four"]).values("pk")[:30]
    ).delete()
    easy = Item.objects.create(
        slug="easy", gauge=Gauge.FLUENCY, kind="self", prompt="?", options=["no", "yes"],
        discrimination=1.0, thresholds=[-3.0],
    )  # fmt: skip
    CheckInAnswer.objects.bulk_create(
        CheckInAnswer(check_in=check_in, item=easy, level=1) for check_in in CheckIn.objects.all()
    )

    learned = calibrating.learn(Gauge.FLUENCY)

    assert not isinstance(learned, NotEnough)
    assert {row.item.slug: row.answers for row in learned if row.after is None} == {
        "four": 190, "easy": 220,
    }  # fmt: skip


def test_one_person_counts_once_and_under_two_hundred_nothing_is_learned() -> None:
    bank = items()
    answered(bank, 230, alike=True)
    assert calibrating.learn(Gauge.FLUENCY) == NotEnough(Unit.ANSWERS, have=1, needed=200)
    assert calibrating.learn(Gauge.ROLE) == NotEnough(Unit.ANSWERS, have=0, needed=200)


def test_the_command_says_what_would_change_changes_it_and_needs_somebody_who_decides() -> None:
    bank = items()
    olga = make.person("Olga", role="owner", email="olga@example.org")
    with pytest.raises(Refused, match="there are 0"):
        call_command("recalibrate", "fluency", by=olga.email)
    with pytest.raises(CommandError, match="staff"):
        call_command("recalibrate", "fluency", by="nobody@example.org")
    answered(bank, 240)
    out = StringIO()

    call_command("recalibrate", "fluency", by=olga.email, dry_run=True, json=True, stdout=out)
    assert {row["question"] for row in json.loads(out.getvalue())} == set(TRUE)
    assert not Entry.objects.filter(verb=verbs.STAFF_ITEM_LEARNED.name).exists()
    call_command("recalibrate", "fluency", by=olga.email, stdout=out)

    assert Item.objects.get(slug="one").thresholds != [0.5]
    assert "one\t240\tTrue" in out.getvalue()
