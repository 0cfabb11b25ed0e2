from datetime import timedelta
from typing import Any

import pytest

from headwater.capacity.models import CheckIn, Gauge, Item, Reading, SharedGauge
from headwater.capacity.models.items import ItemKind
from headwater.capacity.tests import make
from headwater.capacity.tests.make import AT, LATER
from headwater.kit.errors import Refused
from headwater.ledger.models import Entry
from headwater.partners.models import Belonging, Kind, Trait

pytestmark = pytest.mark.django_db


def gone_through(check_in: CheckIn, level: float) -> list[Any]:
    """Answer everything at this share of the way from least to most."""
    asked = []
    while asking := check_in.next():
        asked.append(asking)
        item = asking.item
        if item.kind == ItemKind.UNAIDED:
            check_in.answer(asking, words="mussels" if level > 0.5 else "")
        elif item.kind == ItemKind.DEMONSTRATED:
            right = item.right or 0
            check_in.answer(asking, option=right if level > 0.5 else right + 1)
        else:
            check_in.answer(asking, option=round(level * (len(item.options) - 1)))
    return asked


def begun(level: float | None = None) -> CheckIn:
    make.bank()
    make.message()
    return CheckIn.begin(make.person(), at=AT)


def test_what_comes_to_mind_is_asked_before_any_message_is_named() -> None:
    asked = gone_through(begun(), 0.7)

    kinds = [a.item.kind for a in asked]
    assert kinds[0] == ItemKind.UNAIDED
    assert ItemKind.UNAIDED not in kinds[kinds.index(ItemKind.AIDED) :]


def test_it_takes_two_minutes_and_nothing_is_asked_twice() -> None:
    asked = gone_through(begun(), 0.4)

    assert len({a.key for a in asked}) == len(asked)
    assert sum(a.item.seconds for a in asked) <= 180
    assert {a.item.gauge for a in asked} == set(Gauge.values)


def test_fluency_is_self_rated_and_demonstrated_in_turn() -> None:
    asked = gone_through(begun(), 0.4)

    kinds = [a.item.kind for a in asked if a.item.gauge == Gauge.FLUENCY]
    assert kinds[:4] == ["self", "demonstrated", "self", "demonstrated"]


def test_reloading_asks_the_same_question_again() -> None:
    check_in = begun()
    first = check_in.next()

    again = CheckIn.objects.get(pk=check_in.pk).next()

    assert again == first


def test_high_answers_read_higher_than_low_ones_on_every_gauge() -> None:
    make.bank()
    make.message()
    scores = []
    for level in (0.0, 1.0):
        check_in = CheckIn.begin(make.person(), at=AT)
        gone_through(check_in, level)
        scores.append({r.gauge: r for r in check_in.finish(at=AT)})

    low, high = scores
    assert set(low) == set(high) == set(Gauge.values)
    assert all(low[g].high < high[g].score for g in Gauge.values)
    assert all(0 <= r.low <= r.score <= r.high <= 100 for r in [*low.values(), *high.values()])


def test_everything_can_be_skipped_and_then_nothing_is_read() -> None:
    check_in = begun()
    while asking := check_in.next():
        check_in.answer(asking)

    assert check_in.finish(at=AT) == []
    assert set(check_in.answers.values_list("level", flat=True)) == {None}


def test_finishing_is_in_the_ledger_once_without_what_was_answered() -> None:
    check_in = begun()
    gone_through(check_in, 0.5)

    check_in.finish(at=AT)
    check_in.finish(at=AT)

    assert [(e.verb, e.data) for e in Entry.objects.all()] == [("capacity.checked_in", {})]
    assert Reading.objects.count() == 4


def test_a_second_check_in_remembers_the_score_before() -> None:
    check_in = begun()
    gone_through(check_in, 0.2)
    first = {r.gauge: r for r in check_in.finish(at=AT)}
    again = CheckIn.begin(check_in.person, at=LATER)
    gone_through(again, 0.9)

    second = {r.gauge: r for r in again.finish(at=LATER)}

    assert all(second[g].score_before == pytest.approx(first[g].score) for g in Gauge.values)
    newest = Reading.objects.newest(LATER)
    assert set(newest.values_list("pk", flat=True)) == {r.pk for r in second.values()}
    then = Reading.objects.newest(LATER - timedelta(days=1))
    assert set(then.values_list("pk", flat=True)) == {r.pk for r in first.values()}


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("", 0),
        ("Something about whales", 0),
        ("the MUSSELS, and when they're safe", 1),
        ("moules? no: Müssels", 1),
        ("mussel season, oyster days and more oysters", 2),
    ],
)
def test_free_recall_is_coded_by_the_words_staff_entered(words: str, level: int) -> None:
    make.bank()
    make.message("Mussel season", "mussel")
    make.message("Oyster days", "oyster day", "oysters")
    check_in = CheckIn.begin(make.person(), at=AT)
    asking = check_in.next()
    assert asking is not None
    assert asking.item.kind == ItemKind.UNAIDED

    check_in.answer(asking, words=words)

    assert check_in.answers.get().level == level


def test_without_messages_nobody_is_asked_what_comes_to_mind() -> None:
    make.bank()

    asked = gone_through(CheckIn.begin(make.person(), at=AT), 0.5)

    assert not {ItemKind.UNAIDED, ItemKind.AIDED} & {a.item.kind for a in asked}
    assert any(a.item.gauge == Gauge.AWARENESS for a in asked)


def test_only_the_choice_that_works_counts_in_a_demonstration() -> None:
    make.bank()
    item = Item.objects.get(slug="fluency-choose-first-line")

    assert [item.level_of(place) for place in range(4)] == [1, 0, 0, 0]


def test_an_answer_that_is_not_offered_is_refused() -> None:
    make.bank()
    check_in = CheckIn.begin(make.person(), at=AT)
    asking = check_in.next()
    assert asking is not None

    with pytest.raises(Refused, match="Choose one of the answers"):
        check_in.answer(asking, option=9)

    assert not check_in.answers.exists()


def test_going_back_takes_the_last_answer_back() -> None:
    check_in = begun()
    first = check_in.next()
    assert first is not None
    check_in.answer(first, words="mussels")

    check_in.back()

    assert check_in.next() == first
    assert not check_in.answers.exists()


def test_sharing_a_gauge_writes_a_trait_and_hiding_takes_it_away() -> None:
    ada = make.person()
    make.reading(ada, 61.5)

    SharedGauge.share(ada, "fluency", at=LATER)
    SharedGauge.share(ada, "role", at=LATER)
    assert [(t.name, t.number) for t in Trait.objects.all()] == [("gauge.fluency", 61.5)]
    SharedGauge.hide(ada, "fluency", at=LATER)

    assert not Trait.objects.exists()
    assert [e.verb for e in Entry.objects.order_by("pk")] == [
        "capacity.gauge_shared",
        "capacity.gauge_shared",
        "capacity.gauge_hidden",
    ]


def test_a_shared_gauge_follows_the_next_check_in() -> None:
    check_in = begun()
    SharedGauge.share(check_in.person, "fluency", at=AT)
    gone_through(check_in, 0.8)

    readings = {r.gauge: r for r in check_in.finish(at=AT)}

    assert Trait.objects.get().number == pytest.approx(readings["fluency"].score)


def test_media_are_not_checked_in_even_where_they_ask_for_it() -> None:
    media = make.person("Mia Media")
    kind = Kind.objects.create(slug="media", name="Media", modules=["press", "events"])
    Belonging.objects.create(person=media, kind=kind)

    with pytest.raises(Refused, match="no check-in"):
        CheckIn.begin(media, at=AT)

    assert list(CheckIn.objects.all()) == []
