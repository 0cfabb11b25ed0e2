from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from headwater.kit.errors import Refused
from headwater.ledger.models import Entry
from headwater.recognition import awarding, starting, telling
from headwater.recognition.models import (
    Award,
    Badge,
    Nomination,
    Story,
    Thanks,
    next_badge,
    unthanked,
)
from headwater.recognition.tests import make
from headwater.recognition.tests.make import NOON

pytestmark = pytest.mark.django_db


def test_whoever_shared_stands_there_until_thanked_and_again_after_the_next_deed() -> None:
    ada, owner = make.person("Ada"), make.staff()
    make.deed(ada, "sharing.shared", at=NOON - timedelta(days=9))

    before = list(unthanked(NOON))
    Thanks.give(ada, by=owner, words="For the guide.", way="person", at=NOON)
    after = list(unthanked(NOON))
    make.deed(ada, "sharing.shared", at=NOON + timedelta(days=1))

    assert (before, after) == ([ada], [])
    assert list(unthanked(NOON + timedelta(days=2))) == [ada]


def test_the_longest_waiting_stands_first() -> None:
    ada, ben = make.person("Ada"), make.person("Ben")
    make.deed(ben, "sharing.shared", at=NOON - timedelta(days=3))
    make.deed(ada, "discussions.helped", at=NOON - timedelta(days=9))

    assert list(unthanked(NOON)) == [ada, ben]


def test_thanks_without_words_are_refused() -> None:
    ada, owner = make.person("Ada"), make.staff()

    with pytest.raises(Refused, match="what you thank"):
        Thanks.give(ada, by=owner, words="  ", way="email", at=NOON)

    assert list(Entry.objects.all()) == []


def test_a_story_is_never_told_without_a_yes() -> None:
    ada, owner = make.person("Ada"), make.staff()
    story = Story.ask(ada, words="She sold out by ten.", actor=owner, at=NOON)

    with pytest.raises(Refused, match="without a yes"):
        story.tell(actor=owner, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Story.objects.filter(pk=story.pk).update(told_at=NOON)

    assert list(Story.objects.told(NOON)) == []


def test_silence_is_a_no_after_fourteen_days() -> None:
    story = Story.ask(make.person("Ada"), words="Sold out.", actor=make.staff(), at=NOON)

    with pytest.raises(Refused, match="silence"):
        story.answer(agreed=True, at=NOON + timedelta(days=15))

    assert story.agreed is None


def test_a_story_taken_down_is_down_at_once_and_for_good() -> None:
    owner = make.staff()
    story = Story.ask(make.person("Ada"), words="Sold out.", actor=owner, at=NOON)
    story.answer(agreed=True, words="Sold out by ten.", at=NOON)
    story.tell(actor=owner, at=NOON)

    story.take_down(at=NOON)

    assert list(Story.objects.told(NOON)) == []
    with pytest.raises(Refused, match="took this story down"):
        story.answer(agreed=True, at=NOON)


def test_a_partner_answers_by_link_and_changes_the_words(client: Client) -> None:
    make.house()
    from django.utils.timezone import now

    story = Story.ask(make.person("Ada"), words="Sold out.", actor=make.staff(), at=now())
    page = client.get(telling.story_url(story), follow=True)

    client.post(page.redirect_chain[-1][0], {"answer": "yes", "words": "Sold out by ten <b>."})
    story.refresh_from_db()

    assert (story.agreed, story.words, story.first_words) == (
        True, "Sold out by ten <b>.", "Sold out.",
    )  # fmt: skip
    assert "&lt;b&gt;" in client.get(page.redirect_chain[-1][0]).content.decode()


def test_nobody_names_themselves_or_the_same_helper_twice_in_a_month() -> None:
    ada, ben = make.person("Ada"), make.person("Ben")
    Nomination.name_helper(ben, by=ada, words="Fixed my map listing.", at=NOON)

    with pytest.raises(Refused, match="somebody else"):
        Nomination.name_helper(ada, by=ada, words="Me.", at=NOON)
    with pytest.raises(Refused, match="this month"):
        Nomination.name_helper(ben, by=ada, words="Again.", at=NOON)

    deeds = Entry.objects.filter(verb="recognition.nominated")
    assert [entry.person for entry in deeds] == [ben]


def test_a_badge_is_earned_once_and_by_partners_alone() -> None:
    ada, owner = make.person("Ada"), make.staff()
    badge = Badge.objects.create(
        slug="b", name="B", level=10, what_for="Tips.", verb="library.tip_done", times=2
    )
    for who in (ada, ada, ada, owner, owner):
        make.deed(who)

    given = badge.award(NOON), badge.award(NOON)

    assert given == (1, 0)
    assert [award.person for award in Award.objects.all()] == [ada]


def test_the_nearest_badge_is_the_one_with_most_done() -> None:
    ada = make.person("Ada")
    for slug, verb, times in (("far", "events.attended", 5), ("near", "library.tip_done", 4)):
        Badge.objects.create(slug=slug, name=slug, level=1, what_for="", verb=verb, times=times)
    make.deed(ada)

    found = next_badge(ada)

    assert found
    assert (found[0].slug, found[1]) == ("near", 1)


def test_the_starter_rules_let_learning_and_helping_outweigh_sharing() -> None:
    from headwater.recognition.models import Rule

    count = starting.load_starter(NOON)
    again = starting.load_starter(NOON)

    caps = dict.fromkeys(("learning", "helping", "sharing"), 0)
    for rule in Rule.objects.all():
        caps[rule.group] += rule.cap
    assert (count > 0, again) == (True, 0)
    assert caps["learning"] + caps["helping"] > 2 * caps["sharing"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_stands_with_one_and_with_three(
    client: Client, rows: int, django_assert_max_num_queries: object
) -> None:
    make.house()
    starting.load_starter(NOON)
    client.force_login(make.staff())
    for n in range(rows):
        make.deed(make.person(f"P{n}"), "sharing.shared", at=NOON)
    awarding.award(NOON)

    with django_assert_max_num_queries(16):  # type: ignore[operator]
        answer = client.get("/studio/recognise/")

    assert answer.status_code == 200
